"""What a chart shows, already in words: pure data for whoever draws it."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Bar:
    """One bar. `number` names it in the text beside the chart, where `label` may be what no font here has."""

    number: int
    label: str
    share: Fraction | None  # of the whole width; None where there is nothing to measure
    words: str  # at the bar
    figures: str  # the same without words


@dataclass(frozen=True)
class Chart:
    """Bars in the order of the list beside them: nobody is ranked."""

    title: str
    measure: str  # what the length of a bar is
    bars: tuple[Bar, ...]
