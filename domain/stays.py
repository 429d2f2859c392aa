"""Guests of a branch: floating members, and the people of a temporary branch or a study group.

They belong where their membership is. A stay is a second, dated membership that points home.
"""

from dataclasses import dataclass
from datetime import date

from domain.ids import MembershipId, PersonId, UnitId
from domain.units import Unit

PAGE = 16  # guests on a screen: whose names are long still fit


@dataclass(frozen=True)
class Guest:
    """Somebody's stay; `home` names their own branch."""

    stay: MembershipId
    person: PersonId
    name: str
    home: str
    since: date
    until: date | None


@dataclass(frozen=True)
class Visitor:
    """A member of another branch who could become a guest."""

    membership: MembershipId
    person: PersonId
    name: str
    home: str
    branch: UnitId


@dataclass(frozen=True)
class GuestsPage:
    """Some of a branch's guests, for those who record them."""

    unit: Unit
    guests: tuple[Guest, ...]
    on: date
    total: int = 0
    page: int = 0

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(self.total - 1, 0) // PAGE


@dataclass(frozen=True)
class VisitorsFound:
    """Members of other branches by a name."""

    unit: Unit
    words: str
    people: tuple[Visitor, ...]
