"""The trail: who changed what. Ids and codes only; the database itself refuses to change an entry."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from domain.ids import PersonId, UnitId
from storage import chats
from storage.database import Transaction
from storage.tables import AuditEntry


@dataclass(frozen=True)
class Room:
    """Where an update came from, in the platform's own numbers."""

    platform: str
    bot_id: int
    chat_id: int
    thread_id: int


_ROOM: ContextVar[Room | None] = ContextVar("room", default=None)


@contextmanager
def said_in(room: Room | None) -> Iterator[None]:
    """What is noted within was done from that chat."""
    before = _ROOM.set(room)
    try:
        yield
    finally:
        _ROOM.reset(before)


def note(
    tx: Transaction,
    person: PersonId | None,
    act: str,
    subject_kind: str,
    subject: int | None,
    now: datetime,
    unit: UnitId | None = None,
    detail: Mapping[str, int | str | None] | None = None,
) -> None:
    """Set an entry down beside the change itself, in its transaction."""
    tx.execute(
        insert(AuditEntry).values(
            at=now,
            person_id=person,
            act=act,
            subject_kind=subject_kind,
            subject_id=subject,
            unit_id=unit,
            chat_id=_chat(tx),
            detail=json.dumps(detail, ensure_ascii=False) if detail else None,
        )
    )


def _chat(tx: Transaction) -> int | None:
    """Our key of the chat it is done from; None on the machine itself, or where the bot never met it."""
    room = _ROOM.get()
    if room is None:
        return None
    return chats.chat_with(tx, room.platform, room.bot_id, room.chat_id, room.thread_id)
