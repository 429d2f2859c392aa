"""What is counted per branch and period, so that a year is summed and never recounted."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.ids import PersonId, UnitId
from domain.participation import Attended, LeaveByKind, Tally, tally


class Counted(StrEnum):
    """One thing counted. The month is local to the branch: of a topic's opening, of an activity's start."""

    TOPICS = "topics"
    CHECKINS = "checkins"
    LATE_CHECKINS = "late_checkins"  # also counted among CHECKINS
    REFLECTIONS = "reflections"  # handed in or accepted
    ACTIVITIES = "activities"  # confirmed
    EXPECTED = "expected"
    PRESENT = "present"
    LATE = "late"
    ONLINE = "online"
    LEAVE_OFFICIAL = "leave_official"
    LEAVE_TRIP = "leave_trip"
    LEAVE_PERSONAL = "leave_personal"
    LEAVE_OTHER = "leave_other"
    LEAVE_UNAPPROVED = "leave_unapproved"  # also counted under its kind
    ABSENT = "absent"
    EXEMPT = "exempt"
    OBSERVERS = "observers"
    MADE_UP = "made_up"


Sums = Mapping[Counted, int]


@dataclass(frozen=True)
class Took:
    """How a person took part in one confirmed activity; `group` is where their membership stands."""

    person: PersonId
    group: UnitId | None
    part: Attended


@dataclass(frozen=True)
class Studied:
    """A check-in."""

    person: PersonId
    group: UnitId | None
    late: bool


@dataclass(frozen=True)
class Wrote:
    """A reflection that counts."""

    person: PersonId
    group: UnitId | None


@dataclass(frozen=True)
class Facts:
    """All that a branch's sums of a period are made of; `activities` are the units that held them."""

    topics: int
    activities: tuple[UnitId, ...]
    took: tuple[Took, ...]
    studied: tuple[Studied, ...]
    wrote: tuple[Wrote, ...]


def recounted(facts: Facts) -> dict[Counted, int]:
    """The sums as the facts have them."""
    return {
        Counted.TOPICS: facts.topics,
        Counted.CHECKINS: len(facts.studied),
        Counted.LATE_CHECKINS: sum(one.late for one in facts.studied),
        Counted.REFLECTIONS: len(facts.wrote),
        Counted.ACTIVITIES: len(facts.activities),
        **counted_in(tally(one.part for one in facts.took)),
    }


def counted_in(figures: Tally) -> dict[Counted, int]:
    """What a roster's figures add to the sums."""
    return {
        Counted.EXPECTED: figures.expected,
        Counted.PRESENT: figures.present,
        Counted.LATE: figures.late,
        Counted.ONLINE: figures.online,
        Counted.LEAVE_OFFICIAL: figures.leave_by_kind.official,
        Counted.LEAVE_TRIP: figures.leave_by_kind.trip,
        Counted.LEAVE_PERSONAL: figures.leave_by_kind.personal,
        Counted.LEAVE_OTHER: figures.leave_by_kind.other,
        Counted.LEAVE_UNAPPROVED: figures.unapproved,
        Counted.ABSENT: figures.absent,
        Counted.EXEMPT: figures.exempt,
        Counted.OBSERVERS: figures.observers,
        Counted.MADE_UP: figures.made_up,
    }


def tally_from(sums: Sums) -> Tally:
    """The figures of attendance that sums hold; what never moved is nought."""

    def of(kind: Counted) -> int:
        return sums.get(kind, 0)

    return Tally(
        expected=of(Counted.EXPECTED),
        present=of(Counted.PRESENT),
        late=of(Counted.LATE),
        online=of(Counted.ONLINE),
        leave_by_kind=LeaveByKind(
            of(Counted.LEAVE_OFFICIAL),
            of(Counted.LEAVE_TRIP),
            of(Counted.LEAVE_PERSONAL),
            of(Counted.LEAVE_OTHER),
        ),
        absent=of(Counted.ABSENT),
        unapproved=of(Counted.LEAVE_UNAPPROVED),
        exempt=of(Counted.EXEMPT),
        observers=of(Counted.OBSERVERS),
        made_up=of(Counted.MADE_UP),
    )
