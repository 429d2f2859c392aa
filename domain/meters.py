"""The burden meter: how often the bot writes to members unasked, by unit."""

from dataclasses import dataclass

from domain.ids import UnitId
from domain.units import Unit

WEEKS = 4  # counted back from now: one busy week says little
MOST_COUNTED = 3_000  # members; counting reads what was sent to each, and a screen is to come at once


@dataclass(frozen=True)
class MeterLine:
    """A unit, and how many messages went to its members unasked; None where there are too many to count."""

    unit: UnitId
    name: str
    members: int
    asked: int | None

    @property
    def weekly(self) -> float | None:
        """Messages a member a week."""
        return None if self.asked is None or not self.members else self.asked / self.members / WEEKS


@dataclass(frozen=True)
class Meter:
    """A unit and those directly below it; `cap` is what it lets a member get in a week."""

    unit: Unit
    total: MeterLine
    below: tuple[MeterLine, ...]
    cap: int
