"""The raw rows behind a branch's sums: who took part, checked in and wrote in a period."""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select

from domain.activities import State
from domain.ids import ActivityId, UnitId
from domain.participation import Attended, CountedAs, LeaveKind, Outcome
from domain.periods import Period, bounds, months
from domain.reflections import COUNTED
from domain.rollups import Facts, Studied, Took, Wrote
from domain.topics import TopicState
from domain.zones import to_local
from storage.database import Transaction
from storage.tables import Activity as activities
from storage.tables import Attendance as attendance
from storage.tables import CheckIn as checkins
from storage.tables import Membership as memberships
from storage.tables import Reflection as reflections
from storage.tables import Topic as topics
from storage.tables import TopicBranch as given
from storage.tables import UnitPlace as places

WIDEST_ZONE = timedelta(hours=14)  # no wall clock is further from UTC


def facts_of(tx: Transaction, branch: UnitId, period: Period, zone: str) -> Facts:
    """The facts behind a branch's sums; `zone` is the branch's."""
    first, until = bounds(period, zone)
    opened = and_(given.branch_id == branch, given.opens_at >= first, given.opens_at < until)
    held = _held(tx, branch, period)
    return Facts(
        _topics(tx, opened),
        tuple(held.values()),
        tuple(_took(tx, branch, period)),
        tuple(_studied(tx, opened)),
        tuple(_wrote(tx, opened)),
    )


def in_period(period: Period, at: datetime, zone: str) -> bool:
    """Whether the wall clock of a zone is in the period at an instant."""
    return f"{to_local(at, zone):%Y-%m}" in months(period)


def around(period: Period) -> tuple[datetime, datetime]:
    """Instants between which the period lies in every zone."""
    first = datetime.combine(period.first, time.min, UTC)
    last = datetime.combine(period.last, time.max, UTC)
    return first - WIDEST_ZONE, last + WIDEST_ZONE


def attended(
    counted_as: str, outcome: str | None, leave_kind: str | None, approved: bool | None, made_up: bool
) -> Attended:
    """A row of a roster as it is counted."""
    return Attended(
        CountedAs(counted_as),
        Outcome(outcome) if outcome else None,
        LeaveKind(leave_kind) if leave_kind and outcome == Outcome.LEAVE else None,
        bool(approved),
        made_up,
    )


def _topics(tx: Transaction, opened: ColumnElement[bool]) -> int:
    asked = select(func.count()).select_from(given).join(topics, topics.id == given.topic_id)
    pushed = and_(given.pushed_at.is_not(None), topics.state != TopicState.WITHDRAWN)
    return int(tx.execute(asked.where(opened, pushed)).scalar_one())


def _held(tx: Transaction, branch: UnitId, period: Period) -> dict[ActivityId, UnitId]:
    """The confirmed activities of the branch and of its groups, with the unit that held each."""
    groups = select(places.unit_id).where(places.parent_id == branch)
    found = tx.execute(
        select(activities.id, activities.unit_id, activities.starts_at, activities.zone)
        .where(
            activities.state == State.CONFIRMED,
            activities.starts_at.between(*around(period)),
            or_(activities.unit_id == branch, activities.unit_id.in_(groups)),
        )
        .order_by(activities.starts_at, activities.id)
    ).all()
    return {row.id: row.unit_id for row in found if in_period(period, row.starts_at, row.zone)}


def _took(tx: Transaction, branch: UnitId, period: Period) -> list[Took]:
    """What counts in the branch: also where its members were a temporary branch's guests."""
    found = tx.execute(
        select(
            attendance.person_id,
            memberships.group_id,
            attendance.counted_as,
            attendance.outcome,
            attendance.leave_kind,
            attendance.leave_approved,
            attendance.made_up_at.is_not(None).label("made_up"),
            activities.starts_at,
            activities.zone,
        )
        .join(activities, activities.id == attendance.activity_id)
        .outerjoin(memberships, memberships.id == attendance.membership_id)
        .where(
            attendance.branch_id == branch,
            activities.state == State.CONFIRMED,
            activities.starts_at.between(*around(period)),
        )
    ).all()
    return [
        Took(
            row.person_id,
            row.group_id,
            attended(row.counted_as, row.outcome, row.leave_kind, row.leave_approved, bool(row.made_up)),
        )
        for row in found
        if in_period(period, row.starts_at, row.zone)
    ]


def _studied(tx: Transaction, opened: ColumnElement[bool]) -> list[Studied]:
    found = tx.execute(
        select(memberships.person_id, memberships.group_id, checkins.late)
        .select_from(checkins)
        .join(given, and_(given.topic_id == checkins.topic_id, given.branch_id == checkins.branch_id))
        .join(memberships, memberships.id == checkins.membership_id)
        .where(opened)
    ).all()
    return [Studied(row.person_id, row.group_id, row.late) for row in found]


def _wrote(tx: Transaction, opened: ColumnElement[bool]) -> list[Wrote]:
    found = tx.execute(
        select(memberships.person_id, memberships.group_id)
        .select_from(reflections)
        .join(given, and_(given.topic_id == reflections.topic_id, given.branch_id == reflections.branch_id))
        .join(memberships, memberships.id == reflections.membership_id)
        .where(opened, reflections.state.in_(sorted(COUNTED)))
    ).all()
    return [Wrote(row.person_id, row.group_id) for row in found]
