"""The dated standing of members, changed from a day on."""

from datetime import date

from sqlalchemy import and_, insert, or_, select, update

from domain.ids import MembershipId, PersonId, UnitId
from domain.people import Standing
from domain.roles import Role
from domain.standings import NewStanding, Stood
from storage.database import Transaction
from storage.tables import Appointment as appointments
from storage.tables import Membership as memberships
from storage.tables import MembershipStanding as standings
from storage.tables import Unit as units
from storage.tables import UnitPlace as places


def stood(tx: Transaction, membership: MembershipId) -> list[Stood]:
    """How a member stood, the latest first."""
    found = tx.execute(
        select(standings.standing, standings.exempt, standings.since, standings.until)
        .where(standings.membership_id == membership)
        .order_by(standings.since.desc())
    )
    return [Stood(Standing(row.standing), row.exempt, row.since, row.until) for row in found]


def stand_from(tx: Transaction, new: NewStanding, since: date) -> None:
    """From that day on, also where they are a guest; what stood before keeps its dates."""
    lasting = or_(memberships.until.is_(None), memberships.until > since)
    stays = select(memberships.id).where(memberships.home_id == new.membership, lasting)
    for membership in (new.membership, *tx.execute(stays).scalars()):
        current = and_(standings.membership_id == membership, standings.until.is_(None))
        values = {"standing": new.standing, "exempt": new.exempt}
        if tx.execute(update(standings).where(current, standings.since >= since).values(**values)).rowcount:
            continue  # a second change on one day replaces the first
        tx.execute(update(standings).where(current).values(until=since))
        tx.execute(insert(standings).values(membership_id=membership, since=since, **values))


def roles_in(tx: Transaction, person: PersonId, branch: UnitId, on: date) -> list[Role]:
    """The roles somebody holds that day in the branch and its groups."""
    groups = select(places.unit_id).where(
        places.parent_id == branch, places.since <= on, or_(places.until.is_(None), places.until > on)
    )
    found = tx.execute(
        select(appointments.role)
        .where(
            appointments.person_id == person,
            (appointments.unit_id == branch) | appointments.unit_id.in_(groups),
            appointments.since <= on,
            or_(appointments.until.is_(None), appointments.until > on),
        )
        .order_by(appointments.id)
    ).scalars()
    return [Role(role) for role in found]


def stays_of(tx: Transaction, membership: MembershipId, on: date) -> list[str]:
    """The branches of which the member is a guest."""
    return list(
        tx.execute(
            select(units.name)
            .join(memberships, memberships.branch_id == units.id)
            .where(
                memberships.home_id == membership,
                memberships.since <= on,
                or_(memberships.until.is_(None), memberships.until > on),
            )
            .order_by(memberships.id)
        ).scalars()
    )
