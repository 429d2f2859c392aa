"""What is owed: one plain call for each way of addressing people. Planning again owes nothing twice."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from domain.deliveries import Cause, Kind
from domain.ids import ChatId, PersonId, UnitId
from services.actors import settings_at, today
from storage import deliveries
from storage.database import Transaction

LATE = 2000  # deliveries that expire in one act

# Lower goes first. Somebody waits for an answer; reminders can wait for the pushes.
URGENCY: Mapping[Kind, int] = {
    Kind.JOIN_DECIDED: 1,
    Kind.LEAVE_DECIDED: 1,
    Kind.ACCOUNT_REPLACED: 1,
    Kind.TRANSFER_ASKED: 2,
    Kind.TRANSFER_TOLD: 2,
    Kind.MEMBER_LEFT: 2,
    Kind.MEMBER_BACK: 2,
    Kind.JOIN_ASKED: 2,
    Kind.JOINED: 2,
    Kind.LEAVE_ASKED: 2,
    Kind.ACTIVITY_CANCELLED: 2,
    Kind.ACTIVITY_ROSTER: 3,
    Kind.TOPIC_PUSH: 4,
    Kind.ACTIVITY_NOTICE: 4,
    Kind.TOPIC_NOTICE: 5,
    Kind.ROLE_GIVEN: 2,
    Kind.ROLE_ENDED: 2,
    Kind.HANDOVER_ASKED: 2,
    Kind.HANDOVER_DECIDED: 2,
    Kind.HANDED_OVER: 2,
    Kind.CONSENT_ASKED: 5,
    Kind.CHAT_SUSPENDED: 5,
    Kind.ADMIN_ALERT: 2,
    Kind.REFLECTION_RETURNED: 5,
    Kind.ACTIVITY_REMINDER: 6,
    Kind.TOPIC_REMINDER: 7,
    Kind.DIGEST: 8,
}


def owe_people(
    tx: Transaction,
    cause: Cause,
    kind: Kind,
    subject: int,
    people: Iterable[PersonId],
    now: datetime,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> int:
    """Owe a message to each person's private chats; how many of the people can be reached at all."""
    known = list(people)
    deliveries.owe_people(tx, _owed(tx, cause, kind, subject, now, due_at, expires_at), known)
    return deliveries.reachable_people(tx, known)


def owe_chats(
    tx: Transaction,
    cause: Cause,
    kind: Kind,
    subject: int,
    chats: Iterable[ChatId],
    now: datetime,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> int:
    """Owe a message to each of these chats that can be reached; how many are new."""
    return deliveries.owe_chats(tx, _owed(tx, cause, kind, subject, now, due_at, expires_at), chats)


def owe_branch(
    tx: Transaction,
    cause: Cause,
    kind: Kind,
    subject: int,
    branch: UnitId,
    now: datetime,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> int:
    """Owe a message to one branch, as `owe_branches` does."""
    on = today(now, settings_at(tx, branch, now, {}).zone)
    return owe_branches(tx, cause, kind, subject, [branch], on, now, due_at, expires_at)


def owe_branches(
    tx: Transaction,
    cause: Cause,
    kind: Kind,
    subject: int,
    branches: Sequence[UnitId],
    on: date,
    now: datetime,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> int:
    """Owe a message to each branch: once to each bound chat, privately where none is bound or a member asked.

    Those who belong to several of them are written to once, in this call or in the next of the same cause.
    """
    return deliveries.owe_branches(tx, _owed(tx, cause, kind, subject, now, due_at, expires_at), branches, on)


def withdraw(tx: Transaction, series: str, now: datetime) -> None:
    """Cancel what has not been sent of a series."""
    deliveries.withdraw(tx, series, "withdrawn", now)


def expire(tx: Transaction, now: datetime, fallback: Mapping[str, str]) -> int:  # noqa: ARG001 - as planning calls it
    """Cancel some of what was not sent in time; 0 when nothing is late."""
    return deliveries.expire(tx, now, LATE)


def next_due(tx: Transaction, now: datetime, fallback: Mapping[str, str]) -> datetime | None:  # noqa: ARG001 - as planning calls it
    """When the next delivery that waits for its time comes due."""
    return deliveries.next_moment(tx, now)


def _owed(
    tx: Transaction,
    cause: Cause,
    kind: Kind,
    subject: int,
    now: datetime,
    due_at: datetime | None,
    expires_at: datetime | None,
) -> deliveries.Owed:
    not_before = max(due_at or now, now)
    occurrence = deliveries.set_cause(tx, cause, kind, subject, not_before, expires_at, now)
    return deliveries.Owed(occurrence, kind, subject, URGENCY[kind], not_before, expires_at)
