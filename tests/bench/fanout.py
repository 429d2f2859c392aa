"""A topic published from above: what 160,000 people are owed is set down while others go on writing.

Each database is measured by a process of its own, so that the memory it shows is this work's alone.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, literal, select

from domain.actors import Account
from domain.deliveries import Cause, Kind
from domain.ids import PersonId, UnitId
from domain.roles import Role
from domain.topic_forms import TopicForm
from services import deliveries, topic_drafts, topic_plans
from services.actors import actor_of
from storage import people
from storage import tables as t
from storage.database import Database, Transaction
from storage.topic_plans import at_once
from tests.bench.frame import Row, at_most, no_more_than
from tests.bench.organisation import BOT_ID, DATABASES, ENROLLED, FALLBACK, FIRST_USER

LIMITS = {"SQLite": 0.3, "PostgreSQL": 1.0}  # seconds for 160,000 deliveries
BESIDE_BARE = 1.5  # times what one bare statement takes for the same rows, in one transaction
LONGEST_ACT = 50.0  # milliseconds
GROWTH = 16.0  # MiB more at the most than before, whatever the number
DISTRICTS = 50
FIRST_BRANCH = 100


@dataclass(frozen=True)
class Took:
    """How long a fan-out was at work in all, its longest act, and how much memory it came to hold."""

    seconds: float
    longest: float  # milliseconds
    grown: float  # MiB


@dataclass(frozen=True)
class Figures:
    """What one database took."""

    bare: Took
    owed: Took
    published: Took
    planned: Took


def measure(quick: bool) -> list[Row]:
    """The deliveries alone, then all that planning sets down: rosters, sums and deliveries."""
    branches, members = (530, 16_000) if quick else (5_300, 160_000)
    rows = []
    for name in DATABASES:
        command = [sys.executable, "-m", "tests.bench.fanout", name, str(branches), str(members)]
        ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        took = Figures(**{part: Took(**figures) for part, figures in json.loads(ran.stdout).items()})
        shown, limit = f"{members:,}", LIMITS[name] * members / 160_000
        owed, planned = took.owed, took.planned
        planning = f"planning of a topic for {branches:,} branches, {name}"
        rows += [
            no_more_than(f"fan-out of {shown} deliveries, {name}", owed.seconds, limit, " s"),
            at_most(
                f"the same, beside one bare INSERT … SELECT, {name}",
                owed.seconds,
                took.bare.seconds,
                BESIDE_BARE,
                " s",
            ),
            no_more_than(f"its longest act, {name}", owed.longest, LONGEST_ACT, " ms"),
            no_more_than(f"memory it came to hold, {name}", owed.grown, GROWTH, " MiB"),
            no_more_than(f"publishing to {branches:,} branches, {name}", took.published.seconds, 1, " s"),
            no_more_than(planning, planned.seconds, 10, " s"),
            no_more_than(f"its longest act, {name}", planned.longest, LONGEST_ACT, " ms"),
            no_more_than(f"memory it came to hold, {name}", planned.grown, GROWTH, " MiB"),
        ]
    return rows


def _figures(name: str, branches: int, members: int) -> Figures:
    with DATABASES[name]() as url, Database.connect(url) as database:
        database.write_now(settle, branches, members)
        if name == "PostgreSQL":  # as its autovacuum would have done by then
            database.write_now(lambda tx: tx.exec_driver_sql("ANALYZE"))
        many = database.read_now(at_once)
        return Figures(
            _timed(database, [_bare]),
            _timed(database, _owing(branches, many)),
            _timed(database, [publish]),
            _timed(database, _planning(branches, many)),
        )


def settle(tx: Transaction, branches: int, members: int, of: int | None = None) -> None:
    """Branches under districts, members of the first `of` with private chats, and no groups."""
    now = datetime.now(UTC)
    districts = [{"id": 2 + n, "name": f"第{n}党委", "kind": "committee"} for n in range(DISTRICTS)]
    below = [{"id": FIRST_BRANCH + n, "name": f"第{n}党支部", "kind": "branch"} for n in range(branches)]
    units = [{"id": 1, "name": "机关工委", "kind": "committee"}, *districts, *below]
    tx.execute(insert(t.Unit), [unit | {"created_at": now} for unit in units])
    parents = [None, *[1] * DISTRICTS, *(2 + n % DISTRICTS for n in range(branches))]
    places = [
        {"unit_id": unit["id"], "parent_id": parent, "since": ENROLLED}
        for unit, parent in zip(units, parents, strict=True)
    ]
    tx.execute(insert(t.UnitPlace), places)
    for first in range(1, members + 1, 10_000):  # in portions, or the rows themselves would count as memory
        _enrol(tx, range(first, min(first + 10_000, members + 1)), of or branches, members, now)
    people.appoint(tx, PersonId(1), UnitId(1), Role.COORDINATOR, ENROLLED)


def _enrol(tx: Transaction, numbers: range, branches: int, members: int, now: datetime) -> None:
    def rows(table: type[t.Base], of: Callable[[int], dict[str, Any]]) -> None:
        tx.execute(insert(table), [of(n) for n in numbers])

    rows(t.Person, lambda n: {"id": n, "name": f"党员{n}", "name_key": f"党员{n}", "created_at": now})

    def branch(n: int) -> int:
        return FIRST_BRANCH + n * branches // (members + 1)

    rows(t.Membership, lambda n: {"id": n, "person_id": n, "branch_id": branch(n), "since": ENROLLED})
    rows(t.MembershipStanding, lambda n: {"membership_id": n, "standing": "full", "since": ENROLLED})
    account = {"platform": "telegram", "linked_at": now}
    rows(t.Account, lambda n: account | {"person_id": n, "user_id": FIRST_USER + n})
    chat = {"platform": "telegram", "bot_id": BOT_ID, "kind": "private", "state": "reachable"}
    rows(t.Chat, lambda n: chat | {"id": n, "chat_id": FIRST_USER + n, "thread_id": 0})


def publish(tx: Transaction) -> None:
    """A coordinator gives a topic to all branches at once."""
    now = datetime.now(UTC)
    actor = actor_of(tx, Account("telegram", FIRST_USER + 1, None, "zh"), now, FALLBACK, root=False)
    form = TopicForm("学习基层工作条例", "第一章", now, now + timedelta(days=7))
    topic = topic_drafts.from_form(tx, actor, form, (), "bench", now, FALLBACK).topic.id
    topic_drafts.publish(tx, actor, topic, now, FALLBACK)


Act = Callable[[Transaction], object]


def _owing(branches: int, many: int) -> list[Act]:
    """The deliveries of a push alone, in chunks as large as the planner's."""
    now = datetime.now(UTC)
    every = [UnitId(FIRST_BRANCH + n) for n in range(branches)]
    cause = Cause("bench", "-", "push")

    def owe(chunk: list[UnitId]) -> Act:
        return lambda tx: deliveries.owe_branches(tx, cause, Kind.TOPIC_PUSH, 1, chunk, now.date(), now)

    return [owe(every[first : first + many]) for first in range(0, branches, many)]


