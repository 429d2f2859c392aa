"""How much was written to a private chat without being asked."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from domain.deliveries import Kind, Op, State
from domain.ids import ChatId
from storage.database import Transaction
from storage.tables import Delivery as deliveries

UNDER_WAY_OR_SENT = (State.SENDING, State.SENT, State.AMBIGUOUS)
_at = func.coalesce(deliveries.settled_at, deliveries.not_before)


def nth_last(tx: Transaction, chat: ChatId, kinds: Collection[Kind], since: datetime, nth: int) -> datetime:
    """When the nth last message of these kinds went to the chat since then; `since` where there were fewer.

    One of several parts is one.
    """
    theirs = (deliveries.chat_id == chat, *written(kinds, since))
    found: datetime | None = tx.execute(
        select(_at).where(*theirs).order_by(_at.desc()).offset(nth - 1).limit(1)
    ).scalar()
    return found or since


def waits(tx: Transaction, chat: ChatId, kind: Kind) -> bool:
    """Whether a message of the kind is still to go to the chat."""
    waiting = (State.READY, State.LEASED, State.SENDING)
    asked = select(deliveries.id).where(
        deliveries.chat_id == chat, deliveries.kind == kind, deliveries.state.in_(waiting)
    )
    return tx.execute(asked.limit(1)).first() is not None


def held_back(tx: Transaction, chat: ChatId, reason: str, since: datetime) -> list[tuple[Kind, int]]:
    """What was cancelled for this reason since then and since the last digest, the oldest first."""
    last = (
        select(func.max(deliveries.settled_at))
        .where(
            deliveries.chat_id == chat,
            deliveries.kind == Kind.DIGEST,
            deliveries.state.in_((State.SENT, State.AMBIGUOUS)),
        )
        .scalar_subquery()
    )
    found = tx.execute(
        select(deliveries.kind, deliveries.subject_id)
        .where(
            deliveries.chat_id == chat,
            deliveries.state == State.CANCELLED,
            deliveries.reason == reason,
            deliveries.settled_at > since,
            or_(last.is_(None), deliveries.settled_at > last),
        )
        .order_by(deliveries.settled_at, deliveries.id)
    )
    return [(Kind(row.kind), row.subject_id) for row in found]


def written(kinds: Collection[Kind], since: datetime) -> tuple[ColumnElement[bool], ...]:
    """What counts as written since then: a message of several parts once."""
    return (
        deliveries.op == Op.SEND,
        deliveries.part == 0,
        deliveries.kind.in_(sorted(kinds)),
        deliveries.state.in_(UNDER_WAY_OR_SENT),
        _at > since,
    )
