"""What is to come, for those who want to look ahead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, or_, select

from domain.deliveries import Kind, State
from domain.ids import TopicId, UnitId
from domain.topics import TopicState
from storage.database import Transaction
from storage.tables import Chat as chats
from storage.tables import Delivery as deliveries
from storage.tables import Topic as topics
from storage.tables import TopicBranch as given


@dataclass(frozen=True)
class Held:
    """A message that waits for its time; `address` is the platform's number of its chat."""

    kind: Kind
    at: datetime
    address: int


@dataclass(frozen=True)
class Window:
    """A topic of a branch; a moment that is past is None."""

    topic: TopicId
    title: str
    branch: UnitId
    announced: datetime | None
    opens: datetime | None


def owed(tx: Transaction, now: datetime) -> bool:
    """Whether a message that may be sent by now has no outcome yet."""
    ripe = and_(deliveries.state == State.READY, deliveries.not_before <= now)
    under_way = deliveries.state.in_((State.LEASED, State.SENDING))
    return bool(tx.execute(select(exists().where(or_(ripe, under_way)))).scalar())


def held(tx: Transaction, now: datetime) -> Sequence[Held]:
    """Messages owed that may not be sent yet."""
    found = tx.execute(
        select(deliveries.kind, deliveries.not_before, chats.chat_id)
        .join(chats, chats.id == deliveries.chat_id)
        .where(deliveries.state == State.READY, deliveries.not_before > now)
        .order_by(deliveries.not_before, deliveries.id)
    )
    return [Held(Kind(row.kind), row.not_before, row.chat_id) for row in found]


def windows(tx: Transaction, now: datetime, until: datetime) -> Sequence[Window]:
    """Topics to be announced or pushed after `now`, until `until`."""
    notice = and_(given.announced_at.is_(None), given.announce_at > now, given.announce_at <= until)
    push = and_(given.pushed_at.is_(None), given.opens_at > now, given.opens_at <= until)
    found = tx.execute(
        select(given.topic_id, topics.title, given.branch_id, given.announce_at, given.opens_at, notice, push)
        .join(topics, topics.id == given.topic_id)
        .where(topics.state == TopicState.SCHEDULED, or_(notice, push))
        .order_by(given.opens_at, given.topic_id, given.branch_id)
    )
    return [
        Window(topic, title, branch, announce_at if to_announce else None, opens_at if to_push else None)
        for topic, title, branch, announce_at, opens_at, to_announce, to_push in found
    ]
