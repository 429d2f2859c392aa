"""Members on their way from one branch to another."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.ids import MembershipId, PersonId, TransferId, UnitId
from storage.tables.base import Base, key


class Transfer(Base):
    """A transfer (组织关系转接): one that is neither made nor given up may wait for each membership."""

    __tablename__ = "transfers"
    __table_args__ = (
        Index(
            "uq_transfers_open",
            "membership_id",
            unique=True,
            sqlite_where=text("state IN ('asked', 'agreed')"),
            postgresql_where=text("state IN ('asked', 'agreed')"),
        ),
        Index("ix_transfers_from_id_state", "from_id", "state"),
        Index("ix_transfers_to_id_state", "to_id", "state"),
        Index(
            "ix_transfers_agreed",
            "effective_on",
            sqlite_where=text("state = 'agreed'"),
            postgresql_where=text("state = 'agreed'"),
        ),
    )

    id: Mapped[TransferId] = key()
    membership_id: Mapped[MembershipId] = mapped_column(ForeignKey("memberships.id"))
    from_id: Mapped[UnitId] = mapped_column(ForeignKey("units.id"))
    to_id: Mapped[UnitId] = mapped_column(ForeignKey("units.id"))
    effective_on: Mapped[date]  # the first day in the new branch
    state: Mapped[str]  # asked, agreed, made, declined, withdrawn, failed
    asked_by_to: Mapped[bool]  # whether the branch that takes them asked; else the one they leave
    asked_at: Mapped[datetime]
    asked_by: Mapped[PersonId | None] = mapped_column(ForeignKey("people.id"))
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[PersonId | None] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime | None]
    new_membership_id: Mapped[MembershipId | None] = mapped_column(ForeignKey("memberships.id"))
