"""A recurrence rule in words."""

from domain.recurrence_rules import WEEKDAYS, parts_of
from messages.moments import WEEKDAYS_EN, WEEKDAYS_ZH
from messages.speech import _, language

ORDINALS_EN = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 5: "5th", -1: "last"}
ORDINALS_ZH = {1: "第一", 2: "第二", 3: "第三", 4: "第四", 5: "第五", -1: "最后一"}


def rule_words(rule: str) -> str:
    """`每月第二、第四个周四`; a rule that has no such words is shown as it is."""
    parts = parts_of(rule)
    every = (parts["FREQ"], parts.get("INTERVAL", "1"))
    known = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYSETPOS"}
    spoken = _day_words(parts) if set(parts) <= known else None
    if spoken is None:
        return rule
    match every:
        case ("WEEKLY", "1"):
            return _("every week: {days}").format(days=spoken)
        case ("MONTHLY", "1"):
            return _("every month: {days}").format(days=spoken)
        case ("MONTHLY", "3"):
            return _("every quarter: {days}").format(days=spoken)
        case _:
            return rule


def _day_words(parts: dict[str, str]) -> str | None:
    if "BYDAY" in parts and "BYSETPOS" not in parts and "BYMONTHDAY" not in parts:
        named = [_weekday(item) for item in parts["BYDAY"].split(",")]
        return ("、" if language() == "zh" else ", ").join(named)
    if "BYMONTHDAY" in parts and "BYDAY" not in parts:
        days = parts["BYMONTHDAY"].split(",")
        last = "BYSETPOS" in parts
        return _monthday(days[-1]) if last or len(days) == 1 else None
    return None


def _weekday(item: str) -> str:
    nth, code = item[:-2], item[-2:]
    at = WEEKDAYS.index(code)
    if language() == "zh":
        return f"{ORDINALS_ZH[int(nth)]}个周{WEEKDAYS_ZH[at]}" if nth else f"周{WEEKDAYS_ZH[at]}"
    return f"{ORDINALS_EN.get(int(nth), nth)} {WEEKDAYS_EN[at]}" if nth else WEEKDAYS_EN[at]


def _monthday(number: str) -> str:
    if language() == "zh":
        return f"{number}日"
    return f"day {number}"
