"""Attendance: one row per person and one outcome each, prefilled, corrected, and counted once confirmed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.activities import Activity, Answer
from domain.errors import NotYetStarting, RosterClosed
from domain.ids import MembershipId, PersonId, UnitId
from domain.participation import Attended, CountedAs, LeaveKind, Outcome, Tally, tally
from domain.rollups import Counted

TAP_FROM = timedelta(minutes=30)  # before the start: people arrive early, and a tap at home proves nothing
LATE_AFTER = timedelta(minutes=15)  # grace: a queue at the door is not lateness

# The order in which a tap on a name goes round: what the secretary corrects most comes first.
ROUND = (Outcome.PRESENT, Outcome.LATE, Outcome.ONLINE, Outcome.LEAVE, Outcome.ABSENT)


@dataclass(frozen=True)
class Row:
    """How one person took part; `outcome` is None until somebody says."""

    person: PersonId
    membership: MembershipId | None
    branch: UnitId
    part: CountedAs
    outcome: Outcome | None
    leave_kind: LeaveKind | None
    leave_approved: bool | None
    made_up_at: datetime | None
    marked_by: PersonId | None


@dataclass(frozen=True)
class RosterLine:
    """One name on the secretary's roster."""

    person: PersonId
    name: str
    part: CountedAs
    answer: Answer
    outcome: Outcome | None
    leave_kind: LeaveKind | None
    leave_approved: bool | None
    undecided: bool  # a leave that nobody approved (未批)


@dataclass(frozen=True)
class Roster:
    """The roster as the secretary sees it: before the start who comes, after it who came."""

    activity: Activity
    unit_name: str
    lines: tuple[RosterLine, ...]
    tally: Tally | None  # once confirmed
    now: datetime
    addable: tuple[tuple[PersonId, str], ...] = ()  # who may be added to it

    @property
    def unsaid(self) -> tuple[RosterLine, ...]:
        """Those expected of whom nobody has said anything."""
        return tuple(one for one in self.lines if one.part is CountedAs.EXPECTED and one.outcome is None)


@dataclass(frozen=True)
class Arrival:
    """What a tap on 到场 came to."""

    activity: Activity
    outcome: Outcome
    at: datetime
    already: bool


def prefilled(answer: Answer) -> Outcome | None:
    """What the roster says before anybody has been seen: leave is leave, approved or not (未批)."""
    if answer.on_leave:
        return Outcome.LEAVE
    return Outcome.PRESENT if answer is Answer.GOING else None


def on_arrival(activity: Activity, now: datetime) -> Outcome:
    """What a tap at `now` means: present from half an hour before, late after a quarter of an hour.

    Raises NotYetStarting before, RosterClosed after the end.
    """
    if now < activity.starts_at - TAP_FROM:
        raise NotYetStarting
    if now > activity.ends_at:
        raise RosterClosed
    return Outcome.PRESENT if now <= activity.starts_at + LATE_AFTER else Outcome.LATE


def after(outcome: Outcome | None) -> Outcome:
    """The next outcome when the secretary taps a name."""
    if outcome is None:
        return ROUND[0]
    return ROUND[(ROUND.index(outcome) + 1) % len(ROUND)]


def tally_of(rows: Iterable[Row]) -> Tally:
    """The figures of a concluded roster."""
    return tally(
        Attended(
            row.part,
            row.outcome,
            row.leave_kind if row.outcome is Outcome.LEAVE else None,
            bool(row.leave_approved),
            row.made_up_at is not None,
        )
        for row in rows
    )


def counted(rows: Iterable[Row], *, held: bool = True) -> dict[Counted, int]:
    """What a confirmed activity with these rows adds to a branch's month: to its own where it was `held`."""
    sums = tally_of(rows)
    return {
        Counted.ACTIVITIES: int(held),
        Counted.EXPECTED: sums.expected,
        Counted.PRESENT: sums.present,
        Counted.LATE: sums.late,
        Counted.ONLINE: sums.online,
        Counted.LEAVE_OFFICIAL: sums.leave_by_kind.official,
        Counted.LEAVE_TRIP: sums.leave_by_kind.trip,
        Counted.LEAVE_PERSONAL: sums.leave_by_kind.personal,
        Counted.LEAVE_OTHER: sums.leave_by_kind.other,
        Counted.LEAVE_UNAPPROVED: sums.unapproved,
        Counted.ABSENT: sums.absent,
        Counted.EXEMPT: sums.exempt,
        Counted.OBSERVERS: sums.observers,
        Counted.MADE_UP: sums.made_up,
    }
