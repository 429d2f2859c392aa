"""What one person did in a span of time."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, select

from domain.activities import State
from domain.ids import PersonId
from domain.participation import Attended, CountedAs, LeaveKind, Outcome
from domain.reflections import COUNTED
from storage.database import Transaction
from storage.tables import Activity as activities
from storage.tables import Attendance as attendance
from storage.tables import CheckIn as checkins
from storage.tables import Membership as memberships
from storage.tables import Reflection as reflections
from storage.tables import TopicBranch as given
from storage.tables import TopicExpected as expected


def _opened(start: datetime, end: datetime):  # type: ignore[no-untyped-def]  # a SQL condition
    return and_(given.opens_at >= start, given.opens_at < end)


def _of(fact: type[expected | checkins | reflections]) -> ColumnElement[bool]:
    """The window of a fact; said of the membership, so that a few windows are looked at, not all facts."""
    return and_(given.topic_id == fact.topic_id, given.branch_id == memberships.branch_id)


def topics_given(tx: Transaction, person: PersonId, start: datetime, end: datetime) -> int:
    """How many topics opened for a person; one that came by two branches is one."""
    return tx.execute(
        select(func.count(expected.topic_id.distinct()))
        .join(memberships, memberships.id == expected.membership_id)
        .join(given, _of(expected))
        .where(memberships.person_id == person, _opened(start, end))
    ).scalar_one()


def checked_in(tx: Transaction, person: PersonId, start: datetime, end: datetime) -> tuple[int, int]:
    """Topics of the span that a person checked in to, and how many of them only late."""
    in_time = case((checkins.late, 1), else_=0)
    each = (
        select(checkins.topic_id, func.min(in_time).label("late"))
        .join(memberships, memberships.id == checkins.membership_id)
        .join(given, _of(checkins))
        .where(memberships.person_id == person, _opened(start, end))
        .group_by(checkins.topic_id)
        .subquery()
    )
    row = tx.execute(select(func.count(), func.coalesce(func.sum(each.c.late), 0)).select_from(each)).one()
    return int(row[0]), int(row[1])


def reflected(tx: Transaction, person: PersonId, start: datetime, end: datetime) -> int:
    """Topics of the span on which a person handed a reflection in."""
    return tx.execute(
        select(func.count(reflections.topic_id.distinct()))
        .join(memberships, memberships.id == reflections.membership_id)
        .join(given, _of(reflections))
        .where(
            memberships.person_id == person,
            reflections.state.in_([state.value for state in COUNTED]),
            _opened(start, end),
        )
    ).scalar_one()


def attended(tx: Transaction, person: PersonId, start: datetime, end: datetime) -> list[Attended]:
    """How a person took part in the span's activities whose roster is confirmed."""
    found = tx.execute(
        select(attendance)
        .join(activities, activities.id == attendance.activity_id)
        .where(
            attendance.person_id == person,
            activities.state == State.CONFIRMED,
            activities.starts_at >= start,
            activities.starts_at < end,
        )
        .order_by(activities.starts_at)
    )
    return [
        Attended(
            CountedAs(row.counted_as),
            Outcome(row.outcome) if row.outcome else None,
            LeaveKind(row.leave_kind) if row.leave_kind else None,
            row.leave_approved is not False,
            row.made_up_at is not None,
        )
        for row in found
    ]
