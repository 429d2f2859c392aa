"""Check-ins and reflections."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.ids import MembershipId, PersonId, ReflectionId, TopicId, UnitId
from storage.tables.base import Base, key


class CheckIn(Base):
    """ "I have studied this topic": one per topic and membership, whatever is tapped."""

    __tablename__ = "checkins"
    __table_args__ = (Index("ix_checkins_branch_id_topic_id", "branch_id", "topic_id"),)

    topic_id: Mapped[TopicId] = mapped_column(ForeignKey("topics.id"), primary_key=True)
    membership_id: Mapped[MembershipId] = mapped_column(ForeignKey("memberships.id"), primary_key=True)
    branch_id: Mapped[UnitId] = mapped_column(ForeignKey("units.id"))
    recorded_at: Mapped[datetime]
    late: Mapped[bool]
    recorded_by: Mapped[PersonId] = mapped_column(ForeignKey("people.id"))  # another person: by proxy


class Reflection(Base):
    """One topic, one piece (一题一写): a draft until it is handed in."""

    __tablename__ = "reflections"
    __table_args__ = (
        UniqueConstraint("topic_id", "membership_id"),
        Index(  # what a unit keeps only for a while
            "ix_reflections_written",
            "branch_id",
            "changed_at",
            sqlite_where=text("text <> ''"),
            postgresql_where=text("text <> ''"),
        ),
    )

    id: Mapped[ReflectionId] = key()
    topic_id: Mapped[TopicId] = mapped_column(ForeignKey("topics.id"))
    membership_id: Mapped[MembershipId] = mapped_column(ForeignKey("memberships.id"))
    branch_id: Mapped[UnitId] = mapped_column(ForeignKey("units.id"), index=True)
    state: Mapped[str]  # draft, handed_in, returned, accepted
    visibility: Mapped[str]  # branch, secretary
    text: Mapped[str]
    comment: Mapped[str | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[PersonId | None] = mapped_column(ForeignKey("people.id"))
