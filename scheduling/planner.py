"""What has come due is set down as rows; the sender finds it there."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import structlog

from domain.clock import Clock
from scheduling.watch import never
from services import planning
from storage.database import Database

log = structlog.get_logger(__name__)

BREATH = 1.0  # seconds between two plans: every update wakes us, and a crowd sends hundreds a second


class Planner:
    """`plan` does all that is due at a moment; `run` does so whenever it is woken."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        fallback: Mapping[str, str],
        planned: Callable[[], None],
        held: Callable[[], Awaitable[bool]] = never,
    ) -> None:
        """While `held`, `run` plans nothing."""
        self._db = db
        self._clock = clock
        self._fallback = fallback
        self._planned = planned
        self._held = held
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something may have come due."""
        self._woken.set()

    async def plan(self, now: datetime) -> int:
        """Set down everything that is due; how much it was. Planning again changes nothing.

        A plan that fails keeps no other from its turn; what it raised is raised at the end.
        """
        done, fault = 0, None
        for plan in planning.PLANS:
            try:
                while count := await self._db.write(plan, now, self._fallback):
                    done += count
            except Exception as error:  # noqa: BLE001 - raised below
                fault = error
        if fault is not None:
            if done:
                self._planned()
            raise fault
        return done

    async def run(self) -> None:
        """Plan at every waking, until cancelled; a plan that fails is tried again at the next."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                now = self._clock.now()  # before the watch looks: a later leap makes nothing late
                if not await self._held() and await self.plan(now):
                    self._planned()
            except Exception:
                log.exception("planning_failed")
            await self._clock.sleep(BREATH)
