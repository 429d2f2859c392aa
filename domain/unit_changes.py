"""What may change in the tree of units, and what is seen of it."""

from dataclasses import dataclass
from datetime import date

from domain.errors import TooLong, UnitMisplaced, Unreadable
from domain.ids import UnitId
from domain.names import person_name
from domain.roles import Act
from domain.units import PARENTS, Form, Unit, UnitKind

PAGE = 8  # units on a screen, two in a row
LONGEST_NAME = 60  # characters of a unit's name; a button shows the first few

# Nothing new begins in a unit that is archived.
ENDING_WITH_THE_UNIT = frozenset(
    {
        Act.POST_TOPIC,
        Act.PLAN_ACTIVITY,
        Act.INVITE,
        Act.CHANGE_SETTINGS,
        Act.ADD_UNIT,
        Act.CHANGE_UNIT,
        Act.APPOINT,
        Act.APPOINT_ADMINISTRATOR,
        Act.HAND_OVER,
        Act.RECORD_STANDING,
        Act.RECORD_STAY,
        Act.MOVE_MEMBER,
        Act.IMPORT_ROSTER,
    }
)


@dataclass(frozen=True)
class Create:
    """A new unit below `parent`; `until` is the first day it is no more, for what is made for a time."""

    parent: UnitId
    name: str
    kind: UnitKind
    form: Form = Form.REGULAR
    until: date | None = None


@dataclass(frozen=True)
class Rename:
    unit: UnitId
    name: str


@dataclass(frozen=True)
class Move:
    """From today on below `parent`; past periods keep the tree as it stood."""

    unit: UnitId
    parent: UnitId


@dataclass(frozen=True)
class Archive:
    """From the day `on` the unit is no more; what it did stays."""

    unit: UnitId
    on: date


Change = Create | Rename | Move | Archive


@dataclass(frozen=True)
class Weighed:
    """A change that could be made, with how many people it concerns."""

    change: Change
    unit: Unit  # the one it is about; for a new one its parent
    target: Unit | None  # where it would move to
    people: int


@dataclass(frozen=True)
class UnitPage:
    """A unit with a page of those directly below; no unit: the units that one looks after."""

    unit: Unit | None
    below: tuple[Unit, ...]
    total: int
    page: int
    members: int = 0  # who belong to it itself
    guests: int = 0
    acts: frozenset[Act] = frozenset()  # what the reader may do here
    up: UnitId | None = None
    on: date = date.min

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(self.total - 1, 0) // PAGE


@dataclass(frozen=True)
class Found:
    """Units whose names hold the words; `more` than are shown."""

    words: str
    units: tuple[Unit, ...]
    more: bool


def choices_below(kind: UnitKind) -> tuple[tuple[UnitKind, Form], ...]:
    """What may be made below a unit of this kind."""
    plain = [(one, Form.REGULAR) for one in UnitKind if kind in PARENTS[one]]
    special = [(UnitKind.BRANCH, form) for form in Form if form is not Form.REGULAR]
    return (*plain, *(special if kind in PARENTS[UnitKind.BRANCH] else ()))


def unit_name(text: str) -> str:
    """The name as it is kept. Raises Unreadable for one that is empty or a path, TooLong."""
    name = person_name(text)
    if not name or "/" in name or "／" in name:
        raise Unreadable
    if len(name) > LONGEST_NAME:
        raise TooLong(len(name), LONGEST_NAME)
    return name


def must_fit(kind: UnitKind, parent: UnitKind) -> None:
    """Raises UnitMisplaced where a unit of the one kind cannot stand below one of the other."""
    if parent not in PARENTS[kind]:
        raise UnitMisplaced
