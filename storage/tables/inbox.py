"""Updates as they came, and conversations as far as they have got."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class InboxUpdate(Base):
    """Raw JSON, committed before it is acknowledged. An update that fails three times is parked."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index(
            "ix_inbox_open",
            "bot_id",
            "update_id",
            sqlite_where=text("state = 'new'"),
            postgresql_where=text("state = 'new'"),
        ),
        Index(
            "ix_inbox_parked",
            "bot_id",
            "update_id",
            sqlite_where=text("state = 'parked'"),
            postgresql_where=text("state = 'parked'"),
        ),
        Index("ix_inbox_received_at", "received_at"),
    )

    bot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    update_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    raw: Mapped[str]
    received_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]  # up by a process that found it left behind
    state: Mapped[str] = mapped_column(default="new")  # new, done, parked
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    error: Mapped[str | None]  # class and place, never a person's text


class Conversation(Base):
    """What the bot is asking somebody, in one chat and thread."""

    __tablename__ = "conversations"

    bot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    chat_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    thread_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str | None]
    data: Mapped[str]  # JSON
    changed_at: Mapped[datetime]
