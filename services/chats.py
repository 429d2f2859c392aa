"""Chats that can or cannot be spoken in, and groups that move."""

from datetime import datetime

from services import reach
from storage import chats as stored
from storage.database import Transaction


def lose(tx: Transaction, platform: str, bot_id: int, chat_id: int, reason: str, now: datetime) -> None:
    """The bot was blocked or removed: the chat and its threads cannot be reached, what was owed ends.

    Who comes back, perhaps in a year, is not to get all of that at once.
    """
    for chat in stored.threads_of(tx, platform, bot_id, chat_id):
        reach.lost(tx, chat, reason, now)


def silence(tx: Transaction, platform: str, bot_id: int, chat_id: int, reason: str, now: datetime) -> None:
    """The bot may look on and not write: what is owed there waits."""
    for chat in stored.threads_of(tx, platform, bot_id, chat_id):
        reach.suspended(tx, chat, reason, now)


def regain(tx: Transaction, platform: str, bot_id: int, chat_id: int, kind: str, now: datetime) -> None:
    """The bot was let in, or let in again."""
    stored.meet(tx, platform, bot_id, chat_id, kind, now)
    stored.mark(tx, platform, bot_id, chat_id, "reachable", None, now)


def move(tx: Transaction, platform: str, bot_id: int, old: int, new: int, now: datetime) -> None:
    """A group became a supergroup: everything known of the old number holds for the new one."""
    reach.migrated(tx, bot_id, old, new, now)
    stored.mark(tx, platform, bot_id, new, "reachable", None, now)
