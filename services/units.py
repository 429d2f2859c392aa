"""Looking through the tree of units and changing it. A change is weighed, shown, and then made."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import assert_never

from domain.actors import Actor
from domain.errors import (
    AlreadySo,
    BelowItself,
    Gone,
    GroupHasMembers,
    HasNoPartIn,
    LastAdministrator,
    NameTaken,
    NothingToLookAfter,
    PastTime,
    Stranger,
    TimeMissing,
    UnitInUse,
    UnitMisplaced,
)
from domain.ids import UnitId
from domain.roles import Act
from domain.unit_changes import (
    PAGE,
    Archive,
    Change,
    Create,
    Found,
    Move,
    Rename,
    UnitPage,
    Weighed,
    choices_below,
    must_fit,
    unit_name,
)
from domain.units import FORMS, Matter, Unit, UnitKind
from services import unit_ends
from services.actors import allows, permit, today, units_where
from storage import appointments, audit, unit_changes, units
from storage.database import Transaction


def look(tx: Transaction, actor: Actor, unit: UnitId | None, page: int, now: datetime) -> UnitPage:
    """A unit with those directly below it; without one, the only unit one looks after, or a list of them.

    Raises Gone, Stranger, NotForYou, NothingToLookAfter.
    """
    if unit is None:
        return _tops(tx, actor, page, now)
    found = permit(tx, actor, Act.SEE_UNITS, unit, now)
    on = today(now, actor.zone)
    line = units.line_above(tx, unit, on)
    total = unit_changes.count_below(tx, unit, on)
    at = _page(page, total)
    members, guests = unit_changes.members_of(tx, found, on)
    return UnitPage(
        found,
        tuple(unit_changes.page_below(tx, unit, on, at * PAGE, PAGE)),
        total,
        at,
        members,
        guests,
        frozenset(act for act in Act if allows(actor, act, line)),
        line[1] if len(line) > 1 and allows(actor, Act.SEE_UNITS, line[1:]) else None,
        on,
    )


def search(tx: Transaction, actor: Actor, words: str, now: datetime) -> Found:
    """Units one looks after whose names hold the words. Raises Stranger, NothingToLookAfter."""
    roots = _roots(actor)
    kept = " ".join(words.split())
    found = unit_changes.named(tx, roots, kept, today(now, actor.zone), PAGE + 1)
    return Found(kept, tuple(found[:PAGE]), len(found) > PAGE)


def search_parent(tx: Transaction, actor: Actor, unit: UnitId, words: str, now: datetime) -> Found:
    """Units of that name below which this one could be moved. Raises NotForYou and what `look` raises."""
    moved = permit(tx, actor, Act.CHANGE_UNIT, unit, now)
    found = search(tx, actor, words, now)
    on = today(now, actor.zone)
    fitting = (
        one
        for one in found.units
        if (moved.kind, moved.form) in choices_below(one.kind)
        and not unit_changes.is_below(tx, one.id, unit, on)
        and allows(actor, Act.ADD_UNIT, units.line_above(tx, one.id, on))
    )
    return Found(found.words, tuple(fitting), found.more)


def weigh(tx: Transaction, actor: Actor, change: Change, now: datetime) -> Weighed:
    """Whether the change can be made, and whom it concerns; nothing is changed.

    Raises Gone, Stranger, NotForYou, UnitArchived, and for the change itself Unreadable, TooLong, NameTaken,
    UnitMisplaced, BelowItself, AlreadySo, GroupHasMembers, UnitInUse, LastAdministrator, PastTime,
    TimeMissing.
    """
    on = today(now, actor.zone)
    match change:
        case Create():
            parent = permit(tx, actor, Act.ADD_UNIT, change.parent, now)
            _creatable(tx, change, parent, on)
            return Weighed(change, parent, None, 0)
        case Rename():
            unit = permit(tx, actor, Act.CHANGE_UNIT, change.unit, now)
            if unit_name(change.name) == unit.name:
                raise AlreadySo
            _name_free(tx, unit.parent, change.name, on)
            return Weighed(change, unit, None, unit_changes.people_below(tx, unit, on))
        case Move():
            unit = permit(tx, actor, Act.CHANGE_UNIT, change.unit, now)
            parent = permit(tx, actor, Act.ADD_UNIT, change.parent, now)
            _movable(tx, unit, parent, on)
            return Weighed(change, unit, parent, unit_changes.people_below(tx, unit, on))
        case Archive():
            unit = permit(tx, actor, Act.CHANGE_UNIT, change.unit, now)
            _archivable(tx, unit, change.on, on)
            return Weighed(change, unit, None, unit_changes.people_below(tx, unit, on))
        case _:
            assert_never(change)


def make(tx: Transaction, actor: Actor, change: Change, now: datetime) -> Unit:
    """Make the change; the unit as it then stands. Raises what `weigh` raises."""
    _hold(tx, actor, change, now)
    unit = weigh(tx, actor, change, now).unit
    on = today(now, actor.zone)
    detail: Mapping[str, int | str | None]
    match change:
        case Create():
            made = units.found_unit(
                tx, unit_name(change.name), change.kind, unit.id, on, now, change.form, change.until
            )
            for name, value in FORMS[change.form].preset.items():
                units.set_setting(tx, made, name, value)
            act, detail = "unit_created", {"parent": unit.id, "kind": change.kind, "form": change.form}
        case Rename():
            made = unit.id
            unit_changes.rename(tx, made, unit_name(change.name))
            act, detail = "unit_renamed", {}
        case Move():
            made = unit.id
            unit_changes.place_under(tx, made, change.parent, on)
            act, detail = "unit_moved", {"from": unit.parent, "to": change.parent}
        case Archive():
            made = unit.id
            unit_changes.archive(tx, made, change.on, unit.archived_on)
            if change.on <= on:
                unit_ends.end(tx, made, now)
            act, detail = "unit_archived", {"on": change.on.isoformat()}
        case _:
            assert_never(change)
    audit.note(tx, actor.person, act, "unit", made, now, made, detail)
    return permit(tx, actor, Act.SEE_UNITS, made, now)


def must_deal_with(tx: Transaction, unit: UnitId, matter: Matter, on: date) -> None:
    """Raises HasNoPartIn where units of that form know no dues, elections or transfers; Gone."""
    found = units.unit_with(tx, unit, on)
    if found is None:
        raise Gone
    if matter in FORMS[found.form].without:
        raise HasNoPartIn(matter)


def _tops(tx: Transaction, actor: Actor, page: int, now: datetime) -> UnitPage:
    on = today(now, actor.zone)
    roots = _roots(actor)
    if roots is None:
        total = unit_changes.count_below(tx, None, on)
        at = _page(page, total)
        shown = unit_changes.page_below(tx, None, on, at * PAGE, PAGE)
    else:
        total, at = len(roots), _page(page, len(roots))
        listed = (units.unit_with(tx, root, on) for root in roots[at * PAGE : (at + 1) * PAGE])
        shown = [unit for unit in listed if unit]
    if total == 1:
        return look(tx, actor, shown[0].id, 0, now)
    if total == 0:
        raise NothingToLookAfter
    return UnitPage(None, tuple(shown), total, at, on=on)


def _roots(actor: Actor) -> tuple[UnitId, ...] | None:
    """The units the actor looks after; None for all there are."""
    if actor.root:
        return None
    if not actor.known:
        raise Stranger
    roots = units_where(actor, Act.SEE_UNITS)
    if not roots:
        raise NothingToLookAfter
    return roots


def _page(page: int, total: int) -> int:
    return min(max(page, 0), max(total - 1, 0) // PAGE)


def _hold(tx: Transaction, actor: Actor, change: Change, now: datetime) -> None:
    """Whatever two changes at once could spoil between them: names under one parent, a ring of moves."""
    on = today(now, actor.zone)
    match change:
        case Create():
            unit_changes.hold(tx, [change.parent])
        case Move():
            unit_changes.hold(tx, {change.unit, *units.line_above(tx, change.parent, on)})
        case Rename() | Archive():
            unit_changes.hold(tx, units.line_above(tx, change.unit, on)[:2])
        case _:
            assert_never(change)


def _creatable(tx: Transaction, change: Create, parent: Unit, on: date) -> None:
    if (change.kind, change.form) not in choices_below(parent.kind):
        raise UnitMisplaced
    _name_free(tx, parent.id, change.name, on)
    if FORMS[change.form].ends and change.until is None:
        raise TimeMissing
    if change.until is not None and change.until <= on:
        raise PastTime


def _name_free(tx: Transaction, parent: UnitId | None, name: str, on: date) -> None:
    """Two units of one name under one parent could not be told apart in a roster."""
    kept = unit_name(name)
    if unit_changes.sibling_named(tx, parent, kept, on) is not None:
        raise NameTaken(kept)


def _movable(tx: Transaction, unit: Unit, parent: Unit, on: date) -> None:
    if unit.parent == parent.id:
        raise AlreadySo
    must_fit(unit.kind, parent.kind)
    if unit_changes.is_below(tx, parent.id, unit.id, on):
        raise BelowItself
    _name_free(tx, parent.id, unit.name, on)
    if unit.kind is UnitKind.GROUP and (members := unit_changes.members_after(tx, unit, on)):
        raise GroupHasMembers(members)


def _archivable(tx: Transaction, unit: Unit, until: date, on: date) -> None:
    if unit.archived_on == until:
        raise AlreadySo
    if until < on:
        raise PastTime
    members = unit_changes.members_after(tx, unit, until)
    below = unit_changes.units_after(tx, unit.id, until)
    if members or below:
        raise UnitInUse(members, below)
    if unit.parent is None and not _others_are_administered(tx, unit.id, until, on):
        raise LastAdministrator  # with the topmost unit its administrators would go


def _others_are_administered(tx: Transaction, root: UnitId, until: date, on: date) -> bool:
    """Whether, without this topmost unit, somebody administers another; or nobody did this one either."""
    rest = [one.id for one in units.children_of(tx, None, until) if one.id != root]
    if not appointments.is_administered(tx, [root], on, None):
        return bool(rest)
    return appointments.is_administered(tx, rest, until, None)
