"""Questions about the tree of units, and changes set down in it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from domain.ids import UnitId
from domain.units import Form, Unit, UnitKind
from storage.database import Transaction
from storage.prepared import Prepared, given_to_several, several
from storage.tables import Unit as units
from storage.tables import UnitPlace as places
from storage.tables import UnitSetting as settings


def _stood(on: date | BindParameter[date]):  # type: ignore[no-untyped-def]  # a SQL condition
    return and_(places.since <= on, or_(places.until.is_(None), places.until > on))


def alive(on: date) -> ColumnElement[bool]:
    """Whether a unit is not archived that day."""
    return or_(units.archived_on.is_(None), units.archived_on > on)


def below(root: UnitId, on: date) -> CTE:
    """A recursive table `below(unit_id)` of the unit and all under it as the tree stood on that day."""
    start = select(literal(root, type_=places.unit_id.type).label("unit_id")).cte("below", recursive=True)
    return start.union(select(places.unit_id).where(places.parent_id == start.c.unit_id, _stood(on)))


def above(unit: UnitId | BindParameter[UnitId], on: date | BindParameter[date]) -> CTE:
    """A recursive table `above(unit_id, depth)` of the unit (depth 0) and its ancestors on that day."""
    first = unit if isinstance(unit, BindParameter) else literal(unit, type_=places.unit_id.type)
    start = select(first.label("unit_id"), literal(0).label("depth")).cte("above", recursive=True)
    return start.union(
        select(places.parent_id, start.c.depth + 1).where(
            places.unit_id == start.c.unit_id, places.parent_id.is_not(None), _stood(on)
        )
    )


def line_above(tx: Transaction, unit: UnitId, on: date) -> tuple[UnitId, ...]:
    """The unit and its ancestors, nearest first."""
    line = above(unit, on)
    return tuple(tx.execute(select(line.c.unit_id).order_by(line.c.depth)).scalars())


def unit_with(tx: Transaction, unit: UnitId, on: date) -> Unit | None:
    """The unit as it stands on that day."""
    line = above(unit, on)
    found = tx.execute(
        select(units.id, units.name, units.kind, units.form, units.archived_on)
        .join(line, line.c.unit_id == units.id)
        .order_by(line.c.depth)
    ).all()
    if not found:
        return None
    own = found[0]
    parent = found[1].id if len(found) > 1 else None
    path = tuple(row.name for row in reversed(found))
    return Unit(own.id, own.name, UnitKind(own.kind), parent, path, Form(own.form), own.archived_on)


def unit_at_path(tx: Transaction, path: Iterable[str], on: date) -> UnitId | None:
    """The unit that a path of names leads to from the root; None when a name on it is unknown."""
    at: UnitId | None = None
    for name in path:
        parent = places.parent_id.is_(None) if at is None else places.parent_id == at
        at = tx.execute(
            select(units.id)
            .join(places, places.unit_id == units.id)
            .where(parent, _stood(on), units.name == name, alive(on))
        ).scalar()
        if at is None:
            return None
    return at


def children_of(tx: Transaction, unit: UnitId | None, on: date) -> list[Unit]:
    """The units directly under one (None: the roots), in the order they were made."""
    parent = places.parent_id.is_(None) if unit is None else places.parent_id == unit
    found = tx.execute(
        select(units.id)
        .join(places, places.unit_id == units.id)
        .where(parent, _stood(on), alive(on))
        .order_by(units.id)
    ).scalars()
    return [child for key in found.all() if (child := unit_with(tx, key, on))]


def branches_below(tx: Transaction, unit: UnitId, on: date) -> list[UnitId]:
    """The branches at or under a unit."""
    return list(names_of_branches(tx, unit, on))


def names_of_branches(tx: Transaction, unit: UnitId, on: date) -> dict[UnitId, str]:
    """The branches at or under a unit, each with its name."""
    under = below(unit, on)
    found = tx.execute(
        select(units.id, units.name)
        .join(under, under.c.unit_id == units.id)
        .where(units.kind == UnitKind.BRANCH, alive(on))
        .order_by(units.id)
    )
    return {UnitId(row.id): row.name for row in found}


def found_unit(
    tx: Transaction,
    name: str,
    kind: UnitKind,
    parent: UnitId | None,
    on: date,
    now: datetime,
    form: Form = Form.REGULAR,
    until: date | None = None,
) -> UnitId:
    """Set a new unit down under its parent from that day, until the one on which it is archived."""
    made: UnitId = tx.execute(
        insert(units)
        .values(name=name, kind=kind, form=form, created_at=now, archived_on=until)
        .returning(units.id)
    ).scalar_one()
    tx.execute(insert(places).values(unit_id=made, parent_id=parent, since=on))
    return made


def _settings_of(_: Transaction) -> Select[str, str]:
    line = above(bindparam("unit", type_=places.unit_id.type), bindparam("on", type_=places.since.type))
    return (
        select(settings.name, settings.value)
        .join(line, line.c.unit_id == settings.unit_id)
        .order_by(line.c.depth.desc())
    )


# Every update asks.
_SETTINGS_OF = Prepared(_settings_of)


def setting_of(tx: Transaction, unit: UnitId, name: str, on: date) -> str | None:
    """The nearest value on the way up from the unit; None when nobody set it."""
    line = above(unit, on)
    return tx.execute(
        select(settings.value)
        .join(line, line.c.unit_id == settings.unit_id)
        .where(settings.name == name)
        .order_by(line.c.depth)
        .limit(1)
    ).scalar()


def settings_of(tx: Transaction, unit: UnitId, on: date) -> dict[str, str]:
    """All settings in force at the unit, the nearest value of each."""
    return dict(_SETTINGS_OF.rows(tx, unit=unit, on=on))


@cache
def _nearest(many: int) -> Prepared:
    def spell(_: Transaction) -> Select[*tuple[Any, ...]]:
        among = several("unit", many, places.unit_id.type)
        on = bindparam("on", type_=places.since.type)
        depth: ColumnElement[int] = literal_column("0")
        start = select(units.id.label("asked"), units.id.label("unit_id"), depth.label("depth"))
        line = start.where(units.id.in_(among)).cte("lines", recursive=True)
        line = line.union_all(
            select(line.c.asked, places.parent_id, line.c.depth + 1).where(
                places.unit_id == line.c.unit_id, places.parent_id.is_not(None), _stood(on)
            )
        )
        return (
            select(line.c.asked, settings.value)
            .join(line, line.c.unit_id == settings.unit_id)
            .where(settings.name == bindparam("name"))
            .order_by(line.c.depth.desc())
        )

    return Prepared(spell)


def setting_of_each(tx: Transaction, asked: Sequence[UnitId], name: str, on: date) -> dict[UnitId, str]:
    """What `setting_of` says of each of some tens of units; those are missing for which nobody set it."""
    each = given_to_several("unit", asked)
    return dict(_nearest(len(asked)).rows(tx, **each, name=name, on=on))


def settings_below(tx: Transaction, root: UnitId, on: date) -> dict[UnitId, dict[str, str]]:
    """All settings in force at the unit and at each under it: what thousands of `settings_of` would say."""
    tree = below(root, on)
    set_there: dict[UnitId, dict[str, str]] = {}
    for unit, name, value in tx.execute(
        select(settings.unit_id, settings.name, settings.value).join(tree, tree.c.unit_id == settings.unit_id)
    ):
        set_there.setdefault(unit, {})[name] = value
    under: dict[UnitId | None, list[UnitId]] = {}
    for unit, parent in tx.execute(
        select(places.unit_id, places.parent_id)
        .join(tree, tree.c.unit_id == places.unit_id)
        .where(_stood(on))
    ):
        under.setdefault(parent, []).append(unit)
    held = {root: settings_of(tx, root, on)}
    reached = [root]
    while reached:
        above_it = reached.pop()
        for unit in under.get(above_it, []):
            held[unit] = held[above_it] | set_there.get(unit, {})
            reached.append(unit)
    return held


def units_setting(tx: Transaction, name: str) -> list[UnitId]:
    """Every unit that sets it."""
    return list(tx.execute(select(settings.unit_id).where(settings.name == name)).scalars())


def set_setting(tx: Transaction, unit: UnitId, name: str, value: str) -> None:
    """Let the unit override a setting."""
    known = update(settings).where(settings.unit_id == unit, settings.name == name).values(value=value)
    if tx.execute(known).rowcount == 0:
        tx.execute(insert(settings).values(unit_id=unit, name=name, value=value))


def drop_setting(tx: Transaction, unit: UnitId, name: str) -> None:
    """Let the unit inherit a setting again."""
    tx.execute(delete(settings).where(settings.unit_id == unit, settings.name == name))


def settings_with_source(tx: Transaction, unit: UnitId, on: date) -> dict[str, tuple[str, UnitId]]:
    """All settings in force at the unit, each with the unit that sets it."""
    line = above(unit, on)
    found = tx.execute(
        select(settings.name, settings.value, settings.unit_id)
        .join(line, line.c.unit_id == settings.unit_id)
        .order_by(line.c.depth.desc())
    )
    return {row.name: (row.value, row.unit_id) for row in found}
