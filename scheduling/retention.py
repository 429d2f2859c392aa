"""The sweep: what has been kept long enough is deleted, a bounded act at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from domain.clock import Clock
from scheduling.watch import never
from services import retention
from storage.database import Database

log = structlog.get_logger(__name__)

EVERY = timedelta(hours=1)  # of the calendar: what is kept for days may stay an hour longer


class Retention:
    """`sweep` deletes what is due at a moment; `run` does so whenever it is woken."""

    def __init__(self, db: Database, clock: Clock, held: Callable[[], Awaitable[bool]] = never) -> None:
        """While `held`, `run` deletes nothing: by a calendar far ahead everything is old."""
        self._db = db
        self._clock = clock
        self._held = held
        self._woken = asyncio.Event()
        self._swept: datetime | None = None

    def wake(self) -> None:
        """It may be time again."""
        self._woken.set()

    async def sweep(self, now: datetime) -> int:
        """Delete what has been kept long enough, unless that was done within the hour; how much it was."""
        if self._swept is not None and timedelta() <= now - self._swept < EVERY:
            return 0
        gone = 0
        while count := await self._db.write(retention.forget, now):
            gone += count
        self._swept = now
        if gone:
            log.info("forgotten", rows=gone)
        return gone

    async def run(self) -> None:
        """Sweep at every waking, until cancelled; a sweep that fails is tried again at the next."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                now = self._clock.now()  # before the watch looks: a later leap makes nothing old
                if not await self._held():
                    await self.sweep(now)
            except Exception:
                log.exception("sweeping_failed")
