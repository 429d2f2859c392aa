"""The trail for those who may read it: searched a page at a time, taken away as a file; both leave a line."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from domain.actors import Actor
from domain.errors import NotForYou, Stranger
from domain.ids import PersonId, UnitId
from domain.names import name_key
from domain.roles import Act
from domain.trail import MOST, PAGE, PEOPLE, UNITS, Entry, Search, TrailPage
from domain.zones import latest_date, to_instant
from services.actors import today, units_where
from storage import audit, people, trail, units
from storage.database import Transaction

Scope = Collection[UnitId] | None  # None: the whole organisation


def search(tx: Transaction, actor: Actor, asked: Search, now: datetime) -> TrailPage:
    """The newest entries; that somebody looked is an entry itself. Raises Stranger, NotForYou."""
    scope = _scope(tx, actor, now)
    page = _page(tx, scope, asked, None, actor.zone, now)
    audit.note(tx, actor.person, "trail_read", "trail", None, now, _first(scope))
    return page


def further(tx: Transaction, actor: Actor, asked: Search, before: int, now: datetime) -> TrailPage:
    """Older entries of the same search. Raises Stranger, NotForYou."""
    return _page(tx, _scope(tx, actor, now), asked, before, actor.zone, now)


def take(tx: Transaction, actor: Actor, asked: Search, now: datetime) -> tuple[Entry, ...]:
    """All that the search finds, as far as a file holds. Raises Stranger, NotForYou."""
    scope = _scope(tx, actor, now)
    entries = _named(tx, _found(tx, scope, asked, None, actor.zone, now, MOST))
    audit.note(tx, actor.person, "trail_taken", "trail", None, now, _first(scope), {"entries": len(entries)})
    return entries


def take_as_owner(tx: Transaction, asked: Search, zone: str, now: datetime) -> tuple[Entry, ...]:
    """The same for who runs a command on the machine."""
    entries = _named(tx, _found(tx, None, asked, None, zone, now, MOST))
    audit.note(tx, None, "trail_taken", "trail", None, now, detail={"entries": len(entries)})
    return entries


def _scope(tx: Transaction, actor: Actor, now: datetime) -> Scope:
    """The units at and below which the actor may read; entries of no unit are for who reads everything."""
    able = units_where(actor, Act.SEE_AUDIT)
    roots = [root.id for root in units.children_of(tx, None, latest_date(now))]
    if actor.root or (roots and set(roots) <= set(able)):
        return None
    if not able:
        raise NotForYou(Act.SEE_AUDIT) if actor.known else Stranger
    return able


def _first(scope: Scope) -> UnitId | None:
    return None if scope is None else next(iter(scope))


def _page(
    tx: Transaction, scope: Scope, asked: Search, before: int | None, zone: str, now: datetime
) -> TrailPage:
    entries = _found(tx, scope, asked, before, zone, now, PAGE + 1)
    more = len(entries) > PAGE
    return TrailPage(entries[:PAGE], entries[PAGE - 1].id if more else None, zone)


def _found(
    tx: Transaction,
    scope: Scope,
    asked: Search,
    before: int | None,
    zone: str,
    now: datetime,
    limit: int,
) -> tuple[Entry, ...]:
    who = trail.people_named(tx, name_key(asked.who)) if asked.who else None
    since, until = (_midnight(day, zone) for day in (asked.since, asked.until))
    on = today(now, zone)
    return tuple(trail.found(tx, scope, who, asked.acts, since, until, before, limit, on))


def _named(tx: Transaction, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """With units and people by name: a number says nothing to who reads a file."""
    units_meant = {UnitId(number) for one in entries for number in _numbers(one, UNITS)}
    people_meant = {PersonId(number) for one in entries for number in _numbers(one, PEOPLE)}
    by_unit = trail.names_of_units(tx, units_meant) if units_meant else {}
    by_person = people.names_of(tx, people_meant) if people_meant else {}
    return tuple(_renamed(_renamed(one, UNITS, by_unit), PEOPLE, by_person) for one in entries)


def _numbers(entry: Entry, which: Mapping[str, tuple[str, ...]]) -> list[int]:
    found = (entry.details.get(key) for key in which.get(entry.act, ()))
    return [number for number in found if isinstance(number, int)]


def _renamed(entry: Entry, which: Mapping[str, tuple[str, ...]], names: Mapping[Any, str]) -> Entry:
    if entry.act not in which:
        return entry
    known = {key: names[n] for key in which[entry.act] if (n := entry.details.get(key)) in names}
    return replace(entry, details={**entry.details, **known})


def _midnight(day: date | None, zone: str) -> datetime | None:
    return None if day is None else to_instant(datetime.combine(day, datetime.min.time()), zone)
