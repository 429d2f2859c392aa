"""The roster: prefilled at the start, tapped at the door, corrected by its keeper, counted once confirmed."""

from datetime import timedelta

import pytest

from domain.activities import Answer, State
from domain.attendance import Roster, RosterLine
from domain.errors import (
    CalledOff,
    Gone,
    NotForYou,
    NothingToMakeUp,
    NotStartedYet,
    NotYetStarting,
    RosterClosed,
)
from domain.ids import ActivityId
from domain.participation import CountedAs, LeaveKind, Outcome
from domain.rollups import Counted
from services import activities, activity_facts, attendance, leaves, rsvps
from storage import people
from storage.database import Database, Transaction
from storage.tables import AuditEntry
from tests.services.assembly import DAY, HOUR, NOW, STARTS, Assembly, assemble

MINUTE = timedelta(minutes=1)


@pytest.fixture
def here(database: Database) -> Assembly:
    return assemble(database)


def roster(here: Assembly, activity: ActivityId, by: str = "王芳") -> Roster:
    return here.database.read_now(attendance.roster, here.actor(by), activity, STARTS + HOUR)


def line(here: Assembly, activity: ActivityId, name: str) -> RosterLine:
    return next(one for one in roster(here, activity).lines if one.name == name)


def outcomes(here: Assembly, activity: ActivityId) -> dict[str, Outcome | None]:
    return {one.name: one.outcome for one in roster(here, activity).lines if one.part is CountedAs.EXPECTED}


@pytest.fixture
def answered(here: Assembly) -> ActivityId:
    """李强 and 孙丽 come, 赵敏's trip is approved, 周平's affair not answered, the rest are silent."""
    activity = here.theme_day()
    for name in ("李强", "孙丽"):
        here.database.write_now(rsvps.answer, here.actor(name), activity, True, NOW)
    trip = here.database.write_now(leaves.ask, here.actor("赵敏"), activity, LeaveKind.TRIP, None, NOW)
    here.database.write_now(leaves.decide, here.actor("王芳"), trip.leave.id, True, NOW)
    here.database.write_now(leaves.ask, here.actor("周平"), activity, LeaveKind.PERSONAL, None, NOW)
    return activity


def test_a_day_before_the_keepers_hear_who_comes(here: Assembly, answered: ActivityId) -> None:
    here.clock_strikes(STARTS - DAY)
    assert sorted(here.owed("roster-1d")) == ["王芳", "陈静"]
    facts = here.database.read_now(activity_facts.roster_facts, answered, here.at("王芳"), STARTS - DAY)
    assert facts is not None
    said = {one.name: one.answer for one in facts.lines}
    assert (said["李强"], said["赵敏"], said["王芳"]) == (Answer.GOING, Answer.LEAVE_APPROVED, Answer.NONE)
    assert here.database.read_now(activity_facts.roster_facts, answered, here.at("李强"), NOW) is None


def test_at_the_start_the_roster_is_one_row_per_expected_person_prefilled(
    here: Assembly, answered: ActivityId
) -> None:
    here.clock_strikes(STARTS)
    here.clock_strikes(STARTS + MINUTE)
    assert outcomes(here, answered) == {
        "王芳": None,
        "陈静": None,
        "李强": Outcome.PRESENT,
        "赵敏": Outcome.LEAVE,
        "孙丽": Outcome.PRESENT,
        "周平": Outcome.LEAVE,
    }
    assert line(here, answered, "老马").part is CountedAs.EXEMPT
    assert line(here, answered, "周平").undecided
    assert not line(here, answered, "赵敏").undecided
    assert sorted(here.owed("roster-start")) == ["王芳", "陈静"]


def test_confirming_counts_what_stands_and_who_is_unaccounted_for_was_absent(
    here: Assembly, answered: ActivityId
) -> None:
    here.clock_strikes(STARTS)
    here.database.write_now(
        attendance.put, here.actor("王芳"), answered, here.people["王芳"], Outcome.ONLINE, STARTS + HOUR
    )
    done = here.database.write_now(attendance.confirm, here.actor("王芳"), answered, STARTS + HOUR)
    again = here.database.write_now(attendance.confirm, here.actor("陈静"), answered, STARTS + HOUR)
    assert done.tally == again.tally
    assert done.tally is not None
    shown = done.tally.line
    assert (shown.expected, shown.attended, shown.leave, shown.absent, shown.exempt) == (6, 3, 2, 1, 1)
    assert here.sums() == {
        Counted.ACTIVITIES: 1,
        Counted.EXPECTED: 6,
        Counted.PRESENT: 2,
        Counted.ONLINE: 1,
        Counted.LEAVE_TRIP: 1,
        Counted.LEAVE_PERSONAL: 1,
        Counted.LEAVE_UNAPPROVED: 1,
        Counted.ABSENT: 1,
        Counted.EXEMPT: 1,
    }


