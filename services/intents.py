"""What a newcomer had set out to do before they were asked who they are: it completes itself."""

from datetime import datetime

from domain.actors import Actor
from domain.errors import Refusal
from domain.ids import ActivityId, TopicId
from domain.joining import intent_in
from services import attendance, checkins, leaves, reflections, rsvps
from storage.database import Transaction


def complete(
    tx: Transaction, actor: Actor, intent: str | None, wanted_at: datetime
) -> tuple[object | None, Refusal | None]:
    """The result of the act, or why it could not be done; neither where nothing was wanted."""
    wanted = intent_in(intent or "")
    if wanted is None:
        return None, None
    try:
        return _done(tx, actor, *wanted, wanted_at), None
    except Refusal as refusal:  # being let in stands
        return None, refusal


def _done(tx: Transaction, actor: Actor, word: str, number: int, at: datetime) -> object:
    match word:
        case "checkin":
            return checkins.check_in(tx, actor, TopicId(number), at)
        case "going":
            return rsvps.answer(tx, actor, ActivityId(number), going=True, now=at)
        case "arrive":
            return attendance.arrive(tx, actor, ActivityId(number), at)
        case "leave":  # which kind of leave is still to be asked
            return leaves.leavable(tx, actor, ActivityId(number), at).activity
        case _:
            return reflections.begin(tx, actor, TopicId(number), at)
