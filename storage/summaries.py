"""A period's sums over the tree as it stood on a day, in one query however many branches there are."""

from datetime import date

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, literal, or_, select

from domain.ids import UnitId
from domain.people import Standing
from domain.periods import Period
from domain.rollups import Counted, Sums
from domain.units import Unit, UnitKind
from storage.database import Transaction
from storage.tables import Membership as memberships
from storage.tables import MembershipStanding as standings
from storage.tables import Rollup as rollups
from storage.tables import Unit as units
from storage.tables import UnitPlace as places
from storage.units import alive, below, unit_with


def tree(root: UnitId, on: date) -> CTE:
    """A table `tree(unit_id, head_id)`: all under the root, each with the root's child it lies under."""
    top = literal(root, type_=places.unit_id.type)
    start = select(top.label("unit_id"), top.label("head_id")).cte("tree", recursive=True)
    head = case((start.c.head_id == top, places.unit_id), else_=start.c.head_id)
    return start.union(select(places.unit_id, head).where(places.parent_id == start.c.unit_id, _stood(on)))


def children_of(tx: Transaction, unit: Unit, on: date) -> list[Unit]:
    """The units directly under one that day, in the order they were made; those archived since included."""
    found = tx.execute(
        select(units.id, units.name, units.kind)
        .join(places, places.unit_id == units.id)
        .where(places.parent_id == unit.id, _stood(on), alive(on))
        .order_by(units.id)
    ).all()
    return [Unit(row.id, row.name, UnitKind(row.kind), unit.id, (*unit.path, row.name)) for row in found]


def sums_by_child(tx: Transaction, root: UnitId, on: date, period: Period) -> dict[UnitId, Sums]:
    """The period's sums of what lies under each child of the root; the root's own stand under itself."""
    under = tree(root, on)
    columns = rollups.__table__.c
    found = tx.execute(
        select(under.c.head_id, *(func.sum(columns[kind.value]).label(kind.value) for kind in Counted))
        .join(rollups, rollups.branch_id == under.c.unit_id)
        .where(rollups.period == period.key)
        .group_by(under.c.head_id)
    ).all()
    return {row.head_id: {kind: int(row[place]) for place, kind in enumerate(Counted, 1)} for row in found}


def members_by_child(tx: Transaction, root: UnitId, on: date) -> dict[UnitId, int]:
    """How many members, no applicants and no guests, belonged that day under each child of the root."""
    everybody = select(memberships.branch_id, func.count().label("people")).where(_enrolled(on))
    applicants = everybody.join(standings, standings.membership_id == memberships.id).where(
        standings.standing == Standing.APPLICANT, _in_force(on), memberships.home_id.is_(None)
    )
    guests = everybody.where(memberships.home_id.is_not(None))
    # Counted apart, as counting the few applicants and guests spares looking up everybody's rows.
    few = [_by_child(tx, root, on, some) for some in (applicants, guests)]
    return {
        head: n - sum(some.get(head, 0) for some in few)
        for head, n in _by_child(tx, root, on, everybody).items()
    }


def members_by_group(tx: Transaction, branch: UnitId, on: date) -> dict[UnitId | None, int]:
    """How many members belonged that day to each group of a branch, and to none; applicants do not count."""
    found = tx.execute(
        select(memberships.group_id, func.count())
        .join(standings, standings.membership_id == memberships.id)
        .where(
            memberships.branch_id == branch,
            _enrolled(on),
            _in_force(on),
            standings.standing != Standing.APPLICANT,
            memberships.home_id.is_(None),
        )
        .group_by(memberships.group_id)
    ).all()
    return {group: int(count) for group, count in found}


def units_named(tx: Transaction, root: UnitId, name: str, on: date, limit: int) -> list[Unit]:
    """Units at or under the root of exactly this name; else those whose name holds it."""
    under = below(root, on)
    asked = (
        select(units.id)
        .join(under, under.c.unit_id == units.id)
        .where(alive(on))
        .order_by(units.id)
        .limit(limit)
    )
    found = tx.execute(asked.where(units.name == name)).scalars().all() or (
        tx.execute(asked.where(units.name.contains(name, autoescape=True))).scalars().all()
    )
    return [unit for key in found if (unit := unit_with(tx, key, on))]


def _stood(on: date) -> ColumnElement[bool]:
    return and_(places.since <= on, or_(places.until.is_(None), places.until > on))


def _by_child(tx: Transaction, root: UnitId, on: date, people: Select[UnitId, int]) -> dict[UnitId, int]:
    under, counted = tree(root, on), people.group_by(memberships.branch_id).subquery()
    found = tx.execute(
        select(under.c.head_id, func.sum(counted.c.people))
        .join(counted, counted.c.branch_id == under.c.unit_id)
        .group_by(under.c.head_id)
    ).all()
    return {head: int(count) for head, count in found}


def _enrolled(on: date) -> ColumnElement[bool]:
    return and_(memberships.since <= on, or_(memberships.until.is_(None), memberships.until > on))


def _in_force(on: date) -> ColumnElement[bool]:
    return and_(standings.since <= on, or_(standings.until.is_(None), standings.until > on))
