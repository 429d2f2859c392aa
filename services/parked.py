"""Updates that failed again and again: parked, looked at, tried again or dropped."""

from datetime import datetime

from domain.actors import Actor
from domain.held import PAGE, Decision, Outcome
from domain.parked import Parked, ParkedPage
from services.admin import note, permit_all, tell
from storage import inbox, parked
from storage.database import Transaction


def park(tx: Transaction, bot_id: int, update_id: int, now: datetime) -> None:
    """Give an update up until an administrator decides, who is told. Raises AlreadySettledError."""
    inbox.settle(tx, bot_id, update_id, inbox.PARKED, now)
    tell(tx, now)


def page(tx: Transaction, actor: Actor, bot_id: int, number: int, now: datetime) -> ParkedPage:
    """Some of the parked updates; the last page where there are not so many any more."""
    permit_all(tx, actor, now)
    total = parked.count(tx, bot_id)
    pages = max(1, -(-total // PAGE))
    at = min(max(number, 0), pages - 1)
    return ParkedPage(tuple(parked.listed(tx, bot_id, PAGE, at * PAGE)), total, at, pages, actor.zone)


def listed(tx: Transaction, bot_id: int, limit: int) -> list[Parked]:
    """The parked updates, for the command line."""
    return parked.listed(tx, bot_id, limit)


def decide(
    tx: Transaction, actor: Actor | None, bot_id: int, update_id: int, decision: Decision, now: datetime
) -> Outcome:
    """Let the workers take an update up once more, or be done with it."""
    permit_all(tx, actor, now)
    if parked.state_of(tx, bot_id, update_id) is None:
        return Outcome.MISSING
    again = decision is Decision.RESEND
    done = parked.retry(tx, bot_id, update_id) if again else parked.drop(tx, bot_id, update_id, now)
    if not done:
        return Outcome.ALREADY
    note(tx, actor, "retry_update" if again else "drop_update", "update", update_id, now)
    return Outcome.DONE
