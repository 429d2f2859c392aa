"""A calendar that can be moved, so that five weeks pass in a minute."""

import asyncio
import time
from datetime import UTC, datetime, timedelta


class MovableClock:
    """Calendar time that goes forwards when told to; monotonic time that costs nothing, or is real.

    With `virtual` (the default), sleeping advances a counter and yields, so pacing takes no real time.
    Without it the calendar runs on by itself and sleeping sleeps.
    """

    def __init__(self, start: datetime, *, virtual: bool = True) -> None:
        if start.tzinfo is None:
            raise ValueError("the calendar starts at an aware time")
        self._virtual = virtual
        self._calendar = start.astimezone(UTC)
        self._set_at = time.monotonic()
        self._counter = 0.0
        self._speed = 1.0

    def now(self) -> datetime:
        if self._virtual:
            return self._calendar
        return self._calendar + timedelta(seconds=(time.monotonic() - self._set_at) * self._speed)

    @property
    def speed(self) -> float:
        """How fast the calendar runs by itself: 0 stands still."""
        return 0.0 if self._virtual else self._speed

    def run_at(self, speed: float) -> None:
        """Let the calendar run so many times faster than the other clock; 0 stops it."""
        self._calendar, self._set_at = self.now(), time.monotonic()
        self._speed = speed

    def monotonic(self) -> float:
        return self._counter if self._virtual else time.monotonic()

    async def sleep(self, seconds: float) -> None:
        if self._virtual:
            self._counter += max(seconds, 0.0)
            await asyncio.sleep(0)
        else:
            await asyncio.sleep(seconds)

    def move_to(self, moment: datetime) -> None:
        """Turn the calendar forwards; the monotonic clock stays where it is."""
        if moment < self.now():
            raise ValueError(f"the calendar only goes forwards: it is {self.now()}, not yet {moment}")
        self._calendar = moment.astimezone(UTC)
        self._set_at = time.monotonic()

    def advance(self, by: timedelta) -> None:
        self.move_to(self.now() + by)
