"""Chats the bot can speak in, and the cards that stand in them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.ids import CardId, ChatId, PersonId, UnitId
from storage.tables.base import Base, key


class Chat(Base):
    """A private chat, a group or one thread of a forum. `unit_id` is the branch it is bound to."""

    __tablename__ = "chats"
    __table_args__ = (
        UniqueConstraint("platform", "bot_id", "chat_id", "thread_id"),
        Index("ix_chats_chat_id", "chat_id"),
    )

    id: Mapped[ChatId] = key()
    platform: Mapped[str]
    bot_id: Mapped[int]
    chat_id: Mapped[int]
    thread_id: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str]  # private, group, supergroup
    language: Mapped[str | None]  # of the client in a private chat, so that the outbox speaks it too
    state: Mapped[str] = mapped_column(default="reachable")  # reachable, unreachable, suspended
    state_reason: Mapped[str | None]
    state_since: Mapped[datetime | None]
    unit_id: Mapped[UnitId | None] = mapped_column(ForeignKey("units.id"), index=True)
    bound_at: Mapped[datetime | None]
    bound_by: Mapped[PersonId | None] = mapped_column(ForeignKey("people.id"))
    paused_until: Mapped[datetime | None]


class Card(Base):
    """The one message of a topic or activity in a chat; the row is what it should show."""

    __tablename__ = "cards"
    __table_args__ = (UniqueConstraint("subject_kind", "subject_id", "chat_id"),)

    id: Mapped[CardId] = key()
    subject_kind: Mapped[str]  # topic, activity
    subject_id: Mapped[int]
    chat_id: Mapped[ChatId] = mapped_column(ForeignKey("chats.id"))
    message_id: Mapped[int | None]
    shown: Mapped[str | None]  # digest of what stands in the chat
    stale: Mapped[bool] = mapped_column(default=False, index=True)
    edited_at: Mapped[datetime | None]
    pinned_at: Mapped[datetime | None]
