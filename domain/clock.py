"""The two clocks: calendar time decides what is due, monotonic time decides pacing and leases."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The seam through which time enters; only edges hold one."""

    def now(self) -> datetime:
        """Calendar time, aware, in UTC. The simulator may move it forwards."""

    def monotonic(self) -> float:
        """Seconds that never jump; no relation to the calendar."""

    async def sleep(self, seconds: float) -> None:
        """Let that many monotonic seconds pass."""
