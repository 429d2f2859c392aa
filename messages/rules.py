"""A recurrence rule in words."""

from domain.recurrence_rules import WEEKDAYS, parts_of
from messages.moments import WEEKDAYS_EN, WEEKDAYS_ZH
from messages.speech import _, language

# A rule with other positions (the last but one) has no words here, and is shown as it is.
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
        chosen = [(item[:-2], WEEKDAYS.index(item[-2:])) for item in parts["BYDAY"].split(",")]
        known = all(int(item[0] or 1) in ORDINALS_EN for item in chosen)
        return _weekdays(chosen) if known else None
    if "BYMONTHDAY" in parts and "BYDAY" not in parts:
        days = parts["BYMONTHDAY"].split(",")
        last = "BYSETPOS" in parts
        return _monthday(days[-1]) if last or len(days) == 1 else None
    return None


def _weekdays(chosen: list[tuple[str, int]]) -> str:
    """`第二、第四个周四`; each n-th of a weekday, or the weekday itself where there is no n."""
    by_day: dict[int, list[str]] = {}
    for nth, at in chosen:
        by_day.setdefault(at, []).extend([nth] if nth else [])
    if language() == "zh":
        return "、".join(
            ("、".join(ORDINALS_ZH[int(nth)] for nth in nths) + "个" if nths else "") + f"周{WEEKDAYS_ZH[at]}"
            for at, nths in by_day.items()
        )
    return ", ".join(
        " ".join([*([" & ".join(ORDINALS_EN[int(nth)] for nth in nths)] if nths else []), WEEKDAYS_EN[at]])
        for at, nths in by_day.items()
    )


def _monthday(number: str) -> str:
    if language() == "zh":
        return f"{number}日"
    return f"day {number}"
