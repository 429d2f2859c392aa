"""Moments as people read them: the branch's wall time as text, and each reader's own behind it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from aiogram.utils.formatting import DateTime
from babel.dates import format_datetime

from messages.speech import _, language


def day_and_time(moment: datetime, zone: str) -> str:
    """11月27日 周五 09:00; Fri 27 Nov 09:00."""
    pattern = _("EEE d MMM HH:mm")
    return format_datetime(moment.astimezone(ZoneInfo(zone)), pattern, locale=language())


def clock_time(moment: datetime, zone: str) -> str:
    """19:02."""
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"


def moment(at: datetime, zone: str) -> DateTime:
    """The branch's time as text, which a client can show in its reader's own."""
    return DateTime(day_and_time(at, zone), unix_time=at)
