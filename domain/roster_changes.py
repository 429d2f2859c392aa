"""Each thing a roster can change of the organisation on record, and whom it does not know any more."""

from dataclasses import dataclass

from domain.ids import AppointmentId, MembershipId, PersonId, UnitId
from domain.organisation import Path
from domain.people import Standing
from domain.roles import Role
from domain.units import UnitKind


@dataclass(frozen=True, slots=True)
class NewUnit:
    path: Path
    kind: UnitKind


@dataclass(frozen=True, slots=True)
class KindLearnt:
    unit: UnitId
    path: Path
    kind: UnitKind


@dataclass(frozen=True, slots=True)
class NewPerson:
    """`who` is the position in the roster's `persons`, here and below."""

    who: int
    name: str
    number: str | None
    joined: str | None
    namesake: Path | None = None  # where somebody of this name stands on record whom the file does not know


@dataclass(frozen=True, slots=True)
class PersonChanged:
    person: PersonId
    name: str
    was: str
    number: str | None
    joined: str | None


@dataclass(frozen=True, slots=True)
class Enrolled:
    who: int
    name: str
    branch: Path
    group: Path | None
    standing: Standing
    exempt: str | None


@dataclass(frozen=True, slots=True)
class Regrouped:
    membership: MembershipId
    name: str
    group: Path


@dataclass(frozen=True, slots=True)
class StandingChanged:
    """Dated: what was before stays on record up to today."""

    membership: MembershipId
    name: str
    standing: Standing
    exempt: str | None


@dataclass(frozen=True, slots=True)
class Appointed:
    who: int
    name: str
    unit: Path
    role: Role


@dataclass(frozen=True, slots=True)
class AccountKnown:
    who: int
    name: str
    user_id: int


@dataclass(frozen=True, slots=True)
class UsernameKnown:
    """Tells whom to ask; grants nothing."""

    who: int
    name: str
    username: str


@dataclass(frozen=True, slots=True)
class NoMember:
    """A membership on record in a unit of the file, with no row there any more."""

    membership: MembershipId
    name: str
    branch: Path


@dataclass(frozen=True, slots=True)
class NoRole:
    """A role on record on a unit of the file, which the file does not give any more."""

    appointment: AppointmentId
    name: str
    unit: Path
    role: Role


Change = (
    NewUnit
    | KindLearnt
    | NewPerson
    | PersonChanged
    | Enrolled
    | Regrouped
    | StandingChanged
    | Appointed
    | AccountKnown
    | UsernameKnown
)
Absence = NoMember | NoRole
