"""Giving and ending roles. A change is weighed, shown, and then made; the person concerned is told."""

from datetime import date, datetime
from typing import assert_never

from domain.actors import Actor
from domain.appointments import (
    FURTHEST,
    ROLES_ON,
    Appoint,
    AppointmentsPage,
    Candidates,
    EndRole,
    Held,
    RoleChange,
    RoleEnded,
    RoleGiven,
    WeighedRole,
    act_for,
)
from domain.deliveries import Cause, Kind
from domain.errors import AlreadySo, Gone, LastAdministrator, PastTime, TooFarAhead, UnitMisplaced
from domain.ids import AppointmentId, PersonId, UnitId
from domain.names import name_key, person_name
from domain.roles import Act, Role
from domain.unit_changes import PAGE
from domain.units import Unit
from domain.zones import latest_date
from services import consents, deliveries
from services.actors import allows, permit, today, units_where
from services.join_facts import candidates_of
from storage import appointments, audit, joining, people, unit_changes, units
from storage.database import Transaction


def held_on(tx: Transaction, actor: Actor, unit: UnitId, now: datetime) -> AppointmentsPage:
    """Who holds what on the unit, and what the actor may change of it. Raises as `permit`."""
    found = permit(tx, actor, Act.SEE_UNITS, unit, now)
    on = today(now, actor.zone)
    line = units.line_above(tx, unit, on)
    able = tuple(r for r in Role if r in ROLES_ON[found.kind] and allows(actor, act_for(r), line))
    over = found.is_over(on)
    return AppointmentsPage(found, tuple(appointments.lasting_on(tx, unit, on)), () if over else able, on)


def candidates(
    tx: Transaction, actor: Actor, unit: UnitId, role: Role, typed: str, now: datetime
) -> Candidates:
    """Whom of exactly this name the actor could appoint: somebody at or below a unit they look after."""
    found = permit(tx, actor, act_for(role), unit, now)
    on = today(now, actor.zone)
    words = person_name(typed)
    rows = joining.rows_named(tx, unit, name_key(words), on)  # of many namesakes the unit's own come first
    if actor.root:
        rows += appointments.people_named(tx, name_key(words), PAGE)
    else:
        roots = units_where(actor, Act.SEE_UNITS)
        rows += [row for root in roots for row in joining.rows_named(tx, root, name_key(words), on)]
    return Candidates(found, role, words, candidates_of(tx, list(dict.fromkeys(rows))[:PAGE], on))


def weigh(tx: Transaction, actor: Actor, change: RoleChange, now: datetime) -> WeighedRole:
    """Whether the change can be made, and whom it concerns; nothing is changed.

    Raises Gone, Stranger, NotForYou, UnitArchived, UnitMisplaced, AlreadySo, PastTime, TooFarAhead,
    LastAdministrator.
    """
    on = today(now, actor.zone)
    match change:
        case Appoint():
            unit = permit(tx, actor, act_for(change.role), change.unit, now)
            _appointable(tx, actor, change, unit, on)
            name = people.names_of(tx, [change.person])[change.person]
            return WeighedRole(change, unit, name, change.role, unit_changes.people_below(tx, unit, on))
        case EndRole():
            held = _held(tx, change.appointment)
            unit = permit(tx, actor, act_for(held.role), held.unit, now)
            _endable(tx, held, change.until, on)
            return WeighedRole(change, unit, held.name, held.role, unit_changes.people_below(tx, unit, on))
        case _:
            assert_never(change)


