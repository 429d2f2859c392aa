"""Check-ins: one per topic and membership."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select

from domain.ids import MembershipId, PersonId, TopicId, UnitId
from storage.database import Transaction
from storage.prepared import Prepared
from storage.tables import CheckIn as checkins
from storage.upserts import upsert

_RECORD = Prepared(
    lambda tx: (
        upsert(tx, checkins)
        .values(
            topic_id=bindparam("topic"),
            membership_id=bindparam("membership"),
            branch_id=bindparam("branch"),
            recorded_at=bindparam("now"),
            late=bindparam("late"),
            recorded_by=bindparam("by"),
        )
        .on_conflict_do_nothing(index_elements=["topic_id", "membership_id"])
    )
)


def record(
    tx: Transaction,
    topic: TopicId,
    membership: MembershipId,
    branch: UnitId,
    now: datetime,
    late: bool,
    by: PersonId,
) -> bool:
    """Set the check-in down unless it stands; True if it was new."""
    new = {"topic": topic, "membership": membership, "branch": branch, "now": now, "late": late, "by": by}
    return _RECORD.touched(tx, **new) == 1


_RECORDED_AT = Prepared(
    lambda _: select(checkins.recorded_at).where(
        checkins.topic_id == bindparam("topic"), checkins.membership_id == bindparam("membership")
    )
)


def recorded_at(tx: Transaction, topic: TopicId, membership: MembershipId) -> datetime | None:
    """When the membership checked in."""
    row = _RECORDED_AT.first(tx, topic=topic, membership=membership)
    return None if row is None else row[0]


def take_back(tx: Transaction, topic: TopicId, membership: MembershipId) -> bool | None:
    """Remove the check-in; whether it was late, or None where there was none."""
    return tx.execute(
        delete(checkins)
        .where(checkins.topic_id == topic, checkins.membership_id == membership)
        .returning(checkins.late)
    ).scalar()
