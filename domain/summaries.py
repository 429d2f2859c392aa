"""A period's figures for a unit and what lies below it, as one value that reports and messages show."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from domain.activities import Kind, State
from domain.errors import UnknownPeriod
from domain.ids import ActivityId, PersonId, UnitId
from domain.participation import Tally
from domain.people import Standing
from domain.periods import Period, month_of, parse_period
from domain.rollups import Counted, Facts, Sums, recounted, tally_from
from domain.units import Unit, UnitKind

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
    held: int = 0  # activities whose attendance is confirmed

    @property
    def groupless(self) -> bool:
        """Whether this stands for those of a branch who are in none of its groups."""
        return not self.name


@dataclass(frozen=True)
class ActivityLine:
    """One activity; `starts_at` in UTC. Its tally is empty until attendance is confirmed."""

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
    parent: UnitId | None = None  # where the reader may go up to
    openable: bool = False  # names that the reader does not see and may open from above, which is noted

    def shows_leave_kinds(self, people: int) -> bool:
        """Whether kinds of leave may stand beside so many people: always for those who may see the names."""
        return self.names is not None or people >= FEWEST_FOR_LEAVE_KINDS


@dataclass(frozen=True)
class Choice:
    """Several units that a reader may have meant."""

    units: tuple[Unit, ...]
    period: Period


@dataclass(frozen=True)
class Request:
    """What `/summary` asks: a period, and the words for a unit, if any."""

    period: Period
    unit_words: str
    like_a_period: bool  # the words for the unit may be a period that could not be read


_LIKE_A_PERIOD = re.compile(r"\d{4}|本|上|今|去|.*(月|季|年|month|quarter|year)", re.IGNORECASE)


def read_request(text: str, today: date) -> Request:
    """Read a period, a unit, both in either order, or nothing, which asks for this month."""
    words = text.split()
    for position in (0, -1):
        if words and (period := _period(words[position], today)):
            del words[position]
            return Request(period, " ".join(words), like_a_period=False)
    doubtful = bool(words) and _LIKE_A_PERIOD.match(words[0]) is not None
    return Request(month_of(today), " ".join(words), doubtful)


def line_of(unit: Unit, members: int, sums: Sums) -> UnitLine:
    """A unit's line from its sums."""
    return UnitLine(
        unit.id,
        unit.name,
        unit.kind,
        members,
        tally_from(sums),
        sums.get(Counted.TOPICS, 0),
        sums.get(Counted.CHECKINS, 0),
        sums.get(Counted.LATE_CHECKINS, 0),
        sums.get(Counted.REFLECTIONS, 0),
        sums.get(Counted.ACTIVITIES, 0),
    )


def sums_of_group(facts: Facts, group: UnitId | None) -> Sums:
    """The part of a branch's sums that the members of one group have; None: those in no group."""
    return recounted(
        Facts(
            facts.topics,
            tuple(unit for unit in facts.activities if unit == group),
            tuple(one for one in facts.took if one.group == group),
            tuple(one for one in facts.studied if one.group == group),
            tuple(one for one in facts.wrote if one.group == group),
        )
    )


def _period(word: str, today: date) -> Period | None:
    try:
        return parse_period(word, today)
    except UnknownPeriod:
        return None
