"""The burden meter, for those who see figures: aggregates only."""

from collections.abc import Mapping
from datetime import datetime

from domain.actors import Actor
from domain.burden import UNASKED, WEEK
from domain.ids import UnitId
from domain.meters import MOST_COUNTED, WEEKS, Meter, MeterLine
from domain.roles import Act
from domain.summaries import Request
from domain.units import Unit
from services.actors import permit, settings_at, today
from services.summaries import CHOICES, units_meant
from storage import meters, summaries
from storage.database import Transaction


def meter_asked_for(
    tx: Transaction, actor: Actor, request: Request, now: datetime, fallback: Mapping[str, str]
) -> Meter | tuple[Unit, ...]:
    """What `/burden` asks for; the units to choose from where several are meant.

    Raises Stranger, NotForYou, UnknownUnit.
    """
    found = units_meant(tx, actor, request, now)
    return meter_of(tx, actor, found[0].id, now, fallback) if len(found) == 1 else found[:CHOICES]


def meter_of(
    tx: Transaction, actor: Actor, unit: UnitId, now: datetime, fallback: Mapping[str, str]
) -> Meter:
    """The last four weeks at a unit and directly below it. Raises Gone, Stranger, NotForYou."""
    found, on = permit(tx, actor, Act.SEE_SUMMARY, unit, now), today(now, actor.zone)
    members = meters.members_by_child(tx, unit, on)
    everybody = sum(members.values())
    asked = (
        meters.asked_by_child(tx, unit, on, UNASKED, now - WEEKS * WEEK)
        if everybody <= MOST_COUNTED
        else None
    )

    def line(key: UnitId, name: str, people: int, of: UnitId | None) -> MeterLine:
        sent = None if asked is None else sum(asked.values()) if of is None else asked.get(of, 0)
        return MeterLine(key, name, people, sent)

    below = tuple(
        line(child.id, child.name, members.get(child.id, 0), child.id)
        for child in summaries.children_of(tx, found, on)
        if members.get(child.id)
    )
    total = line(unit, found.name, everybody, None)
    return Meter(found, total, below, settings_at(tx, unit, now, fallback).weekly_asks)
