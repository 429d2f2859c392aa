"""Picks up updates that a process stored and did not live to answer."""

import asyncio

import structlog

from bot.logs import describe
from bot.workers import Workers

log = structlog.get_logger(__name__)


class Reaper:
    """`run` looks whenever it is woken: of several processes on one database any may answer."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """It may be time again."""
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                if left := await self._workers.take_left():
                    log.warning("taken_up", updates=left)
            except Exception as away:  # noqa: BLE001 - the database: they are still there at the next tick
                log.warning("nothing_taken_up", fault=describe(away))
