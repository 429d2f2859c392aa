"""The organisation as it stands on record on one day, for comparing a roster with it."""

from dataclasses import dataclass

from domain.ids import AppointmentId, MembershipId, PersonId, UnitId
from domain.people import Standing
from domain.roles import Role
from domain.tombstones import Graveyard
from domain.units import UnitKind

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownUnit:
    id: UnitId
    path: Path
    kind: UnitKind
    guests_only: bool = False  # its people are members elsewhere


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """`user_ids` and `usernames` are of the accounts and hints in force."""

    id: PersonId
    name: str
    number: str | None
    joined: str | None
    user_ids: frozenset[int]
    usernames: frozenset[str]


@dataclass(frozen=True, slots=True)
class KnownMembership:
    id: MembershipId
    person: PersonId
    branch: UnitId
    group: UnitId | None
    standing: Standing
    exempt: str | None
    guest: bool = False  # they belong elsewhere


@dataclass(frozen=True, slots=True)
class KnownAppointment:
    id: AppointmentId
    person: PersonId
    unit: UnitId
    role: Role


@dataclass(frozen=True, slots=True)
class Organisation:
    """Everything that is in force, and of what has ended only whose and where it was."""

    units: tuple[KnownUnit, ...]
    people: tuple[KnownPerson, ...]
    memberships: tuple[KnownMembership, ...]
    appointments: tuple[KnownAppointment, ...]
    former: tuple[tuple[PersonId, UnitId], ...]
    erased: Graveyard | None = None
