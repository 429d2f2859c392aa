"""Who may send: by the database's time, never longer than the holder can be sure of, and nothing twice."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot
from sqlalchemy.exc import OperationalError

from domain.deliveries import ON_DOUBT, Kind, OnDoubt
from domain.sending import Sent
from scheduling.leadership import Leadership
from scheduling.pacing import Pacer
from scheduling.sender import WINDOW, Sender
from services import chats, leases, sending
from services.leases import TTL
from simulator.faults import Fault
from simulator.session import InProcessSession
from storage import sending as stored
from storage.database import Database
from storage.tables import Attempt, Delivery
from tests.scheduling.office import BOT_ID, FALLBACK, NOON, TOKEN, Office, until

HOUR = timedelta(hours=1)


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


def after(office: Office, monkeypatch: pytest.MonkeyPatch, act: Any, happens: Any) -> None:
    """Something happens right after the first commit of an act, before anybody hears of it."""
    write, over = office.db.write, asyncio.Event()

    async def interrupted(called: Any, *args: Any, **kwargs: Any) -> Any:
        result = await write(called, *args, **kwargs)
        if called is act and not over.is_set():
            over.set()
            await happens()
        return result

    monkeypatch.setattr(office.db, "write", interrupted)


async def test_a_server_goes_by_its_own_clock_whatever_a_process_believes(postgresql: Database) -> None:
    assert await postgresql.write(leases.hold, BOT_ID, "one", NOON)
    assert await postgresql.write(leases.hold, BOT_ID, "another, an hour fast", NOON + HOUR) is None


async def test_a_clock_turned_back_does_not_prolong_a_lease(sqlite: Database) -> None:
    assert await sqlite.write(leases.hold, BOT_ID, "one that died", NOON + HOUR)
    assert await sqlite.write(leases.hold, BOT_ID, "another", NOON)


async def test_a_leader_that_was_stopped_before_its_request_writes_nothing_on_waking(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message is marked `sending`; then the process sleeps past its lease, and another takes over."""
    monkeypatch.setitem(ON_DOUBT, Kind.CHAT_SUSPENDED, OnDoubt.HOLD)
    wang, rival = office.member(), office.new_sender()

    async def sleeps() -> None:
        await office.clock.sleep(TTL.total_seconds())
        office.lease_runs_out()
        await rival.drain(office.clock.now())

    office.owe([wang.chat])
    after(office, monkeypatch, sending.begin, sleeps)
    await office.drain()
    assert wang.heard == []
    assert office.rows() == ["ambiguous"]


