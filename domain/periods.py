"""Months, quarters and years of the calendar, and the words people have for them."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from domain.errors import UnknownPeriod
from domain.zones import to_instant

_YEAR = r"(?P<year>(?:19|20|21)\d\d)"
_MONTH = re.compile(rf"{_YEAR}(?:-(?P<month>0?[1-9]|1[0-2])|年(?P<yue>0?[1-9]|1[0-2])月(?:份)?)")
_QUARTER = re.compile(rf"{_YEAR}(?:-?Q(?P<quarter>[1-4])|年第?(?P<ji>[1-4一二三四])季度?)")
_WHOLE_YEAR = re.compile(rf"{_YEAR}(?:年度?)?")
_HAN_FIGURES = {"一": 1, "二": 2, "三": 3, "四": 4}
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}

# Months in the period meant, and how many such periods back from today.
_RELATIVE = {
    "this-month": (1, 0),
    "last-month": (1, 1),
    "this-quarter": (3, 0),
    "last-quarter": (3, 1),
    "this-year": (12, 0),
    "last-year": (12, 1),
    "本月": (1, 0),
    "上月": (1, 1),
    "上个月": (1, 1),
    "本季度": (3, 0),
    "上季度": (3, 1),
    "本年": (12, 0),
    "今年": (12, 0),
    "去年": (12, 1),
}


@dataclass(frozen=True)
class Period:
    """A month `2026-11`, a quarter `2026-Q4` or a year `2026`, from its first to its last day."""

    key: str
    first: date
    last: date

    def next(self) -> "Period":
        """The period of the same length that follows."""
        return _of(self.first.year, self.first.month + _length(self), _length(self))

    def previous(self) -> "Period":
        """The period of the same length before."""
        return _of(self.first.year, self.first.month - _length(self), _length(self))


def month_of(day: date) -> Period:
    """The month a day lies in."""
    return _of(day.year, day.month, 1)


def parse_period(text: str, today: date) -> Period:
    """Read a period as people write it; words like 上月 count from `today`. Raises UnknownPeriod."""
    words = re.sub(r"\s", "", text.translate(_HALF_WIDTH))
    if relative := _RELATIVE.get(words.lower()):
        length, back = relative
        start = (today.month - 1) // length * length + 1
        return _of(today.year, start - back * length, length)
    if found := _MONTH.fullmatch(words):
        return _of(int(found["year"]), int(found["month"] or found["yue"]), 1)
    if found := _QUARTER.fullmatch(words.upper()):
        figure = found["quarter"] or found["ji"]
        return _of(int(found["year"]), 3 * (_HAN_FIGURES.get(figure) or int(figure)) - 2, 3)
    if found := _WHOLE_YEAR.fullmatch(words):
        return _of(int(found["year"]), 1, 12)
    raise UnknownPeriod(text)


def months(period: Period) -> list[str]:
    """Keys of the months in the period, under which figures are kept."""
    first, year = period.first.month, period.first.year
    return [f"{year}-{month:02}" for month in range(first, first + _length(period))]


def periods_with(month: str) -> tuple[str, str, str]:
    """Keys of the month "2026-11", of its quarter and of its year."""
    year, number = month.split("-")
    return month, f"{year}-Q{(int(number) + 2) // 3}", year


def bounds(period: Period, zone: str) -> tuple[datetime, datetime]:
    """The instants (UTC) at which the period begins, and at which the next one does."""
    start, end = (
        to_instant(datetime.combine(day, time.min), zone).astimezone(UTC)
        for day in (period.first, period.last + timedelta(days=1))
    )
    return start, end


def _length(period: Period) -> int:
    """Months in the period; none crosses a year."""
    return period.last.month - period.first.month + 1


def _of(year: int, month: int, length: int) -> Period:
    """The period of `length` months from a month, which may lie outside 1 to 12 and so in another year."""
    first = _first_of(year, month)
    last = _first_of(year, month + length) - timedelta(days=1)
    key = {1: f"{first:%Y-%m}", 3: f"{first:%Y}-Q{(first.month + 2) // 3}", 12: f"{first:%Y}"}[length]
    return Period(key, first, last)


def _first_of(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
