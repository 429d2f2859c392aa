"""Schedules, activities, RSVPs, leave and attendance."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.ids import ActivityId, LeaveId, MembershipId, PersonId, ScheduleId, UnitId
from storage.tables.base import Base, key


class Schedule(Base):
    """A recurring activity: an RFC 5545 rule in a zone, from a local wall-clock start."""

    __tablename__ = "schedules"

    id: Mapped[ScheduleId] = key()
    unit_id: Mapped[UnitId] = mapped_column(ForeignKey("units.id"), index=True)
    kind: Mapped[str]
    rule: Mapped[str]
    zone: Mapped[str]
    starts: Mapped[str]  # local wall time of the first possible slot, ISO without zone
    minutes: Mapped[int]
    title: Mapped[str]
    place: Mapped[str]
    agenda: Mapped[str]
    draft_key: Mapped[str] = mapped_column(unique=True)
    created_by: Mapped[PersonId] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Activity(Base):
    """One theme day or meeting; those of a schedule are unique by its slot."""

    __tablename__ = "activities"
    __table_args__ = (
        UniqueConstraint("schedule_id", "slot"),
        UniqueConstraint("created_by", "draft_key"),
        Index("ix_activities_unit_id_starts_at", "unit_id", "starts_at"),
        Index("ix_activities_starts_at", "starts_at"),
    )

    id: Mapped[ActivityId] = key()
    unit_id: Mapped[UnitId] = mapped_column(ForeignKey("units.id"))
    kind: Mapped[str]
    title: Mapped[str]
    place: Mapped[str]
    agenda: Mapped[str]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    zone: Mapped[str]
    schedule_id: Mapped[ScheduleId | None] = mapped_column(ForeignKey("schedules.id"))
    slot: Mapped[str | None]  # local date, "2026-11-05"; with the time where a day has several
    state: Mapped[str]  # draft, planned, started, confirmed, not_held, cancelled
    draft_key: Mapped[str]
    draft_rule: Mapped[str | None]  # the rule being planned, until the plan is published
    draft_wall: Mapped[str | None]  # the local wall time asked for, where a change of clocks skips it, ISO
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[PersonId] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    snapshot_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[PersonId | None] = mapped_column(ForeignKey("people.id"))


class Rsvp(Base):
    __tablename__ = "rsvps"

    activity_id: Mapped[ActivityId] = mapped_column(ForeignKey("activities.id"), primary_key=True)
    membership_id: Mapped[MembershipId] = mapped_column(ForeignKey("memberships.id"), primary_key=True)
    going: Mapped[bool]
    answered_at: Mapped[datetime]


class Leave(Base):
    """Asked beforehand, for one activity or a span; its reason is text for the secretary, kept 30 days."""

    __tablename__ = "leaves"
    __table_args__ = (
        UniqueConstraint("membership_id", "request_key"),
        Index("ix_leaves_activity_id", "activity_id"),
        Index("ix_leaves_branch_id_state", "branch_id", "state"),
        Index(
            "ix_leaves_explained",
            "asked_at",
            sqlite_where=text("reason IS NOT NULL"),
            postgresql_where=text("reason IS NOT NULL"),
        ),
    )

    id: Mapped[LeaveId] = key()
    membership_id: Mapped[MembershipId] = mapped_column(ForeignKey("memberships.id"))
    branch_id: Mapped[UnitId] = mapped_column(ForeignKey("units.id"))
    activity_id: Mapped[ActivityId | None] = mapped_column(ForeignKey("activities.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    kind: Mapped[str]  # official, trip, personal, other
    reason: Mapped[str | None]
    state: Mapped[str]  # asked, approved, declined, withdrawn
    request_key: Mapped[str]  # "activity:5" or "span:2026-11-20:2026-12-05"
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[PersonId | None] = mapped_column(ForeignKey("people.id"))


class Attendance(Base):
    """The roster of an activity, snapshotted at its start: one row per person, one outcome each."""

    __tablename__ = "attendance"
    __table_args__ = (
        Index("ix_attendance_membership_id", "membership_id"),
        Index("ix_attendance_person_id", "person_id"),
    )

    activity_id: Mapped[ActivityId] = mapped_column(ForeignKey("activities.id"), primary_key=True)
    person_id: Mapped[PersonId] = mapped_column(ForeignKey("people.id"), primary_key=True)
    membership_id: Mapped[MembershipId | None] = mapped_column(ForeignKey("memberships.id"))
    branch_id: Mapped[UnitId] = mapped_column(ForeignKey("units.id"), index=True)
    standing: Mapped[str | None]
    counted_as: Mapped[str]  # expected, exempt, observer
    outcome: Mapped[str | None]  # present, late, online, leave, absent; NULL until somebody says
    leave_kind: Mapped[str | None]
    leave_approved: Mapped[bool | None]
    made_up_at: Mapped[datetime | None]
    marked_at: Mapped[datetime | None]
    marked_by: Mapped[PersonId | None] = mapped_column(ForeignKey("people.id"))
