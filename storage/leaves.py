"""Leaves asked, decided and withdrawn."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, insert, or_, select, update

from domain.activities import Activity
from domain.ids import ActivityId, LeaveId, MembershipId, PersonId, UnitId
from domain.leaves import Leave, LeaveState
from domain.participation import LeaveKind
from storage.database import Transaction
from storage.tables import Leave as leaves
from storage.tables import Membership as memberships
from storage.tables import Person as people


def _asked() -> Select[Any]:
    return select(leaves.__table__, memberships.person_id).join(
        memberships, memberships.id == leaves.membership_id
    )


def _leave(row: Row[Any]) -> Leave:
    return Leave(
        row.id,
        row.membership_id,
        row.person_id,
        row.branch_id,
        row.activity_id,
        row.starts_at,
        row.ends_at,
        LeaveKind(row.kind),
        row.reason,
        LeaveState(row.state),
        row.decided_by,
    )


def leave_with(tx: Transaction, leave: LeaveId) -> Leave | None:
    """The leave."""
    found = tx.execute(_asked().where(leaves.id == leave)).one_or_none()
    return _leave(found) if found else None


def asked_as(tx: Transaction, membership: MembershipId, key: str) -> Leave | None:
    """The leave a member asked for under this key, whatever became of it."""
    found = tx.execute(
        _asked().where(leaves.membership_id == membership, leaves.request_key == key)
    ).one_or_none()
    return _leave(found) if found else None


def _covers(activity: Activity) -> ColumnElement[bool]:
    return or_(
        leaves.activity_id == activity.id,
        and_(
            leaves.activity_id.is_(None),
            leaves.starts_at <= activity.starts_at,
            leaves.ends_at > activity.starts_at,
        ),
    )


def covering(tx: Transaction, branch: UnitId, activity: Activity) -> list[tuple[Leave, datetime]]:
    """Leaves of the branch's members that cover the activity, with when each was asked, oldest first."""
    found = tx.execute(
        _asked()
        .where(leaves.branch_id == branch, leaves.state != LeaveState.WITHDRAWN, _covers(activity))
        .order_by(leaves.asked_at, leaves.id)
    )
    return [(_leave(row), row.asked_at) for row in found]


def waiting_in(tx: Transaction, branches: Iterable[UnitId], limit: int) -> list[Leave]:
    """Leaves nobody has decided, the longest waiting first; who was erased hears of none."""
    erased = select(people.id).where(people.erased_at.is_not(None))
    found = tx.execute(
        _asked()
        .where(leaves.branch_id.in_(list(branches)), leaves.state == LeaveState.ASKED)
        .where(memberships.person_id.not_in(erased))
        .order_by(leaves.asked_at, leaves.id)
        .limit(limit)
    )
    return [_leave(row) for row in found]


def standing_of(tx: Transaction, person: PersonId, after: datetime) -> list[Leave]:
    """A person's leaves, asked or approved, that are not over at `after`."""
    found = tx.execute(
        _asked()
        .where(
            memberships.person_id == person,
            leaves.ends_at > after,
            leaves.state.in_((LeaveState.ASKED, LeaveState.APPROVED)),
        )
        .order_by(leaves.starts_at, leaves.id)
    )
    return [_leave(row) for row in found]


def ask(
    tx: Transaction,
    membership: MembershipId,
    branch: UnitId,
    activity: ActivityId | None,
    starts_at: datetime,
    ends_at: datetime,
    kind: LeaveKind,
    reason: str | None,
    key: str,
    now: datetime,
) -> LeaveId:
    """Set a leave down; one asked before under the same key is asked anew."""
    values = {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "kind": kind,
        "reason": reason,
        "state": LeaveState.ASKED,
        "asked_at": now,
        "decided_at": None,
        "decided_by": None,
    }
    again = tx.execute(
        update(leaves)
        .where(leaves.membership_id == membership, leaves.request_key == key)
        .values(**values)
        .returning(leaves.id)
    ).scalar()
    if again is not None:
        return again
    made: LeaveId = tx.execute(
        insert(leaves)
        .values(membership_id=membership, branch_id=branch, activity_id=activity, request_key=key, **values)
        .returning(leaves.id)
    ).scalar_one()
    return made


def decide(tx: Transaction, leave: LeaveId, state: LeaveState, by: PersonId, now: datetime) -> bool:
    """Answer a leave that waits; False when somebody answered first."""
    done = tx.execute(
        update(leaves)
        .where(leaves.id == leave, leaves.state == LeaveState.ASKED)
        .values(state=state, decided_at=now, decided_by=by)
    )
    return done.rowcount == 1


def withdraw(tx: Transaction, leave: LeaveId) -> None:
    """Let a leave stand no more."""
    tx.execute(update(leaves).where(leaves.id == leave).values(state=LeaveState.WITHDRAWN))


def cut(tx: Transaction, leave: LeaveId, until: datetime) -> None:
    """Let a leave end sooner."""
    tx.execute(update(leaves).where(leaves.id == leave).values(ends_at=until))


def move(tx: Transaction, activity: Activity) -> None:
    """Let the leaves of one activity follow it to its new time."""
    tx.execute(
        update(leaves)
        .where(leaves.activity_id == activity.id)
        .values(starts_at=activity.starts_at, ends_at=activity.ends_at)
    )


def forget_reasons(tx: Transaction, before: datetime, limit: int) -> int:
    """Delete the texts of some leaves asked before that moment."""
    old = select(leaves.id).where(leaves.reason.is_not(None), leaves.asked_at < before).limit(limit)
    return tx.execute(update(leaves).where(leaves.id.in_(old)).values(reason=None)).rowcount
