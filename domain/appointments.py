"""Roles on units, from a date to a date: who holds them, and what may change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from domain.ids import AppointmentId, PersonId, UnitId
from domain.joining import Candidate
from domain.roles import COMMITTEE, Act, Role
from domain.units import Unit, UnitKind

FURTHEST = timedelta(days=366)  # a role may begin or end up to a year ahead or, on record only now, behind

# Which roles a unit of each kind knows.
ROLES_ON: Mapping[UnitKind, frozenset[Role]] = {
    UnitKind.COMMITTEE: COMMITTEE | {Role.COORDINATOR, Role.ADMINISTRATOR},
    UnitKind.GENERAL_BRANCH: COMMITTEE | {Role.COORDINATOR, Role.ADMINISTRATOR},
    UnitKind.BRANCH: COMMITTEE | {Role.ADMINISTRATOR},
    UnitKind.GROUP: frozenset({Role.GROUP_LEADER}),
    UnitKind.OTHER: frozenset({Role.SECRETARY, Role.DEPUTY, Role.COORDINATOR, Role.ADMINISTRATOR}),
}


@dataclass(frozen=True)
class Held:
    """A role somebody holds, or will."""

    id: AppointmentId
    person: PersonId
    name: str
    unit: UnitId
    role: Role
    since: date
    until: date | None


@dataclass(frozen=True)
class AppointmentsPage:
    """Who holds what on a unit; `appointable` are the roles that the reader may give and end there."""

    unit: Unit
    held: tuple[Held, ...]
    appointable: tuple[Role, ...]
    on: date


@dataclass(frozen=True)
class Candidates:
    """Who of that name could be appointed."""

    unit: Unit
    role: Role
    words: str
    people: tuple[Candidate, ...]


@dataclass(frozen=True)
class Appoint:
    """A role for somebody from that day."""

    unit: UnitId
    person: PersonId
    role: Role
    since: date


@dataclass(frozen=True)
class EndRole:
    """The role is not held any more from that day."""

    appointment: AppointmentId
    until: date


RoleChange = Appoint | EndRole


@dataclass(frozen=True)
class WeighedRole:
    """A change that could be made, with whom it concerns."""

    change: RoleChange
    unit: Unit
    name: str
    role: Role
    people: int  # at or below the unit, for whom that role decides


@dataclass(frozen=True)
class RoleGiven:
    """For the person: a role is theirs."""

    role: Role
    unit: str
    since: date
    until: date | None


@dataclass(frozen=True)
class RoleEnded:
    """For the person: a role is theirs no longer."""

    role: Role
    unit: str
    until: date


def never_lapses(spans: Iterable[tuple[date, date | None]], on: date) -> bool:
    """Whether terms, each from a day until another, leave no day from `on` on without one."""
    reached = on
    for since, until in sorted(spans, key=lambda span: span[0]):
        if since > reached:
            return False
        if until is None:
            return True
        reached = max(reached, until)
    return False


def act_for(role: Role) -> Act:
    """The act that giving or ending a role is."""
    return Act.APPOINT_ADMINISTRATOR if role is Role.ADMINISTRATOR else Act.APPOINT
