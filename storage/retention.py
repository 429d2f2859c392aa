"""What is kept only for a while: updates as they came, and conversations that nobody went on with."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, delete, select, tuple_, update

from domain.ids import UnitId
from storage.database import Transaction
from storage.inbox import DONE, PARKED
from storage.tables import Conversation as conversations
from storage.tables import InboxUpdate as inbox
from storage.tables import Material as materials
from storage.tables import Reflection as reflections


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


def forget_texts(tx: Transaction, branches: Collection[UnitId], before: datetime, limit: int) -> int:
    """Blank some reflections of these branches that nobody has touched since then; how many.

    Their files go too. Their rows stay: that somebody wrote is counted, what they wrote is not kept.
    """
    untouched = and_(reflections.branch_id.in_(list(branches)), reflections.changed_at < before)
    written = select(reflections.id).where(reflections.text != "", untouched)
    spoken = (  # asked apart: what has no text is not among those the index of texts finds
        select(reflections.id)
        .join(materials, materials.reflection_id == reflections.id)
        .where(reflections.text == "", untouched)
    )
    old = [key for asked in (written, spoken) for key in tx.execute(asked.limit(limit)).scalars()]
    tx.execute(delete(materials).where(materials.reflection_id.in_(old)))
    blank = update(reflections).where(reflections.id.in_(old)).values(text="", comment=None)
    return tx.execute(blank).rowcount


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
