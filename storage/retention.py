"""What is kept only for a while: updates as they came, and conversations that nobody went on with."""

from datetime import datetime

from sqlalchemy import delete, select, tuple_

from storage.database import Transaction
from storage.inbox import DONE, PARKED
from storage.tables import Conversation as conversations
from storage.tables import InboxUpdate as inbox


def forget_updates(tx: Transaction, done_before: datetime, parked_before: datetime, limit: int) -> int:
    """Delete the oldest updates that were dealt with, and those parked longer ago; how many."""
    old = (
        select(inbox.bot_id, inbox.update_id)
        .where(
            inbox.received_at < done_before,
            (inbox.state == DONE) | ((inbox.state == PARKED) & (inbox.received_at < parked_before)),
        )
        .order_by(inbox.received_at)
        .limit(limit)
    )
    # The state once more: PostgreSQL asks it again of a row that somebody changed while this waited for it.
    named = tuple_(inbox.bot_id, inbox.update_id).in_(old)
    return tx.execute(delete(inbox).where(named, inbox.state.in_([DONE, PARKED]))).rowcount


def forget_conversations(tx: Transaction, untouched_since: datetime, limit: int) -> int:
    """Delete conversations that have stood still since then; how many."""
    place = (
        conversations.bot_id,
        conversations.chat_id,
        conversations.user_id,
        conversations.thread_id,
    )
    old = select(*place).where(conversations.changed_at < untouched_since).limit(limit)
    still = conversations.changed_at < untouched_since  # asked again of a row this had to wait for
    return tx.execute(delete(conversations).where(tuple_(*place).in_(old), still)).rowcount
