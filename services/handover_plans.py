"""The day of a hand-over: drafts pass, authors are asked, both are told with a sheet of what is open."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from domain.deliveries import Cause, Kind
from domain.handovers import Handover, HandoverState
from services import consents, deliveries
from storage import appointments, audit, handovers
from storage.database import Transaction

BATCH = 20  # hand-overs in one act
TELLING = timedelta(days=7)  # within which both still hear of it


def plan_due(tx: Transaction, now: datetime, fallback: Mapping[str, str]) -> int:  # noqa: ARG001 - as planning calls it
    """Let confirmed hand-overs take effect whose day has come; how many, 0 when none is due."""
    due = handovers.due(tx, now, BATCH)
    for one in due:
        take_effect(tx, one, now)
    return len(due)


def next_due(tx: Transaction, now: datetime, fallback: Mapping[str, str]) -> datetime | None:  # noqa: ARG001 - as planning calls it
    """When the next one takes effect."""
    return handovers.next_moment(tx, now)


def take_effect(tx: Transaction, one: Handover, now: datetime) -> None:
    """The roles changed by their dates; the rest follows here, once."""
    made = appointments.appointment_with(tx, one.successor_appointment) if one.successor_appointment else None
    lasts = made is not None and (made.until is None or made.until > one.effective_on)
    state = HandoverState.DONE if lasts else HandoverState.LAPSED
    if not handovers.settle(tx, one.id, HandoverState.CONFIRMED, state, done_at=now):
        return
    if made is None or not lasts:
        audit.note(tx, None, "handover_lapsed", "handover", one.id, now, one.unit)
        return
    moved = handovers.move_drafts(tx, one.unit, one.giver, one.successor, one.id) if one.drafts else 0
    consents.ask(tx, made, now)
    detail: dict[str, int | str | None] = {
        "role": one.role,
        "from": one.giver,
        "to": one.successor,
        "drafts": moved,
    }
    audit.note(tx, one.decided_by, "handed_over", "handover", one.id, now, one.unit, detail)
    cause = Cause(f"handover:{one.id}", "-", "done")
    both = [one.giver, one.successor]
    deliveries.owe_people(tx, cause, Kind.HANDED_OVER, one.id, both, now, expires_at=now + TELLING)
