"""What a tap on "check in" amounts to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import NotYetOpen


class Outcome(StrEnum):
    """What a tap on "check in" amounts to."""

    NEW = "new"
    LATE = "late"  # after the deadline (迟打); counts, and is shown as late
    ALREADY = "already"


@dataclass(frozen=True)
class Window:
    """When a topic takes check-ins in time (UTC); the closing instant is still in time."""

    opens: datetime
    closes: datetime

    def __post_init__(self) -> None:
        if self.closes <= self.opens:
            raise ValueError(f"a window closes after it opens: {self.opens} to {self.closes}")


@dataclass(frozen=True)
class Receipt:
    """What the person is told: `at` is the check-in that counts, the first one when it stood already."""

    outcome: Outcome
    at: datetime
    zone: str


def judge(window: Window, recorded_at: datetime | None, now: datetime) -> Outcome:
    """Decide what a tap at `now` (UTC) means for a topic open during `window`.

    Raises NotYetOpen before the window; after it a tap is late (迟打), never refused.
    """
    if recorded_at is not None:
        return Outcome.ALREADY
    if now < window.opens:
        raise NotYetOpen
    return Outcome.NEW if now <= window.closes else Outcome.LATE
