"""The trail for those who may read it: searched a page at a time, taken away as a file; both leave a line."""

from collections.abc import Collection
from datetime import date, datetime

from domain.actors import Actor
from domain.errors import NotForYou, Stranger
from domain.ids import UnitId
from domain.names import name_key
from domain.roles import Act
from domain.trail import MOST, PAGE, Entry, Search, TrailPage
from domain.zones import latest_date, to_instant
from services.actors import today, units_where
from storage import audit, trail, units
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
    entries = _found(tx, scope, asked, None, actor.zone, now, MOST)
    audit.note(tx, actor.person, "trail_taken", "trail", None, now, _first(scope), {"entries": len(entries)})
    return entries


def take_as_owner(tx: Transaction, asked: Search, zone: str, now: datetime) -> tuple[Entry, ...]:
    """The same for who runs a command on the machine."""
    entries = _found(tx, None, asked, None, zone, now, MOST)
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


def _midnight(day: date | None, zone: str) -> datetime | None:
    return None if day is None else to_instant(datetime.combine(day, datetime.min.time()), zone)
