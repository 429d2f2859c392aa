"""Whether the calendar can be believed: it decides what is due, and a clock can be set wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta

JUMP = timedelta(minutes=10)  # further ahead than this is no drift; turned back repeats nothing and is let be


@dataclass(frozen=True)
class Reading:
    """The two clocks of one moment."""

    calendar: datetime
    monotonic: float  # seconds


def leapt(believed: Reading, now: Reading) -> bool:
    """Whether the calendar went forward further than time has passed."""
    passed = timedelta(seconds=now.monotonic - believed.monotonic)
    return now.calendar - believed.calendar - passed > JUMP


def ahead(calendar: datetime, elsewhere: datetime) -> bool:
    """Whether the calendar shows a time that has not come elsewhere."""
    return calendar - elsewhere > JUMP