def _planning(branches: int, many: int) -> list[Act]:
    """What the planner does, one act after another."""
    now = datetime.now(UTC)
    return [lambda tx: topic_plans.plan_due(tx, now, FALLBACK)] * (-(-branches // many))


def _bare(tx: Transaction) -> object:
    """As many rows of the same table by one statement, which knows nothing of branches and of who belongs."""
    now = datetime.now(UTC)
    same = {
        "occurrence_id": 0,
        "part": 0,
        "op": "send",
        "version": 1,
        "kind": Kind.TOPIC_PUSH,
        "subject_id": 1,
        "state": "ready",
        "priority": 4,
        "not_before": now,
        "attempts": 0,
        "maybe_repeat": False,
    }
    columns = t.Delivery.__table__.c
    values = [literal(value, type_=columns[name].type) for name, value in same.items()]
    private = select(t.Chat.id, t.Chat.bot_id, *values).where(t.Chat.kind == "private").order_by(t.Chat.id)
    return tx.execute(insert(t.Delivery).from_select(["chat_id", "bot_id", *same], private)).rowcount


def _timed(database: Database, acts: list[Act]) -> Took:
    longest, before, began = 0.0, _resident(), time.perf_counter()
    Path("/proc/self/clear_refs").write_text("5")  # the most it ever held is counted from here
    for act in acts:
        started = time.perf_counter()
        database.write_now(act)
        longest = max(longest, time.perf_counter() - started)
    return Took(time.perf_counter() - began, longest * 1000, _resident("VmHWM") - before)


def _resident(which: str = "VmRSS") -> float:
    """The memory this process holds, or the most it held, in MiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(which)) / 1024


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(_figures(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))))
