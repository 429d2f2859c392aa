"""The sender as a process among processes: crashes, takeovers, quiet hours, order, long messages."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from aiogram.utils.formatting import Text
from sqlalchemy import insert, select, update
from sqlalchemy.exc import OperationalError

from domain.deliveries import ON_DOUBT, Kind, OnDoubt
from domain.ids import CardId
from domain.reach import ChatSuspended
from domain.sending import LeaseLost
from messages import deliveries as messages
from messages.outgoing import Outgoing, Upload
from scheduling.cards import BETWEEN_EDITS
from scheduling.sender import HALF_OPEN
from services import deliveries, leases, reach, sending
from simulator.errors import PlatformError
from simulator.faults import Fault
from storage.database import Database, Transaction
from storage.tables import Attempt, Delivery, Preference
from tests.scheduling.office import BOT_ID, FALLBACK, Office, until

NIGHT = datetime(2026, 11, 6, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
MORNING = datetime(2026, 11, 6, 23, 0, tzinfo=UTC)  # 07:00


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


async def crash_while_sending(office: Office, count: int = 1) -> None:
    """Another process took the lease, claimed all and died with `count` messages on the wire."""
    lease = await office.db.write(leases.hold, BOT_ID, "one that died", office.clock.now())
    assert lease is not None
    claimed = await office.db.write(sending.claim, lease, [], office.clock.now(), 100)
    for one in claimed[:count]:
        await office.db.write(sending.begin, one.id, lease, office.clock.now(), FALLBACK)


async def test_a_crash_leaves_only_what_was_on_the_wire_in_doubt(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ON_DOUBT, Kind.CHAT_SUSPENDED, OnDoubt.HOLD)
    crowd = [office.member(f"党员{n}") for n in range(5)]
    office.owe([one.chat for one in crowd])
    await crash_while_sending(office, 2)
    office.lease_runs_out()
    await office.drain()
    assert office.rows() == ["ambiguous", "ambiguous", "sent", "sent", "sent"]
    assert [len(one.heard) for one in crowd] == [0, 0, 1, 1, 1]


async def test_after_a_crash_a_reminder_is_sent_again_and_says_so(office: Office) -> None:
    wang = office.member()
    office.owe([wang.chat])
    await crash_while_sending(office)
    office.lease_runs_out()
    await office.drain()
    assert office.rows(Delivery.state, Delivery.maybe_repeat) == [("sent", True)]
    assert "可能是重复的" in wang.heard[0]


async def test_nobody_else_sends_while_the_lease_holds(office: Office) -> None:
    wang, li = office.member("王芳"), office.member("李强")
    office.owe([wang.chat])
    await office.drain()
    rival = office.new_sender()
    office.owe([li.chat], "b")
    assert await rival.drain(office.clock.now()) == 0
    assert li.heard == []
    office.lease_runs_out()
    assert await rival.drain(office.clock.now()) == 1
    assert len(li.heard) == 1


async def test_who_lost_the_lease_writes_nothing_more(office: Office) -> None:
    wang, li = office.member("王芳"), office.member("李强")
    office.owe([wang.chat])
    await office.drain()
    office.lease_runs_out()
    rival = office.new_sender()
    await rival.drain(office.clock.now())
    office.owe([li.chat], "b")
    assert await office.drain() == 0
    assert li.heard == []
    assert office.rows() == ["sent", "ready"]


async def test_nothing_is_claimed_under_an_old_epoch(office: Office) -> None:
    office.owe([office.member().chat])
    old = await office.db.write(leases.hold, BOT_ID, "old", office.clock.now())
    office.lease_runs_out()
    await office.db.write(leases.hold, BOT_ID, "new", office.clock.now())
    assert old is not None
    with pytest.raises(LeaseLost):
        await office.db.write(sending.claim, old, [], office.clock.now(), 100)
    assert office.rows() == ["ready"]


async def test_a_stopped_sender_leaves_its_place_at_once(office: Office) -> None:
    crowd = [office.member(f"党员{n}") for n in range(3)]
    office.owe([one.chat for one in crowd])
    await office.drain()
    await office.sender.stop()
    office.owe([one.chat for one in crowd], "b")
    assert await office.new_sender().drain(office.clock.now()) == 3
    assert [len(one.heard) for one in crowd] == [2, 2, 2]


async def test_stopping_lets_what_is_in_flight_finish(office: Office) -> None:
    crowd = [office.member(f"党员{n}") for n in range(40)]
    office.owe([one.chat for one in crowd])
    draining = asyncio.create_task(office.drain())
    await until(lambda: office.telegram.receipts)
    await office.sender.stop()
    await draining
    states = office.rows()
    assert set(states) == {"sent", "ready"}
    assert states.count("sent") == sum(len(one.heard) for one in crowd)


async def test_giving_up_waiting_breaks_off_no_request(office: Office) -> None:
    wang = office.member()
    office.owe([wang.chat])
    draining = asyncio.create_task(office.drain())
    await until(lambda: office.db.read_now(lambda tx: tx.execute(select(Attempt.id)).all()))
    draining.cancel()
    with pytest.raises(asyncio.CancelledError):
        await draining
    await office.sender.stop()
    assert office.rows() == ["sent"]
    assert len(wang.heard) == 1


async def test_the_database_away_while_settling_leaves_no_row_behind(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent and could not be set down is in doubt, not forgotten in `sending`."""
    wang = office.member()
    office.owe([wang.chat])
    with monkeypatch.context() as outage:
        outage.setattr("storage.sending.settle_sent", away)
        await office.drain()
    assert office.rows() == ["sending"]
    await office.drain()
    assert office.rows(Delivery.state, Delivery.maybe_repeat) == [("sent", True)]
    assert len(wang.heard) == 2


