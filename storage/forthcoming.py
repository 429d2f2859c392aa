"""What is owed and not yet sent, for those who want to see what comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from domain.deliveries import Kind, State
from domain.ids import ChatId, DeliveryId
from storage.database import Transaction
from storage.tables import Chat as chats
from storage.tables import Delivery as deliveries


@dataclass(frozen=True)
class Owed:
    """One message that waits, and the chat it waits for; `address` is the platform's number of it."""

    id: DeliveryId
    kind: Kind
    subject: int
    not_before: datetime
    chat: ChatId
    address: int


def unsent(tx: Transaction) -> Sequence[Owed]:
    """Deliveries that wait to be sent, in the order in which they were owed."""
    found = tx.execute(
        select(
            deliveries.id,
            deliveries.kind,
            deliveries.subject_id,
            deliveries.not_before,
            deliveries.chat_id,
            chats.chat_id.label("address"),
        )
        .join(chats, chats.id == deliveries.chat_id)
        .where(deliveries.state == State.READY)
        .order_by(deliveries.id)
    )
    return [
        Owed(row.id, Kind(row.kind), row.subject_id, row.not_before, row.chat_id, row.address)
        for row in found
    ]
