"""Whether chats can be spoken in: lost, suspended, found again, moved."""

from collections.abc import Iterable
from datetime import datetime

from domain.deliveries import Cause, Kind
from domain.ids import ChatId, DeliveryId, PersonId
from domain.reach import ChatSuspended
from services import deliveries
from storage import reach
from storage.database import Transaction


def lost(tx: Transaction, chat: ChatId, reason: str, now: datetime) -> int:
    """Blocked, kicked or deactivated: what was owed there is cancelled; how many.

    Its secretary is told of a branch's group, once a day at most; of a private chat nobody is.
    """
    secretaries = reach.secretaries_of(tx, chat, now.date())
    ended = reach.lose(tx, chat, reason, now)
    _tell(tx, chat, secretaries, "removed", now)
    return ended


def end_if_lost(tx: Transaction, delivery: DeliveryId, now: datetime) -> None:
    """Ready again, and nobody may be there to hear it: then it is not kept for their return."""
    reach.end_if_lost(tx, [delivery], now)


def found(tx: Transaction, chat: ChatId, now: datetime) -> None:
    """Somebody opened the chat, or gave the bot its rights back."""
    reach.find(tx, chat, now)


def suspended(tx: Transaction, chat: ChatId, reason: str, now: datetime) -> None:
    """The bot may not write there: its queue waits, and the secretary is told once a day at most."""
    secretaries = reach.secretaries_of(tx, chat, now.date())
    reach.suspend(tx, chat, reason, now)
    _tell(tx, chat, secretaries, "suspended", now)


def _tell(tx: Transaction, chat: ChatId, secretaries: Iterable[PersonId], what: str, now: datetime) -> None:
    cause = Cause(f"chat:{chat}", now.date().isoformat(), what)
    deliveries.owe_people(tx, cause, Kind.CHAT_SUSPENDED, chat, secretaries, now)


def suspension_facts(tx: Transaction, chat: int, now: datetime) -> ChatSuspended | None:  # noqa: ARG001 - as facts are asked
    """What the secretary is told; None once the bot may write again."""
    found = reach.closed_branch(tx, ChatId(chat))
    return None if found is None else ChatSuspended(*found)


def migrated(tx: Transaction, bot_id: int, old: int, new: int, now: datetime) -> None:
    """A group became a supergroup: it and its threads go by the new number."""
    for chat in reach.threads_at(tx, bot_id, old):
        reach.move(tx, chat, new, None, now)


def thread_gone(tx: Transaction, chat: ChatId, platform_chat_id: int, now: datetime) -> None:
    """A forum thread was deleted: what it stood for goes on in the general one."""
    reach.move(tx, chat, platform_chat_id, 0, now)
