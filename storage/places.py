"""Where a message goes: the chat as it stands, and who reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from sqlalchemy import and_, bindparam, exc, func, literal_column, select

from domain.ids import ChatId, PersonId, UnitId
from domain.sending import Place
from storage.database import Transaction
from storage.prepared import Prepared
from storage.tables import Account as accounts
from storage.tables import Chat as chats
from storage.tables import Membership as memberships
from storage.tables import Preference as preferences

PRIVATE = "private"

PLACE = (  # what `place_in` reads
    chats.id,
    chats.platform,
    chats.chat_id,
    chats.thread_id,
    chats.kind,
    chats.state,
    chats.unit_id,
)
_PLACE_OF = Prepared(lambda _: select(*PLACE).where(chats.id == bindparam("chat")))


def place_of(tx: Transaction, chat: ChatId) -> Place:
    """The chat as it stands."""
    row = _PLACE_OF.first(tx, chat=chat)
    if row is None:
        raise exc.NoResultFound
    return place_in(row)


def place_in(row: Sequence[Any]) -> Place:
    """The chat in the columns of PLACE."""
    chat, platform, number, thread, kind, state, unit = row
    return Place(chat, platform, number, thread, kind == PRIVATE, state == "reachable", unit)


@dataclass(frozen=True)
class Reader:
    """Who reads a private chat."""

    person: PersonId
    locale: str | None  # their own choice, else their client's
    quiet_from: time | None
    quiet_until: time | None
    branch: UnitId | None


_READER = Prepared(
    lambda _: (
        select(
            accounts.person_id,
            func.coalesce(preferences.locale, chats.language),
            preferences.quiet_from,
            preferences.quiet_until,
            memberships.branch_id,
        )
        .outerjoin(preferences, preferences.person_id == accounts.person_id)
        .outerjoin(
            chats,
            and_(
                chats.platform == accounts.platform, chats.chat_id == accounts.user_id, chats.kind == PRIVATE
            ),
        )
        .outerjoin(
            memberships,
            and_(memberships.person_id == accounts.person_id, memberships.until.is_(None)),
        )
        .where(
            accounts.platform == bindparam("platform"),
            accounts.user_id == bindparam("user"),
            accounts.unlinked_at.is_(None),
        )
        .order_by(memberships.id)
        .limit(literal_column("1"))
    )
)


def reader_of(tx: Transaction, platform: str, user_id: int) -> Reader | None:
    """The person a private chat belongs to, where the account is linked, with their oldest branch."""
    row = _READER.first(tx, platform=platform, user=user_id)
    return None if row is None else Reader(*row)


_LANGUAGE = Prepared(lambda _: select(chats.language).where(chats.id == bindparam("chat")))


def language_of(tx: Transaction, chat: ChatId) -> str | None:
    """The language of the client that opened a private chat, linked with somebody or not."""
    row = _LANGUAGE.first(tx, chat=chat)
    return None if row is None else row[0]
