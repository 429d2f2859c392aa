"""A judge that finds nothing is no judge: each complaint is raised once."""

import pytest
from sqlalchemy import insert, update

from domain.deliveries import State
from domain.ids import PersonId, TopicId
from storage.database import Database
from storage.tables import Delivery, InboxUpdate, Rollup
from tests.faults.oracle import Figures, judge_messages, judge_updates
from tests.scheduling.office import BOT_ID, Member, Office


@pytest.fixture
def office(sqlite: Database) -> Office:
    return Office(sqlite)


@pytest.fixture
async def told(office: Office) -> Member:
    """A member who was owed one message and has it."""
    member = office.member()
    office.owe([member.chat])
    await office.drain()
    return member


def alter(office: Office, **values: object) -> None:
    office.db.write_now(lambda tx: tx.execute(update(Delivery).values(**values)) and None)


def complaint(office: Office, **how: int) -> str:
    with pytest.raises(AssertionError) as raised:
        judge_messages(office.db, office.telegram, **how)  # type: ignore[arg-type]
    return str(raised.value)


def test_what_was_sent_and_accepted_is_in_order(office: Office, told: Member) -> None:
    assert judge_messages(office.db, office.telegram, chats=[told.sim.id]) == Figures({"sent": 1}, 0, 1, 0)


@pytest.mark.parametrize("state", [State.READY, State.LEASED, State.SENDING])
def test_a_message_without_an_end_is_lost(office: Office, told: Member, state: State) -> None:
    alter(office, state=state)
    assert f"is left {state}" in complaint(office)


def test_a_message_nobody_accepted_was_not_sent(office: Office, told: Member) -> None:
    office.telegram.receipts.clear()
    assert "never accepted" in complaint(office)


def test_a_message_accepted_twice_is_doubled(office: Office, told: Member) -> None:
    office.telegram.receipts *= 2
    assert "more than settled" in complaint(office)


def test_a_repeat_that_says_so_is_counted_as_a_doubt(office: Office, told: Member) -> None:
    office.telegram.receipts *= 2
    alter(office, maybe_repeat=True)
    assert judge_messages(office.db, office.telegram, doubts=1).repeated == 1
    assert "were in doubt" in complaint(office)


def test_a_chat_that_was_forgotten_is_missed(office: Office, told: Member) -> None:
    with pytest.raises(AssertionError, match="1 chats"):
        judge_messages(office.db, office.telegram, chats=[told.sim.id, 7])


def test_an_update_left_over_is_missed(office: Office) -> None:
    row = {"bot_id": BOT_ID, "update_id": 5, "raw": "{}", "received_at": office.clock.now(), "state": "new"}
    office.db.write_now(lambda tx: tx.execute(insert(InboxUpdate).values(row)) and None)
    with pytest.raises(AssertionError, match="update 5 is new"):
        judge_updates(office.db, office.telegram, [])


def test_a_tap_that_did_not_count_is_missed(office: Office, told: Member) -> None:
    with pytest.raises(AssertionError, match="not counted"):
        judge_updates(office.db, office.telegram, [(TopicId(1), PersonId(told.person))])


def test_a_sum_that_is_no_recount_is_found(office: Office) -> None:
    row = {"branch_id": office.branch, "period": "2026-11", "checkins": 3}
    office.db.write_now(lambda tx: tx.execute(insert(Rollup).values(row)) and None)
    with pytest.raises(AssertionError, match=r"\(held, recounted\) \{'checkins': \(3, 0\)\}"):
        judge_updates(office.db, office.telegram, [])