def test_a_correction_after_confirmation_moves_the_sums_and_is_audited(
    here: Assembly, answered: ActivityId
) -> None:
    here.clock_strikes(STARTS)
    here.database.write_now(attendance.confirm, here.actor("王芳"), answered, STARTS + HOUR)
    assert here.sums()[Counted.ABSENT] == 2
    here.database.write_now(
        attendance.put, here.actor("王芳"), answered, here.people["陈静"], Outcome.LATE, STARTS + DAY
    )
    assert (here.sums()[Counted.ABSENT], here.sums()[Counted.LATE]) == (1, 1)

    def trail(tx: Transaction) -> list[str]:
        found = tx.execute(AuditEntry.__table__.select().order_by(AuditEntry.id))
        return [row.act for row in found if row.act.startswith("attendance")]

    acts = ["attendance_confirmed", "attendance_marked", "attendance_corrected"]
    assert here.database.read_now(trail) == acts


def test_a_tap_goes_round_the_outcomes_and_leave_comes_back_with_its_kind(
    here: Assembly, answered: ActivityId
) -> None:
    here.clock_strikes(STARTS)
    seen = []
    for _ in range(5):
        here.database.write_now(
            attendance.turn, here.actor("陈静"), answered, here.people["赵敏"], STARTS + HOUR
        )
        seen.append(line(here, answered, "赵敏").outcome)
    assert seen == [Outcome.ABSENT, Outcome.PRESENT, Outcome.LATE, Outcome.ONLINE, Outcome.LEAVE]
    assert line(here, answered, "赵敏").leave_kind is LeaveKind.TRIP


def test_those_unaccounted_for_can_all_be_marked_as_there(here: Assembly, answered: ActivityId) -> None:
    here.clock_strikes(STARTS)
    left = here.database.write_now(attendance.unsaid_came, here.actor("王芳"), answered, STARTS + HOUR)
    assert left.unsaid == ()
    assert outcomes(here, answered)["陈静"] is Outcome.PRESENT
    assert outcomes(here, answered)["赵敏"] is Outcome.LEAVE


@pytest.mark.parametrize(
    ("after_start", "outcome"),
    [(-30 * MINUTE, Outcome.PRESENT), (15 * MINUTE, Outcome.PRESENT), (16 * MINUTE, Outcome.LATE)],
)
def test_a_tap_at_the_door_is_present_or_late(
    here: Assembly, answered: ActivityId, after_start: timedelta, outcome: Outcome
) -> None:
    at = STARTS + after_start
    here.clock_strikes(at)
    first = here.database.write_now(attendance.arrive, here.actor("王芳"), answered, at)
    second = here.database.write_now(attendance.arrive, here.actor("王芳"), answered, at + 20 * MINUTE)
    assert (first.outcome, first.already, second.outcome, second.already) == (outcome, False, outcome, True)
    here.clock_strikes(STARTS + HOUR)
    assert outcomes(here, answered)["王芳"] is outcome


def test_who_asked_for_leave_and_comes_after_all_was_there(here: Assembly, answered: ActivityId) -> None:
    here.clock_strikes(STARTS)
    here.database.write_now(attendance.arrive, here.actor("赵敏"), answered, STARTS)
    assert outcomes(here, answered)["赵敏"] is Outcome.PRESENT


def test_the_keepers_word_stands_over_a_tap(here: Assembly, answered: ActivityId) -> None:
    here.clock_strikes(STARTS)
    here.database.write_now(
        attendance.put, here.actor("王芳"), answered, here.people["李强"], Outcome.ABSENT, STARTS
    )
    arrival = here.database.write_now(attendance.arrive, here.actor("李强"), answered, STARTS + MINUTE)
    assert (arrival.outcome, arrival.already) == (Outcome.ABSENT, True)


def test_taps_outside_the_window_and_by_others_are_refused(here: Assembly, answered: ActivityId) -> None:
    with pytest.raises(NotYetStarting):
        here.database.write_now(attendance.arrive, here.actor("李强"), answered, STARTS - 31 * MINUTE)
    with pytest.raises(NotForYou):
        here.database.write_now(attendance.arrive, here.actor("外人"), answered, STARTS)
    with pytest.raises(RosterClosed):
        here.database.write_now(attendance.arrive, here.actor("李强"), answered, STARTS + 3 * HOUR)


