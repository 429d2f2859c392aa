"""Who stands behind a platform account today."""

from datetime import date

from sqlalchemy import BindParameter, bindparam, or_, select

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

# Made once: to spell these takes longer than to run them, and every update asks.
_HOLDER = Prepared(
    lambda _: (
        select(accounts.person_id, preferences.locale)
        .outerjoin(preferences, preferences.person_id == accounts.person_id)
        .where(
            accounts.platform == bindparam("platform"),
            accounts.user_id == bindparam("number"),
            accounts.unlinked_at.is_(None),
        )
    )
)
_PERSON: BindParameter[PersonId] = bindparam("person")
_ON: BindParameter[date] = bindparam("on")
_BELONGINGS = Prepared(
    lambda _: (
        select(
            memberships.id,
            memberships.branch_id,
            memberships.group_id,
            standings.standing,
            standings.exempt,
        )
        .join(standings, standings.membership_id == memberships.id)
        .where(
            memberships.person_id == _PERSON,
            memberships.since <= _ON,
            or_(memberships.until.is_(None), memberships.until > _ON),
            standings.since <= _ON,
            or_(standings.until.is_(None), standings.until > _ON),
        )
        .order_by(memberships.id)
    )
)
_APPOINTMENTS = Prepared(
    lambda _: (
        select(appointments.unit_id, appointments.role)
        .where(
            appointments.person_id == _PERSON,
            appointments.since <= _ON,
            or_(appointments.until.is_(None), appointments.until > _ON),
        )
        .order_by(appointments.id)
    )
)


def holder_of(tx: Transaction, platform: str, user_id: int) -> tuple[PersonId, str | None] | None:
    """The person an account is linked with now, and the language they chose, if they chose one."""
    return _HOLDER.first(tx, platform=platform, number=user_id)


def person_of(tx: Transaction, platform: str, user_id: int) -> PersonId | None:
    """The person an account is linked with now."""
    holder = holder_of(tx, platform, user_id)
    return None if holder is None else holder[0]


def belongings_of(tx: Transaction, person: PersonId, on: date, zone: str) -> tuple[Belonging, ...]:
    """The memberships active on that day, oldest first; `zone` is filled in for each."""
    return tuple(
        Belonging(id_, branch, group, Standing(standing), exempt is not None, zone)
        for id_, branch, group, standing, exempt in _BELONGINGS.rows(tx, person=person, on=on)
    )


def appointments_of(tx: Transaction, person: PersonId, on: date) -> tuple[Appointment, ...]:
    """The roles held on that day."""
    found = _APPOINTMENTS.rows(tx, person=person, on=on)
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
