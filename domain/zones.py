"""Local wall time and instants: a gap moves to the first valid instant, a fold happens once (first)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

FURTHEST_EAST = timedelta(hours=14)  # Kiritimati; nowhere is it later


def to_local(at: datetime, zone: str) -> datetime:
    """The wall time at an instant, without its zone."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def to_instant(local: datetime, zone: str) -> datetime:
    """The instant (UTC) of a wall time: the first of two in a fold, the end of a gap inside one."""
    place = ZoneInfo(zone)
    first = local.replace(tzinfo=place, fold=0).astimezone(UTC)
    if to_local(first, zone) == local.replace(fold=0):
        return first
    # Inside a gap: read with the offset after it, the wall time lies before the change, and the other behind.
    before = local.replace(tzinfo=place, fold=1).astimezone(UTC)
    return _end_of_gap(place, before.replace(microsecond=0), first.replace(microsecond=0))


def _end_of_gap(place: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first whole second in (before, after] that has the offset in force at `after`."""
    offset = after.astimezone(place).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(place).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


def latest_date(now: datetime) -> date:
    """The date where it is latest on earth: what began today, wherever that was, has begun."""
    return (now.astimezone(UTC) + FURTHEST_EAST).date()
