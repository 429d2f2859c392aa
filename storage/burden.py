"""How much was written to a private chat without being asked."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from domain.deliveries import Kind, Op, State
from domain.ids import ChatId
from storage.database import Transaction
from storage.tables import Delivery as deliveries

UNDER_WAY_OR_SENT = (State.SENDING, State.SENT, State.AMBIGUOUS)


def written_to(tx: Transaction, chat: ChatId, kinds: Collection[Kind], since: datetime) -> int:
    """How many messages of these kinds went to the chat since then; one of several parts is one."""
    return int(
        tx.execute(
            select(func.count()).where(
                deliveries.chat_id == chat,
                deliveries.op == Op.SEND,
                deliveries.part == 0,
                deliveries.kind.in_(sorted(kinds)),
                deliveries.state.in_(UNDER_WAY_OR_SENT),
                func.coalesce(deliveries.settled_at, deliveries.not_before) > since,
            )
        ).scalar_one()
    )
