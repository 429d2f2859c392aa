"""Study topics, their materials, and which branches they were given to."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.ids import ActivityId, MaterialId, MembershipId, PersonId, ReflectionId, TopicId, UnitId
from storage.tables.base import Base, BigId, key


class Topic(Base):
    """A topic; a draft has a key and no times yet, so a composer's restart finds its work again."""

    __tablename__ = "topics"
    __table_args__ = (UniqueConstraint("created_by", "draft_key"),)

    id: Mapped[TopicId] = key()
    unit_id: Mapped[UnitId] = mapped_column(ForeignKey("units.id"), index=True)
    audience: Mapped[str]  # branch, below
    title: Mapped[str]
    text: Mapped[str]
    lead_id: Mapped[PersonId | None] = mapped_column(ForeignKey("people.id"))
    state: Mapped[str]  # draft, scheduled, withdrawn
    draft_key: Mapped[str]
    publish_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[PersonId] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    scheduled_at: Mapped[datetime | None]


class TopicBranch(Base):
    """A topic given to a branch, with the branch's own window and slot key."""

    __tablename__ = "topic_branches"
    __table_args__ = (
        Index("ix_topic_branches_branch_id_opens_at", "branch_id", "opens_at"),
        Index("ix_topic_branches_opens_at", "opens_at"),
        *(
            Index(
                f"ix_topic_branches_{due}_waiting",
                due,
                "topic_id",
                "branch_id",  # thousands come due together and are taken in this order, some tens at a time
                sqlite_where=text(f"{done} IS NULL"),
                postgresql_where=text(f"{done} IS NULL"),
            )
            for due, done in (
                ("announce_at", "announced_at"),
                ("opens_at", "pushed_at"),
                ("closes_at", "closed_at"),
            )
        ),
    )

    topic_id: Mapped[TopicId] = mapped_column(ForeignKey("topics.id"), primary_key=True)
    branch_id: Mapped[UnitId] = mapped_column(ForeignKey("units.id"), primary_key=True)
    slot: Mapped[str]  # "2026-W43"
    announce_at: Mapped[datetime | None]  # NULL where a week's notice was no longer possible
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    pushed_at: Mapped[datetime | None]  # when the roster was snapshotted
    closed_at: Mapped[datetime | None]  # when its cards were told that check-ins are late now


class TopicExpected(Base):
    """The roster of a branch when the topic was pushed: one row per person it was given to.

    The branch and the person are the membership's own, so that one foreign key holds all three.
    """

    __tablename__ = "topic_expected"

    topic_id: Mapped[TopicId] = mapped_column(ForeignKey("topics.id"), primary_key=True)
    membership_id: Mapped[MembershipId] = mapped_column(ForeignKey("memberships.id"), primary_key=True)
    branch_id: Mapped[UnitId] = mapped_column(BigId, index=True)
    person_id: Mapped[PersonId] = mapped_column(BigId)
    standing: Mapped[str]
    exempt: Mapped[bool]


class Material(Base):
    """A file, photo, video, voice note or link; keeps a way to upload again beside the bot's file_id."""

    __tablename__ = "materials"

    id: Mapped[MaterialId] = key()
    topic_id: Mapped[TopicId | None] = mapped_column(ForeignKey("topics.id"), index=True)
    reflection_id: Mapped[ReflectionId | None] = mapped_column(ForeignKey("reflections.id"), index=True)
    activity_id: Mapped[ActivityId | None] = mapped_column(ForeignKey("activities.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str]  # document, photo, video, voice, link
    bot_id: Mapped[int | None]
    file_id: Mapped[str | None]
    file_unique_id: Mapped[str | None]
    name: Mapped[str | None]
    size: Mapped[int | None]
    url: Mapped[str | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
