"""Links that let people in, and what they asked by them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from domain.ids import ClaimId, LinkId, PersonId, UnitId
from storage.tables.base import Base, key


class Link(Base):
    """An invitation: a token of 128 random bits, stored hashed, capped and expiring."""

    __tablename__ = "links"

    id: Mapped[LinkId] = key()
    token_hash: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]  # personal, shared, admin
    unit_id: Mapped[UnitId | None] = mapped_column(ForeignKey("units.id"))
    person_id: Mapped[PersonId | None] = mapped_column(ForeignKey("people.id"), index=True)
    uses_left: Mapped[int]
    created_at: Mapped[datetime]
    created_by: Mapped[PersonId | None] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Claim(Base):
    """Somebody said "this row is me": linked at once, waiting for a person, frozen, or settled."""

    __tablename__ = "claims"
    __table_args__ = (Index("ix_claims_unit_id_state", "unit_id", "state"),)

    id: Mapped[ClaimId] = key()
    person_id: Mapped[PersonId | None] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[UnitId] = mapped_column(ForeignKey("units.id"))
    link_id: Mapped[LinkId | None] = mapped_column(ForeignKey("links.id"))
    platform: Mapped[str]
    user_id: Mapped[int]
    typed_name: Mapped[str | None]
    intent: Mapped[str | None]  # what the person was about to do, done once they are in: "checkin-12"
    state: Mapped[str]  # linked, waiting, approved, declined, frozen, disowned, withdrawn
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[PersonId | None] = mapped_column(ForeignKey("people.id"))
