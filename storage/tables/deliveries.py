"""The outbox: why something is owed, to whom, and every attempt to send it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.ids import ChatId, DeliveryId, OccurrenceId
from storage.tables.base import Base, BigId, key


class Occurrence(Base):
    """A cause: unique by series, local slot and stage, so that planning it again owes nothing twice."""

    __tablename__ = "occurrences"
    __table_args__ = (UniqueConstraint("series", "slot", "stage"),)

    id: Mapped[OccurrenceId] = key()
    series: Mapped[str]
    slot: Mapped[str]
    stage: Mapped[str]
    kind: Mapped[str]
    subject_id: Mapped[int]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    paused_reason: Mapped[str | None]


class Delivery(Base):
    """One message owed to one chat; it says what about, and the words are made when it is sent.

    Its cause and its chat are no foreign keys: both are read in the act that makes it and neither is ever
    deleted, while checking them took PostgreSQL longer than writing 160,000 rows, and locked every chat.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("occurrence_id", "chat_id", "part", "op"),
        Index(
            "ix_deliveries_waiting",
            "bot_id",
            "priority",
            "not_before",
            "id",
            sqlite_where=text("state = 'ready'"),
            postgresql_where=text("state = 'ready'"),
        ),
        Index(
            "ix_deliveries_expiring",
            "expires_at",
            sqlite_where=text("state = 'ready'"),
            postgresql_where=text("state = 'ready'"),
        ),
        Index(
            "ix_deliveries_under_way",
            "bot_id",
            "state",
            sqlite_where=text("state IN ('leased', 'sending', 'ambiguous')"),
            postgresql_where=text("state IN ('leased', 'sending', 'ambiguous')"),
        ),
        Index("ix_deliveries_chat_id", "chat_id"),
        Index(  # few, and looked for by their state alone: a year of what was sent is not walked for them
            "ix_deliveries_given_up",
            "bot_id",
            "state",
            "settled_at",
            sqlite_where=text("state IN ('dead', 'cancelled')"),
            postgresql_where=text("state IN ('dead', 'cancelled')"),
        ),
    )

    id: Mapped[DeliveryId] = key()
    bot_id: Mapped[int]
    occurrence_id: Mapped[OccurrenceId] = mapped_column(BigId)
    chat_id: Mapped[ChatId] = mapped_column(BigId)
    part: Mapped[int] = mapped_column(default=0)
    op: Mapped[str] = mapped_column(default="send")
    version: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str]
    subject_id: Mapped[int]
    state: Mapped[str] = mapped_column(default="ready")
    priority: Mapped[int] = mapped_column(default=5)  # lower goes first
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    maybe_repeat: Mapped[bool] = mapped_column(default=False)
    epoch: Mapped[int | None]  # of the lease under which it was claimed
    message_id: Mapped[int | None]
    settled_at: Mapped[datetime | None]
    reason: Mapped[str | None]


class Attempt(Base):
    """Append-only: each request written for a delivery and what came of it."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_bot_id_started_at", "bot_id", "started_at"),)

    id: Mapped[int] = key()
    bot_id: Mapped[int]
    delivery_id: Mapped[DeliveryId] = mapped_column(ForeignKey("deliveries.id"), index=True)
    chat_id: Mapped[ChatId] = mapped_column(ForeignKey("chats.id"))
    epoch: Mapped[int]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    error: Mapped[str | None]  # class and the platform's own description, never the text sent
    digest: Mapped[str | None]


class BotLease(Base):
    """Who may send for a bot token; every step of the sender checks the epoch."""

    __tablename__ = "bot_lease"

    bot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    owner: Mapped[str]
    epoch: Mapped[int]
    expires_at: Mapped[datetime]
    since: Mapped[datetime | None]  # when this epoch began


class BotState(Base):
    __tablename__ = "bot_state"

    bot_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    paused_until: Mapped[datetime | None]
    paused_reason: Mapped[str | None]
