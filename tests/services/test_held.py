"""Held, dead, paused: looked at by those who may, decided once, told in one message; on both databases."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from domain.actors import Account, Actor
from domain.errors import NotForYou, Stranger
from domain.held import Decision, Outcome, Shelf
from domain.ids import DeliveryId, OccurrenceId
from domain.roles import Role
from services import admin, held, leases, parked
from services.actors import actor_of
from storage import inbox
from storage.database import Database, Transaction
from storage.tables import AuditEntry, BotLease, Chat, Delivery, InboxUpdate, Occurrence
from tests.scheduling.office import BOT_ID, FALLBACK, Member, Office


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


def acting(office: Office, member: Member, *, root: bool = False) -> Actor:
    account = Account("telegram", member.sim.id, None, "zh")
    return office.db.read_now(actor_of, account, office.clock.now(), FALLBACK, root)


def put(office: Office, state: str, **values: object) -> list[DeliveryId]:
    def act(tx: Transaction) -> None:
        tx.execute(update(Delivery).values(state=state, settled_at=office.clock.now(), **values))

    office.db.write_now(act)
    return office.rows(Delivery.id)


def decided(
    office: Office, actor: Actor | None, one: DeliveryId, decision: Decision = Decision.RESEND
) -> Outcome:
    return office.db.write_now(held.decide, actor, BOT_ID, one, decision, office.clock.now())


def cause(office: Office) -> OccurrenceId:
    return office.db.read_now(lambda tx: tx.execute(select(Occurrence.id)).scalars().one())


async def test_what_was_held_is_sent_again_once_and_owns_up_to_it(office: Office) -> None:
    wang = office.member("王芳", role=Role.ADMINISTRATOR)
    office.owe([wang.chat])
    [one] = put(office, "ambiguous", reason="TelegramServerError")
    who = acting(office, wang)
    assert [decided(office, who, one), decided(office, who, one)] == [Outcome.DONE, Outcome.ALREADY]
    await office.drain()
    lost = update(Chat).values(state="unreachable")
    office.db.write_now(lambda tx: tx.execute(lost) and None)
    assert decided(office, who, one) is Outcome.ALREADY  # wherever it went
    assert decided(office, who, one, Decision.DROP) is Outcome.ALREADY
    assert office.rows() == ["sent"]
    assert ["可能是重复" in said for said in wang.heard] == [True]


async def test_what_was_refused_is_no_repeat(office: Office) -> None:
    wang = office.member("王芳", role=Role.ADMINISTRATOR)
    office.owe([wang.chat])
    [one] = put(office, "dead", reason="TelegramBadRequest")
    assert decided(office, acting(office, wang), one) is Outcome.DONE
    await office.drain()
    assert ["可能是重复" in said for said in wang.heard] == [False]


async def test_the_dead_rise_once_the_chat_is_open_again_and_in_time(office: Office) -> None:
    wang = office.member()
    office.owe([wang.chat], expires_at=office.clock.now() + timedelta(hours=1))
    wang.sim.blocks_bot()
    await office.drain()
    [one] = office.rows(Delivery.id)
    assert office.rows() == ["dead"]
    assert decided(office, None, one) is Outcome.UNREACHABLE
    reachable = update(Chat).values(state="reachable")
    office.db.write_now(lambda tx: tx.execute(reachable) and None)
    office.clock.move_to(office.clock.now() + timedelta(hours=2))
    assert decided(office, None, one) is Outcome.EXPIRED
    assert decided(office, None, one, Decision.DROP) is Outcome.DONE
    assert decided(office, None, DeliveryId(one + 1)) is Outcome.MISSING
    assert office.rows() == ["cancelled"]


async def test_all_of_a_cause_is_decided_as_it_was_shown_or_not_at_all(office: Office) -> None:
    members = [office.member(name) for name in ("王芳", "李强", "张伟")]
    office.owe([one.chat for one in members])
    ids = put(office, "ambiguous")
    about = (None, BOT_ID, cause(office), Shelf.HELD, Decision.RESEND)
    assert office.db.read_now(held.batch, *about, office.clock.now()).count == 3
    decided(office, None, ids[0], Decision.DROP)
    assert office.db.write_now(held.decide_all, *about, 3, office.clock.now()) is None
    assert sorted(office.rows()) == ["ambiguous", "ambiguous", "cancelled"]
    done = office.db.write_now(held.decide_all, *about, 2, office.clock.now())
    assert done is not None
    assert done.count == 2
    await office.drain()
    assert sorted(office.rows()) == ["cancelled", "sent", "sent"]


def test_who_cannot_be_reached_is_left_out_of_all(office: Office) -> None:
    wang, li = office.member("王芳"), office.member("李强")
    office.owe([wang.chat, li.chat])
    put(office, "dead")
    lost = update(Chat).where(Chat.id == li.chat).values(state="unreachable")
    office.db.write_now(lambda tx: tx.execute(lost) and None)
    about = (None, BOT_ID, cause(office), Shelf.DEAD, Decision.RESEND)
    done = office.db.write_now(held.decide_all, *about, 1, office.clock.now())
    assert done is not None
    assert done.count == 1
    assert office.rows(Delivery.chat_id, Delivery.state) == [(wang.chat, "ready"), (li.chat, "dead")]


async def test_a_paused_cause_goes_on_when_somebody_has_looked(office: Office) -> None:
    wang = office.member("王芳", role=Role.ADMINISTRATOR)
    office.owe([wang.chat])
    pause = update(Occurrence).values(paused_reason="TelegramBadRequest")
    office.db.write_now(lambda tx: tx.execute(pause) and None)
    await office.drain()
    assert office.rows() == ["ready"]
    who, now = acting(office, wang), office.clock.now()
    [paused] = office.db.read_now(held.paused, who, BOT_ID, now)
    assert (paused.waiting, paused.reason) == (1, "TelegramBadRequest")
    went_on = [office.db.write_now(held.resume, who, paused.subject.occurrence, now) for _ in range(2)]
    assert went_on == [True, False]
    assert office.db.read_now(held.paused, who, BOT_ID, now) == []
    await office.drain()
    assert office.rows() == ["sent"]


def test_only_who_administers_the_whole_sees_or_decides(office: Office) -> None:
    secretary = acting(office, office.member("王芳", role=Role.SECRETARY))
    stranger = Actor(Account("telegram", 99, None, None), None, (), (), "zh", "Asia/Shanghai")
    listed = Actor(Account("telegram", 98, None, None), None, (), (), "zh", "Asia/Shanghai", root=True)
    now = office.clock.now()
    for who, refusal in ((secretary, NotForYou), (stranger, Stranger)):
        with pytest.raises(refusal):
            office.db.read_now(admin.overview, who, BOT_ID, now)
        with pytest.raises(refusal):
            office.db.read_now(held.page, who, BOT_ID, Shelf.HELD, 0, now)
        with pytest.raises(refusal):
            office.db.read_now(parked.page, who, BOT_ID, 0, now)
        with pytest.raises(refusal):
            decided(office, who, DeliveryId(1))
        with pytest.raises(refusal):
            office.db.write_now(held.resume, who, OccurrenceId(1), now)
        with pytest.raises(refusal):
            office.db.write_now(parked.decide, who, BOT_ID, 1, Decision.RESEND, now)
    assert office.db.read_now(admin.overview, listed, BOT_ID, now).held == 0


def test_a_decision_leaves_ids_in_the_trail_and_nothing_else(office: Office) -> None:
    wang = office.member("王芳", role=Role.ADMINISTRATOR)
    office.owe([wang.chat])
    [one] = put(office, "ambiguous")
    decided(office, acting(office, wang), one)
    decided(office, acting(office, wang), one)
    columns = (AuditEntry.act, AuditEntry.subject_id, AuditEntry.person_id, AuditEntry.detail)
    rows = office.db.read_now(lambda tx: [tuple(row) for row in tx.execute(select(*columns))])
    assert rows == [("resend_delivery", one, wang.person, '{"was": "ambiguous"}')]


async def test_however_much_is_held_administrators_hear_of_it_once(office: Office) -> None:
    chen = office.member("陈静", role=Role.ADMINISTRATOR)
    others = [office.member(name) for name in ("王芳", "李强", "张伟")]
    office.owe([one.chat for one in others])
    await crash(office)
    await crash(office)  # reminders are sent once more; then they are held
    end_lease(office)
    for _ in range(2):
        office.clock.move_to(office.clock.now() + timedelta(minutes=5))
        await office.drain()
    assert [said.splitlines()[0] for said in chen.heard] == ["有事项等管理员处理:待确认 3 条。"]
    assert all(one.heard == [] for one in others)


async def test_nobody_is_told_of_what_has_been_dealt_with(office: Office) -> None:
    chen, wang = office.member("陈静", role=Role.ADMINISTRATOR), office.member("王芳")
    office.owe([wang.chat])
    await crash(office)
    await crash(office)
    one = office.rows(Delivery.id)[0]
    assert decided(office, None, one, Decision.DROP) is Outcome.DONE
    end_lease(office)
    office.clock.move_to(office.clock.now() + timedelta(minutes=5))
    await office.drain()
    assert chen.heard == []
    assert office.rows() == ["cancelled", "cancelled"]


async def test_whom_the_word_has_not_reached_gets_no_second_one(office: Office) -> None:
    office.member("陈静", role=Role.ADMINISTRATOR)
    for minutes in (0, 1, 7, 30):
        moment = office.clock.now() + timedelta(minutes=minutes)
        office.db.write_now(admin.tell, moment)
    assert office.rows(Delivery.kind) == ["admin_alert"]


def test_parking_tells_and_an_update_is_tried_again_as_if_new(office: Office) -> None:
    office.member("陈静", role=Role.ADMINISTRATOR)
    now = office.clock.now()
    office.db.write_now(
        inbox.store, BOT_ID, [(5, '{"update_id": 5, "message": {"text": "机密"}}')], now - timedelta(hours=1)
    )
    office.db.write_now(inbox.charge, BOT_ID, 5, "ValueError at x.py:1 < KeyError at y.py:2", 3)
    office.db.write_now(parked.park, BOT_ID, 5, now)
    assert office.rows(Delivery.kind) == ["admin_alert"]
    [row] = office.db.read_now(parked.listed, BOT_ID, 10)
    assert (row.kind, row.error) == ("message", "ValueError")
    taken = update(InboxUpdate).values(taken_at=now)
    office.db.write_now(lambda tx: tx.execute(taken) and None)
    about = (None, BOT_ID, 5, Decision.RESEND, now)
    assert [office.db.write_now(parked.decide, *about) for _ in range(2)] == [Outcome.DONE, Outcome.ALREADY]
    ago = now - timedelta(minutes=1)
    [again] = office.db.write_now(inbox.take_left, BOT_ID, [], now, ago, now, 10)  # as those who live do
    assert (again.update_id, again.attempts) == (5, 0)


def test_the_overview_counts_what_there_is(office: Office) -> None:
    wang, now = office.member("王芳", role=Role.ADMINISTRATOR), office.clock.now()
    who = acting(office, wang)
    assert not office.db.read_now(admin.overview, who, BOT_ID, now).leads
    office.owe([wang.chat], "a")
    office.owe([wang.chat], "b", due_at=now + timedelta(hours=1))
    lease = office.db.write_now(leases.hold, BOT_ID, "me", now)
    assert lease is not None
    seen = office.db.read_now(admin.overview, who, BOT_ID, now)
    assert (seen.ready, seen.oldest, seen.held, seen.dead) == (2, now, 0, 0)
    assert (seen.leads, seen.leads_since is not None) == (True, True)
    put(office, "cancelled")
    assert office.db.read_now(admin.overview, who, BOT_ID, now).cancelled_today == 2
    tomorrow = now + timedelta(days=1)
    assert office.db.read_now(admin.overview, who, BOT_ID, tomorrow).cancelled_today == 0
    renewed = office.db.write_now(leases.hold, BOT_ID, "me", now)
    assert renewed is not None
    assert office.db.read_now(admin.overview, who, BOT_ID, now).leads_since == seen.leads_since


async def crash(office: Office) -> None:
    """Everything due is begun by a sender that dies before it is written, and another takes over."""

    def begin(tx: Transaction) -> None:
        due = (Delivery.state == "ready", Delivery.not_before <= office.clock.now())
        tx.execute(update(Delivery).where(*due).values(state="sending", epoch=0))

    office.db.write_now(begin)
    end_lease(office)
    lease = office.db.write_now(leases.hold, BOT_ID, uuid4().hex, office.clock.now())
    assert lease is not None
    office.db.write_now(leases.take_over, lease, office.clock.now())


def end_lease(office: Office) -> None:
    """Whoever holds it is dead, and its time is over."""
    ended = update(BotLease).values(expires_at=datetime(2000, 1, 1, tzinfo=UTC))
    office.db.write_now(lambda tx: tx.execute(ended) and None)
