"""Saying that one comes."""

from datetime import datetime

from domain.activities import Answer, Notice
from domain.actors import Actor
from domain.errors import AlreadyStarted
from domain.ids import ActivityId
from domain.rsvps import RsvpReceipt
from services import cards, gatherings
from services.notices import seen_by
from storage import leaves, rsvps
from storage.database import Transaction


def answer(tx: Transaction, actor: Actor, activity_id: ActivityId, going: bool, now: datetime) -> RsvpReceipt:
    """The actor says whether they come; saying it again changes nothing. Coming takes back a leave for it.

    Raises NotForYou, CalledOff, AlreadyStarted.
    """
    gathering = gatherings.gathered(tx, gatherings.standing(tx, activity_id))
    place = gatherings.own_place(actor, gathering)
    if now >= gathering.activity.starts_at:
        raise AlreadyStarted
    wanted = Answer.GOING if going else Answer.NOT_GOING
    already = gathering.answer_of(place.membership) is wanted
    if not already:
        rsvps.answer(tx, activity_id, place.membership, going, now)
        leave = gathering.leaves.get(place.membership)
        if going and leave is not None and leave.activity == activity_id:
            leaves.withdraw(tx, leave.id)
        cards.mark_stale(tx, "activity", activity_id)
    return RsvpReceipt(_now_seen(tx, actor, activity_id, now), already)


def _now_seen(tx: Transaction, actor: Actor, activity_id: ActivityId, now: datetime) -> Notice:
    return seen_by(tx, actor, gatherings.gathered(tx, gatherings.standing(tx, activity_id)), now)
