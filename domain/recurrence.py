"""When something recurs: an RFC 5545 rule over local wall time in an IANA zone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice, takewhile

from dateutil.rrule import rrule, rrulestr

from domain.errors import BadRule
from domain.recurrence_rules import (
    WEEKDAYS,
    endless,
    is_once_a_week,
    is_several_a_day,
    local_rule,
    parse_rule,
    whole_step,
)
from domain.zones import to_instant, to_local

# No zone ever skipped more than a day (Samoa, 2011), so a slot is at most that far from its wall time.
_LONGEST_GAP = timedelta(days=2)


@dataclass(frozen=True)
class Slot:
    """One time something is due; the key names it in the series, whatever rule or instant it came from."""

    key: str
    at: datetime


@dataclass(frozen=True)
class Recurrence:
    """A rule counted from `starts`, a wall time in `zone` that also gives the time of day.

    Slots of a rule that comes once a week are keyed by ISO week (`2026-W43`), others by local date
    (`2026-11-05`), with the time (`2026-11-05T14:00`) where a day has several. Raises BadRule.
    """

    rule: str
    zone: str
    starts: datetime

    def __post_init__(self) -> None:
        if self.starts.tzinfo is not None:
            raise BadRule("a recurrence starts at a wall time, without a zone of its own")
        object.__setattr__(self, "rule", parse_rule(self.rule))
        if not _ever_happens(endless(self.rule), self.starts.replace(second=0, microsecond=0)):
            raise BadRule(self.rule)


def weekly(weekday: int, at: time, zone: str, first: date) -> Recurrence:
    """Every week on a weekday (Monday is 0), from the day `first` on."""
    return Recurrence(f"FREQ=WEEKLY;BYDAY={WEEKDAYS[weekday]}", zone, datetime.combine(first, at))


def monthly_on_day(day: int, at: time, zone: str, first: date) -> Recurrence:
    """Every month on a day of the month, or on its last day where the month is shorter."""
    days = ",".join(str(number) for number in range(min(day, 28), day + 1))
    rule = f"FREQ=MONTHLY;BYMONTHDAY={days}" + (";BYSETPOS=-1" if day > 28 else "")
    return Recurrence(rule, zone, datetime.combine(first, at))


def monthly_on_weekdays(chosen: Sequence[tuple[int, int]], at: time, zone: str, first: date) -> Recurrence:
    """Every month on chosen weekdays: `[(2, 3), (4, 3)]` are the second and fourth Thursday."""
    days = ",".join(f"{nth}{WEEKDAYS[weekday]}" for nth, weekday in chosen)
    return Recurrence(f"FREQ=MONTHLY;BYDAY={days}", zone, datetime.combine(first, at))


def occurrences(recurrence: Recurrence, after: datetime, before: datetime) -> list[Slot]:
    """The slots from `after` on and before `before`, so that windows that meet lose and repeat none."""
    slots = takewhile(lambda slot: slot.at < before, _slots(recurrence, after))
    return [slot for slot in slots if slot.at >= after]


def next_slots(recurrence: Recurrence, after: datetime, count: int = 1) -> list[Slot]:
    """Up to `count` slots later than `after`; fewer where the rule ends."""
    return list(islice((slot for slot in _slots(recurrence, after) if slot.at > after), count))


def first_slot_at_least(recurrence: Recurrence, now: datetime, days: int = 7) -> Slot | None:
    """The first slot that many calendar days off, at the same wall time counting as far enough."""
    local = to_local(now, recurrence.zone) + timedelta(days=days)
    earliest = to_instant(local, recurrence.zone)
    return next((slot for slot in _slots(recurrence, earliest) if slot.at >= earliest), None)


def wall_of(recurrence: Recurrence, slot: Slot) -> datetime:
    """The wall time a slot is meant for, where a change of clocks skips it as well."""
    zone, starts = recurrence.zone, recurrence.starts.replace(second=0, microsecond=0)
    earliest = to_local(slot.at, zone) - _LONGEST_GAP
    dates = _dates_from(recurrence.rule, zone, starts, earliest)
    return next(local for local in dates if to_instant(local, zone) == slot.at)


def day_key(recurrence: Recurrence, slot: Slot) -> str:
    """What an occurrence is kept by: its local date, with the time where a day has several."""
    if is_several_a_day(recurrence.rule):
        return slot.key
    return to_local(slot.at, recurrence.zone).date().isoformat()


def _slots(recurrence: Recurrence, around: datetime) -> Iterator[Slot]:
    """Slots in order, from some before `around` on."""
    zone, starts = recurrence.zone, recurrence.starts.replace(second=0, microsecond=0)
    earliest = to_local(around, zone) - _LONGEST_GAP
    for local in _dates_from(recurrence.rule, zone, starts, earliest):
        yield Slot(_key(recurrence.rule, local), to_instant(local, zone))


def _dates_from(rule: str, zone: str, starts: datetime, earliest: datetime) -> Iterator[datetime]:
    days = whole_step(rule)
    if days and earliest > starts:
        # Begun any whole number of steps later it is the same rule, and the past is not counted through.
        starts += (earliest - starts) // timedelta(days=days) * timedelta(days=days)
    return _local_dates(rule, zone, starts).xafter(earliest, inc=True)


@lru_cache(maxsize=4096)
def _local_dates(rule: str, zone: str, starts: datetime) -> rrule:
    try:
        found = rrulestr(local_rule(rule, zone), dtstart=starts)
    except ValueError as error:
        raise BadRule(rule) from error
    if not isinstance(found, rrule):
        raise BadRule(rule)
    return found


@lru_cache(maxsize=4096)
def _ever_happens(rule: str, starts: datetime) -> bool:
    """Whether the rule has any date: a thirtieth of February would be sought until 9999 at every tick."""
    return next(iter(_local_dates(rule, "UTC", starts)), None) is not None


def _key(rule: str, local: datetime) -> str:
    if is_once_a_week(rule):
        year, week, _ = local.isocalendar()
        return f"{year}-W{week:02}"
    if is_several_a_day(rule):
        return local.isoformat(timespec="minutes")
    return local.date().isoformat()
