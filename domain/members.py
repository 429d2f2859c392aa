"""The members of a branch as its committee sees them."""

from dataclasses import dataclass
from datetime import date

from domain.ids import MembershipId, PersonId
from domain.people import Standing
from domain.roles import Act
from domain.units import Unit

PAGE = 12  # people on one screen


@dataclass(frozen=True)
class Member:
    """One member; `group` is empty for those in none."""

    membership: MembershipId
    name: str
    standing: Standing
    exempt: bool
    group: str
    linked: bool


@dataclass(frozen=True)
class Members:
    """A page of a unit's members, and the other units whose members the reader may list."""

    unit: Unit
    others: tuple[Unit, ...]
    shown: tuple[Member, ...]
    total: int
    linked: int
    page: int
    hands_in: bool  # whether the reader may hand a roster in as well

    opens: bool = False  # whether there is something the reader may do with a member
    exports: bool = False  # whether the reader may take the roster away as a file

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True)
class MemberPage:
    """One member, and what the reader may do; `unit` is where they belong, or are a guest."""

    unit: Unit
    person: PersonId
    member: Member
    since: date
    until: date | None
    guest: bool
    acts: frozenset[Act]
