"""An activity in one message, and the words people use for a recurring day."""

import re
from dataclasses import dataclass
from datetime import datetime

from domain.activities import Kind, kind_at_start
from domain.errors import BadRule
from domain.recurrence_rules import WEEKDAYS, parse_rule

FIELDS = {
    "时间": "time",
    "time": "time",
    "when": "time",
    "地点": "place",
    "place": "place",
    "where": "place",
    "议程": "agenda",
    "agenda": "agenda",
    "标题": "title",
    "title": "title",
    "重复": "repeat",
    "每月": "repeat",
    "repeat": "repeat",
}
_LINE = re.compile(r"^\s*([^\s:\uff1a]{1,10})\s*[:\uff1a]\s*(.*)$")  # \uff1a is the full-width colon
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_UNTIL = re.compile(r"\s*(?:-|–|—|~|至|到|to)\s*(\d{1,2}):(\d{2})$")


@dataclass(frozen=True)
class ActivityForm:
    """What one message says; what it does not say is empty. `kind` is None where none was named."""

    kind: Kind | None
    title: str
    time: str
    place: str
    agenda: str
    repeat: str


def read_form(text: str) -> ActivityForm:
    """Read the command's line (a kind, a title, or both) and the lines below it, in any order.

    A line that names no field goes on with the field above it, or with the agenda.
    """
    head, *lines = text.strip().split("\n")
    if _field(head):
        head, lines = "", [head, *lines]
    kind, title = kind_at_start(head)
    said: dict[str, list[str]] = {"agenda": []}
    at = "agenda"
    for line in lines:
        found = _LINE.match(line)
        name = _field(line)
        if found and name:
            at = name
            said.setdefault(name, []).append(_repeated(found))
        elif line.strip():
            said.setdefault("agenda" if at in {"time", "repeat"} else at, []).append(line.strip())
    joined = {name: "\n".join(part for part in parts if part) for name, parts in said.items()}
    return ActivityForm(
        kind,
        joined.get("title") or title,
        joined.get("time", ""),
        joined.get("place", ""),
        joined.get("agenda", ""),
        joined.get("repeat", ""),
    )


def _field(line: str) -> str | None:
    """The field that a line names at its start."""
    found = _LINE.match(line)
    return FIELDS.get(found.group(1).casefold()) if found else None


def _repeated(found: re.Match[str]) -> str:
    """`每月: 第二个周四` says the same as `重复: 每月第二个周四`."""
    value = found.group(2).strip()
    return f"每月{value}" if found.group(1) == "每月" and not value.startswith("每月") else value


def split_end(words: str) -> tuple[str, tuple[int, int] | None]:
    """`2026-11-20 15:00-17:00` as the start's words and the end's hour and minute, where one is given."""
    plain = words.translate(_HALF_WIDTH).strip()
    found = _UNTIL.search(plain)
    if found is None or ":" not in plain[: found.start()]:
        return plain, None
    hour, minute = int(found.group(1)), int(found.group(2))
    return (plain[: found.start()], (hour, minute)) if hour < 24 and minute < 60 else (plain, None)


_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7, "最后一": -1}
_EN_DAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_EN_NTH = re.compile(r"\b([1-5])(?:st|nd|rd|th)\b|\b(last)\b")
_EN_DAY_END = r"(?:s|nes|rs|ur)?(?:day)?s?\b"  # so that "month" is no Monday
_ZH_NTH = re.compile(r"最后一|[1-5一二三四五]")
_ZH_WEEKDAYS = re.compile(r"(.*?)(?:个)?(?:周|星期|礼拜)([一二三四五六日天])$")
_ZH_DAY = re.compile(r"(\d{1,2})(?:日|号)?$")


def read_repeat(words: str, starts: datetime) -> str | None:
    """The RFC 5545 rule that the words mean for an activity first held at `starts` (local); None: once.

    Raises BadRule for words that mean none.
    """
    typed = words.translate(_HALF_WIDTH).strip().casefold()
    if typed in {"", "一次", "不重复", "once", "no"}:
        return None
    if "freq=" in typed:
        return parse_rule(typed)
    return parse_rule(_in_chinese(typed, starts) or _in_english(typed, starts) or _unknown(words))


def _unknown(words: str) -> str:
    raise BadRule(words)


def _in_chinese(typed: str, starts: datetime) -> str | None:
    if typed.startswith(("每周", "每星期")):
        day = typed[-1]
        weekday = _DIGITS[day] - 1 if day in "一二三四五六日天" else starts.weekday()
        return f"FREQ=WEEKLY;BYDAY={WEEKDAYS[weekday]}"
    for start, interval in (("每季度", 3), ("每季", 3), ("每月", 1), ("每个月", 1)):
        if typed.startswith(start):
            return _monthly_in_chinese(typed.removeprefix(start).strip(" 的"), starts, interval)
    return None


def _monthly_in_chinese(rest: str, starts: datetime, interval: int) -> str | None:
    if not rest or rest in {"这一天", "这天", "同一天"}:
        return on_day_of_month(starts.day, interval)
    weekdays = _ZH_WEEKDAYS.match(rest)
    if weekdays:
        found = _ZH_NTH.findall(weekdays.group(1))
        nths = [_DIGITS[nth] if nth in _DIGITS else int(nth) for nth in found]
        return on_weekdays(nths, _DIGITS[weekdays.group(2)] - 1, interval) if nths else None
    day = _ZH_DAY.match(rest)
    return on_day_of_month(int(day.group(1)), interval) if day and 1 <= int(day.group(1)) <= 31 else None


def _in_english(typed: str, starts: datetime) -> str | None:
    interval = 3 if "quarter" in typed else 1
    weekday = next(
        (day for name, day in _EN_DAYS.items() if re.search(rf"\b{name}{_EN_DAY_END}", typed)), None
    )
    nths = [int(digit) if digit else -1 for digit, _ in _EN_NTH.findall(typed)]
    if "week" in typed and not nths:
        return f"FREQ=WEEKLY;BYDAY={WEEKDAYS[starts.weekday() if weekday is None else weekday]}"
    if weekday is not None and nths:
        return on_weekdays(nths, weekday, interval)
    day = re.search(r"\b(\d{1,2})(?:st|nd|rd|th)\b", typed)
    if day and 1 <= int(day.group(1)) <= 31:
        return on_day_of_month(int(day.group(1)), interval)
    return on_day_of_month(starts.day, interval) if "month" in typed or "quarter" in typed else None


def on_day_of_month(day: int, interval: int = 1) -> str:
    """Every month on a day, or on its last where the month is shorter."""
    every = f";INTERVAL={interval}" if interval > 1 else ""
    if day <= 28:
        return f"FREQ=MONTHLY{every};BYMONTHDAY={day}"
    days = ",".join(str(number) for number in range(28, day + 1))
    return f"FREQ=MONTHLY{every};BYMONTHDAY={days};BYSETPOS=-1"


def on_weekdays(nths: list[int], weekday: int, interval: int = 1) -> str:
    """Every month on the n-th weekdays (Monday is 0), -1 the last."""
    every = f";INTERVAL={interval}" if interval > 1 else ""
    days = ",".join(f"{nth}{WEEKDAYS[weekday]}" for nth in nths)
    return f"FREQ=MONTHLY{every};BYDAY={days}"


def nth_weekday(day: datetime) -> int:
    """Which of its weekday in the month a day is: the 12th of November 2026 is the second Thursday."""
    return (day.day - 1) // 7 + 1
