"""Dates and times as people type them, in their own zone."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from domain.days import name_day
from domain.errors import PastTime, UnreadableDate, UnreadableTime
from domain.zones import to_instant, to_local

_NOW = frozenset({"现在", "now"})
_CLOCK = re.compile(
    r"(?P<half>上午|早上|早晨|早|中午|下午|傍晚|晚上|晚)?\s*(?P<hour>\d{1,2})"
    r"(?:(?::(?P<minute>\d{2})|[点时](?:(?P<part>半|一刻|三刻)|(?P<fen>\d{1,2})分?|整)?)\s*(?P<m>[ap]m)?"
    r"|\s*(?P<m_alone>[ap]m))$"
)
_PARTS_OF_AN_HOUR = {"半": 30, "一刻": 15, "三刻": 45}
_AFTERNOON = frozenset({"下午", "傍晚", "晚上", "晚", "pm"})
_BETWEEN = re.compile(r"\s*(?:至|到|~|—+|–|(?<=[日号])-|(?<=\s)-(?=\s)|\bto\b)\s*")
_DAY_ALONE = re.compile(r"\d{1,2}[日号]")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Whole local days, both ends included."""

    first: date
    last: date


def read_moment(text: str, now: datetime, zone: str, at: time | None = None) -> datetime:
    """The instant (UTC) meant by words like `11月27日 9:00`, 周五9点 or 现在; it may be past.

    A date without a year, or a bare weekday, means the next such moment; a time alone, today. `at` is the
    time of day where only a day is given. Raises UnreadableTime.
    """
    if _plain(text) in _NOW:
        return now.astimezone(UTC)
    return to_instant(read_wall(text, now, zone, at), zone)


def read_wall(text: str, now: datetime, zone: str, at: time | None = None) -> datetime:
    """What a clock on the wall is meant to show at that moment: a change of clocks may skip it.

    Raises UnreadableTime.
    """
    words = _plain(text)
    local = to_local(now, zone)
    if words in _NOW:
        return local
    day_words, clock = _parted(words)
    if clock is None and at is not None:
        clock = timedelta(hours=at.hour, minutes=at.minute)
    named = name_day(day_words or "今天", local.date())
    if clock is None or named is None:
        raise UnreadableTime(text)
    midnight = datetime.combine(local.date(), time.min)
    # Today's moment may be over; `24:00` is not before the day is.
    day = named.on_or_after(local.date() if midnight + clock >= local else local.date() + _DAY)
    if day is None:
        raise UnreadableTime(text)
    return datetime.combine(day, time.min) + clock


def read_date(text: str, today: date) -> date:
    """The day meant by words like 11月27日, 下周四 or 明天; else the next such. Raises UnreadableDate."""
    named = name_day(_plain(text), today)
    day = named.on_or_after(today) if named else None
    if day is None:
        raise UnreadableDate(text)
    return day


def read_span(text: str, today: date) -> Span:
    """The days meant by words like `11-20 至 12-05`, or by a single day. Raises UnreadableDate, PastTime.

    Without years it is the span that ends next: on a trip one may still ask for its days.
    """
    ends = _BETWEEN.split(_plain(text))
    if len(ends) == 1:
        day = read_date(text, today)
        return _to_come(Span(day, day), today)
    begin, end = (name_day(words, today) for words in _with_month(ends)) if len(ends) == 2 else (None, None)
    if begin is None or end is None:
        raise UnreadableDate(text)
    last = end.on_or_after(begin.certain or today)
    first = last and begin.on_or_before(last)
    if first is None or last is None or last < first:
        raise UnreadableDate(text)
    return _to_come(Span(first, last), today)


def _to_come(span: Span, today: date) -> Span:
    if span.last < today:
        raise PastTime
    return span


def _plain(text: str) -> str:
    """Half-width, lower case, single spaces, no T between date and time."""
    words = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    return re.sub(r"(?<=\d)t(?=\d)", " ", words)


def _parted(words: str) -> tuple[str, timedelta | None]:
    """The words for the day, and the time of day behind them."""
    found = _CLOCK.search(words)
    if found is None:
        return words, None
    clock = _clock(found)
    return (words[: found.start()].strip(), clock) if clock is not None else (words, None)


def _clock(found: re.Match[str]) -> timedelta | None:
    hour = int(found["hour"])
    minute = int(found["minute"] or found["fen"] or _PARTS_OF_AN_HOUR.get(found["part"], 0))
    half = found["half"] or found["m"] or found["m_alone"] or ""
    if (half in _AFTERNOON and hour < 12) or (half == "中午" and hour < 3):  # 中午1点 is 13:00
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    elif half in ("晚", "晚上") and hour == 12:
        hour = 24
    clock = timedelta(hours=hour, minutes=minute)
    return clock if minute < 60 and clock <= _DAY else None


def _with_month(ends: list[str]) -> list[str]:
    """`11月20日至25日`: the second day is of the first one's month."""
    begin, end = ends
    head, month, _ = begin.partition("月")
    return [begin, f"{head}{month}{end}"] if month and _DAY_ALONE.fullmatch(end) else ends
