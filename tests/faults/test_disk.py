"""The file of a SQLite deployment: held by somebody else, then full, while a push is under way."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from subprocess import PIPE, Popen

import pytest
from sqlalchemy import func, insert, make_url, select
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from storage import sqlite as engine
from storage.database import Database, Transaction
from storage.tables import AuditEntry
from tests.faults.oracle import calm, judge_messages, judge_updates
from tests.faults.weather import Weather, everybody, taps_of
from tests.world import START, TOKEN

PATIENT = 20  # seconds a test waits for what should come by itself
IN_FLIGHT = 30

# Another process that holds the lock until its input closes.
HOLDER = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
other.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
other.execute("ROLLBACK")
"""


@contextmanager
def held(url: str) -> Iterator[None]:
    """The file is locked by another process."""
    holder = Popen(
        [sys.executable, "-c", HOLDER, make_url(url).database or ""], stdin=PIPE, stdout=PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield


def leave_room_for(tx: Transaction, pages: int) -> None:
    """So many pages more fit on the disk."""
    used = tx.exec_driver_sql("PRAGMA page_count").scalar_one()
    tx.exec_driver_sql(f"PRAGMA max_page_count={used + pages}")


@asynccontextmanager
async def working(world: Weather) -> AsyncIterator[None]:
    """Planner and sender work by themselves, as in the process."""
    planning = asyncio.create_task(world.app.planner.run())
    sending = asyncio.create_task(world.app.sender.run())
    world.app.wake()
    try:
        yield
    finally:
        planning.cancel()
        await asyncio.gather(planning, return_exceptions=True)
        await asyncio.gather(world.app.workers.stop(10), world.app.sender.stop())
        await sending


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENT):
        while not happened():  # noqa: ASYNC110 - threads and another process announce nothing
            await asyncio.sleep(0.02)


async def post_until_stored(world: Weather, refused: list[int]) -> None:
    """Post each update as the platform does: again and again until it is acknowledged; note refusals."""
    for update in world.telegram.updates_for(TOKEN):
        while True:
            try:
                await world.app.intake.take([json.dumps(update)])
            except OperationalError:
                refused.append(update["update_id"])
                await asyncio.sleep(0.05)
            else:
                break


