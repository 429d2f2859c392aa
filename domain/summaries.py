"""A period's figures for a unit and what lies below it, as one value that reports and messages show."""

from dataclasses import dataclass
from datetime import datetime

from domain.activities import Kind, State
from domain.ids import ActivityId, PersonId, UnitId
from domain.participation import Tally
from domain.people import Standing
from domain.periods import Period
from domain.units import UnitKind

FEWEST_FOR_LEAVE_KINDS = 5  # with fewer expected, a kind of leave points at a person


@dataclass(frozen=True)
class UnitLine:
    """What one unit did, with all below it; `members` are those who belonged at the period's end."""

    unit_id: UnitId
    name: str
    kind: UnitKind
    members: int
    tally: Tally
    topics: int
    checkins: int  # voluntary; the late ones are among them
    late_checkins: int
    reflections: int


@dataclass(frozen=True)
class ActivityLine:
    """One activity; `starts_at` in UTC."""

    activity_id: ActivityId
    branch: str
    kind: Kind
    title: str
    starts_at: datetime
    state: State
    tally: Tally


@dataclass(frozen=True)
class NameLine:
    """One person's part, for those only who may see names."""

    person_id: PersonId
    name: str
    branch: str
    group: str
    standing: Standing
    expected: int
    attended: int
    leave: int
    absent: int
    checkins: int
    reflections: int


@dataclass(frozen=True)
class Summary:
    """A unit's period as seen by one reader at `at` (UTC); `names` is None where they may not see any."""

    unit_id: UnitId
    unit_path: tuple[str, ...]
    period: Period
    zone: str
    at: datetime
    totals: UnitLine
    children: tuple[UnitLine, ...]
    activities: tuple[ActivityLine, ...]
    names: tuple[NameLine, ...] | None

    def shows_leave_kinds(self, people: int) -> bool:
        """Whether kinds of leave may stand beside so many people: always for those who may see the names."""
        return self.names is not None or people >= FEWEST_FOR_LEAVE_KINDS
