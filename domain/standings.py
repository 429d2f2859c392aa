"""How a member stands in their branch, and what may change of it: from today on, never backwards."""

from dataclasses import dataclass
from datetime import date

from domain.ids import MembershipId, PersonId, UnitId
from domain.people import Standing
from domain.roles import Role
from domain.units import Unit

LONGEST_REASON = 30  # characters; a word for why, never a diagnosis


@dataclass(frozen=True)
class Stood:
    """A standing with its days; `exempt` is the reason, None for those who take part."""

    standing: Standing
    exempt: str | None
    since: date
    until: date | None


@dataclass(frozen=True)
class StandingPage:
    """A member, how they stand and stood, and what else they hold there."""

    unit: Unit
    membership: MembershipId
    person: PersonId
    name: str
    now: Stood
    before: tuple[Stood, ...]  # the latest first
    roles: tuple[Role, ...]  # in that branch and its groups
    stays: tuple[str, ...]  # branches they are guests of
    appoints: UnitId | None  # where the reader may give them roles


@dataclass(frozen=True)
class NewStanding:
    """What the member is to be from today on."""

    membership: MembershipId
    standing: Standing
    exempt: str | None
