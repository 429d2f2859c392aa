"""Check-ins: one per topic and membership."""

from datetime import datetime

from sqlalchemy import delete, select

from domain.ids import MembershipId, PersonId, TopicId, UnitId
from storage.database import Transaction
from storage.tables import CheckIn as checkins
from storage.upserts import upsert


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
    made = tx.execute(
        upsert(tx, checkins)
        .values(
            topic_id=topic,
            membership_id=membership,
            branch_id=branch,
            recorded_at=now,
            late=late,
            recorded_by=by,
        )
        .on_conflict_do_nothing(index_elements=["topic_id", "membership_id"])
        .returning(checkins.membership_id)
    ).first()
    return made is not None


def recorded_at(tx: Transaction, topic: TopicId, membership: MembershipId) -> datetime | None:
    """When the membership checked in."""
    return tx.execute(
        select(checkins.recorded_at).where(checkins.topic_id == topic, checkins.membership_id == membership)
    ).scalar()


def take_back(tx: Transaction, topic: TopicId, membership: MembershipId) -> bool | None:
    """Remove the check-in; whether it was late, or None where there was none."""
    return tx.execute(
        delete(checkins)
        .where(checkins.topic_id == topic, checkins.membership_id == membership)
        .returning(checkins.late)
    ).scalar()