def away(*_: object, **__: object) -> bool:
    raise ConnectionError


async def test_people_asleep_are_not_woken(database: Database) -> None:
    office = Office(database, start=NIGHT)
    wang = office.member()
    office.owe([wang.chat])
    await office.drain()
    assert wang.heard == []
    assert office.rows(Delivery.not_before) == [MORNING]
    assert await office.db.read(deliveries.next_due, office.clock.now(), FALLBACK) == MORNING
    office.clock.move_to(MORNING)
    await office.drain()
    assert len(wang.heard) == 1


async def test_a_persons_own_quiet_hours_count(database: Database) -> None:
    office = Office(database, start=NIGHT)
    wang = office.member()

    def stay_up(tx: Transaction) -> None:
        tx.execute(
            insert(Preference).values(
                person_id=wang.person,
                quiet_from=time(1),
                quiet_until=time(5),
                private_push=False,
            )
        )

    office.db.write_now(stay_up)
    office.owe([wang.chat])
    await office.drain()
    assert len(wang.heard) == 1


async def test_a_group_is_told_at_night_without_a_sound(database: Database) -> None:
    office = Office(database, start=NIGHT)
    _, chat = office.group(office.member())
    office.owe([chat])
    await office.drain()
    sent = [receipt for receipt in office.telegram.receipts if receipt.method == "sendMessage"]
    assert [str(one.params.get("disable_notification")).lower() for one in sent] == ["true"]


async def test_what_came_too_late_is_not_sent(office: Office) -> None:
    wang = office.member()
    office.owe([wang.chat], expires_at=office.clock.now() + timedelta(hours=1))
    office.clock.advance(timedelta(hours=2))
    await office.drain()
    assert office.rows(Delivery.state, Delivery.reason) == [("cancelled", "expired")]
    assert wang.heard == []


async def test_what_is_no_longer_owed_is_not_sent(office: Office) -> None:
    wang = office.member()
    office.owe([wang.chat])
    await office.db.write(reach.found, office.subject, office.clock.now())
    await office.drain()
    assert office.rows() == ["cancelled"]
    assert wang.heard == []


async def test_what_waits_for_a_silenced_group_is_sent_when_it_may_be(office: Office) -> None:
    group, chat = office.group(office.member())
    office.owe([chat])
    await office.db.write(reach.suspended, chat, "no rights", office.clock.now())
    assert await office.drain() == 0
    assert office.rows() == ["ready"]
    await office.db.write(reach.found, chat, office.clock.now())
    await office.drain()
    assert office.rows() == ["sent"]
    assert len(group.bot_messages) == 1


def long_notice(facts: ChatSuspended) -> Outgoing:
    paragraphs = "\n\n".join(f"第{n}段 " + "学" * 900 for n in range(10))
    return Outgoing(Text(paragraphs), uploads=(Upload("document", content=b"notes", name="要点.txt"),))


async def test_a_long_message_comes_in_order_with_its_files_last(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "chat_suspended", long_notice)
    wang = office.member()
    office.owe([wang.chat])
    await office.drain()
    assert office.rows(Delivery.part, Delivery.state) == [(n, "sent") for n in range(4)]
    assert [text[:3] for text in wang.heard] == ["第0段", "第4段", "第8段", ""]
    assert wang.sim.messages[-1].media == "document"


async def test_a_crash_between_two_parts_goes_on_with_the_next(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "chat_suspended", long_notice)
    wang = office.member()
    office.owe([wang.chat])
    office.telegram.fail_next("sendMessage", Fault.SLOW)
    draining = asyncio.create_task(office.drain())
    await until(lambda: office.telegram.receipts)
    await office.sender.stop()
    await draining
    assert len(wang.heard) < 4
    await office.new_sender().drain(office.clock.now())
    assert [text[:3] for text in wang.heard] == ["第0段", "第4段", "第8段", ""]


