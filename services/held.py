"""Messages held or dead, for administrators: looked at, sent again or dropped, one or a whole cause."""

from datetime import datetime

from domain.actors import Actor
from domain.deliveries import State
from domain.errors import Gone
from domain.held import PAGE, Batch, Decision, Outcome, Page, PausedCause, Shelf, Stuck
from domain.ids import DeliveryId, OccurrenceId
from services.admin import note, permit_all
from storage import decisions, held
from storage.database import Transaction

DROPPED = "dropped by an administrator"
IN_DOUBT = (State.AMBIGUOUS, State.DEAD)


def page(tx: Transaction, actor: Actor, bot_id: int, shelf: Shelf, number: int, now: datetime) -> Page:
    """Some of what lies on a shelf; the last page where there are not so many any more."""
    permit_all(tx, actor, now)
    total = held.count(tx, bot_id, shelf.state)
    pages = max(1, -(-total // PAGE))
    at = min(max(number, 0), pages - 1)
    rows = tuple(held.listed(tx, bot_id, shelf.state, PAGE, at * PAGE))
    of_cause = held.counts_of(tx, bot_id, shelf.state, {row.subject.occurrence for row in rows})
    return Page(shelf, rows, of_cause, total, at, pages, now, actor.zone)


def listed(
    tx: Transaction, bot_id: int, shelf: Shelf, causes: list[OccurrenceId] | None, limit: int
) -> list[Stuck]:
    """What lies on a shelf, for the command line."""
    return held.listed(tx, bot_id, shelf.state, limit, causes=causes)


def decide(
    tx: Transaction,
    actor: Actor | None,
    bot_id: int,
    delivery: DeliveryId,
    decision: Decision,
    now: datetime,
) -> Outcome:
    """Send one delivery again, or drop it. What was held owns up that it may be a repeat."""
    permit_all(tx, actor, now)
    found = held.stuck_with(tx, bot_id, delivery)
    if found is None:
        return Outcome.MISSING
    if decision is Decision.RESEND:
        outcome = _resend(tx, found, now)
    else:
        outcome = Outcome.DONE if decisions.drop(tx, [found.id], DROPPED, now) else Outcome.ALREADY
    if outcome is Outcome.DONE:
        note(tx, actor, f"{decision}_delivery", "delivery", delivery, now, was=found.state)
    return outcome


def _resend(tx: Transaction, found: Stuck, now: datetime) -> Outcome:
    if found.state not in IN_DOUBT:
        return Outcome.ALREADY
    if not found.reachable:
        return Outcome.UNREACHABLE
    if found.expired(now):
        return Outcome.EXPIRED
    return Outcome.DONE if decisions.resend(tx, [found.id], now) else Outcome.ALREADY


def batch(
    tx: Transaction,
    actor: Actor | None,
    bot_id: int,
    cause: OccurrenceId,
    shelf: Shelf,
    decision: Decision,
    now: datetime,
) -> Batch:
    """How many a decision about all of a cause would concern now. Raises Gone."""
    permit_all(tx, actor, now)
    subject = held.subject_of(tx, cause)
    if subject is None:
        raise Gone
    if decision is Decision.RESEND and shelf is Shelf.READY:
        count = 0  # it is to be sent as it is
    elif decision is Decision.RESEND:
        count = held.sendable(tx, bot_id, shelf.state, cause, now)
    else:
        count = held.count(tx, bot_id, shelf.state, cause)
    return Batch(subject, shelf, decision, count)


def decide_all(
    tx: Transaction,
    actor: Actor | None,
    bot_id: int,
    cause: OccurrenceId,
    shelf: Shelf,
    decision: Decision,
    confirmed: int | None,
    now: datetime,
) -> Batch | None:
    """Decide about all of a cause on a shelf, and say how many it was.

    None where it is not the number that was `confirmed` any more: it wants to be confirmed anew, so that
    nobody decides about more people than they were shown.
    """
    asked = batch(tx, actor, bot_id, cause, shelf, decision, now)
    if confirmed is not None and asked.count != confirmed:
        return None
    if asked.count == 0:
        return asked
    if decision is Decision.RESEND:
        decisions.resend_cause(tx, bot_id, shelf.state, cause, now)
    else:
        decisions.drop_cause(tx, bot_id, shelf.state, cause, DROPPED, now)
    note(tx, actor, f"{decision}_cause", "occurrence", cause, now, was=shelf.state, count=asked.count)
    return asked


def paused(tx: Transaction, actor: Actor | None, bot_id: int, now: datetime) -> list[PausedCause]:
    """Causes that were refused again and again, and wait."""
    permit_all(tx, actor, now)
    return held.paused(tx, bot_id)


def resume(tx: Transaction, actor: Actor | None, cause: OccurrenceId, now: datetime) -> bool:
    """Send a paused cause on; False when somebody has done so already."""
    permit_all(tx, actor, now)
    resumed = decisions.resume(tx, cause)
    if resumed:
        note(tx, actor, "resume_cause", "occurrence", cause, now)
    return resumed


def causes_called(tx: Transaction, name: str) -> list[OccurrenceId]:
    """The causes behind `series`, `series/slot` or `series/slot/stage`."""
    series, slot, stage, *_ = [*name.split("/", 2), None, None]
    return list(held.causes_called(tx, series or "", slot, stage))
