"""The tree of units as it is looked through and changed: a page at a time, history kept."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update

from domain.ids import UnitId
from domain.units import Unit, UnitKind
from storage.database import Transaction
from storage.tables import Appointment as appointments
from storage.tables import Membership as memberships
from storage.tables import Unit as units
from storage.tables import UnitPlace as places
from storage.units import alive, below, unit_with


def page_below(tx: Transaction, unit: UnitId | None, on: date, start: int, size: int) -> list[Unit]:
    """Some of the units directly below one (None: of the roots), in the order they were made."""
    found = tx.execute(
        select(units.id)
        .join(places, places.unit_id == units.id)
        .where(*_directly_below(unit, on))
        .order_by(units.id)
        .offset(start)
        .limit(size)
    ).scalars()
    return _units(tx, found.all(), on)


def count_below(tx: Transaction, unit: UnitId | None, on: date) -> int:
    """How many units stand directly below one."""
    asked = select(func.count()).select_from(units).join(places, places.unit_id == units.id)
    return tx.execute(asked.where(*_directly_below(unit, on))).scalar_one()


def named(tx: Transaction, roots: Sequence[UnitId] | None, words: str, on: date, size: int) -> list[Unit]:
    """Units at or below the roots (None: anywhere) whose names hold the words; the shortest names first."""
    asked = select(units.id).where(alive(on), func.lower(units.name).contains(words.lower(), autoescape=True))
    if roots is not None:
        reach = [select(below(root, on).c.unit_id) for root in roots]
        asked = asked.where(or_(*(units.id.in_(one) for one in reach)))
    found = tx.execute(asked.order_by(func.length(units.name), units.id).limit(size)).scalars()
    return _units(tx, found.all(), on)


def sibling_named(tx: Transaction, parent: UnitId | None, name: str, on: date) -> UnitId | None:
    """The unit of that name directly below a parent."""
    return tx.execute(
        select(units.id)
        .join(places, places.unit_id == units.id)
        .where(*_directly_below(parent, on), units.name == name)
    ).scalar()


def is_below(tx: Transaction, unit: UnitId, root: UnitId, on: date) -> bool:
    """Whether the unit stands at or under the root."""
    under = below(root, on)
    return tx.execute(select(under.c.unit_id).where(under.c.unit_id == unit)).first() is not None


def hold(tx: Transaction, held: Iterable[UnitId]) -> None:
    """Let nobody else change these units until this transaction ends; always in one order."""
    tx.execute(select(units.id).where(units.id.in_(list(held))).order_by(units.id).with_for_update())


def rename(tx: Transaction, unit: UnitId, name: str) -> None:
    tx.execute(update(units).where(units.id == unit).values(name=name))


def place_under(tx: Transaction, unit: UnitId, parent: UnitId, since: date) -> None:
    """From that day on below the parent; where it stood before is kept with its dates."""
    current = and_(places.unit_id == unit, places.until.is_(None))
    again = update(places).where(current, places.since >= since).values(parent_id=parent)
    if tx.execute(again).rowcount:
        return
    tx.execute(update(places).where(current).values(until=since))
    tx.execute(insert(places).values(unit_id=unit, parent_id=parent, since=since))


def archive(tx: Transaction, unit: UnitId, on: date, before: date | None) -> None:
    """From that day it is no more: roles on it and its guests' stays end. `before`: its end until now."""
    tx.execute(update(units).where(units.id == unit).values(archived_on=on))
    to_its_end = memberships.until == before if before is not None else memberships.until.is_(None)
    stays = and_(memberships.branch_id == unit, memberships.home_id.is_not(None))
    tx.execute(update(memberships).where(stays, or_(to_its_end, memberships.until > on)).values(until=on))
    lasting = or_(appointments.until.is_(None), appointments.until > on)
    tx.execute(update(appointments).where(appointments.unit_id == unit, lasting).values(until=on))
    if before is not None:  # roles given while its end was known end with it
        with_it = (appointments.unit_id == unit, appointments.until == before)
        tx.execute(update(appointments).where(*with_it).values(until=on))


def members_after(tx: Transaction, unit: Unit, on: date) -> int:
    """How many belong to a branch or group on that day or later; guests have their own elsewhere."""
    own = (*_here(unit), memberships.home_id.is_(None), _lasting(on))
    return tx.execute(select(func.count(memberships.person_id.distinct())).where(*own)).scalar_one()


def members_of(tx: Transaction, unit: Unit, on: date) -> tuple[int, int]:
    """How many belong to a branch or group that day, and how many are its guests."""
    total, guests = tx.execute(
        select(func.count(), func.count(memberships.home_id)).where(
            *_here(unit), memberships.since <= on, _lasting(on)
        )
    ).one()
    return total - guests, guests


def units_after(tx: Transaction, unit: UnitId, on: date) -> int:
    """How many units stand below one on that day or later."""
    return tx.execute(
        select(func.count(places.unit_id.distinct()))
        .join(units, units.id == places.unit_id)
        .where(places.parent_id == unit, or_(places.until.is_(None), places.until > on), alive(on))
    ).scalar_one()


def people_below(tx: Transaction, unit: Unit, on: date) -> int:
    """How many people belong to, or hold a role on, the unit or one below it."""
    under = select(below(unit.id, on).c.unit_id)
    here = _here(unit) if unit.kind is UnitKind.GROUP else (memberships.branch_id.in_(under),)
    belong = select(memberships.person_id).where(*here, memberships.since <= on, _lasting(on))
    held = select(appointments.person_id).where(
        appointments.unit_id.in_(under),
        appointments.since <= on,
        or_(appointments.until.is_(None), appointments.until > on),
    )
    return tx.execute(select(func.count()).select_from(belong.union(held).subquery())).scalar_one()


def _directly_below(unit: UnitId | None, on: date) -> tuple[ColumnElement[bool], ...]:
    parent = places.parent_id.is_(None) if unit is None else places.parent_id == unit
    return parent, places.since <= on, or_(places.until.is_(None), places.until > on), alive(on)


def _here(unit: Unit) -> tuple[ColumnElement[bool], ...]:
    """Belonging to the unit itself; by way of the branch, which has the index, for a group."""
    if unit.kind is UnitKind.GROUP:
        return memberships.branch_id == unit.parent, memberships.group_id == unit.id
    return (memberships.branch_id == unit.id,)


def _lasting(on: date) -> ColumnElement[bool]:
    return or_(memberships.until.is_(None), memberships.until > on)


def _units(tx: Transaction, found: Iterable[UnitId], on: date) -> list[Unit]:
    return [unit for key in found if (unit := unit_with(tx, key, on))]
