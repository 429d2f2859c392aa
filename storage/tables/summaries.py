"""Sums kept as facts change, and the trail of who changed what."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from domain.ids import PersonId, UnitId
from storage.tables.base import Base, key


class Rollup(Base):
    """A branch's count of one thing in one month; moved in the same act as the fact itself."""

    __tablename__ = "rollups"

    branch_id: Mapped[UnitId] = mapped_column(ForeignKey("units.id"), primary_key=True)
    month: Mapped[str] = mapped_column(primary_key=True)  # "2026-11"
    kind: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[int]


class AuditEntry(Base):
    """Append-only; holds ids, never names."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject_kind_subject_id", "subject_kind", "subject_id"),)

    id: Mapped[int] = key()
    at: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[PersonId | None] = mapped_column(ForeignKey("people.id"))
    act: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int | None]
    unit_id: Mapped[UnitId | None] = mapped_column(ForeignKey("units.id"))
    detail: Mapped[str | None]  # JSON of ids and codes
