"""Changes of a roster on their way in: told apart by import, published together, then deleted."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, key


class StagedChange(Base):
    """One change that nobody sees yet. A person or unit that is not yet on record has a negative number.

    No foreign keys: what it speaks of may not be there before it is published.
    """

    __tablename__ = "staged_changes"
    __table_args__ = (Index("ix_staged_changes_run_change", "run", "change"),)

    id: Mapped[int] = key()
    run: Mapped[str]
    staged_at: Mapped[datetime] = mapped_column(index=True)
    change: Mapped[str]
    subject_id: Mapped[int | None]  # the person, or the unit, membership or appointment that changes
    unit_id: Mapped[int | None]  # the branch, the unit of a role, a new unit's parent
    group_id: Mapped[int | None]
    name: Mapped[str | None]  # also of a unit; an account's username
    name_key: Mapped[str | None]
    number: Mapped[str | None]
    joined: Mapped[str | None]
    user_id: Mapped[int | None]
    word: Mapped[str | None]  # a role, a kind of unit, a standing
    exempt: Mapped[str | None]
