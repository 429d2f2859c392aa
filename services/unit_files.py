"""A sheet of units: every row is weighed as a tap in /units is, and all of them are made, or none."""

from collections.abc import Sequence
from datetime import date, datetime

from domain.actors import Actor
from domain.errors import Gone, NameTaken, NotForYou, Refusal
from domain.ids import UnitId
from domain.roles import Act
from domain.unit_changes import Archive, Change, Create, Move, Rename
from domain.unit_files import RowProblem, UnitRow, UnitsDone, UnitsRehearsed
from services import units as unit_services
from services.actors import known_or_root, permit, today, units_where
from storage import unit_changes, units
from storage.database import Transaction


def may_hand_in(actor: Actor) -> None:
    """Let only those look at the record through a sheet who may change units somewhere.

    Raises Stranger, NotForYou.
    """
    known_or_root(actor)
    if not actor.root and not units_where(actor, Act.ADD_UNIT):
        raise NotForYou(Act.ADD_UNIT)


def rehearse(tx: Transaction, actor: Actor, rows: Sequence[UnitRow], now: datetime) -> None:
    """Make everything and take it back. Raises UnitsRehearsed always, or as `may_hand_in`."""
    raise UnitsRehearsed(_made(tx, actor, rows, now))


def make(tx: Transaction, actor: Actor, rows: Sequence[UnitRow], now: datetime) -> UnitsDone:
    """Make every row's change. Raises UnitsRehearsed, with nothing changed, where any cannot be.

    Raises as `may_hand_in` too.
    """
    done = _made(tx, actor, rows, now)
    if done.problems:
        raise UnitsRehearsed(done)
    return done


def _made(tx: Transaction, actor: Actor, rows: Sequence[UnitRow], now: datetime) -> UnitsDone:
    may_hand_in(actor)
    changes: list[tuple[str, tuple[str, ...]]] = []
    problems: list[RowProblem] = []
    unchanged = 0
    for row in rows:
        try:
            asked = _changes(tx, actor, row, now)
            for change in asked:
                made = unit_services.make(tx, actor, change, now)
                changes.append((type(change).__name__.lower(), made.path))
        except Refusal as refusal:
            problems.append(RowProblem(row.number, refusal))
        else:
            unchanged += not asked
    return UnitsDone(tuple(changes), unchanged, tuple(problems))


def _changes(tx: Transaction, actor: Actor, row: UnitRow, now: datetime) -> list[Change]:
    """What the row asks for and is not so yet.

    Raises Gone where something it names is not on record, NotForYou where that is nothing of the actor's.
    """
    on = today(now, actor.zone)
    unit = _at(tx, row.path, on)
    if unit is None:
        if row.rename or row.move or len(row.path) < 2:
            raise Gone
        parent = _at(tx, row.path[:-1], on)
        if parent is None:
            raise Gone
        return [Create(parent, row.path[-1], row.kind, row.form, row.ends)]
    standing = permit(tx, actor, Act.SEE_UNITS, unit, now)
    found: list[Change] = []
    if row.move:
        target = _at(tx, row.move, on)
        if target is None:
            raise Gone
        found.append(Move(unit, target))
    if row.rename:
        found.append(Rename(unit, row.rename))
    if row.ends is not None and standing.archived_on != row.ends:
        found.append(Archive(unit, row.ends))
    return found


def _at(tx: Transaction, path: tuple[str, ...], on: date) -> UnitId | None:
    """The unit at a path from a root, or from the one unit of its first name. Raises NameTaken."""
    found = units.unit_at_path(tx, path, on)
    if found is not None or units.unit_at_path(tx, path[:1], on) is not None:
        return found
    named = [one for one in unit_changes.named(tx, None, path[0], on, 50) if one.name == path[0]]
    if len(named) > 1:
        raise NameTaken(path[0])
    return units.unit_at_path(tx, (*named[0].path, *path[1:]), on) if named else None
