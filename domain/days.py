"""Days of the calendar as people name them: by date, by weekday, by how far off."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

# A 29 February is at most so far off.
_LONGEST_WAIT = 8 * 366

_DATE = re.compile(
    r"(?:(?P<year>\d{4})(?:[-/.]|年))?(?P<month>\d{1,2})(?:[-/.]|月)(?P<day>\d{1,2})(?:日|号)?"
)
_OFF = {
    "今天": 0, "今日": 0, "今": 0, "today": 0,
    "明天": 1, "明日": 1, "明": 1, "tomorrow": 1,
    "后天": 2, "the day after tomorrow": 2, "day after tomorrow": 2,
    "大后天": 3,
}  # fmt: skip
_WEEKDAY = re.compile(
    r"(?P<week>本|这|这个|下|下个|下下|this\s+|next\s+)?(?:周|星期|礼拜)?(?P<day>(?<=[周期拜])[一二三四五六日天]|[a-z]+)"
)
_WEEKS_OFF = {"本": 0, "这": 0, "这个": 0, "this": 0, "下": 1, "下个": 1, "next": 1, "下下": 2}
_HAN_WEEKDAYS = "一二三四五六日"
_ENGLISH_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORTEST_ENGLISH = 3  # letters that tell a weekday: mon, tues, thur


@dataclass(frozen=True)
class NamedDay:
    """A day as named: one certain day, or any that a month and day or a weekday describes."""

    certain: date | None = None
    month_and_day: tuple[int, int] | None = None
    weekday: int | None = None

    def on_or_after(self, earliest: date) -> date | None:
        """The first such day; a certain day is what it is."""
        return self._found(earliest, timedelta(days=1))

    def on_or_before(self, latest: date) -> date | None:
        """The last such day."""
        return self._found(latest, timedelta(days=-1))

    def _found(self, start: date, step: timedelta) -> date | None:
        if self.certain is not None:
            return self.certain
        days = (start + number * step for number in range(_LONGEST_WAIT))
        return next(filter(self._is, days), None)

    def _is(self, day: date) -> bool:
        return (day.month, day.day) == self.month_and_day or day.weekday() == self.weekday


def name_day(words: str, today: date) -> NamedDay | None:
    """What lower-case words with half-width figures say about a day, or None if they say nothing."""
    if words in _OFF:
        return NamedDay(certain=today + timedelta(days=_OFF[words]))
    if found := _DATE.fullmatch(words):
        return _by_date(found)
    if found := _WEEKDAY.fullmatch(words):
        return _by_weekday(found, today)
    return None


def _by_date(found: re.Match[str]) -> NamedDay | None:
    month, day = int(found["month"]), int(found["day"])
    try:
        # Any leap year will do to see whether the month has such a day.
        certain = date(int(found["year"] or 2000), month, day)
    except ValueError:
        return None
    if found["year"]:
        return NamedDay(certain=certain) if 1900 <= certain.year < 2200 else None
    return NamedDay(month_and_day=(month, day))


def _by_weekday(found: re.Match[str], today: date) -> NamedDay | None:
    weekday = _weekday(found["day"])
    if weekday is None:
        return None
    if found["week"] is None:
        return NamedDay(weekday=weekday)
    monday = today - timedelta(days=today.weekday())
    return NamedDay(certain=monday + timedelta(days=7 * _WEEKS_OFF[found["week"].strip()] + weekday))


def _weekday(word: str) -> int | None:
    if word in "天" + _HAN_WEEKDAYS:
        return _HAN_WEEKDAYS.index(word.replace("天", "日"))
    named = [day for day in _ENGLISH_WEEKDAYS if len(word) >= _SHORTEST_ENGLISH and day.startswith(word)]
    return _ENGLISH_WEEKDAYS.index(named[0]) if named else None
