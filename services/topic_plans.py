"""What the clock does with topics: announce, push and close them, for many branches in one act."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from domain.deliveries import Cause, Kind
from domain.ids import TopicId, UnitId
from domain.rollups import Counted
from domain.topics import Given, month_of
from services import cards, deliveries
from services.actors import today, zones_of
from services.topic_windows import series
from storage import outstanding, rollups, topic_plans, topics
from storage.database import Transaction


@dataclass(frozen=True, order=True)
class _Window:
    """What branches that are planned together have in common."""

    topic: TopicId
    slot: str
    opens_at: datetime
    closes_at: datetime
    zone: str


def plan_due(tx: Transaction, now: datetime, fallback: Mapping[str, str]) -> int:
    """Owe the notices or the pushes that are due, or tell the cards of closed topics; how many were done."""
    at_once = topic_plans.at_once(tx)
    if notices := topic_plans.notices_due(tx, now, at_once):
        for window, branches in _together(tx, notices, now, fallback):
            _announce(tx, window, branches, now)
        return len(notices)
    if pushes := topic_plans.pushes_due(tx, now, at_once):
        for window, branches in _together(tx, pushes, now, fallback):
            _push(tx, window, branches, now)
        return len(pushes)
    closings = topic_plans.closings_due(tx, now, at_once)
    for given in closings:
        cards.mark_stale(tx, "topic", given.topic, given.branch)
        topic_plans.mark_closed(tx, given.topic, [given.branch], now)
    return len(closings)


def next_due(tx: Transaction, now: datetime, fallback: Mapping[str, str]) -> datetime | None:  # noqa: ARG001 - as planning calls it
    """When a topic is next announced, pushed or closed."""
    return topic_plans.next_moment(tx, now)


def _together(
    tx: Transaction, found: Iterable[Given], now: datetime, fallback: Mapping[str, str]
) -> list[tuple[_Window, list[UnitId]]]:
    """Branches that have a topic at the same times by the same clocks."""
    several = list(found)
    zones = zones_of(tx, [given.branch for given in several], now, fallback)
    pairs = sorted(
        (
            _Window(
                given.topic,
                given.slot,
                given.opens_at,
                given.closes_at,
                zones[given.branch],
            ),
            given.branch,
        )
        for given in several
    )
    return [
        (window, [branch for _, branch in several])
        for window, several in groupby(pairs, key=lambda pair: pair[0])
    ]


def _announce(tx: Transaction, window: _Window, branches: list[UnitId], now: datetime) -> None:
    cause = Cause(series(window.topic), window.slot, "notice")
    on = today(now, window.zone)
    deliveries.owe_branches(
        tx, cause, Kind.TOPIC_NOTICE, window.topic, branches, on, now, expires_at=window.opens_at
    )
    topic = topics.topic_with(tx, window.topic)
    if topic is not None and topic.lead is not None:
        deliveries.owe_people(  # of the same cause: who is told in private anyway is told once
            tx, cause, Kind.TOPIC_NOTICE, window.topic, [topic.lead], now, expires_at=window.opens_at
        )
    topic_plans.mark_announced(tx, window.topic, branches, now)


def _push(tx: Transaction, window: _Window, branches: list[UnitId], now: datetime) -> None:
    """The rosters are kept, the topic counts, and the branches are told unless it has closed meanwhile."""
    on, month = today(now, window.zone), month_of(window.opens_at, window.zone)
    outstanding.snapshot(tx, window.topic, branches, on)
    rollups.move_each(tx, branches, month, Counted.TOPICS, 1)
    if now < window.closes_at:
        cause = Cause(series(window.topic), window.slot, "push")
        deliveries.owe_branches(
            tx, cause, Kind.TOPIC_PUSH, window.topic, branches, on, now, expires_at=window.closes_at
        )
    topic_plans.mark_pushed(tx, window.topic, branches, now)
