"""Appointments looked up and changed."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select, update

from domain.appointments import Held, never_lapses
from domain.ids import AppointmentId, PersonId, UnitId
from domain.roles import Role
from storage.database import Transaction
from storage.tables import Account as accounts
from storage.tables import Appointment as appointments
from storage.tables import Person as people


def lasting_on(tx: Transaction, unit: UnitId, on: date) -> list[Held]:
    """Who holds, or will hold, a role on the unit; in the order of the roles' rank, highest last."""
    return _held(tx, and_(appointments.unit_id == unit, _lasting(on)))


def appointment_with(tx: Transaction, appointment: AppointmentId) -> Held | None:
    """An appointment as it stands, ended or not."""
    found = _held(tx, appointments.id == appointment)
    return found[0] if found else None


def has(tx: Transaction, person: PersonId, unit: UnitId, role: Role, since: date) -> bool:
    """Whether the person holds the role on the unit on that day or later."""
    which = and_(
        appointments.person_id == person,
        appointments.unit_id == unit,
        appointments.role == role,
        _lasting(since),
    )
    return tx.execute(select(appointments.id).where(which)).first() is not None


def end(tx: Transaction, appointment: AppointmentId, until: date) -> None:
    """The role is not held any more from that day; one that had not begun is never held."""
    tx.execute(update(appointments).where(appointments.id == appointment).values(until=until))


def hold_administrators(tx: Transaction, units: Iterable[UnitId]) -> None:
    """Let nobody else end an administrator's role on these units until this transaction ends."""
    tx.execute(
        select(appointments.id)
        .where(
            appointments.unit_id.in_(list(units)),
            appointments.role == Role.ADMINISTRATOR,
            appointments.until.is_(None),
        )
        .order_by(appointments.id)
        .with_for_update()
    )


def is_administered(
    tx: Transaction, units: Collection[UnitId], on: date, without: AppointmentId | None
) -> bool:
    """Whether, one appointment aside, people with accounts administer the units from then on for good."""
    linked = select(accounts.person_id).where(accounts.unlinked_at.is_(None), accounts.user_id.is_not(None))
    asked = select(appointments.since, appointments.until).where(
        appointments.unit_id.in_(list(units)),
        appointments.role == Role.ADMINISTRATOR,
        _lasting(on),
        appointments.person_id.in_(linked),
    )
    if without is not None:
        asked = asked.where(appointments.id != without)
    return never_lapses([(row.since, row.until) for row in tx.execute(asked)], on)


def people_named(tx: Transaction, key: str, limit_to: int) -> list[PersonId]:
    """Everybody of that name."""
    found = select(people.id).where(people.name_key == key, people.erased_at.is_(None)).order_by(people.id)
    return list(tx.execute(found.limit(limit_to)).scalars())


def _lasting(on: date) -> ColumnElement[bool]:
    return or_(appointments.until.is_(None), appointments.until > on)


def _held(tx: Transaction, which: ColumnElement[bool]) -> list[Held]:
    found = tx.execute(
        select(
            appointments.id,
            appointments.person_id,
            people.name,
            appointments.unit_id,
            appointments.role,
            appointments.since,
            appointments.until,
        )
        .join(people, people.id == appointments.person_id)
        .where(which)
        .order_by(appointments.id)
    )
    return [
        Held(row.id, row.person_id, row.name, row.unit_id, Role(row.role), row.since, row.until)
        for row in found
    ]
