"""The organisation's tree; a unit's place in it is dated, so a past period keeps its shape."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.ids import UnitId
from storage.tables.base import Base, key


class Unit(Base):
    __tablename__ = "units"

    id: Mapped[UnitId] = key()
    name: Mapped[str]
    kind: Mapped[str]
    form: Mapped[str] = mapped_column(default="regular", server_default="regular")
    created_at: Mapped[datetime]
    archived_on: Mapped[date | None]  # the first day it is no more; may lie ahead


class UnitPlace(Base):
    """Under which parent a unit stood, `since` included, `until` excluded."""

    __tablename__ = "unit_places"
    __table_args__ = (
        UniqueConstraint("unit_id", "since"),
        Index("ix_unit_places_parent_id_until", "parent_id", "until"),
    )

    id: Mapped[int] = key()
    unit_id: Mapped[UnitId] = mapped_column(ForeignKey("units.id"))
    parent_id: Mapped[UnitId | None] = mapped_column(ForeignKey("units.id"))
    since: Mapped[date]
    until: Mapped[date | None]


class UnitSetting(Base):
    """What a unit overrides; a name that is missing is inherited from above, finally from the defaults."""

    __tablename__ = "unit_settings"

    unit_id: Mapped[UnitId] = mapped_column(ForeignKey("units.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
