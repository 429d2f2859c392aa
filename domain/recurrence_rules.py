"""Which RFC 5545 rules are understood: those a calendar of days could follow."""

import re
from datetime import date, datetime, time

from domain.errors import BadRule
from domain.zones import to_local

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST_A_DAY = 4  # more is an alarm clock, not an organisation's calendar
_DAYS = {"DAILY": 1, "WEEKLY": 7}

_WEEKDAY = "(?:MO|TU|WE|TH|FR|SA|SU)"
_MONTHDAY = r"-?(?:[1-9]|[12]\d|3[01])"
_POSITION = r"[+-]?[1-5]"
_HOUR = r"(?:[01]?\d|2[0-3])"
_MONTH = r"(?:0?[1-9]|1[0-2])"


def _listed(item: str) -> re.Pattern[str]:
    return re.compile(f"{item}(?:,{item})*")


_PARTS = {
    "FREQ": re.compile("DAILY|WEEKLY|MONTHLY|YEARLY"),
    "INTERVAL": re.compile(r"[1-9]\d?"),
    "COUNT": re.compile(r"[1-9]\d{0,3}"),
    "UNTIL": re.compile(r"\d{8}(?:T\d{6}Z?)?"),
    "WKST": re.compile(_WEEKDAY),
    "BYDAY": _listed(f"(?:{_POSITION})?{_WEEKDAY}"),
    "BYMONTHDAY": _listed(_MONTHDAY),
    "BYMONTH": _listed(_MONTH),
    "BYSETPOS": _listed(_POSITION),
    "BYHOUR": _listed(_HOUR),
    "BYMINUTE": _listed(r"[0-5]?\d"),
}
_BY_MONTHS_ONLY = ("BYMONTHDAY", "BYSETPOS")


def parse_rule(text: str) -> str:
    """The rule in one spelling. Raises BadRule for unknown parts, and for more than a few slots a day."""
    parts: dict[str, str] = {}
    for part in text.strip().upper().removeprefix("RRULE:").split(";"):
        name, _, value = part.partition("=")
        if name in parts or name not in _PARTS or not _PARTS[name].fullmatch(value):
            raise BadRule(text)
        parts[name] = value
    if not _holds_together(parts):
        raise BadRule(text)
    if "UNTIL" in parts:
        _end(parts["UNTIL"])
    return _joined({name: parts[name] for name in _PARTS if name in parts})


def _holds_together(parts: dict[str, str]) -> bool:
    frequency = parts.get("FREQ")
    if frequency is None or ("COUNT" in parts and "UNTIL" in parts):
        return False
    if frequency in _DAYS and (
        any(name in parts for name in _BY_MONTHS_ONLY) or re.search(r"\d", parts.get("BYDAY", ""))
    ):
        return False
    return _times_a_day(parts) <= MOST_A_DAY


def _times_a_day(parts: dict[str, str]) -> int:
    return len(_values(parts, "BYHOUR")) * len(_values(parts, "BYMINUTE"))


def _values(parts: dict[str, str], name: str) -> set[str]:
    return set(parts.get(name, "").split(","))


def parts_of(rule: str) -> dict[str, str]:
    """The parts of a rule that `parse_rule` has read."""
    return dict(part.split("=", 1) for part in rule.split(";"))


def is_once_a_week(rule: str) -> bool:
    """Whether a week has at most one slot."""
    parts = parts_of(rule)
    return parts["FREQ"] == "WEEKLY" and len(_values(parts, "BYDAY")) == 1 and _times_a_day(parts) == 1


def is_several_a_day(rule: str) -> bool:
    """Whether a day may have several slots."""
    return _times_a_day(parts_of(rule)) > 1


def whole_step(rule: str) -> int | None:
    """Days after which a rule repeats itself exactly, where it does."""
    parts = parts_of(rule)
    days = _DAYS.get(parts["FREQ"])
    return days * int(parts.get("INTERVAL", "1")) if days and "COUNT" not in parts else None


def endless(rule: str) -> str:
    """The rule without its end."""
    return _joined({name: value for name, value in parts_of(rule).items() if name not in ("COUNT", "UNTIL")})


def local_rule(rule: str, zone: str) -> str:
    """The rule with its end as a wall time in the zone; an end given as a day includes that day."""
    parts = parts_of(rule)
    if "UNTIL" not in parts:
        return rule
    until = _end(parts["UNTIL"])
    if until.tzinfo is not None:
        until = to_local(until, zone)
    return _joined(parts | {"UNTIL": until.strftime("%Y%m%dT%H%M%S")})


def _end(text: str) -> datetime:
    try:
        if "T" not in text:
            return datetime.combine(date.fromisoformat(text), time(23, 59, 59))
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRule(text) from error


def _joined(parts: dict[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts.items())
