"""What is left of the erased: keyed digests by which nobody revives them, and the key."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from domain.ids import PersonId
from storage.tables.base import Base, key


class Key(Base):
    """A secret of this deployment, made by the migration that made the table; hexadecimal."""

    __tablename__ = "keys"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Tombstone(Base):
    """One way by which an erased person could be known again, as an HMAC: no name and no number."""

    __tablename__ = "tombstones"

    id: Mapped[int] = key()
    person_id: Mapped[PersonId] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str]  # number, account, username, named (in a unit), joined
    digest: Mapped[str] = mapped_column(index=True)
    made_at: Mapped[datetime]
