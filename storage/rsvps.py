"""Who said they come."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select

from domain.ids import ActivityId, MembershipId
from storage.database import Transaction
from storage.tables import Rsvp as rsvps
from storage.upserts import upsert


def answers_to(tx: Transaction, activity: ActivityId) -> dict[MembershipId, tuple[bool, datetime]]:
    """Whether each member who answered is going, and when they said so."""
    found = tx.execute(
        select(rsvps.membership_id, rsvps.going, rsvps.answered_at).where(rsvps.activity_id == activity)
    )
    return {row.membership_id: (row.going, row.answered_at) for row in found}


def forget(tx: Transaction, activities: Iterable[ActivityId], membership: MembershipId) -> None:
    """Take back what a member has answered, who will not be there."""
    tx.execute(
        delete(rsvps).where(rsvps.membership_id == membership, rsvps.activity_id.in_(list(activities)))
    )


def answer(
    tx: Transaction, activity: ActivityId, membership: MembershipId, going: bool, now: datetime
) -> None:
    """Set an answer down over the one before."""
    start = upsert(tx, rsvps).values(
        activity_id=activity, membership_id=membership, going=going, answered_at=now
    )
    tx.execute(
        start.on_conflict_do_update(
            index_elements=["activity_id", "membership_id"], set_={"going": going, "answered_at": now}
        )
    )
