"""The watch over the calendar: while it may be wrong, nothing is planned and nothing is sent."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from math import inf

import structlog

from domain.clock import Clock
from domain.watching import Reading, ahead, leapt

log = structlog.get_logger(__name__)

AGAIN = 30.0  # seconds between two questions to the witness in a doubt, and two tries to tell of it

Witness = Callable[[], Awaitable[datetime | None]]  # the time elsewhere; None when nobody there answers
Told = Callable[[bool], Awaitable[None]]


async def never() -> bool:
    """Where the calendar is meant to move nothing is held."""
    return False


class Watch:
    """Compares the calendar with the monotonic clock at every question, with a witness at a doubt.

    A machine that slept finds its calendar far ahead as well; the witness says that it is right.
    """

    def __init__(self, clock: Clock, witness: Witness, told: Told) -> None:
        """`told` learns when the calendar is no longer believed (True), and when it is again (False)."""
        self._clock = clock
        self._witness = witness
        self._told = told
        self._believed: Reading | None = None
        self._holding = False
        self._told_of = False  # what `told` knows of
        self._ask_at = self._tell_at = -inf
        self._asking = asyncio.Lock()

    async def holds(self) -> bool:
        """Whether to leave everything as it is for now; who asks during a doubt waits for its end."""
        async with self._asking:
            await self._look()
            return self._holding

    async def _look(self) -> None:
        now = Reading(self._clock.now(), self._clock.monotonic())
        if self._believed is not None and not leapt(self._believed, now):
            await self._decide(hold=False, now=now)
        elif now.monotonic >= self._ask_at:
            elsewhere = await self._witness()  # where that raises, nobody goes on either
            self._ask_at = now.monotonic + AGAIN
            if elsewhere is None:  # at the start there is nothing to doubt it for
                await self._decide(hold=self._believed is not None, now=now)
            else:
                await self._decide(hold=ahead(now.calendar, elsewhere), now=now)

    async def _decide(self, *, hold: bool, now: Reading) -> None:
        if not hold:
            self._believed = now
            self._ask_at = -inf
        if hold is not self._holding:
            log.error("calendar_ahead") if hold else log.info("calendar_believed")
            self._holding, self._tell_at = hold, -inf
        if hold is not self._told_of and now.monotonic >= self._tell_at:
            self._tell_at = now.monotonic + AGAIN
            await self._tell()

    async def _tell(self) -> None:
        """Say how things stand; where that fails it is said again, and keeps nobody from going on."""
        try:
            await self._told(self._holding)
        except Exception:
            log.exception("calendar_not_told")
        else:
            self._told_of = self._holding
