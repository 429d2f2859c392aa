"""The organisation on record, read whole; and single changes of it."""

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select, update

from domain.ids import AppointmentId, MembershipId, PersonId, UnitId
from domain.names import name_key
from domain.organisation import (
    KnownAppointment,
    KnownMembership,
    KnownPerson,
    KnownUnit,
    Organisation,
    Path,
)
from domain.people import Standing
from domain.roles import Role
from domain.units import FORMS, Form, UnitKind
from storage.database import Transaction
from storage.erasures import graveyard
from storage.tables import Account as accounts
from storage.tables import Appointment as appointments
from storage.tables import Membership as memberships
from storage.tables import MembershipStanding as standings
from storage.tables import Person as people
from storage.tables import Unit as units
from storage.tables import UnitPlace as places
from storage.units import alive

PLATFORM = "telegram"


def organisation_on(tx: Transaction, on: date) -> Organisation:
    """Everything in force on that day, in a handful of queries."""
    return Organisation(
        _units(tx, on),
        _people(tx),
        _memberships(tx, on),
        _appointments(tx, on),
        _former(tx),
        graveyard(tx),
    )


def _in_force(table, on: date):  # type: ignore[no-untyped-def]  # a SQL condition
    return and_(table.since <= on, or_(table.until.is_(None), table.until > on))


def _units(tx: Transaction, on: date) -> tuple[KnownUnit, ...]:
    found = tx.execute(
        select(units.id, units.name, units.kind, units.form, places.parent_id)
        .join(places, places.unit_id == units.id)
        .where(alive(on), _in_force(places, on))
        .order_by(units.id)
    ).all()
    by_id = {row.id: row for row in found}

    def path(unit: UnitId) -> Path:
        row = by_id[unit]
        return (*path(row.parent_id), row.name) if row.parent_id in by_id else (row.name,)

    return tuple(
        KnownUnit(row.id, path(row.id), UnitKind(row.kind), FORMS[Form(row.form)].guests_only)
        for row in found
    )


def _people(tx: Transaction) -> tuple[KnownPerson, ...]:
    user_ids: dict[PersonId, set[int]] = defaultdict(set)
    usernames: dict[PersonId, set[str]] = defaultdict(set)
    for row in tx.execute(
        select(accounts.person_id, accounts.user_id, accounts.username).where(
            accounts.platform == PLATFORM, accounts.unlinked_at.is_(None)
        )
    ):
        if row.user_id is not None:
            user_ids[row.person_id].add(row.user_id)
        if row.username:
            usernames[row.person_id].add(row.username)
    nothing: frozenset[Any] = frozenset()  # one for all: a hundred thousand empty ones fill the memory
    found = tx.execute(
        select(people.id, people.name, people.number, people.joined)
        .where(people.erased_at.is_(None))
        .order_by(people.id)
    )
    return tuple(
        KnownPerson(
            row.id,
            row.name,
            row.number,
            row.joined,
            frozenset(user_ids[row.id]) if row.id in user_ids else nothing,
            frozenset(usernames[row.id]) if row.id in usernames else nothing,
        )
        for row in found
    )


def _memberships(tx: Transaction, on: date) -> tuple[KnownMembership, ...]:
    found = tx.execute(
        select(memberships, standings.standing, standings.exempt)
        .join(standings, standings.membership_id == memberships.id)
        .where(memberships.until.is_(None), _in_force(standings, on))
        .order_by(memberships.id)
    )
    return tuple(
        KnownMembership(
            row.id,
            row.person_id,
            row.branch_id,
            row.group_id,
            Standing(row.standing),
            row.exempt,
            row.home_id is not None,
        )
        for row in found
    )


def _appointments(tx: Transaction, on: date) -> tuple[KnownAppointment, ...]:
    found = tx.execute(
        select(appointments)
        .where(appointments.until.is_(None), appointments.since <= on)
        .order_by(appointments.id)
    )
    return tuple(KnownAppointment(row.id, row.person_id, row.unit_id, Role(row.role)) for row in found)


def _former(tx: Transaction) -> tuple[tuple[PersonId, UnitId], ...]:
    belonged = select(memberships.person_id, memberships.branch_id.label("unit_id")).where(
        memberships.until.is_not(None)
    )
    held = select(appointments.person_id, appointments.unit_id).where(appointments.until.is_not(None))
    return tuple((row.person_id, row.unit_id) for row in tx.execute(belonged.union(held)))


def set_identity(
    tx: Transaction, person: PersonId, name: str, number: str | None, joined: str | None
) -> None:
    """What a person is called and known by."""
    tx.execute(
        update(people)
        .where(people.id == person)
        .values(name=name, name_key=name_key(name), number=number, joined=joined)
    )


def end_membership(tx: Transaction, membership: MembershipId, until: date) -> None:
    """The last day has passed, also as a guest; the row stays for the periods in which they belonged."""
    tx.execute(update(memberships).where(memberships.id == membership).values(until=until))
    lasting = or_(memberships.until.is_(None), memberships.until > until)
    tx.execute(update(memberships).where(memberships.home_id == membership, lasting).values(until=until))


def end_appointment(tx: Transaction, appointment: AppointmentId, until: date) -> None:
    """The role is not held any more from that day."""
    tx.execute(update(appointments).where(appointments.id == appointment).values(until=until))
