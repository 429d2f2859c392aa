"""When each branch has a topic: its own weekly slot, or the times that were given."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache

from domain.errors import BadRule, ClosesTooSoon, Gone, NoBranchThere
from domain.ids import TopicId, UnitId
from domain.recurrence import Recurrence, Slot, first_slot_at_least, next_slots
from domain.settings import in_force
from domain.topics import (
    SHORTEST_OPEN,
    Audience,
    BranchWindow,
    Preview,
    Topic,
    announced_at,
    local_slot,
)
from services.actors import settings_at, today
from storage import materials, outstanding, people, topics, units
from storage.database import Transaction

COUNTED_FROM = date(2024, 1, 1)  # a Monday: rules such as "every second week" count from here


def series(topic: TopicId) -> str:
    """The series of causes under which everything about the topic is owed."""
    return f"topic:{topic}"


def branches_of(tx: Transaction, topic: Topic, now: datetime) -> list[UnitId]:
    """The branches a topic is for."""
    match topic.audience:
        case Audience.BRANCH:
            return [topic.unit]
        case Audience.BELOW:
            return units.branches_below(tx, topic.unit, now.date())


def windows_of(
    tx: Transaction, topic: Topic, now: datetime, fallback: Mapping[str, str]
) -> list[BranchWindow]:
    """The window each branch of the audience would get now, the earliest first.

    Raises NoBranchThere, ClosesTooSoon.
    """
    branches = branches_of(tx, topic, now)
    if not branches:
        raise NoBranchThere

    @cache
    def under(rule: str, at: str, zone: str) -> BranchWindow:
        starts = datetime.combine(COUNTED_FROM, time.fromisoformat(at))
        return _window(topic, Recurrence(rule, zone, starts), now)

    held = units.settings_below(tx, topic.unit, now.date())
    windows = []
    for branch in branches:
        own = in_force(held[branch], fallback)
        window = under(own.values["study_rule"], own.values["study_time"], own.zone)
        windows.append(replace(window, branch=branch))
    return sorted(windows, key=lambda window: (window.opens_at, window.branch))


def standing_windows(
    tx: Transaction, topic: Topic, now: datetime, fallback: Mapping[str, str]
) -> list[BranchWindow]:
    """The windows that were set down when the topic was published, the earliest first."""
    held = units.settings_below(tx, topic.unit, now.date())
    zones = {unit: in_force(own, fallback).zone for unit, own in held.items()}
    return [
        BranchWindow(
            given.branch,
            given.slot,
            None,
            given.opens_at,
            given.closes_at,
            (zones.get(given.branch) or settings_at(tx, given.branch, now, fallback).zone),  # moved since
        )
        for given in topics.given_anywhere(tx, topic.id)
    ]


def preview_of(tx: Transaction, topic: Topic, windows: Sequence[BranchWindow], now: datetime) -> Preview:
    """The topic with these windows, as those who post it see it."""
    first = windows[0]
    unit = units.unit_with(tx, topic.unit, now.date())
    if unit is None:
        raise Gone
    lead = None if topic.lead is None else people.names_of(tx, [topic.lead])[topic.lead]
    return Preview(
        topic,
        unit.name,
        lead,
        materials.attached(tx, topic=topic.id),
        len(windows),
        outstanding.members_of(tx, [window.branch for window in windows], today(now, first.zone)),
        first.opens_at,
        first.closes_at,
        first.zone,
        len({(window.opens_at, window.closes_at) for window in windows}) == 1,
        first.short_notice,
        first.announce_at,
    )


def _window(topic: Topic, slots: Recurrence, now: datetime) -> BranchWindow:
    """The window under a weekly slot; the caller fills in the branch."""
    if topic.publish_at is None:
        first = _there(first_slot_at_least(slots, now), slots)
        slot, opens = first.key, first.at
    else:
        # A moment that passed while the preview stood means at once.
        opens = max(topic.publish_at, now)
        slot = local_slot(opens, slots.zone)
    closes = topic.closes_at or _slot_after(slots, opens)
    if closes <= opens:
        raise ClosesTooSoon
    announce, short = announced_at(opens, slots.zone, now)
    return BranchWindow(UnitId(0), slot, announce, opens, closes, slots.zone, short)


def _slot_after(slots: Recurrence, opens: datetime) -> datetime:
    later = opens + SHORTEST_OPEN - timedelta(seconds=1)
    return _there(next(iter(next_slots(slots, later)), None), slots).at


def _there(slot: Slot | None, slots: Recurrence) -> Slot:
    if slot is None:
        raise BadRule(slots.rule)
    return slot
