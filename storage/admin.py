"""How the bot is doing: counts over indexes of few rows, so that asking costs next to nothing."""

from datetime import datetime

from sqlalchemy import func, select

from domain.deliveries import State
from domain.ids import ChatId, PersonId
from storage.database import Transaction
from storage.held import on_shelf
from storage.inbox import NEW
from storage.leases import NOBODY, database_time
from storage.tables import Account as accounts
from storage.tables import BotLease as leases
from storage.tables import Chat as chats
from storage.tables import Delivery as deliveries
from storage.tables import InboxUpdate as inbox
from storage.tables import Occurrence as occurrences


def oldest_due(tx: Transaction, bot_id: int, now: datetime) -> datetime | None:
    """Since when the longest waiting of what is due waits."""
    due = (on_shelf(bot_id, State.READY), deliveries.not_before <= now)
    return tx.execute(select(func.min(deliveries.not_before)).where(*due)).scalar()


def cancelled_since(tx: Transaction, bot_id: int, since: datetime) -> int:
    """How much was cancelled since then."""
    gone = (on_shelf(bot_id, State.CANCELLED), deliveries.settled_at >= since)
    return tx.execute(select(func.count()).select_from(deliveries).where(*gone)).scalar_one()


def paused_causes(tx: Transaction) -> int:
    """How many causes wait for somebody to look."""
    paused = occurrences.paused_reason.is_not(None)
    return tx.execute(select(func.count()).select_from(occurrences).where(paused)).scalar_one()


def chats_in(tx: Transaction, bot_id: int, state: str) -> int:
    """How many chats of the bot are unreachable, or suspended."""
    here = (chats.bot_id == bot_id, chats.state == state)
    return tx.execute(select(func.count()).select_from(chats).where(*here)).scalar_one()


def updates_waiting(tx: Transaction, bot_id: int, before: datetime) -> int:
    """How many updates of before then nobody has dealt with."""
    new = (inbox.bot_id == bot_id, inbox.state == NEW, inbox.received_at < before)
    return tx.execute(select(func.count()).select_from(inbox).where(*new)).scalar_one()


def leading_since(tx: Transaction, bot_id: int, now: datetime) -> tuple[bool, datetime | None]:
    """Whether any process sends for the bot, and since when."""
    row = tx.execute(select(leases).where(leases.bot_id == bot_id)).first()
    at = database_time(tx) or now  # by which a lease ends
    leads = row is not None and row.owner != NOBODY and row.expires_at > at
    return leads, row.since if row is not None and leads else None


def bot_of(tx: Transaction, chat: ChatId) -> int:
    """Whose chat it is."""
    return tx.execute(select(chats.bot_id).where(chats.id == chat)).scalar_one()


def still_to_hear(tx: Transaction, series: str) -> set[PersonId]:
    """Those whom an earlier message of the series has not reached yet."""
    waiting = (State.READY, State.LEASED)
    asked = (
        select(accounts.person_id)
        .join(chats, (accounts.platform == chats.platform) & (accounts.user_id == chats.chat_id))
        .join(deliveries, deliveries.chat_id == chats.id)
        .join(occurrences, occurrences.id == deliveries.occurrence_id)
        .where(occurrences.series == series, deliveries.state.in_(waiting), accounts.unlinked_at.is_(None))
    )
    return set(tx.execute(asked).scalars())