async def test_the_urgent_goes_first(office: Office) -> None:
    wang = office.member()
    office.owe([wang.chat], "later")
    office.owe([wang.chat], "urgent")
    office.db.write_now(
        lambda tx: tx.execute(update(Delivery).where(Delivery.id == 2).values(priority=1)).rowcount
    )
    await office.drain()
    order = office.db.read_now(
        lambda tx: tx.execute(select(Attempt.delivery_id).order_by(Attempt.id)).scalars().all()
    )
    assert order == [2, 1]


@pytest.fixture
async def running(office: Office) -> AsyncIterator[Office]:
    task = asyncio.create_task(office.sender.run())
    yield office
    await office.sender.stop()
    await task


async def test_a_running_sender_sends_when_it_is_woken(running: Office) -> None:
    wang = running.member()
    running.owe([wang.chat])
    running.sender.wake()
    await until(lambda: wang.heard)
    assert len(wang.heard) == 1


async def test_who_is_told_to_stop_while_taking_the_lease_sends_nothing_more(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is begun after the last goodbye would be cut off on the wire, and the lease kept for nobody."""
    wang = office.member()
    office.owe([wang.chat])
    asked, told = asyncio.Event(), asyncio.Event()
    write = office.db.write

    async def slowly(act: Any, *args: Any, **kwargs: Any) -> Any:
        result = await write(act, *args, **kwargs)
        if act is leases.hold and not asked.is_set():
            asked.set()
            await told.wait()
        return result

    monkeypatch.setattr(office.db, "write", slowly)
    draining = asyncio.create_task(office.drain())
    await asked.wait()
    stopping = asyncio.create_task(office.sender.stop())
    await asyncio.sleep(0)
    told.set()
    await asyncio.gather(draining, stopping)
    assert office.rows() == ["ready"]
    assert await office.new_sender().drain(office.clock.now()) == 1
    assert len(wang.heard) == 1


async def test_a_request_that_outlasts_our_patience_is_in_doubt_and_not_forgotten(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduling.sender.GRACE", 0.01)
    wang = office.member()
    office.owe([wang.chat])
    never = asyncio.Event()

    async def hang(*_: Any, **__: Any) -> Any:
        await never.wait()

    with monkeypatch.context() as silence:
        silence.setattr(office.telegram, "call", hang)
        draining = asyncio.create_task(office.drain())
        await until(lambda: office.db.read_now(lambda tx: tx.execute(select(Attempt.id)).all()))
        await office.sender.stop()
        await draining
    assert office.rows() == ["sending"]
    await office.new_sender().drain(office.clock.now())
    assert office.rows(Delivery.state, Delivery.maybe_repeat) == [("sent", True)]


@pytest.mark.parametrize("away", ["silent", "refusing"])
async def test_a_database_that_is_away_keeps_nobody_from_stopping(
    office: Office, monkeypatch: pytest.MonkeyPatch, away: str
) -> None:
    monkeypatch.setattr("scheduling.sender.GRACE", 0.01)
    monkeypatch.setattr("scheduling.sender.GOODBYE", 0.01)
    await office.drain()

    async def write(*_: Any, **__: Any) -> Any:
        if away == "silent":
            await asyncio.Event().wait()
        raise OperationalError("UPDATE", None, ConnectionError())

    with monkeypatch.context() as outage:
        outage.setattr(office.db, "write", write)
        running = asyncio.create_task(office.sender.run())
        async with asyncio.timeout(10):
            await office.sender.stop()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_refused_token_is_not_tried_at_every_tick(
    running: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    resting, rested = asyncio.Event(), asyncio.Event()
    really_sleep = running.clock.sleep

    async def sleep(seconds: float) -> None:
        if seconds == HALF_OPEN:
            resting.set()
            await rested.wait()
        await really_sleep(seconds)

    def tries() -> int:
        return len(running.db.read_now(lambda tx: tx.execute(select(Attempt.id)).all()))

    monkeypatch.setattr(running.clock, "sleep", sleep)
    running.owe([running.member().chat])
    refusal = PlatformError(401, "Unauthorized")
    running.telegram.fail_next("sendMessage", Fault.REFUSED, refusal=refusal)
    running.sender.wake()
    await resting.wait()
    assert tries() == 1
    for _ in range(200):
        running.sender.wake()
        await running.db.ping()
    assert tries() == 1
    rested.set()
    await until(lambda: running.rows() == ["sent"])


async def test_a_card_that_was_edited_long_ago_is_not_remembered(office: Office) -> None:
    for card in range(1000):
        office.sender._remember_edit(CardId(card), card * 1.0)
    assert len(office.sender._edited) <= BETWEEN_EDITS + 1