def make(tx: Transaction, actor: Actor, change: RoleChange, now: datetime) -> AppointmentsPage:
    """Make the change, and owe the person word of it; who then holds what. Raises what `weigh` raises."""
    match change:
        case Appoint():
            unit_changes.hold(tx, [change.unit])
            unit = weigh(tx, actor, change, now).unit
            made = people.appoint(tx, change.person, unit.id, change.role, change.since)
            if unit.archived_on is not None:
                appointments.end(tx, made, unit.archived_on)
            _note(tx, actor, "appointed", made, unit.id, change.role, change.since, now)
            _tell(tx, Kind.ROLE_GIVEN, made, "given", change.person, now)
            consents.ask(tx, _held(tx, made), now)
        case EndRole():
            held = _held(tx, change.appointment)
            appointments.hold_administrators(tx, units.line_above(tx, held.unit, latest_date(now)))
            unit = weigh(tx, actor, change, now).unit
            appointments.end(tx, held.id, change.until)
            _note(tx, actor, "role_ended", held.id, unit.id, held.role, change.until, now)
            _tell(tx, Kind.ROLE_ENDED, held.id, f"ended-{change.until}", held.person, now)
        case _:
            assert_never(change)
    return held_on(tx, actor, unit.id, now)


def given_facts(tx: Transaction, subject: int, now: datetime) -> RoleGiven | None:
    """What the appointed person is told; None once the role has ended again."""
    held = appointments.appointment_with(tx, AppointmentId(subject))
    if held is None or (held.until is not None and held.until <= now.date()):
        return None
    return RoleGiven(held.role, _name(tx, held.unit, now), held.since, held.until)


def ended_facts(tx: Transaction, subject: int, now: datetime) -> RoleEnded | None:
    """What the person is told whose role ends; None where it was given anew."""
    held = appointments.appointment_with(tx, AppointmentId(subject))
    if held is None or held.until is None:
        return None
    return RoleEnded(held.role, _name(tx, held.unit, now), held.until)


def _held(tx: Transaction, appointment: AppointmentId) -> Held:
    held = appointments.appointment_with(tx, appointment)
    if held is None:
        raise Gone
    return held


def _appointable(tx: Transaction, actor: Actor, change: Appoint, unit: Unit, on: date) -> None:
    if change.role not in ROLES_ON[unit.kind]:
        raise UnitMisplaced
    if change.since < on - FURTHEST:
        raise PastTime
    if change.since > on + FURTHEST or unit.is_over(change.since):
        raise TooFarAhead
    if not _within(tx, actor, change.person, on):
        raise Gone
    if appointments.has(tx, change.person, unit.id, change.role, change.since):
        raise AlreadySo


def _within(tx: Transaction, actor: Actor, person: PersonId, on: date) -> bool:
    """Whether the person stands at or below a unit the actor looks after: a forged id reaches nobody else."""
    if actor.root:
        return bool(people.names_of(tx, [person]))
    roots = set(units_where(actor, Act.SEE_UNITS))
    return any(roots & set(units.line_above(tx, unit, on)) for unit in people.units_of(tx, person, on))


def _endable(tx: Transaction, held: Held, until: date, on: date) -> None:
    if held.until is not None and held.until <= max(on, until):
        raise AlreadySo
    if until < on:
        raise PastTime
    if until - on > FURTHEST:
        raise TooFarAhead
    line = units.line_above(tx, held.unit, on)
    if held.role is Role.ADMINISTRATOR and not appointments.is_administered(tx, line, until, held.id):
        raise LastAdministrator


def _note(
    tx: Transaction,
    actor: Actor,
    act: str,
    appointment: AppointmentId,
    unit: UnitId,
    role: Role,
    on: date,
    now: datetime,
) -> None:
    detail = {"role": role, "on": on.isoformat()}
    audit.note(tx, actor.person, act, "appointment", appointment, now, unit, detail)


def _tell(
    tx: Transaction, kind: Kind, appointment: AppointmentId, stage: str, person: PersonId, now: datetime
) -> None:
    cause = Cause(f"appointment:{appointment}", "-", stage)
    deliveries.owe_people(tx, cause, kind, appointment, [person], now)


def _name(tx: Transaction, unit: UnitId, now: datetime) -> str:
    found = units.unit_with(tx, unit, latest_date(now))
    return found.name if found else ""
