"""What the bot is asking whom, so that a question outlives a restart."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select

from storage.database import Transaction
from storage.prepared import Prepared
from storage.tables import Conversation as conversations
from storage.upserts import upsert


@dataclass(frozen=True)
class Place:
    """One person in one chat and thread, as the bot knows them."""

    bot_id: int
    chat_id: int
    user_id: int
    thread_id: int = 0


@dataclass(frozen=True)
class Talk:
    """How far a conversation has got; nothing asked and nothing remembered is no conversation."""

    state: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


# Every update asks.
_TALK = Prepared(
    lambda _: select(conversations.state, conversations.data).where(
        conversations.bot_id == bindparam("bot"),
        conversations.chat_id == bindparam("chat"),
        conversations.user_id == bindparam("person"),
        conversations.thread_id == bindparam("thread"),
    )
)


def talk_at(tx: Transaction, place: Place) -> Talk:
    """The conversation there."""
    row = _TALK.first(tx, bot=place.bot_id, chat=place.chat_id, person=place.user_id, thread=place.thread_id)
    return Talk(row[0], json.loads(row[1])) if row else Talk()


def keep(tx: Transaction, place: Place, talk: Talk, now: datetime) -> None:
    """Remember how far the conversation has got; one that is over leaves no row."""
    if talk.state is None and not talk.data:
        tx.execute(delete(conversations).where(*_at(place)))
        return
    values = {"state": talk.state, "data": json.dumps(talk.data, ensure_ascii=False), "changed_at": now}
    tx.execute(
        upsert(tx, conversations)
        .values(
            bot_id=place.bot_id,
            chat_id=place.chat_id,
            user_id=place.user_id,
            thread_id=place.thread_id,
            **values,
        )
        .on_conflict_do_update(index_elements=["bot_id", "chat_id", "user_id", "thread_id"], set_=values)
    )


def _at(place: Place):  # type: ignore[no-untyped-def]  # SQL conditions
    return (
        conversations.bot_id == place.bot_id,
        conversations.chat_id == place.chat_id,
        conversations.user_id == place.user_id,
        conversations.thread_id == place.thread_id,
    )
