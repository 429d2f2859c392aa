"""Guests of a branch, and members who could become one."""

from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import aliased

from domain.ids import MembershipId, PersonId, UnitId
from domain.people import Standing
from domain.stays import Guest, Visitor
from storage.database import Transaction
from storage.tables import Membership as memberships
from storage.tables import MembershipStanding as standings
from storage.tables import Person as people
from storage.tables import Unit as units


def guests_of(tx: Transaction, branch: UnitId, on: date) -> list[Guest]:
    """Who is a guest of the branch that day or later, in the order they came."""
    return _guests(tx, and_(memberships.branch_id == branch, _lasting(memberships, on)))


def stay_with(tx: Transaction, stay: MembershipId) -> tuple[UnitId, Guest] | None:
    """A stay as it stands, ended or not, with its host."""
    found = _guests(tx, memberships.id == stay)
    host = tx.execute(select(memberships.branch_id).where(memberships.id == stay)).scalar()
    return (host, found[0]) if found and host is not None else None


def visitors_named(tx: Transaction, key: str, on: date, size: int) -> list[Visitor]:
    """Members of that name, each where they belong."""
    found = tx.execute(
        select(
            memberships.id,
            memberships.person_id,
            people.name,
            units.name.label("home"),
            units.id.label("unit"),
        )
        .join(people, people.id == memberships.person_id)
        .join(units, units.id == memberships.branch_id)
        .where(
            people.name_key == key,
            memberships.home_id.is_(None),
            memberships.since <= on,
            _lasting(memberships, on),
        )
        .order_by(memberships.id)
        .limit(size)
    )
    return [Visitor(row.id, row.person_id, row.name, row.home, row.unit) for row in found]


def home_of(
    tx: Transaction, membership: MembershipId, on: date
) -> tuple[Visitor, Standing, str | None] | None:
    """A member at home that day, with standing and exemption; None for a guest or one who left."""
    row = tx.execute(
        select(
            memberships.person_id,
            people.name,
            units.name.label("home"),
            units.id.label("unit"),
            standings.standing,
            standings.exempt,
        )
        .join(people, people.id == memberships.person_id)
        .join(units, units.id == memberships.branch_id)
        .join(standings, standings.membership_id == memberships.id)
        .where(
            memberships.id == membership,
            memberships.home_id.is_(None),
            memberships.since <= on,
            _lasting(memberships, on),
            standings.since <= on,
            _lasting(standings, on),
        )
    ).first()
    if row is None:
        return None
    visitor = Visitor(membership, row.person_id, row.name, row.home, row.unit)
    return visitor, Standing(row.standing), row.exempt


def homes_of(tx: Transaction, person: PersonId, on: date) -> set[UnitId]:
    """The branches to which the person belongs that day or later; not where they are a guest."""
    at_home = (memberships.person_id == person, memberships.home_id.is_(None), _lasting(memberships, on))
    return set(tx.execute(select(memberships.branch_id).where(*at_home)).scalars())


def belongs_or_stays(tx: Transaction, visitor: Visitor, branch: UnitId, on: date) -> bool:
    """Whether the person is a member or guest of the branch that day or later."""
    which = and_(
        memberships.person_id == visitor.person,
        memberships.branch_id == branch,
        _lasting(memberships, on),
    )
    return tx.execute(select(memberships.id).where(which)).first() is not None


def end(tx: Transaction, stay: MembershipId, until: date) -> None:
    """The guest is one no more from that day."""
    tx.execute(update(memberships).where(memberships.id == stay).values(until=until))


def end_of(tx: Transaction, person: PersonId, branch: UnitId, until: date) -> None:
    """The person is no guest of the branch from that day, whichever home the stay hangs on."""
    tx.execute(
        update(memberships)
        .where(
            memberships.person_id == person,
            memberships.branch_id == branch,
            memberships.home_id.is_not(None),
            _lasting(memberships, until),
        )
        .values(until=until)
    )


def _lasting(table: type[memberships] | type[standings], on: date) -> ColumnElement[bool]:
    return or_(table.until.is_(None), table.until > on)


def _guests(tx: Transaction, which: ColumnElement[bool]) -> list[Guest]:
    homes = aliased(memberships)
    found = tx.execute(
        select(
            memberships.id,
            memberships.person_id,
            people.name,
            units.name.label("home"),
            memberships.since,
            memberships.until,
        )
        .join(homes, homes.id == memberships.home_id)
        .join(people, people.id == memberships.person_id)
        .join(units, units.id == homes.branch_id)
        .where(which)
        .order_by(memberships.id)
    )
    return [Guest(row.id, row.person_id, row.name, row.home, row.since, row.until) for row in found]
