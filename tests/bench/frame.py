"""What every benchmark is made of: rows, and rounds in which ours and its peer take turns."""

import gc
import statistics
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

HEADINGS = ("benchmark", "ours", "peer or limit", "ratio", "target", "reached")


@dataclass(frozen=True)
class Row:
    """One figure beside what it is held against, both from the same run."""

    name: str
    ours: str
    peer: str
    ratio: float | None
    target: str
    reached: bool | None  # None: could not be measured here, `ours` says why


def at_least(name: str, ours: float, peer: float, target: float, unit: str = "/s") -> Row:
    """A rate that is to be no less than `target` times the peer's."""
    ratio = ours / peer
    return Row(name, _figure(ours, unit), _figure(peer, unit), ratio, f"≥ {target:g} ×", ratio >= target)


def at_most(name: str, ours: float, peer: float, target: float, unit: str = " ms") -> Row:
    """A time that is to be no more than `target` times the peer's."""
    ratio = ours / peer
    return Row(name, _figure(ours, unit), _figure(peer, unit), ratio, f"≤ {target:g} ×", ratio <= target)


def no_more_than(name: str, ours: float, limit: float, unit: str) -> Row:
    """A figure held against a limit, not against a peer."""
    shown = _figure(limit, unit)
    return Row(name, _figure(ours, unit), shown, ours / limit, f"≤ {shown}", ours <= limit)


def no_less_than(name: str, ours: float, limit: float, unit: str) -> Row:
    """A figure that is to reach a limit."""
    shown = _figure(limit, unit)
    return Row(name, _figure(ours, unit), shown, ours / limit, f"≥ {shown}", ours >= limit)


def not_here(name: str, why: str, target: str) -> Row:
    """A benchmark that this machine cannot run."""
    return Row(name, why, "", None, target, None)


def medians(rounds: int, *measures: Callable[[], float]) -> list[float]:
    """The median of each measure over rounds in which they take turns, so that a busy moment hits all."""
    taken: list[list[float]] = [[] for _ in measures]
    for round_ in range(rounds):
        turns = list(zip(measures, taken, strict=True))
        for measure, into in turns if round_ % 2 == 0 else reversed(turns):
            gc.collect()
            into.append(measure())
    return [statistics.median(figures) for figures in taken]


def percentile(figures: Sequence[float], share: float) -> float:
    """The figure that `share` (0.99) of them do not exceed."""
    ranked = sorted(figures)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share))]


def table(rows: Sequence[Row]) -> str:
    """The rows in Markdown, in columns that also line up on a console."""
    cells = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(_width(line[at]) for line in cells) for at in range(len(HEADINGS))]
    lines = [
        "| " + " | ".join(_padded(cell, w) for cell, w in zip(line, widths, strict=True)) + " |"
        for line in cells
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def _cells(row: Row) -> tuple[str, ...]:
    reached = {True: "yes", False: "no", None: "not measured"}[row.reached]
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    return row.name, row.ours, row.peer, ratio, row.target, reached


def _figure(value: float, unit: str) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}{unit}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
