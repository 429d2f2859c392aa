"""Who stands behind a platform account today."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, or_, select

from domain.actors import Appointment, Belonging
from domain.ids import PersonId, UnitId
from domain.people import Standing
from domain.roles import Role
from storage.database import Transaction
from storage.prepared import Prepared
from storage.tables import Account as accounts
from storage.tables import Appointment as appointments
from storage.tables import Membership as memberships
from storage.tables import MembershipStanding as standings
from storage.tables import Preference as preferences

_PERSON: BindParameter[PersonId] = bindparam("person")
_ON: BindParameter[date] = bindparam("on")
_BELONGS = and_(
    memberships.since <= _ON,
    or_(memberships.until.is_(None), memberships.until > _ON),
)
_STANDS = and_(
    standings.membership_id == memberships.id,
    standings.since <= _ON,
    or_(standings.until.is_(None), standings.until > _ON),
)
_APPOINTED = and_(
    appointments.since <= _ON,
    or_(appointments.until.is_(None), appointments.until > _ON),
)
_BELONGING = (
    memberships.id,
    memberships.branch_id,
    memberships.group_id,
    standings.standing,
    standings.exempt,
)
_BELONGINGS = Prepared(
    lambda _: (
        select(*_BELONGING)
        .join(standings, _STANDS)
        .where(memberships.person_id == _PERSON, _BELONGS)
        .order_by(memberships.id)
    )
)
_APPOINTMENTS = Prepared(
    lambda _: (
        select(appointments.unit_id, appointments.role)
        .where(appointments.person_id == _PERSON, _APPOINTED)
        .order_by(appointments.id)
    )
)
_LASTING = Prepared(
    lambda _: (
        select(appointments.unit_id, appointments.role)
        .where(
            appointments.person_id == _PERSON,
            or_(appointments.until.is_(None), appointments.until > _ON),
        )
        .order_by(appointments.id)
    )
)
_THEIRS = (
    accounts.platform == bindparam("platform"),
    accounts.user_id == bindparam("number"),
    accounts.unlinked_at.is_(None),
)
_HOLDER = Prepared(lambda _: select(accounts.person_id).where(*_THEIRS))
# One question, for every update asks: a row for each membership with each appointment.
_HOLDER_WITH_ALL = Prepared(
    lambda _: (
        select(accounts.person_id, preferences.locale, *_BELONGING, appointments.unit_id, appointments.role)
        .select_from(accounts)
        .outerjoin(preferences, preferences.person_id == accounts.person_id)
        .outerjoin(memberships, and_(memberships.person_id == accounts.person_id, _BELONGS))
        .outerjoin(standings, _STANDS)
        .outerjoin(appointments, and_(appointments.person_id == accounts.person_id, _APPOINTED))
        .where(*_THEIRS)
        .order_by(memberships.id, appointments.id)
    )
)


@dataclass(frozen=True)
class Holder:
    """Whom an account is linked with, what they hold that day, and the language they chose."""

    person: PersonId
    locale: str | None
    belongings: tuple[Belonging, ...]
    appointments: tuple[Appointment, ...]


def person_of(tx: Transaction, platform: str, user_id: int) -> PersonId | None:
    """The person an account is linked with now."""
    row = _HOLDER.first(tx, platform=platform, number=user_id)
    return None if row is None else row[0]


def holder_of(tx: Transaction, platform: str, user_id: int, on: date, zone: str) -> Holder | None:
    """Who holds the account, with all that they hold that day; `zone` is filled in for each belonging."""
    rows = _HOLDER_WITH_ALL.rows(tx, platform=platform, number=user_id, on=on)
    if not rows:
        return None
    belongings = dict.fromkeys(row[2:7] for row in rows if row[5] is not None)
    held = dict.fromkeys(row[7:9] for row in rows if row[7] is not None)
    return Holder(
        rows[0][0],
        rows[0][1],
        tuple(_belonging(row, zone) for row in belongings),
        tuple(Appointment(unit, Role(role)) for unit, role in held),
    )


def belongings_of(tx: Transaction, person: PersonId, on: date, zone: str) -> tuple[Belonging, ...]:
    """The memberships active on that day, oldest first; `zone` is filled in for each."""
    return tuple(_belonging(row, zone) for row in _BELONGINGS.rows(tx, person=person, on=on))


def _belonging(row: Any, zone: str) -> Belonging:
    membership, branch, group, standing, exempt = row
    return Belonging(membership, branch, group, Standing(standing), exempt is not None, zone)


def appointments_of(tx: Transaction, person: PersonId, on: date) -> tuple[Appointment, ...]:
    """The roles held on that day."""
    found = _APPOINTMENTS.rows(tx, person=person, on=on)
    return tuple(Appointment(unit, Role(role)) for unit, role in found)


def lasting_of(tx: Transaction, person: PersonId, on: date) -> tuple[Appointment, ...]:
    """The roles held on that day or later."""
    found = _LASTING.rows(tx, person=person, on=on)
    return tuple(Appointment(unit, Role(role)) for unit, role in found)


def holders_of(tx: Transaction, unit: UnitId, roles: frozenset[Role], on: date) -> tuple[PersonId, ...]:
    """Who holds one of the roles on exactly this unit that day."""
    return tuple(
        tx.execute(
            select(appointments.person_id)
            .where(
                appointments.unit_id == unit,
                appointments.role.in_(sorted(roles)),
                appointments.since <= on,
                or_(appointments.until.is_(None), appointments.until > on),
            )
            .distinct()
        ).scalars()
    )
