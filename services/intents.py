"""What a newcomer had set out to do before they were asked who they are: it completes itself."""

from datetime import datetime

from domain.actors import Actor
from domain.errors import Refusal
from domain.joining import intent_in
from services import checkins, reflections
from storage.database import Transaction


def complete(
    tx: Transaction, actor: Actor, intent: str | None, wanted_at: datetime
) -> tuple[object | None, Refusal | None]:
    """The result of the act, or why it could not be done; neither where nothing was wanted."""
    wanted = intent_in(intent or "")
    if wanted is None:
        return None, None
    word, topic = wanted
    try:
        if word == "checkin":
            return checkins.check_in(tx, actor, topic, wanted_at), None
        return reflections.begin(tx, actor, topic, wanted_at), None
    except Refusal as refusal:  # being let in stands
        return None, refusal
