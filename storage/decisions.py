"""What a person decides about deliveries that wait for them, set down on the rows."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, update

from domain.deliveries import State
from domain.ids import DeliveryId, OccurrenceId
from storage.database import Transaction
from storage.held import on_shelf, sendable_now
from storage.tables import Delivery as deliveries
from storage.tables import Occurrence as occurrences

DECIDABLE = (State.AMBIGUOUS, State.DEAD)


def resend(tx: Transaction, ids: Collection[DeliveryId], now: datetime) -> int:
    """Ready once more; what was held owns up that it may be a repeat. How many."""
    return _again(tx, and_(deliveries.id.in_(list(ids)), deliveries.state.in_(DECIDABLE)), now)


def resend_cause(tx: Transaction, bot_id: int, state: State, cause: OccurrenceId, now: datetime) -> int:
    """Everything of a cause that lies there and can be sent to some purpose; how many."""
    return _again(
        tx, and_(on_shelf(bot_id, state), deliveries.occurrence_id == cause, sendable_now(now)), now
    )


def _again(tx: Transaction, where: ColumnElement[bool], now: datetime) -> int:
    doubtful = deliveries.state == State.AMBIGUOUS
    again = {
        "state": State.READY,
        "maybe_repeat": case((doubtful, True), else_=deliveries.maybe_repeat),
        "not_before": now,
        "epoch": None,
        "settled_at": None,
        "reason": None,
    }
    return tx.execute(update(deliveries).where(where).values(again)).rowcount


def drop(tx: Transaction, ids: Collection[DeliveryId], reason: str, now: datetime) -> int:
    """Not owed any more; how many."""
    able = deliveries.state.in_([*DECIDABLE, State.READY])
    return _given_up(tx, and_(deliveries.id.in_(list(ids)), able), reason, now)


def drop_cause(
    tx: Transaction, bot_id: int, state: State, cause: OccurrenceId, reason: str, now: datetime
) -> int:
    """Nothing of a cause that lies there is owed any more; how many."""
    return _given_up(tx, and_(on_shelf(bot_id, state), deliveries.occurrence_id == cause), reason, now)


def _given_up(tx: Transaction, where: ColumnElement[bool], reason: str, now: datetime) -> int:
    given_up = {"state": State.CANCELLED, "reason": reason, "settled_at": now}
    return tx.execute(update(deliveries).where(where).values(given_up)).rowcount


def resume(tx: Transaction, cause: OccurrenceId) -> bool:
    """Let a cause be sent on; False when it is not paused."""
    paused_now = (occurrences.id == cause, occurrences.paused_reason.is_not(None))
    return tx.execute(update(occurrences).where(*paused_now).values(paused_reason=None)).rowcount == 1
