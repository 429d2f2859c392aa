"""The day a unit is no more: its chats stand for nothing, what was coming does not come. The record stays."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from domain.activities import State
from domain.ids import UnitId
from domain.zones import latest_date, to_instant
from services import cards, deliveries
from services.actors import settings_at, today
from storage import activities, audit, unit_ends
from storage.database import Transaction

BATCH = 10  # units in one act
LOOKED_AT = 50  # units that end next: zones change their order by a day at most


def plan_due(tx: Transaction, now: datetime, fallback: Mapping[str, str]) -> int:
    """Close what is open in units whose last day has passed; how many units, 0 when none is due."""
    found = unit_ends.ended(tx, latest_date(now), now, BATCH)
    over = [unit for unit, on in found if on <= today(now, settings_at(tx, unit, now, fallback).zone)]
    for unit in over:
        end(tx, unit, now)
    return len(over)


def next_due(tx: Transaction, now: datetime, fallback: Mapping[str, str]) -> datetime | None:
    """When the next unit ends, where it is."""
    yesterday = now.date() - timedelta(days=1)  # in the west it is not over yet
    coming = unit_ends.ending(tx, yesterday, LOOKED_AT)
    moments = (_midnight(tx, unit, on, now, fallback) for unit, on in coming)
    return min((moment for moment in moments if moment > now), default=None)


def end(tx: Transaction, unit: UnitId, now: datetime) -> None:
    """Nothing new comes of the unit and the groups in it."""
    here = unit_ends.with_groups(tx, unit, now.date())
    for activity in unit_ends.still_to_come(tx, here, now):
        activities.change(tx, activity, state=State.CANCELLED)
        deliveries.withdraw(tx, f"activity:{activity}", now)
        cards.mark_stale(tx, "activity", activity)
    unit_ends.close(tx, here, now)
    audit.note(tx, None, "unit_ended", "unit", unit, now, unit)


def _midnight(
    tx: Transaction, unit: UnitId, on: date, now: datetime, fallback: Mapping[str, str]
) -> datetime:
    return to_instant(datetime.combine(on, time()), settings_at(tx, unit, now, fallback).zone)
