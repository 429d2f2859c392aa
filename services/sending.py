"""The sender's acts: claim, begin, settle. Each is one transaction, and each may run again."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, assert_never

from domain.burden import ENOUGH, MUTED
from domain.deliveries import Destination, Due, Kind, Op, State
from domain.erasures import Deletion
from domain.ids import CardId, ChatId, DeliveryId
from domain.retries import Failure, Trouble, Verdict, backoff
from domain.sending import Begun, Claimed, Lease, Leased, LeaseLost, Sent
from services import admin, digests, reach
from services.destinations import destination_of
from services.doubts import after_doubt
from services.facts import facts_of
from storage import cards, leases, sending
from storage.database import Transaction

OUTAGE: tuple[type[Exception], ...] = (
    LeaseLost,
    *sending.STORAGE_ERRORS,
)  # not the message's fault: it is ready again
FRUITLESS = 5  # the same refusal so often in a row, and the whole cause waits for an administrator
CARDS: Mapping[Kind, str] = {Kind.TOPIC_PUSH: "topic", Kind.ACTIVITY_NOTICE: "activity"}
# Answers to somebody who waits come at any hour, without a sound; all else lets people sleep.
ANSWERS = frozenset({Kind.JOIN_DECIDED, Kind.LEAVE_DECIDED, Kind.ACCOUNT_REPLACED})


def claim(
    tx: Transaction, lease: Lease, busy: Collection[ChatId], now: datetime, limit: int
) -> list[Claimed]:
    """The most urgent of what is due, one message for each chat that is not busy. Raises LeaseLost."""
    if not leases.stands(tx, lease):
        raise LeaseLost
    return sending.claim(tx, lease, busy, now, limit)


def begin(
    tx: Transaction, delivery: DeliveryId, lease: Lease, now: datetime, fallback: Mapping[str, str]
) -> Begun | None:
    """Mark a delivery `sending`, with the facts it is to say; None when it is not to be sent, or not now.

    Raises LeaseLost.
    """
    due = sending.leased(tx, delivery, lease)
    if due is None:
        if not leases.stands(tx, lease):
            raise LeaseLost
        return None  # withdrawn meanwhile
    if due.expires_at is not None and due.expires_at <= now:
        sending.cancel(tx, delivery, "expired", now)
        return None
    if due.cause_paused or not due.place.reachable:
        sending.release(tx, [delivery])
        reach.end_if_lost(tx, delivery, now)
        return None
    to, wakes = destination_of(tx, due.place, now, fallback)
    if to.private and to.quiet and due.kind not in ANSWERS and due.op is not Op.DELETE:
        sending.put_off(tx, delivery, wakes)
        return None
    facts = _facts(tx, due, to, now, fallback)
    if _is_unwanted(tx, delivery, due.kind, to, facts, now):
        return None
    attempt = sending.begin(tx, delivery, due.bot_id, to.chat, lease, now)
    ready = Due(
        delivery,
        due.kind,
        due.op,
        due.subject,
        due.part,
        due.version,
        to,
        due.attempts,
        due.maybe_repeat,
        due.expires_at,
    )
    return Begun(ready, facts, attempt)


def _facts(
    tx: Transaction, due: Leased, to: Destination, now: datetime, fallback: Mapping[str, str]
) -> object | None:
    if due.op is Op.DELETE:
        message = sending.message_of(tx, due.id)
        return None if message is None else Deletion(message)
    return facts_of(tx, due.kind, due.subject, to, now, fallback)


def _is_unwanted(
    tx: Transaction, delivery: DeliveryId, kind: Kind, to: Destination, facts: object | None, now: datetime
) -> bool:
    """Whether it is owed no more, or muted, or the week is full: then it waits for a digest, as that does."""
    if facts is None:
        sending.cancel(tx, delivery, "not owed any more", now)
    elif digests.is_muted(tx, kind, to, facts):
        sending.cancel(tx, delivery, MUTED, now)
    elif kind is Kind.DIGEST and (room := digests.room_from(tx, to, now)) > now:
        sending.put_off(tx, delivery, room)
    elif digests.has_no_room(tx, kind, to, facts, now):
        sending.cancel(tx, delivery, ENOUGH, now)
        digests.hold(tx, to, now)
    else:
        return False
    return True


def bury(tx: Transaction, delivery: DeliveryId, reason: str, now: datetime) -> None:
    """Its facts cannot be told, which is a bug: it is not tried for ever."""
    sending.bury(tx, delivery, reason, now)
    admin.tell(tx, now)


def settle_sent(tx: Transaction, begun: Begun, lease: Lease, sent: Sent, now: datetime) -> CardId | None:
    """The platform took it: the next part is owed; a group's card stands, and is returned."""
    due = begun.due
    sending.end_attempt(tx, begun.attempt, "sent", None, sent.digest, now)
    if not sending.settle_sent(tx, due.id, lease, sent.message_id, due.attempts + 1, now):
        return None
    if sent.more:
        sending.owe_next_part(tx, due.id, now)
    if sent.card and not due.to.private and due.kind in CARDS:
        kind = CARDS[due.kind]
        return cards.place(tx, kind, due.subject, due.to.chat, sent.message_id, sent.digest, now)
    return None


