"""What can be set on a unit in chat: the values that are understood, and where each in force comes from."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import available_timezones

from domain.activity_forms import read_repeat
from domain.errors import BadRule, NotASetting, UnreadableTime
from domain.ids import UnitId
from domain.quiet import parse_quiet_hours
from domain.recurrence_rules import parts_of
from domain.roles import Act
from domain.units import Unit

_CLOCK = re.compile(r"([01]?\d|2[0-3])[::点]([0-5]\d)?")
_MONDAY = datetime(2024, 1, 1, 9, 0)  # noqa: DTZ001 - local words, whatever the zone
_LANGUAGES = {"zh": "zh", "中文": "zh", "简体中文": "zh", "en": "en", "english": "en"}
LONGEST_KEPT = 120  # months: ten years; longer is always
_CHECKINS = {"off": "off", "关闭": "off", "voluntary": "voluntary", "自愿": "voluntary"}


@dataclass(frozen=True)
class SettingLine:
    """One setting as it holds at a unit; `source` is None where nobody set it and the default holds."""

    name: str
    value: str
    source: UnitId | None
    source_name: str | None
    own: bool


@dataclass(frozen=True)
class UnitSettingsPage:
    """All settings of a unit, and what the reader may do there."""

    unit: Unit
    lines: tuple[SettingLine, ...]
    acts: frozenset[Act]
    people: int

    def line(self, name: str) -> SettingLine:
        """One of them."""
        return next(line for line in self.lines if line.name == name)


def read_setting(name: str, text: str) -> str:
    """The value as it is kept. Raises NotASetting for an unknown name, or words that mean no such value."""
    reader = READERS.get(name)
    value = reader(text.strip()) if reader else None
    if value is None:
        raise NotASetting
    return value


def _zone(text: str) -> str | None:
    return next((name for name in available_timezones() if name.casefold() == text.casefold()), None)


def _rule(text: str) -> str | None:
    """A slot that comes again for ever: one with an end would one day leave a branch without topics."""
    try:
        rule = read_repeat(text, _MONDAY)
    except BadRule:
        return None
    endless = rule is not None and not {"COUNT", "UNTIL", "BYHOUR", "BYMINUTE"} & parts_of(rule).keys()
    return rule if endless and rule is not None and parts_of(rule)["FREQ"] in {"WEEKLY", "MONTHLY"} else None


def _clock(text: str) -> str | None:
    found = _CLOCK.fullmatch(text)
    return f"{time(int(found[1]), int(found[2] or 0)):%H:%M}" if found else None


def _quiet(text: str) -> str | None:
    try:
        hours = parse_quiet_hours(text)
    except UnreadableTime:
        return None
    return f"{hours.start:%H:%M}-{hours.end:%H:%M}"


ASKS = range(1, 21)  # a week: fewer than one is a mute, more than twenty no cap


def _months(text: str) -> str | None:
    if text.casefold() in {"always", "一直", "长期"}:
        return "always"
    number = text.removesuffix("个月").removesuffix("月").strip()
    return str(int(number)) if number.isdecimal() and 1 <= int(number) <= LONGEST_KEPT else None


READERS: Mapping[str, Callable[[str], str | None]] = {
    "timezone": _zone,
    "locale": lambda text: _LANGUAGES.get(text.casefold()),
    "study_rule": _rule,
    "study_time": _clock,
    "quiet_hours": _quiet,
    "weekly_asks": lambda text: str(int(text)) if text.isdecimal() and int(text) in ASKS else None,
    "texts_kept": _months,
    "checkin": lambda text: _CHECKINS.get(text.casefold()),
}
