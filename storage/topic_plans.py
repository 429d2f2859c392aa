"""What the clock finds to do with topics: for many branches at once, and each for one process alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update

from domain.ids import TopicId, UnitId
from domain.topics import Given, TopicState
from storage.database import Transaction
from storage.tables import Topic as topics
from storage.tables import TopicBranch as given

# Branches in one act, of some thirty members each: what a database sets down within 50 ms.
AT_ONCE = {"sqlite": 60, "postgresql": 20}


def at_once(tx: Transaction) -> int:
    """How many branches are planned in one act."""
    return AT_ONCE[tx.dialect.name]


def notices_due(tx: Transaction, now: datetime, limit: int) -> list[Given]:
    """What is to be announced by now and has not been; what is open already needs no notice."""
    return _waiting(tx, given.announced_at, given.announce_at, now, limit, given.opens_at > now)


def pushes_due(tx: Transaction, now: datetime, limit: int) -> list[Given]:
    """What has opened by now and has not been pushed."""
    return _waiting(tx, given.pushed_at, given.opens_at, now, limit)


def closings_due(tx: Transaction, now: datetime, limit: int) -> list[Given]:
    """What was pushed, has closed by now, and whose cards do not say so yet."""
    return _waiting(tx, given.closed_at, given.closes_at, now, limit, given.pushed_at.is_not(None))


def _waiting(
    tx: Transaction, done: Any, due: Any, now: datetime, limit: int, *more: ColumnElement[bool]
) -> list[Given]:
    """The longest waiting; what another process is at is left to it."""
    found = tx.execute(
        select(
            given.topic_id,
            given.branch_id,
            topics.title,
            topics.state,
            given.slot,
            given.opens_at,
            given.closes_at,
            given.pushed_at,
        )
        .join(topics, topics.id == given.topic_id)
        .where(done.is_(None), due <= now, topics.state == TopicState.SCHEDULED, *more)
        .order_by(due, given.topic_id, given.branch_id)
        .limit(limit)
        .with_for_update(of=given, skip_locked=True)
    ).all()
    return [
        Given(
            row.topic_id,
            row.branch_id,
            row.title,
            TopicState(row.state),
            row.slot,
            row.opens_at,
            row.closes_at,
            row.pushed_at,
        )
        for row in found
    ]


def next_moment(tx: Transaction, now: datetime) -> datetime | None:
    """When the clock next has something to do with a topic."""
    waiting = (
        (given.announced_at, given.announce_at, given.opens_at > now),
        (given.pushed_at, given.opens_at, given.opens_at.is_not(None)),
        (given.closed_at, given.closes_at, given.pushed_at.is_not(None)),
    )
    moments = [
        tx.execute(
            select(due)
            .join(topics, topics.id == given.topic_id)
            .where(done.is_(None), due.is_not(None), topics.state == TopicState.SCHEDULED, more)
            .order_by(due)
            .limit(1)
        ).scalar()
        for done, due, more in waiting
    ]
    return min((moment for moment in moments if moment is not None), default=None)


def mark_announced(tx: Transaction, topic: TopicId, branches: Sequence[UnitId], now: datetime) -> None:
    """The notices are owed."""
    _mark(tx, topic, branches, announced_at=now)


def mark_pushed(tx: Transaction, topic: TopicId, branches: Sequence[UnitId], now: datetime) -> None:
    """The pushes are owed and the rosters snapshotted."""
    _mark(tx, topic, branches, pushed_at=now)


def mark_closed(tx: Transaction, topic: TopicId, branches: Sequence[UnitId], now: datetime) -> None:
    """The cards know."""
    _mark(tx, topic, branches, closed_at=now)


def _mark(tx: Transaction, topic: TopicId, branches: Sequence[UnitId], **moment: datetime) -> None:
    here = (given.topic_id == topic, given.branch_id.in_(branches))
    tx.execute(update(given).where(*here).values(**moment))