def settle_failed(  # noqa: C901 - the table, one case for each verdict
    tx: Transaction, begun: Begun, lease: Lease, failure: Failure, now: datetime
) -> Verdict:
    """Do what the table says about a failure.

    Returns what was done: a chat that is followed twice in vain is not followed again.
    """
    due = begun.due
    verdict = failure.verdict
    if verdict is Verdict.FOLLOW and sending.times_ended(tx, due.id, failure.trouble) > 0:
        verdict = Verdict.BURY  # followed once already
    sending.end_attempt(tx, begun.attempt, failure.trouble, failure.detail, None, now)

    def settle(state: State, charged: int = 1, **values: Any) -> None:
        values["reason"] = failure.detail
        sending.settle(tx, due.id, lease, state, now, attempts=due.attempts + charged, **values)

    match verdict:
        case Verdict.WAIT | Verdict.OPEN_CIRCUIT:
            settle(State.READY, charged=0)
        case Verdict.FOLLOW:
            settle(State.READY)
            _follow(tx, due, lease, failure, now)
        case Verdict.BACK_OFF:
            settle(State.READY, not_before=now + backoff(due.attempts))
        case Verdict.SUSPEND_CHAT:
            settle(State.READY)
            reach.suspended(tx, due.to.chat, failure.detail, now)
        case Verdict.LOSE_CHAT:
            settle(State.DEAD)
            reach.lost(tx, due.to.chat, failure.detail, now)
        case Verdict.BURY:
            settle(State.DEAD)
            _stop_if_fruitless(tx, due.id, failure)
            _tell(tx, due.kind, now)
        case Verdict.DONE:
            settle(State.SENT)
        case Verdict.DOUBT:
            state = after_doubt(due.kind, due.maybe_repeat)
            settle(state, maybe_repeat=state is State.READY or due.maybe_repeat)
            if state is State.AMBIGUOUS:
                _tell(tx, due.kind, now)
        case _:
            assert_never(verdict)
    reach.end_if_lost(tx, due.id, now)
    return verdict


def _tell(tx: Transaction, kind: Kind, now: datetime) -> None:
    """Administrators hear of what waits for them; not of a word to them that did not arrive, for ever."""
    if kind is not Kind.ADMIN_ALERT:
        admin.tell(tx, now)


def _follow(tx: Transaction, due: Due, lease: Lease, failure: Failure, now: datetime) -> None:
    if failure.moved_to is not None:
        reach.migrated(tx, lease.bot_id, due.to.platform_chat_id, failure.moved_to, now)
    else:
        reach.thread_gone(tx, due.to.chat, due.to.platform_chat_id, now)


def _stop_if_fruitless(tx: Transaction, delivery: DeliveryId, failure: Failure) -> None:
    """A cause that is refused again and again in the same words is not tried on everybody."""
    occurrence = sending.occurrence_of(tx, delivery)
    last = sending.last_errors(tx, occurrence, FRUITLESS)
    if failure.trouble is Trouble.MALFORMED and last == [failure.detail] * FRUITLESS:
        sending.pause_occurrence(tx, occurrence, failure.detail)


def unsaid(tx: Transaction, begun: Begun, lease: Lease, now: datetime) -> None:
    """Marked `sending`, and then not written: ready again, unless another sender has decided about it."""
    sending.end_attempt(tx, begun.attempt, "not written", None, None, now)
    sending.settle(tx, begun.due.id, lease, State.READY, now)
    reach.end_if_lost(tx, begun.due.id, now)


def nothing_left(tx: Transaction, begun: Begun, lease: Lease, now: datetime) -> None:
    """A later part whose text was taken away meanwhile."""
    sending.end_attempt(tx, begun.attempt, "nothing left", None, None, now)
    sending.settle(tx, begun.due.id, lease, State.CANCELLED, now, reason="nothing left")
