"""Quiet hours: the part of the night in which nobody is written to unasked."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from domain.errors import UnreadableTime
from domain.zones import to_instant, to_local

_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-~至–—]\s*(\d{1,2}):(\d{2})")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True)
class QuietHours:
    """From `start` until before `end`, local time; over midnight when `end` is the earlier; equal: none."""

    start: time
    end: time

    def cover(self, local: time) -> bool:
        """Whether a wall time is quiet."""
        if self.start <= self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end


def parse_quiet_hours(text: str) -> QuietHours:
    """Read `22:00-07:00`. Raises UnreadableTime."""
    found = _HOURS.fullmatch(text.translate(_HALF_WIDTH).strip())
    if found is None:
        raise UnreadableTime(text)
    first_hour, first_minute, last_hour, last_minute = map(int, found.groups())
    try:
        return QuietHours(time(first_hour, first_minute), time(last_hour, last_minute))
    except ValueError as error:
        raise UnreadableTime(text) from error


def next_allowed(now: datetime, zone: str, quiet: QuietHours) -> datetime:
    """The first instant (UTC) from `now` on that is not quiet in the zone."""
    at = now
    while quiet.cover((local := to_local(at, zone)).time()):
        day = local.date() if local.time() < quiet.end else local.date() + timedelta(days=1)
        end = datetime.combine(day, quiet.end)
        first = to_instant(end, zone)
        # In the second half of a fold the end has passed once already; it comes again.
        at = first if first > at else at + (end - local)
    return at.astimezone(UTC)
