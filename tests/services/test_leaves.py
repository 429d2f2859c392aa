"""Leave is asked in two taps, decided once, silences reminders, and its text does not stay."""

from datetime import date, timedelta

import pytest

from domain.activities import Answer
from domain.errors import (
    LeaveDecidedAlready,
    NoLeaveNeeded,
    NotForYou,
    OwnLeave,
    PastTime,
    Refusal,
    SpanTooLong,
    TooLateForLeave,
    TooLong,
)
from domain.ids import ActivityId
from domain.leaves import LeaveReceipt, LeaveState
from domain.moments import Span
from domain.participation import LeaveKind
from services import activities, gatherings, leaves, retention, rsvps
from storage.database import Database, Transaction
from tests.services.assembly import DAY, HOUR, NOW, STARTS, WEEK, Assembly, assemble


@pytest.fixture
def here(database: Database) -> Assembly:
    return assemble(database)


def asks(
    here: Assembly,
    name: str,
    activity: ActivityId,
    kind: LeaveKind = LeaveKind.TRIP,
    reason: str | None = None,
) -> LeaveReceipt:
    return here.database.write_now(leaves.ask, here.actor(name), activity, kind, reason, NOW)


def answer_of(here: Assembly, name: str, activity: ActivityId) -> Answer:
    def look(tx: Transaction) -> Answer:
        gathering = gatherings.gathered(tx, gatherings.planned(tx, activity))
        return next(gathering.answer_of(p.membership) for p in gathering.participants if p.name == name)

    return here.database.read_now(look)


def test_those_who_decide_are_asked_and_the_first_answer_wins(here: Assembly) -> None:
    activity = here.theme_day()
    receipt = asks(here, "李强", activity)
    assert receipt.deciders == 2
    assert sorted(here.owed("asked")) == ["王芳", "陈静"]
    decided = here.database.write_now(leaves.decide, here.actor("陈静"), receipt.leave.id, True, NOW)
    assert decided.leave.state is LeaveState.APPROVED
    with pytest.raises(LeaveDecidedAlready):
        here.database.write_now(leaves.decide, here.actor("王芳"), receipt.leave.id, False, NOW)
    assert answer_of(here, "李强", activity) is Answer.LEAVE_APPROVED
    assert here.owed("decided") == ["李强"]


def test_the_other_deciders_message_is_not_sent_once_it_is_decided(here: Assembly) -> None:
    receipt = asks(here, "李强", here.theme_day())
    leave, wang = receipt.leave.id, here.at("王芳")
    assert here.database.read_now(leaves.asked_facts, leave, wang) is not None
    here.database.write_now(leaves.decide, here.actor("陈静"), receipt.leave.id, True, NOW)
    assert here.database.read_now(leaves.asked_facts, leave, wang) is None


def test_asking_twice_is_asking_once(here: Assembly) -> None:
    activity = here.theme_day()
    first, second = asks(here, "李强", activity), asks(here, "李强", activity)
    assert (first.already, second.already) == (False, True)
    assert first.leave.id == second.leave.id
    assert sorted(here.owed("asked")) == ["王芳", "陈静"]


def test_declined_one_is_expected_again_and_may_ask_anew(here: Assembly) -> None:
    activity = here.theme_day()
    receipt = asks(here, "李强", activity)
    here.database.write_now(leaves.decide, here.actor("王芳"), receipt.leave.id, False, NOW)
    assert answer_of(here, "李强", activity) is Answer.LEAVE_DECLINED
    again = here.database.write_now(
        leaves.ask, here.actor("李强"), activity, LeaveKind.OFFICIAL, None, NOW + HOUR
    )
    assert not again.already
    assert answer_of(here, "李强", activity) is Answer.LEAVE_ASKED


def test_nobody_decides_their_own_leave_nor_another_branchs(here: Assembly) -> None:
    activity = here.theme_day()
    own = asks(here, "王芳", activity)
    assert here.owed("asked") == ["陈静"]
    refused: list[tuple[str, type[Refusal]]] = [("王芳", OwnLeave), ("外人", NotForYou), ("吴敏", NotForYou)]
    for name, refusal in refused:
        with pytest.raises(refusal):
            here.database.write_now(leaves.decide, here.actor(name), own.leave.id, True, NOW)
    waiting = here.database.read_now(leaves.waiting_for, here.actor("陈静"))
    assert [one.name for one in waiting] == ["王芳"]
    assert here.database.read_now(leaves.waiting_for, here.actor("王芳")) == ()


