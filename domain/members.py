"""The members of a branch as its committee sees them."""

from dataclasses import dataclass

from domain.people import Standing
from domain.units import Unit

PAGE = 12  # people on one screen


@dataclass(frozen=True)
class Member:
    """One member; `group` is empty for those in none."""

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

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))
