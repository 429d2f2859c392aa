"""Dates and times as people say them, in the zone where something is held."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from aiogram.utils.formatting import DateTime

from messages.speech import language

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(on: date) -> str:
    """`11月20日 周五` or `Fri 20 Nov`."""
    if language() == "zh":
        return f"{on.month}月{on.day}日 周{WEEKDAYS_ZH[on.weekday()]}"
    return f"{WEEKDAYS_EN[on.weekday()]} {on.day} {MONTHS_EN[on.month - 1]}"


def full_day(on: date) -> str:
    """`2020年1月1日` or `1 Jan 2020`: for what may be years away."""
    if language() == "zh":
        return f"{on.year}年{on.month}月{on.day}日"
    return f"{on.day} {MONTHS_EN[on.month - 1]} {on.year}"


def clock(at: datetime, zone: str) -> str:
    """`15:00`."""
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M}"


def moment(at: datetime, zone: str) -> str:
    """`11月20日 周五 15:00`."""
    return f"{day(at.astimezone(ZoneInfo(zone)).date())} {clock(at, zone)}"


def deadline(at: datetime, zone: str) -> DateTime:
    """The branch's time as text, behind which a client can show each reader their own."""
    return DateTime(moment(at, zone), unix_time=at)


def lasting(starts: datetime, ends: datetime, zone: str) -> str:
    """`11月20日 周五 15:00–17:00`, naming the second day where there is one."""
    same_day = starts.astimezone(ZoneInfo(zone)).date() == ends.astimezone(ZoneInfo(zone)).date()
    return f"{moment(starts, zone)}–{clock(ends, zone) if same_day else moment(ends, zone)}"
