"""Roles on their way to a successor, and who lets a successor read what was meant for the one before."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.ids import AppointmentId, HandoverId, PersonId, UnitId
from storage.tables.base import Base, key


class Handover(Base):
    """A hand-over (移交): one at a time may wait for each appointment."""

    __tablename__ = "handovers"
    __table_args__ = (
        Index(
            "uq_handovers_open",
            "appointment_id",
            unique=True,
            sqlite_where=text("state IN ('asked', 'confirmed')"),
            postgresql_where=text("state IN ('asked', 'confirmed')"),
        ),
        Index(
            "ix_handovers_confirmed",
            "takes_effect_at",
            sqlite_where=text("state = 'confirmed'"),
            postgresql_where=text("state = 'confirmed'"),
        ),
        Index(
            "ix_handovers_asked",
            "unit_id",
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
    )

    id: Mapped[HandoverId] = key()
    appointment_id: Mapped[AppointmentId] = mapped_column(ForeignKey("appointments.id"))
    unit_id: Mapped[UnitId] = mapped_column(ForeignKey("units.id"))
    successor_id: Mapped[PersonId] = mapped_column(ForeignKey("people.id"))
    effective_on: Mapped[date]  # the successor's first day
    drafts: Mapped[bool]  # whether unfinished drafts go along
    state: Mapped[str]  # asked, confirmed, done, declined, withdrawn, lapsed
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[PersonId | None] = mapped_column(ForeignKey("people.id"))
    takes_effect_at: Mapped[datetime | None]  # the midnight of its day where the unit is
    successor_appointment_id: Mapped[AppointmentId | None] = mapped_column(ForeignKey("appointments.id"))
    done_at: Mapped[datetime | None]


class ReadingConsent(Base):
    """An author's answer, asked once: may who came to this role read what was for the secretary before?"""

    __tablename__ = "reading_consents"

    appointment_id: Mapped[AppointmentId] = mapped_column(ForeignKey("appointments.id"), primary_key=True)
    author_id: Mapped[PersonId] = mapped_column(ForeignKey("people.id"), primary_key=True)
    asked_at: Mapped[datetime]
    agreed: Mapped[bool | None]  # NULL until they answer
    answered_at: Mapped[datetime | None]
