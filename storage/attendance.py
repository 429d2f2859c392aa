"""The roster of an activity: one row per person."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import insert, select, update

from domain.activities import State
from domain.attendance import Row
from domain.ids import ActivityId, PersonId
from domain.participation import CountedAs, LeaveKind, Outcome
from domain.people import Standing
from storage.database import Transaction
from storage.tables import Activity as activities
from storage.tables import Attendance as attendance


def _row(row: SqlRow[Any]) -> Row:
    return Row(
        row.person_id,
        row.membership_id,
        row.branch_id,
        CountedAs(row.counted_as),
        Outcome(row.outcome) if row.outcome else None,
        LeaveKind(row.leave_kind) if row.leave_kind else None,
        row.leave_approved,
        row.made_up_at,
        row.marked_by,
    )


def rows_of(tx: Transaction, activity: ActivityId) -> list[Row]:
    """The roster, in the order people were set down."""
    found = tx.execute(
        select(attendance.__table__)
        .where(attendance.activity_id == activity)
        .order_by(attendance.membership_id, attendance.person_id)
    )
    return [_row(row) for row in found]


def row_of(tx: Transaction, activity: ActivityId, person: PersonId) -> Row | None:
    """One person's row."""
    found = tx.execute(
        select(attendance.__table__).where(attendance.activity_id == activity, attendance.person_id == person)
    ).one_or_none()
    return _row(found) if found else None


def set_down(
    tx: Transaction,
    activity: ActivityId,
    rows: Iterable[tuple[Row, Standing | None]],
    marked_at: datetime | None,
) -> None:
    """Add rows for people who have none."""
    values = [
        {
            "activity_id": activity,
            "person_id": row.person,
            "membership_id": row.membership,
            "branch_id": row.branch,
            "standing": standing,
            "counted_as": row.part,
            "outcome": row.outcome,
            "leave_kind": row.leave_kind,
            "leave_approved": row.leave_approved,
            "marked_at": marked_at,
            "marked_by": row.marked_by,
        }
        for row, standing in rows
    ]
    if values:
        tx.execute(insert(attendance), values)


def mark(
    tx: Transaction,
    activity: ActivityId,
    person: PersonId,
    outcome: Outcome | None,
    leave_kind: LeaveKind | None,
    leave_approved: bool | None,
    by: PersonId,
    now: datetime,
) -> None:
    """Change how one person took part; a make-up falls away with the leave it stamped."""
    tx.execute(
        update(attendance)
        .where(attendance.activity_id == activity, attendance.person_id == person)
        .values(
            outcome=outcome,
            leave_kind=leave_kind,
            leave_approved=leave_approved,
            made_up_at=None,
            marked_at=now,
            marked_by=by,
        )
    )


def remove(tx: Transaction, activity: ActivityId, person: PersonId) -> None:
    """Take an observer off the roster again."""
    tx.execute(
        attendance.__table__.delete().where(  # type: ignore[attr-defined]  # a class is a Table here
            attendance.activity_id == activity,
            attendance.person_id == person,
            attendance.counted_as == CountedAs.OBSERVER,
        )
    )


def unsaid_become(
    tx: Transaction, activity: ActivityId, outcome: Outcome, by: PersonId, now: datetime
) -> None:
    """Give everybody expected of whom nothing is known this outcome."""
    tx.execute(
        update(attendance)
        .where(
            attendance.activity_id == activity,
            attendance.counted_as == CountedAs.EXPECTED,
            attendance.outcome.is_(None),
        )
        .values(outcome=outcome, marked_at=now, marked_by=by)
    )


def approve_leave(tx: Transaction, activity: ActivityId, person: PersonId) -> None:
    """A leave approved after the start is no longer 未批."""
    tx.execute(
        update(attendance)
        .where(
            attendance.activity_id == activity,
            attendance.person_id == person,
            attendance.outcome == Outcome.LEAVE,
        )
        .values(leave_approved=True)
    )


def stamp_made_up(tx: Transaction, activity: ActivityId, person: PersonId, at: datetime | None) -> None:
    """Stamp a leave as made up (补学), or take the stamp back."""
    tx.execute(
        update(attendance)
        .where(attendance.activity_id == activity, attendance.person_id == person)
        .values(made_up_at=at)
    )


def to_make_up(tx: Transaction, person: PersonId, since: datetime) -> list[ActivityId]:
    """Activities since then that the person missed on leave and has not made up, the latest first."""
    return list(
        tx.execute(
            select(attendance.activity_id)
            .join(activities, activities.id == attendance.activity_id)
            .where(
                attendance.person_id == person,
                attendance.outcome == Outcome.LEAVE,
                attendance.made_up_at.is_(None),
                activities.starts_at >= since,
                activities.state.in_((State.STARTED, State.CONFIRMED)),
            )
            .order_by(activities.starts_at.desc())
        ).scalars()
    )
