"""The hand-over sheet in words: what each open duty is called, be it without a title."""

from datetime import datetime

from domain.handovers import Duty, HandedOver, OpenDuty
from domain.zones import to_local
from messages.activities import kind_name
from messages.handovers import DUTIES
from messages.moments import day
from messages.speech import _


def duty_names() -> dict[Duty, str]:
    """What each kind of duty is called."""
    return {duty: _(name) for duty, name in DUTIES.items()}


def subjects(facts: HandedOver) -> list[str]:
    """What each of the open duties is about."""
    return [_subject(duty, facts.zone) for duty in facts.duties]


def sheet_name(facts: HandedOver) -> str:
    """The file's name."""
    return _("handover-{unit}-{day}.xlsx").format(
        unit=facts.words.unit.replace("/", "_"), day=facts.words.on.isoformat()
    )


def _subject(duty: OpenDuty, zone: str) -> str:
    if duty.what:
        return duty.what
    if duty.kind is not None:
        name = kind_name(duty.kind)
        return f"{name} · {_day(duty.until, zone)}" if duty.until else name
    if duty.duty is Duty.CHAT:
        group = _("a group")
        return group if duty.since is None else _("a group, linked {day}").format(day=_day(duty.since, zone))
    return _("no title yet")


def _day(at: datetime, zone: str) -> str:
    return day(to_local(at, zone).date())