def test_the_roster_is_its_keepers_and_opens_at_the_start(here: Assembly, answered: ActivityId) -> None:
    for name in ("李强", "外人", "吴敏"):
        with pytest.raises(NotForYou):
            here.database.write_now(attendance.confirm, here.actor(name), answered, STARTS)
        with pytest.raises(NotForYou):
            here.database.read_now(attendance.roster, here.actor(name), answered, STARTS)
    with pytest.raises(NotStartedYet):
        here.database.write_now(attendance.confirm, here.actor("王芳"), answered, STARTS - MINUTE)
    with pytest.raises(Gone):
        here.database.write_now(attendance.turn, here.actor("王芳"), answered, here.people["外人"], STARTS)


def test_observers_and_walk_ins_stand_beside_the_expected(here: Assembly, answered: ActivityId) -> None:
    here.clock_strikes(STARTS)
    addable = {name for _, name in roster(here, answered).addable}
    assert addable == {"小何", "吴敏"}
    for name in ("小何", "吴敏"):
        here.database.write_now(
            attendance.add, here.actor("王芳"), answered, here.people[name], STARTS + HOUR
        )
    with pytest.raises(Gone):
        here.database.write_now(
            attendance.add, here.actor("王芳"), answered, here.people["外人"], STARTS + HOUR
        )
    here.database.write_now(attendance.turn, here.actor("王芳"), answered, here.people["吴敏"], STARTS + HOUR)
    here.database.write_now(attendance.confirm, here.actor("王芳"), answered, STARTS + HOUR)
    assert here.sums()[Counted.OBSERVERS] == 1
    assert here.sums()[Counted.EXPECTED] == 6


def test_a_leave_can_be_made_up_and_is_counted_apart(here: Assembly, answered: ActivityId) -> None:
    here.clock_strikes(STARTS)
    here.database.write_now(attendance.confirm, here.actor("王芳"), answered, STARTS + HOUR)
    for _ in range(2):
        here.database.write_now(attendance.make_up, here.actor("赵敏"), answered, STARTS + DAY)
    with pytest.raises(NothingToMakeUp):
        here.database.write_now(attendance.make_up, here.actor("李强"), answered, STARTS + DAY)
    assert here.sums()[Counted.MADE_UP] == 1
    assert here.sums()[Counted.LEAVE_TRIP] == 1


def test_leave_approved_after_the_fact_is_no_longer_unapproved(here: Assembly, answered: ActivityId) -> None:
    here.clock_strikes(STARTS)
    here.database.write_now(attendance.confirm, here.actor("王芳"), answered, STARTS + HOUR)
    assert here.sums()[Counted.LEAVE_UNAPPROVED] == 1
    (waiting,) = here.database.read_now(leaves.waiting_for, here.actor("王芳"))
    here.database.write_now(leaves.decide, here.actor("王芳"), waiting.leave.id, True, STARTS + DAY)
    assert Counted.LEAVE_UNAPPROVED not in here.sums()
    assert here.sums()[Counted.LEAVE_PERSONAL] == 1


def test_what_did_not_take_place_counts_nowhere(here: Assembly, answered: ActivityId) -> None:
    with pytest.raises(NotStartedYet):
        here.database.write_now(activities.not_held, here.actor("王芳"), answered, STARTS - MINUTE)
    here.clock_strikes(STARTS)
    held = here.database.write_now(activities.not_held, here.actor("王芳"), answered, STARTS + HOUR)
    assert held.state is State.NOT_HELD
    with pytest.raises(CalledOff):
        here.database.write_now(attendance.confirm, here.actor("王芳"), answered, STARTS + HOUR)
    assert here.sums() == {}


def test_applicants_are_expected_at_a_lecture_only(here: Assembly) -> None:
    lecture = here.plans("党课\n时间: 2026-11-20 15:00")
    here.clock_strikes(STARTS)
    assert "小何" in outcomes(here, lecture)


def test_a_branchs_secretary_keeps_a_groups_roster_too(here: Assembly) -> None:
    meeting = here.plans("党小组会\n时间: 2026-11-20 15:00", by="孙丽")
    here.clock_strikes(STARTS)
    assert here.owed("roster-start") == ["孙丽"]
    done = here.database.write_now(attendance.confirm, here.actor("王芳"), meeting, STARTS + HOUR)
    assert [one.name for one in done.lines] == ["孙丽", "周平"]
    assert here.sums()[Counted.EXPECTED] == 2


def test_one_who_joins_on_the_day_is_added_as_expected(here: Assembly, answered: ActivityId) -> None:
    here.clock_strikes(STARTS)
    here.database.write_now(lambda tx: here.enrol(tx, "新来的"))
    here.database.write_now(
        attendance.add, here.actor("王芳"), answered, here.people["新来的"], STARTS + HOUR
    )
    assert outcomes(here, answered)["新来的"] is Outcome.PRESENT
    assert here.people["新来的"] in here.database.read_now(people.members_on, here.branch, STARTS.date())