async def test_sqlite_busy_then_full(
    sqlite: Database,
    sqlite_url: str,
    size: int,
    monkeypatch: pytest.MonkeyPatch,
    shown: Callable[[str], None],
) -> None:
    """The lock is held longer than anybody waits, then the disk is full; afterwards all goes on as before."""
    monkeypatch.setattr(engine.begin_patiently, "__defaults__", (0.3,))
    world = Weather(sqlite, hurried=True)
    branch = world.crowd(size)
    topic = world.publish(branch)
    world.publish(branch, "第二题")
    people = list(branch.people.values())
    with capture_logs() as logged:
        async with working(world):
            await until(lambda: len(world.wire.calls) > size // 3)
            with held(sqlite_url):
                await until(lambda: trouble(logged) >= 1)
            await until(lambda: len(world.wire.calls) > size // 2)
            first = [one for one in people if one.sim.messages]
            assert first
            await sqlite.write(leave_room_for, 0)
            for one in first:
                one.sim.taps("打卡", on=one.sim.messages[0])
            refused: list[int] = []
            posting = asyncio.create_task(post_until_stored(world, refused))
            before = trouble(logged)
            await until(lambda: bool(refused) and trouble(logged) > before)
            await sqlite.write(leave_room_for, 100_000)
            await posting
            await until(lambda: calm(sqlite))
            await world.app.workers.idle()
    figures = judge_messages(sqlite, world.wire, doubts=2 * IN_FLIGHT, chats=everybody(branch))
    assert judge_updates(sqlite, world.wire, taps_of(topic, [one.person for one in first])) == len(first)
    assert figures.states["sent"] >= 2 * (size - IN_FLIGHT)
    shown(f"sqlite_busy_then_full: {figures}; {len(refused)} posts refused, {len(first)} check-ins")


def trouble(logged: Sequence[Mapping[str, object]]) -> int:
    """How often the sender met a database that would not."""
    return sum(line["event"] in {"sender_stumbled", "sending_broke"} for line in logged)


def away(*_: object, **__: object) -> int:
    raise OperationalError("", {}, ConnectionError())


async def test_a_message_that_never_left_keeps_no_slot(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More messages meet a database that is away than there are slots; afterwards all are sent."""
    world = Weather(sqlite)
    branch = world.crowd(40)
    world.publish(branch)
    await world.app.planner.plan(world.clock.now())
    async with asyncio.timeout(PATIENT):
        with (
            monkeypatch.context() as outage,
            capture_logs(),
        ):  # a hundred tracebacks on a console take a minute
            outage.setattr("storage.sending.begin", away)
            for _ in range(4):
                await world.app.sender.drain(world.clock.now())
        await world.settle()
    assert judge_messages(sqlite, world.wire, chats=everybody(branch)).states == {"sent": 40}


# --- a batch of acts -----------------------------------------------------------------------------


def twice(tx: Transaction, word: str, now: datetime) -> str:
    """An act of two rows: neither stands without the other."""
    for half in ("first", "second"):
        tx.execute(insert(AuditEntry).values(act=word, subject_kind=half, at=now))
    return word


def kept(tx: Transaction) -> dict[str, int]:
    """How many rows of each act there are."""
    found = select(AuditEntry.act, func.count().label("rows")).group_by(AuditEntry.act)
    return {row.act: row.rows for row in tx.execute(found)}


async def outcomes(database: Database, words: list[str]) -> list[str | BaseException]:
    """What each of many callers at once was told."""
    return await asyncio.gather(
        *(database.write(twice, word, START) for word in words), return_exceptions=True
    )


async def test_a_full_disk_in_the_midst_of_a_batch_tells_each_its_own(sqlite: Database) -> None:
    """Some fit, some do not: who was told "done" stands, who was told "full" left nothing."""
    await sqlite.write(leave_room_for, 6)
    words = [f"{n}-" + "x" * (40 if n % 3 else 6000) for n in range(90)]
    told = await outcomes(sqlite, words)
    done = [word for word, outcome in zip(words, told, strict=True) if outcome == word]
    full = [outcome for outcome in told if isinstance(outcome, OperationalError)]
    assert len(done) + len(full) == len(words)
    assert done
    assert full
    assert await sqlite.read(kept) == dict.fromkeys(done, 2)
    await sqlite.write(leave_room_for, 100_000)
    late = [word for word in words if word not in done]
    assert await outcomes(sqlite, late) == late
    assert await sqlite.read(kept) == dict.fromkeys(words, 2)


async def test_a_lock_held_too_long_tells_everybody_and_keeps_nothing(
    sqlite: Database, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine.begin_patiently, "__defaults__", (0.3,))
    words = [f"{n}" for n in range(150)]
    with held(sqlite_url):
        told = await outcomes(sqlite, words)
    assert all(isinstance(outcome, OperationalError) for outcome in told)
    assert await sqlite.read(kept) == {}
    assert await outcomes(sqlite, words) == words
    assert await sqlite.read(kept) == dict.fromkeys(words, 2)


async def test_a_lock_held_for_a_while_is_waited_for_by_all(sqlite: Database, sqlite_url: str) -> None:
    words = [f"{n}" for n in range(150)]
    with held(sqlite_url):
        asking = asyncio.create_task(outcomes(sqlite, words))
        began = time.monotonic()
        await until(
            lambda: time.monotonic() - began > 3 * engine.BUSY_TIMEOUT / 1000
        )  # SQLite itself gave up
        await asyncio.to_thread(sqlite.read_now, kept)
        assert not asking.done()
    assert await asking == words
    assert await sqlite.read(kept) == dict.fromkeys(words, 2)