async def test_a_leader_that_was_stopped_and_not_followed_loses_no_message(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = office.member()
    office.owe([wang.chat])
    after(office, monkeypatch, sending.begin, lambda: office.clock.sleep(TTL.total_seconds()))
    await office.drain()
    assert len(wang.heard) == 1
    assert office.rows(Delivery.state, Delivery.maybe_repeat) == [("sent", False)]


async def test_what_is_being_sent_is_not_made_ready_by_who_takes_over(office: Office) -> None:
    """Of two who move a row at once the second finds it moved: a row that is begun is claimed by nobody."""
    office.owe([office.member().chat])
    lease = await office.db.write(leases.hold, BOT_ID, "one", office.clock.now())
    assert lease is not None
    (claimed,) = await office.db.write(sending.claim, lease, [], office.clock.now(), 9)
    await office.db.write(sending.begin, claimed.id, lease, office.clock.now(), FALLBACK)
    await office.db.write(stored.release, [claimed.id])
    assert office.rows() == ["sending"]


async def test_an_answer_that_comes_late_ends_the_doubt(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ON_DOUBT, Kind.CHAT_SUSPENDED, OnDoubt.HOLD)
    office.owe([office.member().chat])
    lease = await office.db.write(leases.hold, BOT_ID, "one", office.clock.now())
    assert lease is not None
    (claimed,) = await office.db.write(sending.claim, lease, [], office.clock.now(), 9)
    begun = await office.db.write(sending.begin, claimed.id, lease, office.clock.now(), FALLBACK)
    assert begun is not None
    office.lease_runs_out()
    await office.drain()
    assert office.rows() == ["ambiguous"]
    answer = Sent(77, "", more=False, card=False)
    await office.db.write(sending.settle_sent, begun, lease, answer, office.clock.now())
    assert office.rows(Delivery.state, Delivery.message_id) == [("sent", 77)]


def lost(office: Office, monkeypatch: pytest.MonkeyPatch, act: Any) -> None:
    """The connection breaks once, after the act is durable and before anybody is told."""

    async def breaks() -> None:
        raise OperationalError("COMMIT", None, ConnectionError())

    after(office, monkeypatch, act, breaks)


async def test_taking_the_lease_anew_gives_the_last_one_no_trust(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request of our own from before another came and went may have been decided about by them."""
    bot = Bot(TOKEN, session=InProcessSession(office.telegram))
    ours = Leadership(office.db, bot, office.clock, BOT_ID, FALLBACK, Pacer())
    await ours.hold()
    first = ours.outbox
    assert first is not None
    assert first.trusted()
    await office.clock.sleep(TTL.total_seconds())
    office.lease_runs_out()
    another = await office.db.write(leases.hold, BOT_ID, "another", office.clock.now())
    assert another is not None
    await office.db.write(leases.give_back, another, office.clock.now())
    trusted = []

    async def looks() -> None:
        trusted.append(first.trusted())

    after(office, monkeypatch, leases.take_over, looks)
    assert await ours.hold()
    assert trusted == [False]


@pytest.mark.parametrize("crashed", [False, True])
async def test_who_blocks_the_bot_as_it_writes_is_owed_nothing_more(
    office: Office, monkeypatch: pytest.MonkeyPatch, crashed: bool
) -> None:
    """What never left, or is in doubt, would wait for a chat that nobody opens again."""
    wang = office.member()
    office.owe([wang.chat])
    office.telegram.fail_next("sendMessage", Fault.NO_CONNECTION)

    async def blocks() -> None:
        number = wang.sim.id
        await office.db.write(chats.lose, "telegram", BOT_ID, number, "kicked", office.clock.now())
        if crashed:
            office.lease_runs_out()
            await office.new_sender().drain(office.clock.now())

    after(office, monkeypatch, sending.begin, blocks)
    await office.drain()
    assert office.rows() == ["cancelled"]


async def test_a_connection_lost_before_the_request_leaves_no_doubt(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = office.member()
    office.owe([wang.chat])
    lost(office, monkeypatch, sending.begin)
    await office.drain()
    await office.drain()
    assert office.rows(Delivery.state, Delivery.maybe_repeat) == [("sent", False)]
    assert len(wang.heard) == 1
    assert office.rows(Delivery.attempts) == [1]


async def test_what_another_has_begun_since_is_in_doubt_all_the_same(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """We know that we wrote nothing; of who followed us, and died in the midst of it, nobody knows that."""
    wang = office.member()
    office.owe([wang.chat])
    lost(office, monkeypatch, sending.begin)
    await office.drain()
    lease = await office.db.write(leases.hold, BOT_ID, "one that died", office.clock.now())
    assert lease is not None
    await office.db.write(leases.take_over, lease, office.clock.now())
    (claimed,) = await office.db.write(sending.claim, lease, [], office.clock.now(), 9)
    await office.db.write(sending.begin, claimed.id, lease, office.clock.now(), FALLBACK)
    office.lease_runs_out()
    await office.drain()
    assert office.rows() == ["ambiguous"]
    assert wang.heard == []


async def test_a_connection_lost_after_the_answer_loses_no_answer(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = office.member()
    office.owe([wang.chat])
    lost(office, monkeypatch, sending.settle_sent)
    await office.drain()
    assert office.rows(Delivery.state, Delivery.maybe_repeat) == [("sent", False)]
    assert len(wang.heard) == 1


async def test_many_chats_that_must_wait_hold_up_nobody_else(sqlite: Database) -> None:
    office = Office(sqlite)
    patient = [office.member(f"甲{n}") for n in range(WINDOW + 5)]
    quick = [office.member(f"乙{n}") for n in range(5)]
    for one in patient:
        office.sender._pacer.pause_chat(one.sim.id, 600, office.clock.monotonic())
    office.owe([one.chat for one in patient], "first")
    office.owe([one.chat for one in quick], "second")
    draining = asyncio.create_task(office.drain())
    await until(lambda: all(one.heard for one in quick))
    assert office.clock.monotonic() < 60
    assert not any(one.heard for one in patient)
    await draining
    assert all(one.heard for one in patient)


async def test_who_waits_for_a_lease_does_not_ask_at_every_update(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.drain()
    rival: Sender = office.new_sender()
    asked, write = [], office.db.write

    async def counted(act: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(act)
        return await write(act, *args, **kwargs)

    rested = asyncio.Event()

    async def sleep(_: float) -> None:
        await rested.wait()

    with monkeypatch.context() as patched:
        patched.setattr(office.db, "write", counted)
        patched.setattr(office.clock, "sleep", sleep)
        running = asyncio.create_task(rival.run())
        await until(lambda: asked)
        for _ in range(100):
            rival.wake()
            await office.db.ping()
        assert asked == [leases.hold]
        rested.set()
        await rival.stop()
        await running


async def test_no_attempt_is_left_open(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.owe([office.member().chat])
    after(office, monkeypatch, sending.begin, lambda: office.clock.sleep(TTL.total_seconds()))
    await office.drain()
    found = office.db.read_now(lambda tx: tx.execute(Attempt.__table__.select()).mappings().all())
    assert [(one["outcome"], one["ended_at"] is None) for one in found] == [
        ("not written", False),
        ("sent", False),
    ]
