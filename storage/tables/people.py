"""People, their accounts, and how they belong. Names and platform ids stand here and nowhere else."""

from datetime import date, datetime, time

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.ids import AccountId, AppointmentId, MembershipId, PersonId, UnitId
from storage.tables.base import Base, key


class Person(Base):
    __tablename__ = "people"

    id: Mapped[PersonId] = key()
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)
    number: Mapped[str | None] = mapped_column(unique=True)  # 编号 of the organisation's own roster
    joined: Mapped[str | None]  # "2015", "2015-07" or "2015-07-01": as exactly as it was given
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class Account(Base):
    """A platform account; a row with no `user_id` is a roster's hint that a username belongs to somebody."""

    __tablename__ = "accounts"
    __table_args__ = (
        Index(
            "uq_accounts_linked",
            "platform",
            "user_id",
            unique=True,
            sqlite_where=text("unlinked_at IS NULL AND user_id IS NOT NULL"),
            postgresql_where=text("unlinked_at IS NULL AND user_id IS NOT NULL"),
        ),
    )

    id: Mapped[AccountId] = key()
    person_id: Mapped[PersonId] = mapped_column(ForeignKey("people.id"), index=True)
    platform: Mapped[str]
    user_id: Mapped[int | None]
    username: Mapped[str | None]
    linked_at: Mapped[datetime]
    unlinked_at: Mapped[datetime | None]


class Preference(Base):
    """What a person chose for themselves; NULL leaves it to the client or the unit."""

    __tablename__ = "preferences"

    person_id: Mapped[PersonId] = mapped_column(ForeignKey("people.id"), primary_key=True)
    locale: Mapped[str | None]
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    private_push: Mapped[bool] = mapped_column(default=False)


class Mute(Base):
    """A kind of message that a person does not want unasked."""

    __tablename__ = "mutes"

    person_id: Mapped[PersonId] = mapped_column(ForeignKey("people.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)


class Membership(Base):
    """A person's dated belonging to a branch, `since` included, `until` excluded.

    One with a `home_id` is a guest's: they belong where that membership is, and are counted there.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        Index(
            "uq_memberships_active",
            "person_id",
            "branch_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        Index(  # guests are few, and are taken off what was counted without them
            "ix_memberships_home_id",
            "home_id",
            "branch_id",
            sqlite_where=text("home_id IS NOT NULL"),
            postgresql_where=text("home_id IS NOT NULL"),
        ),
        Index("ix_memberships_person_id", "person_id"),  # every update asks where somebody belongs
        Index(
            "ix_memberships_branch_id_since_until", "branch_id", "since", "until"
        ),  # counts without the rows
    )

    id: Mapped[MembershipId] = key()
    person_id: Mapped[PersonId] = mapped_column(ForeignKey("people.id"))
    branch_id: Mapped[UnitId] = mapped_column(ForeignKey("units.id"))
    group_id: Mapped[UnitId | None] = mapped_column(ForeignKey("units.id"))
    home_id: Mapped[MembershipId | None] = mapped_column(ForeignKey("memberships.id"))
    since: Mapped[date]
    until: Mapped[date | None]


class MembershipStanding(Base):
    """The dated standing and exemption of a membership."""

    __tablename__ = "membership_standings"
    __table_args__ = (
        UniqueConstraint("membership_id", "since"),
        Index("ix_membership_standings_standing", "standing", "membership_id"),
    )

    id: Mapped[int] = key()
    membership_id: Mapped[MembershipId] = mapped_column(ForeignKey("memberships.id"))
    standing: Mapped[str]
    exempt: Mapped[str | None]  # the reason, never a diagnosis
    since: Mapped[date]
    until: Mapped[date | None]


class Appointment(Base):
    """A dated role on a unit, `since` included, `until` excluded."""

    __tablename__ = "appointments"
    __table_args__ = (
        Index(
            "uq_appointments_active",
            "person_id",
            "unit_id",
            "role",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        Index("ix_appointments_person_id", "person_id"),
        Index("ix_appointments_unit_id_until", "unit_id", "until"),
    )

    id: Mapped[AppointmentId] = key()
    person_id: Mapped[PersonId] = mapped_column(ForeignKey("people.id"))
    unit_id: Mapped[UnitId] = mapped_column(ForeignKey("units.id"))
    role: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None]
