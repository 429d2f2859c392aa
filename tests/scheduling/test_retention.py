"""What people wrote is deleted where it first came in: updates after a week, what was asked after a month."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from scheduling.retention import Retention
from services import retention
from simulator.clock import MovableClock
from storage import conversations, inbox
from storage.conversations import Place, Talk
from storage.database import Database, Transaction
from storage.tables import Conversation, InboxUpdate
from tests.scheduling.office import until

START = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
BOT = 7


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(START)


def receive(db: Database, number: int, at: datetime, state: str | None) -> None:
    def act(tx: Transaction) -> None:
        inbox.store(tx, BOT, [(number, json.dumps({"update_id": number}))], at)
        if state:
            inbox.settle(tx, BOT, number, state, at)

    db.write_now(act)


def kept(db: Database) -> list[int]:
    ask = InboxUpdate.__table__.select().order_by(InboxUpdate.update_id)
    return db.read_now(lambda tx: [row.update_id for row in tx.execute(ask)])


async def test_updates_go_a_week_after_they_came_and_parked_ones_after_a_month(
    database: Database, clock: MovableClock
) -> None:
    for number, state in ((1, inbox.DONE), (2, inbox.PARKED), (3, None)):
        receive(database, number, START, state)
    receive(database, 4, START + timedelta(days=2), inbox.DONE)
    sweeper = Retention(database, clock)
    for days, left in ((7, [1, 2, 3, 4]), (8, [2, 3, 4]), (10, [2, 3]), (31, [3])):
        clock.move_to(START + timedelta(days=days))
        await sweeper.sweep(clock.now())
        assert kept(database) == left


async def test_a_conversation_goes_a_month_after_anything_was_said_in_it(
    database: Database, clock: MovableClock
) -> None:
    def talk(user: int, at: datetime) -> None:
        place = Place(BOT, user, user)
        database.write_now(conversations.keep, place, Talk("asked", {"draft": user}), at)

    talk(1, START)
    talk(2, START)
    talk(2, START + timedelta(days=20))
    await Retention(database, clock).sweep(START + timedelta(days=31))
    ask = Conversation.__table__.select()
    assert [row.user_id for row in database.read_now(lambda tx: tx.execute(ask).all())] == [2]


async def test_much_is_deleted_in_bounded_acts_and_none_of_it_is_left(
    database: Database, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "CHUNK", 10)
    raws = [(number, "{}") for number in range(25)]
    database.write_now(inbox.store, BOT, raws, START)
    for number, _ in raws:
        database.write_now(inbox.settle, BOT, number, inbox.DONE, START)
    later = START + timedelta(days=9)
    assert database.write_now(retention.forget, later) == 10
    assert await Retention(database, clock).sweep(later) == 15
    assert kept(database) == []


async def test_it_is_done_once_an_hour_however_often_the_alarm_rings(
    database: Database, clock: MovableClock
) -> None:
    sweeper = Retention(database, clock)
    assert await sweeper.sweep(START) == 0
    receive(database, 1, START - timedelta(days=8), inbox.DONE)
    assert await sweeper.sweep(START + timedelta(minutes=59)) == 0
    assert await sweeper.sweep(START + timedelta(hours=1)) == 1


async def test_a_woken_sweep_sweeps(database: Database, clock: MovableClock) -> None:
    receive(database, 1, START - timedelta(days=8), inbox.DONE)
    sweeper = Retention(database, clock)
    running = asyncio.create_task(sweeper.run())
    sweeper.wake()
    await until(lambda: not kept(database))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
