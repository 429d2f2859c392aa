"""`deliveries` and `updates`, as an administrator runs them on the machine beside a bot."""

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import update
from typer.testing import CliRunner

from bot.__main__ import app
from storage import inbox
from storage.database import Database, Transaction
from storage.tables import Delivery
from tests.scheduling.office import BOT_ID, TOKEN, Office

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def office(sqlite: Database) -> Office:
    return Office(sqlite, start=datetime.now(UTC))


@pytest.fixture
def run(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """A command in this process, since starting one costs seconds; the log is as it was afterwards."""
    settings = {"BOT_TOKEN": TOKEN, "DATABASE_URL": sqlite_url, "DEFAULT_LOCALE": "en"}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    handlers, level, log = root.handlers[:], root.level, structlog.get_config()

    def command(*arguments: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(app, arguments)
        return done.exit_code, done.stdout, done.stderr

    yield command
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**log)


def put(office: Office, state: str, **values: object) -> list[int]:
    """Every delivery of the office in a state, as if it had come to that."""

    def act(tx: Transaction) -> None:
        tx.execute(update(Delivery).values(state=state, settled_at=office.clock.now(), **values))

    office.db.write_now(act)
    return office.rows(Delivery.id)


def audit(url: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
        asked = "select act, subject_kind, subject_id, person_id, detail from audit order by id"
        return database.execute(asked).fetchall()


async def test_held_messages_are_listed_and_sent_again_and_only_once(
    office: Office, run: Run, sqlite_url: str
) -> None:
    wang, li = office.member("王芳"), office.member("李强")
    office.owe([wang.chat, li.chat])
    first, second = put(office, "ambiguous", reason="TelegramNetworkError ServerDisconnectedError 王芳")
    code, shown, _ = run("deliveries", "list")
    assert code == 0
    line = f"{first}  test/-/a  Group that does not let the bot write · a member of 东城支部 · "
    assert shown.splitlines()[0].startswith(line)
    assert shown.splitlines()[0].endswith("the connection broke while it was being sent")
    assert "王芳" not in shown
    code, shown, _ = run("deliveries", "resend", str(first), "999")
    assert (code, shown.splitlines()) == (1, [f"{first}: Done.", "999: There is no such thing any more."])
    code, shown, _ = run("deliveries", "resend", str(first))
    assert (code, shown) == (1, f"{first}: That was done already; nothing has changed.\n")
    office.clock.move_to(office.clock.now().replace(hour=4) + timedelta(days=2))  # nobody sleeps
    await office.drain()
    assert len(wang.heard) == 1
    assert "可能是重复" in wang.heard[0]
    assert li.heard == []
    by = '{"was": "ambiguous", "by": "command line"}'
    assert audit(sqlite_url) == [("resend_delivery", "delivery", first, None, by)]
    code, shown, _ = run("deliveries", "list", "--json")
    [row] = json.loads(shown)
    assert (row["id"], row["cause"], row["unit"], row["private"]) == (second, "test/-/a", "东城支部", True)
    assert row["reason"] == "TelegramNetworkError"


async def test_a_whole_cause_is_sent_again_or_dropped(office: Office, run: Run, sqlite_url: str) -> None:
    members = [office.member(name) for name in ("王芳", "李强", "张伟")]
    office.owe([one.chat for one in members])
    put(office, "dead", reason="TelegramForbiddenError Forbidden: bot was blocked by the user")
    members[0].sim.private_chat.started = True
    code, shown, _ = run("deliveries", "resend", "--cause", "test", "--state", "dead")
    assert (code, shown) == (0, "test/-/a: 3 will be sent again.\n")
    assert run("deliveries", "drop", "--cause", "test/-/a", "--state", "ready") == (
        0,
        "test/-/a: 3 dropped.\n",
        "",
    )
    office.clock.move_to(office.clock.now().replace(hour=4) + timedelta(days=2))  # nobody sleeps
    await office.drain()
    assert [one.heard for one in members] == [[], [], []]
    assert office.rows() == ["cancelled"] * 3
    code, _, said = run("deliveries", "drop", "--cause", "test/-/a")
    assert code == 1
    assert said == "That concerns no message any more: done already, out of reach, or past its time.\n"
    assert [(row[0], json.loads(str(row[4]))["count"]) for row in audit(sqlite_url)] == [
        ("resend_cause", 3),
        ("drop_cause", 3),
    ]


async def test_parked_updates_are_tried_again_or_dropped(office: Office, run: Run, sqlite_url: str) -> None:
    now = office.clock.now()

    def park(tx: Transaction) -> None:
        raws = [(n, json.dumps({"update_id": n, "message": {"text": "机密"}})) for n in (5, 6)]
        inbox.store(tx, BOT_ID, raws, now - timedelta(hours=1))
        for number in (5, 6):
            inbox.charge(tx, BOT_ID, number, "KeyError at handlers/x.py:3", 3)
            inbox.settle(tx, BOT_ID, number, inbox.PARKED, now)

    office.db.write_now(park)
    code, shown, _ = run("updates", "list")
    assert code == 0
    assert [line.split(" · ")[0] for line in shown.splitlines()] == ["5  message", "6  message"]
    assert all(line.endswith(" · KeyError") for line in shown.splitlines())
    assert "机密" not in shown
    assert run("updates", "retry", "5")[1] == "5: Done.\n"
    code, shown, _ = run("updates", "drop", "6", "5", "7")
    assert code == 1
    assert shown.splitlines() == [
        "6: Done.",
        "5: That was done already; nothing has changed.",
        "7: There is no such thing any more.",
    ]
    [again] = office.db.write_now(inbox.take_left, BOT_ID, [], now, now, now, 10)
    assert (again.update_id, again.attempts) == (5, 0)
    acts = [row[:3] for row in audit(sqlite_url)]
    assert acts == [("retry_update", "update", 5), ("drop_update", "update", 6)]


EITHER = "Name either ids or a --cause, as `deliveries list` prints them\n"
NO_CAUSE = "There is no cause nothing; `deliveries list` prints them\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("deliveries", "resend"), EITHER),
        (("deliveries", "drop", "1", "--cause", "a"), EITHER),
        (("deliveries", "list", "--cause", "nothing"), NO_CAUSE),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_line(
    office: Office, run: Run, arguments: tuple[str, ...], said: str
) -> None:
    assert run(*arguments) == (1, "", said)