def test_the_exempt_need_no_leave_and_after_the_start_it_is_too_late(here: Assembly) -> None:
    activity = here.theme_day()
    with pytest.raises(NoLeaveNeeded):
        asks(here, "老马", activity)
    with pytest.raises(TooLateForLeave):
        here.database.write_now(leaves.ask, here.actor("李强"), activity, LeaveKind.PERSONAL, None, STARTS)
    with pytest.raises(TooLong):
        asks(here, "李强", activity, reason="因" * 201)


def test_the_latest_word_counts(here: Assembly) -> None:
    activity = here.theme_day()
    li = here.actor("李强")
    here.database.write_now(rsvps.answer, li, activity, True, NOW - HOUR)
    receipt = asks(here, "李强", activity)
    assert answer_of(here, "李强", activity) is Answer.LEAVE_ASKED
    here.database.write_now(rsvps.answer, li, activity, True, NOW + HOUR)
    assert answer_of(here, "李强", activity) is Answer.GOING
    with pytest.raises(LeaveDecidedAlready):
        here.database.write_now(leaves.decide, here.actor("王芳"), receipt.leave.id, True, NOW + HOUR)


def test_a_leave_is_withdrawn_by_the_one_who_asked(here: Assembly) -> None:
    activity = here.theme_day()
    receipt = asks(here, "李强", activity)
    with pytest.raises(NotForYou):
        here.database.write_now(leaves.withdraw, here.actor("赵敏"), receipt.leave.id, NOW)
    here.database.write_now(leaves.withdraw, here.actor("李强"), receipt.leave.id, NOW)
    assert answer_of(here, "李强", activity) is Answer.NONE
    with pytest.raises(TooLateForLeave):
        here.database.write_now(leaves.withdraw, here.actor("李强"), receipt.leave.id, STARTS)


def test_a_span_covers_what_starts_inside_it_and_nothing_else(here: Assembly) -> None:
    inside = here.theme_day()
    outside = here.plans("党课\n时间: 2026-12-06 09:00")
    span = Span(date(2026, 11, 20), date(2026, 12, 5))
    (receipt,) = here.database.write_now(leaves.ask_span, here.actor("李强"), span, LeaveKind.TRIP, None, NOW)
    assert answer_of(here, "李强", inside) is Answer.LEAVE_ASKED
    assert answer_of(here, "李强", outside) is Answer.NONE
    (again,) = here.database.write_now(
        leaves.ask_span, here.actor("李强"), span, LeaveKind.TRIP, None, NOW + HOUR
    )
    assert again.already
    assert again.leave.id == receipt.leave.id
    covered = here.database.write_now(
        leaves.ask, here.actor("李强"), inside, LeaveKind.TRIP, None, NOW + HOUR
    )
    assert covered.already


@pytest.mark.parametrize(
    ("span", "refusal"),
    [
        (Span(date(2026, 10, 1), date(2026, 10, 5)), PastTime),
        (Span(date(2026, 12, 1), date(2026, 11, 20)), SpanTooLong),
        (Span(date(2026, 12, 1), date(2028, 11, 20)), SpanTooLong),
    ],
)
def test_a_span_that_makes_no_sense_is_refused(here: Assembly, span: Span, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        here.database.write_now(leaves.ask_span, here.actor("李强"), span, LeaveKind.TRIP, None, NOW)


def test_the_reason_is_deleted_after_thirty_days_and_the_kind_stays(here: Assembly) -> None:
    receipt = asks(here, "李强", here.theme_day(), LeaveKind.OTHER, "照看孩子")
    here.database.write_now(retention.forget, NOW + timedelta(days=30))
    waiting = here.database.read_now(leaves.waiting_for, here.actor("王芳"))
    assert waiting[0].leave.reason == "照看孩子"
    here.database.write_now(retention.forget, NOW + timedelta(days=30, minutes=1))
    (kept,) = here.database.read_now(leaves.waiting_for, here.actor("王芳"))
    assert (kept.leave.id, kept.leave.kind, kept.leave.reason) == (receipt.leave.id, LeaveKind.OTHER, None)


def test_leave_follows_an_activity_that_moves(here: Assembly) -> None:
    activity = here.theme_day()
    asks(here, "李强", activity)
    here.database.write_now(activities.move, here.actor("王芳"), activity, "2026-11-27 15:00", NOW + HOUR)
    (mine,) = here.database.read_now(leaves.mine, here.actor("李强"), STARTS + DAY)
    assert mine.leave.starts_at == STARTS + WEEK
