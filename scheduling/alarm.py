"""The alarm clock: ticks that only wake those who work. What is due stands in rows, so none is lost."""

from collections.abc import Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

PLAN_EVERY = 5  # seconds: how late a push may be planned
REAP_EVERY = 15  # seconds: how late an update is noticed whose process died
DRAIN_EVERY = 2  # seconds: how late a delivery that waited for its time may be noticed
RETAIN_EVERY = 600  # seconds: what has been kept long enough goes within the hour


class Alarm:
    """Wakes those who work; its ticks do no work, so stopping it interrupts nothing."""

    def __init__(
        self,
        plan: Callable[[], None],
        drain: Callable[[], None],
        reap: Callable[[], None],
        retain: Callable[[], None],
    ) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        ticks = (
            ("plan", plan, PLAN_EVERY),
            ("drain", drain, DRAIN_EVERY),
            ("reap", reap, REAP_EVERY),
            ("retain", retain, RETAIN_EVERY),
        )
        for name, tick, seconds in ticks:
            self._scheduler.add_job(_ticking(tick), "interval", seconds=seconds, id=name)

    def start(self) -> None:
        """Begin to tick, in the running loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


def _ticking(tick: Callable[[], None]) -> Callable[[], object]:
    async def sound() -> None:  # a coroutine runs in the loop; a plain function would in a thread
        tick()

    return sound
