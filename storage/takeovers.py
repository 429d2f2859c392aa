"""What one who takes over finds of the last sender, and what becomes of it."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, or_, select, tuple_, update

from domain.deliveries import Kind, State
from domain.ids import DeliveryId
from domain.sending import Lease, LeftBehind, Past
from storage.database import Transaction
from storage.sending import mark
from storage.tables import Attempt as attempts
from storage.tables import Chat as chats
from storage.tables import Delivery as deliveries


def _under_way() -> ColumnElement[bool]:
    """Written out, or SQLite would not see that the index of these few covers the question."""
    states = [State.LEASED, State.SENDING, State.AMBIGUOUS]
    return deliveries.state.in_(bindparam("under_way", states, expanding=True, literal_execute=True))


def left_behind(tx: Transaction, lease: Lease, state: State) -> list[LeftBehind]:
    """Deliveries that an earlier epoch left in this state."""
    found = tx.execute(
        select(deliveries.id, deliveries.kind, deliveries.maybe_repeat).where(
            deliveries.bot_id == lease.bot_id,
            _under_way(),
            deliveries.state == state,
            or_(deliveries.epoch.is_(None), deliveries.epoch < lease.epoch),
        )
    ).all()
    return [LeftBehind(row.id, Kind(row.kind), row.maybe_repeat) for row in found]


def take_back(tx: Transaction, begun: Collection[tuple[DeliveryId, int]], now: datetime) -> None:
    """Begun under these epochs by one who knows that nothing was written: ready beyond doubt.

    What somebody else has begun since, under a later epoch, is none of them.
    """
    tx.execute(
        update(deliveries)
        .where(tuple_(deliveries.id, deliveries.epoch).in_(list(begun)), deliveries.state == State.SENDING)
        .values(state=State.READY, epoch=None)
    )
    tx.execute(
        update(attempts)
        .where(tuple_(attempts.delivery_id, attempts.epoch).in_(list(begun)), attempts.ended_at.is_(None))
        .values(ended_at=now, outcome="not written")
    )


def leased_under(tx: Transaction, lease: Lease) -> list[DeliveryId]:
    """What this epoch claimed and has not begun."""
    return list(
        tx.execute(
            select(deliveries.id).where(
                deliveries.bot_id == lease.bot_id,
                _under_way(),
                deliveries.state == State.LEASED,
                deliveries.epoch == lease.epoch,
            )
        ).scalars()
    )


def resolve(tx: Transaction, delivery: DeliveryId, state: State, now: datetime, reason: str) -> None:
    """Decide about a delivery that may have arrived: held, or sent once more as a possible repeat."""
    if state is State.READY:
        again = {"maybe_repeat": True, "epoch": None, "not_before": now}
        mark(tx, [delivery], State.SENDING, state, reason=reason, **again)
    else:
        mark(tx, [delivery], State.SENDING, state, settled_at=now, reason=reason)
    tx.execute(
        update(attempts)
        .where(attempts.delivery_id == delivery, attempts.ended_at.is_(None))
        .values(ended_at=now, outcome=reason)
    )


def past_of(tx: Transaction, bot_id: int, now: datetime, span: timedelta) -> Past:
    """Pauses that still hold, and which chats were written to in the last `span`."""
    paused = tx.execute(
        select(chats.chat_id, chats.paused_until).where(chats.bot_id == bot_id, chats.paused_until > now)
    ).all()
    sent = tx.execute(
        select(chats.chat_id, attempts.started_at)
        .join(chats, chats.id == attempts.chat_id)
        .where(attempts.bot_id == bot_id, attempts.started_at > now - span)
        .order_by(attempts.started_at)
    ).all()
    return Past(
        0.0,
        tuple((row.chat_id, (row.paused_until - now).total_seconds()) for row in paused),
        tuple((row.chat_id, (now - row.started_at).total_seconds()) for row in sent),
    )
