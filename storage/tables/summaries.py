"""Sums kept as facts change, and the trail of who changed what."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from domain.ids import PersonId, UnitId
from storage.tables.base import Base, key


class Rollup(Base):
    """A branch's counts in one period; moved in the same act as the facts themselves.

    A column for each `domain.rollups.Counted`, and a row each for the month, its quarter and its year, so
    that any period of 5,000 branches is 5,000 rows.
    """

    __tablename__ = "rollups"

    branch_id: Mapped[UnitId] = mapped_column(ForeignKey("units.id"), primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)  # "2026-11", "2026-Q4", "2026"
    topics: Mapped[int] = mapped_column(default=0)
    checkins: Mapped[int] = mapped_column(default=0)
    late_checkins: Mapped[int] = mapped_column(default=0)
    reflections: Mapped[int] = mapped_column(default=0)
    activities: Mapped[int] = mapped_column(default=0)
    expected: Mapped[int] = mapped_column(default=0)
    present: Mapped[int] = mapped_column(default=0)
    late: Mapped[int] = mapped_column(default=0)
    online: Mapped[int] = mapped_column(default=0)
    leave_official: Mapped[int] = mapped_column(default=0)
    leave_trip: Mapped[int] = mapped_column(default=0)
    leave_personal: Mapped[int] = mapped_column(default=0)
    leave_other: Mapped[int] = mapped_column(default=0)
    leave_unapproved: Mapped[int] = mapped_column(default=0)
    absent: Mapped[int] = mapped_column(default=0)
    exempt: Mapped[int] = mapped_column(default=0)
    observers: Mapped[int] = mapped_column(default=0)
    made_up: Mapped[int] = mapped_column(default=0)


class AuditEntry(Base):
    """Append-only, which the database itself sees to; holds ids, never names."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject_kind_subject_id", "subject_kind", "subject_id"),)

    id: Mapped[int] = key()
    at: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[PersonId | None] = mapped_column(ForeignKey("people.id"), index=True)
    act: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int | None]
    unit_id: Mapped[UnitId | None] = mapped_column(ForeignKey("units.id"))
    chat_id: Mapped[int | None]  # our key of the chat it was done from; NULL on the machine itself
    detail: Mapped[str | None]  # JSON of ids and codes
