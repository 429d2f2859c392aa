"""Topics: drafts, what is given to which branch, and what the clock has done with it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from domain.ids import PersonId, TopicId, UnitId
from domain.topics import Audience, BranchWindow, Given, Topic, TopicState
from storage.database import Transaction
from storage.prepared import Prepared
from storage.tables import Topic as topics
from storage.tables import TopicBranch as given
from storage.upserts import upsert

COLUMNS = (
    topics.id,
    topics.unit_id,
    topics.audience,
    topics.title,
    topics.text,
    topics.lead_id,
    topics.state,
    topics.publish_at,
    topics.closes_at,
    topics.version,
    topics.created_by,
)


def _topic(row: Any) -> Topic:
    return Topic(
        row.id,
        row.unit_id,
        Audience(row.audience),
        row.title,
        row.text,
        row.lead_id,
        TopicState(row.state),
        row.publish_at,
        row.closes_at,
        row.version,
        row.created_by,
    )


def begin_draft(
    tx: Transaction, unit: UnitId, audience: Audience, by: PersonId, draft_key: str, now: datetime
) -> TopicId:
    """A draft of this key; the one begun before, if it was."""
    made = tx.execute(
        upsert(tx, topics)
        .values(
            unit_id=unit,
            audience=audience,
            title="",
            text="",
            state=TopicState.DRAFT,
            draft_key=draft_key,
            created_by=by,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["created_by", "draft_key"])
        .returning(topics.id)
    ).scalar()
    if made is not None:
        return TopicId(made)
    found: TopicId = tx.execute(
        select(topics.id).where(topics.created_by == by, topics.draft_key == draft_key)
    ).scalar_one()
    return found


_WITH_ID = Prepared(lambda _: select(*COLUMNS).where(topics.id == bindparam("topic")))


def topic_with(tx: Transaction, topic: TopicId) -> Topic | None:
    """The topic, whatever became of it."""
    row = _WITH_ID.first(tx, topic=topic)
    if row is None:
        return None
    number, unit, audience, title, text, lead, state, *rest = row
    return Topic(number, unit, Audience(audience), title, text, lead, TopicState(state), *rest)


def save(tx: Transaction, topic: Topic, scheduled_at: datetime | None = None) -> None:
    """Set the topic down as it is now; a time of scheduling once set stays."""
    values = {
        "unit_id": topic.unit,
        "audience": topic.audience,
        "title": topic.title,
        "text": topic.text,
        "lead_id": topic.lead,
        "state": topic.state,
        "publish_at": topic.publish_at,
        "closes_at": topic.closes_at,
        "version": topic.version,
    }
    if scheduled_at is not None:
        values["scheduled_at"] = scheduled_at
    tx.execute(update(topics).where(topics.id == topic.id).values(values))


def discard(tx: Transaction, topic: TopicId) -> None:
    """Take a draft away; its attachments must have gone before."""
    tx.execute(delete(topics).where(topics.id == topic, topics.state == TopicState.DRAFT))


def posted_by(tx: Transaction, units: Iterable[UnitId], by: PersonId, limit: int, offset: int) -> list[Topic]:
    """Topics of those units and the person's own drafts, newest first; withdrawn ones are left out."""
    found = tx.execute(
        select(*COLUMNS)
        .where(
            topics.unit_id.in_(list(units)),
            topics.title != "",
            (topics.state == TopicState.SCHEDULED)
            | ((topics.state == TopicState.DRAFT) & (topics.created_by == by)),
        )
        .order_by(topics.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    return [_topic(row) for row in found]


def give(tx: Transaction, topic: TopicId, windows: Sequence[BranchWindow]) -> None:
    """Let each branch have the topic in its window, instead of any it has not been pushed in."""
    tx.execute(delete(given).where(given.topic_id == topic, given.pushed_at.is_(None)))
    if windows:
        tx.execute(
            insert(given),
            [
                {
                    "topic_id": topic,
                    "branch_id": window.branch,
                    "slot": window.slot,
                    "announce_at": window.announce_at,
                    "opens_at": window.opens_at,
                    "closes_at": window.closes_at,
                }
                for window in windows
            ],
        )


_GIVEN = select(
    given.topic_id,
    given.branch_id,
    topics.title,
    topics.state,
    given.slot,
    given.opens_at,
    given.closes_at,
    given.pushed_at,
).join(topics, topics.id == given.topic_id)
_GIVEN_TO = Prepared(
    lambda _: _GIVEN.where(given.topic_id == bindparam("topic"), given.branch_id == bindparam("branch"))
)


def given_to(tx: Transaction, topic: TopicId, branches: Iterable[UnitId]) -> list[Given]:
    """The topic as those of the branches have it that it was given to."""
    found = [_GIVEN_TO.first(tx, topic=topic, branch=branch) for branch in dict.fromkeys(branches)]
    has = [_given_in(row) for row in found if row is not None]
    return sorted(has, key=lambda one: (one.opens_at, one.branch))


def given_anywhere(tx: Transaction, topic: TopicId) -> list[Given]:
    """The topic as each branch has it, the earliest first."""
    return _given(tx, given.topic_id == topic)


def opened_for(
    tx: Transaction, branches: Iterable[UnitId], opened_by: datetime, closing_after: datetime
) -> list[Given]:
    """Topics the branches have that opened by one moment and close after another, the earliest first."""
    return _given(
        tx,
        given.branch_id.in_(list(branches)),
        given.opens_at <= opened_by,
        given.closes_at > closing_after,
        topics.state == TopicState.SCHEDULED,
    )


def coming_for(tx: Transaction, branches: Iterable[UnitId], now: datetime) -> list[Given]:
    """Topics announced or about to be that the branches do not have open yet."""
    return _given(
        tx,
        given.branch_id.in_(list(branches)),
        given.opens_at > now,
        topics.state == TopicState.SCHEDULED,
    )


def _given(tx: Transaction, *conditions) -> list[Given]:  # type: ignore[no-untyped-def]  # SQL conditions
    asked = _GIVEN.where(*conditions).order_by(given.opens_at, given.topic_id, given.branch_id)
    return [_given_in(row) for row in tx.execute(asked).all()]


def _given_in(row: Any) -> Given:
    topic, branch, title, state, *times = row
    return Given(topic, branch, title, TopicState(state), *times)


def notices_due(tx: Transaction, now: datetime, limit: int) -> list[Given]:
    """What is to be announced by now and has not been; what is open already needs no notice."""
    return _waiting(tx, given.announced_at, given.announce_at, now, limit, given.opens_at > now)


def pushes_due(tx: Transaction, now: datetime, limit: int) -> list[Given]:
    """What has opened by now and has not been pushed."""
    return _waiting(tx, given.pushed_at, given.opens_at, now, limit)


def closings_due(tx: Transaction, now: datetime, limit: int) -> list[Given]:
    """What was pushed, has closed by now, and whose cards do not say so yet."""
    return _waiting(tx, given.closed_at, given.closes_at, now, limit, given.pushed_at.is_not(None))


def _waiting(tx: Transaction, done, due, now: datetime, limit: int, *more) -> list[Given]:  # type: ignore[no-untyped-def]  # columns and SQL conditions
    chosen = (
        select(given.topic_id, given.branch_id)
        .join(topics, topics.id == given.topic_id)
        .where(done.is_(None), due <= now, topics.state == TopicState.SCHEDULED, *more)
        .order_by(due)
        .limit(limit)
        .subquery()
    )
    return _given(tx, given.topic_id == chosen.c.topic_id, given.branch_id == chosen.c.branch_id)


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


def mark_announced(tx: Transaction, topic: TopicId, branch: UnitId, now: datetime) -> None:
    """The notice is owed."""
    _mark(tx, topic, branch, announced_at=now)


def mark_pushed(tx: Transaction, topic: TopicId, branch: UnitId, now: datetime) -> None:
    """The push is owed and the roster snapshotted."""
    _mark(tx, topic, branch, pushed_at=now)


def mark_closed(tx: Transaction, topic: TopicId, branch: UnitId, now: datetime) -> None:
    """The cards know."""
    _mark(tx, topic, branch, closed_at=now)


def _mark(tx: Transaction, topic: TopicId, branch: UnitId, **moment: datetime) -> None:
    tx.execute(update(given).where(given.topic_id == topic, given.branch_id == branch).values(**moment))


def reach_of(tx: Transaction, topic: TopicId) -> tuple[int, int]:
    """How many branches have the topic, and in how many of them it was pushed."""
    row = tx.execute(select(func.count(), func.count(given.pushed_at)).where(given.topic_id == topic)).one()
    return int(row[0]), int(row[1])
