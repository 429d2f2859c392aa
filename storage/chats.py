"""Chats the bot knows."""

from datetime import datetime

from sqlalchemy import bindparam, select, update

from domain.ids import ChatId, PersonId, UnitId
from storage.database import Transaction
from storage.prepared import Prepared
from storage.tables import Account as accounts
from storage.tables import Chat as chats
from storage.upserts import upsert

PRIVATE = "private"


def chat_with(tx: Transaction, platform: str, bot_id: int, chat_id: int, thread_id: int = 0) -> ChatId | None:
    """Our key of a chat or forum thread, if the bot has met it."""
    return tx.execute(
        select(chats.id).where(
            chats.platform == platform,
            chats.bot_id == bot_id,
            chats.chat_id == chat_id,
            chats.thread_id == thread_id,
        )
    ).scalar()


def meet(
    tx: Transaction,
    platform: str,
    bot_id: int,
    chat_id: int,
    kind: str,
    now: datetime,
    thread_id: int = 0,
    language: str | None = None,
) -> ChatId:
    """Know a chat, and take it for reachable: it has just spoken or been opened."""
    known = chat_with(tx, platform, bot_id, chat_id, thread_id)
    if known is not None:
        if language is not None:
            tx.execute(update(chats).where(chats.id == known).values(language=language))
        tx.execute(
            update(chats)
            .where(chats.id == known, chats.state != "reachable")
            .values(state="reachable", state_reason=None, state_since=now)
        )
        return known
    tx.execute(
        upsert(tx, chats)
        .values(
            platform=platform,
            bot_id=bot_id,
            chat_id=chat_id,
            thread_id=thread_id,
            kind=kind,
            language=language,
            state="reachable",
            state_since=now,
        )
        .on_conflict_do_nothing()  # somebody may meet it at the same moment
    )
    made = chat_with(tx, platform, bot_id, chat_id, thread_id)
    if made is None:
        raise LookupError("a chat just met is known")
    return made


def private_chats_of(tx: Transaction, person: PersonId, bot_id: int) -> list[ChatId]:
    """Private chats of a person's linked accounts that can be reached."""
    return list(
        tx.execute(
            select(chats.id)
            .join(accounts, (accounts.platform == chats.platform) & (accounts.user_id == chats.chat_id))
            .where(
                accounts.person_id == person,
                accounts.unlinked_at.is_(None),
                chats.bot_id == bot_id,
                chats.kind == PRIVATE,
                chats.state == "reachable",
            )
        ).scalars()
    )


def chats_bound_to(tx: Transaction, unit: UnitId) -> list[ChatId]:
    """Groups and threads that stand for a unit and can be spoken in."""
    return list(
        tx.execute(
            select(chats.id).where(chats.unit_id == unit, chats.state == "reachable").order_by(chats.id)
        ).scalars()
    )


def bind(tx: Transaction, chat: ChatId, unit: UnitId, by: PersonId, now: datetime) -> None:
    """Let a chat stand for a unit."""
    tx.execute(update(chats).where(chats.id == chat).values(unit_id=unit, bound_at=now, bound_by=by))


def unbind(tx: Transaction, chat: ChatId) -> None:
    """Let a chat stand for nothing any more."""
    tx.execute(update(chats).where(chats.id == chat).values(unit_id=None, bound_at=None, bound_by=None))


def unit_of(tx: Transaction, chat: ChatId) -> UnitId | None:
    """The unit a chat stands for."""
    return tx.execute(select(chats.unit_id).where(chats.id == chat)).scalar()


def threads_of(tx: Transaction, platform: str, bot_id: int, chat_id: int) -> list[ChatId]:
    """Our keys of a chat and all its threads."""
    here = (chats.platform == platform, chats.bot_id == bot_id, chats.chat_id == chat_id)
    return list(tx.execute(select(chats.id).where(*here).order_by(chats.id)).scalars())


def mark(
    tx: Transaction, platform: str, bot_id: int, chat_id: int, state: str, reason: str | None, now: datetime
) -> None:
    """Set down whether a chat, with all its threads, can be reached."""
    tx.execute(
        update(chats)
        .where(
            chats.platform == platform,
            chats.bot_id == bot_id,
            chats.chat_id == chat_id,
            chats.state != state,
        )
        .values(state=state, state_reason=reason, state_since=now)
    )


_OPEN = Prepared(
    lambda _: select(chats.language).where(
        chats.platform == bindparam("platform"),
        chats.bot_id == bindparam("bot"),
        chats.chat_id == bindparam("chat"),
        chats.thread_id == 0,
        chats.state == "reachable",
    )
)


def is_open(tx: Transaction, platform: str, bot_id: int, chat_id: int, language: str | None) -> bool:
    """Whether the bot can speak in a private chat, and knows the language of its client."""
    found = _OPEN.first(tx, platform=platform, bot=bot_id, chat=chat_id)
    return found is not None and (language is None or found[0] == language)
