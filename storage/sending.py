"""One delivery on its way: claimed, begun, settled. Every change checks the state it starts from."""

import sqlite3
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    and_,
    bindparam,
    exc,
    func,
    insert,
    or_,
    select,
    update,
)

from domain.deliveries import Kind, Op, State
from domain.ids import ChatId, DeliveryId, OccurrenceId
from domain.sending import Claimed, Lease, Leased
from storage.database import Transaction
from storage.places import PLACE, PRIVATE, place_in
from storage.prepared import Prepared
from storage.tables import Attempt as attempts
from storage.tables import BotLease as leases
from storage.tables import Chat as chats
from storage.tables import Delivery as deliveries
from storage.tables import Occurrence as occurrences

# The database is away, full or busy. Its other errors (no such row, a wrong value) are ours, and come again.
STORAGE_ERRORS: tuple[type[Exception], ...] = (
    exc.OperationalError,
    exc.InterfaceError,
    exc.InternalError,
    exc.TimeoutError,
    sqlite3.Error,
)


def claim(
    tx: Transaction, lease: Lease, busy: Collection[ChatId], now: datetime, limit: int
) -> list[Claimed]:
    """The most urgent deliveries that are due, one for each chat that is not busy; they are leased."""
    due = (
        select(deliveries.id, deliveries.chat_id, chats.chat_id.label("number"), chats.kind)
        .join(chats, chats.id == deliveries.chat_id)
        .join(occurrences, occurrences.id == deliveries.occurrence_id)
        .where(
            deliveries.bot_id == lease.bot_id,
            deliveries.state == State.READY,
            deliveries.not_before <= now,
            deliveries.chat_id.not_in(list(busy)),
            chats.state == "reachable",
            occurrences.paused_reason.is_(None),
        )
        .order_by(deliveries.priority, deliveries.not_before, deliveries.id)
        .limit(limit)
        .with_for_update(of=deliveries, skip_locked=True)
    )
    first = {row.chat_id: row for row in reversed(tx.execute(due).all())}
    taken = sorted(row.id for row in first.values())
    mark(tx, taken, State.READY, State.LEASED, epoch=lease.epoch)
    claimed = [Claimed(row.id, row.chat_id, row.number, row.kind == PRIVATE) for row in first.values()]
    return list(reversed(claimed))


def mark(tx: Transaction, ids: Collection[DeliveryId], was: State, state: State, **values: Any) -> None:
    """From one state to another; those that somebody else has moved meanwhile stay as they are."""
    here = and_(deliveries.id.in_(list(ids)), deliveries.state == was)
    tx.execute(update(deliveries).where(here).values(state=state, **values))


_LEASED = Prepared(
    lambda _: (
        select(
            deliveries.id,
            deliveries.bot_id,
            deliveries.kind,
            deliveries.op,
            deliveries.subject_id,
            deliveries.part,
            deliveries.version,
            deliveries.attempts,
            deliveries.maybe_repeat,
            deliveries.expires_at,
            occurrences.paused_reason,
            *PLACE,
        )
        .join(occurrences, occurrences.id == deliveries.occurrence_id)
        .join(chats, chats.id == deliveries.chat_id)
        .join(leases, and_(leases.bot_id == deliveries.bot_id, leases.epoch == bindparam("epoch")))
        .where(
            deliveries.id == bindparam("delivery"),
            deliveries.state == State.LEASED,
            deliveries.epoch == bindparam("epoch"),
            leases.owner == bindparam("owner"),
        )
        .with_for_update(of=deliveries)
    )
)


def leased(tx: Transaction, delivery: DeliveryId, lease: Lease) -> Leased | None:
    """The delivery, if it is leased under this epoch and the epoch stands."""
    row = _LEASED.first(tx, delivery=delivery, epoch=lease.epoch, owner=lease.owner)
    if row is None:
        return None
    number, bot, kind, op, subject, part, version, tries, repeat, expires, paused, *place = row
    return Leased(
        number,
        bot,
        Kind(kind),
        Op(op),
        subject,
        part,
        version,
        tries,
        repeat,
        expires,
        paused is not None,
        place_in(place),
    )


_TO_SENDING = Prepared(
    lambda _: (
        update(deliveries)
        .where(deliveries.id == bindparam("delivery"), deliveries.state == State.LEASED)
        .values(state=State.SENDING)
    )
)
_ATTEMPT = Prepared(
    lambda _: (
        insert(attempts)
        .values(
            bot_id=bindparam("bot"),
            delivery_id=bindparam("delivery"),
            chat_id=bindparam("chat"),
            epoch=bindparam("under"),
            started_at=bindparam("at"),
        )
        .returning(attempts.id)
    )
)


def begin(
    tx: Transaction, delivery: DeliveryId, bot_id: int, chat: ChatId, lease: Lease, now: datetime
) -> int:
    """Mark the delivery as being sent and open an attempt: committed before the request is written."""
    _TO_SENDING.touched(tx, delivery=delivery)
    made = _ATTEMPT.first(tx, bot=bot_id, delivery=delivery, chat=chat, under=lease.epoch, at=now)
    assert made is not None
    return int(made[0])


def put_off(tx: Transaction, delivery: DeliveryId, until: datetime) -> None:
    """Leased, and not to be sent yet after all."""
    mark(tx, [delivery], State.LEASED, State.READY, not_before=until, epoch=None)


def cancel(tx: Transaction, delivery: DeliveryId, reason: str, now: datetime) -> None:
    """It is not owed any more."""
    mark(tx, [delivery], State.LEASED, State.CANCELLED, reason=reason, settled_at=now)


def bury(tx: Transaction, delivery: DeliveryId, reason: str, now: datetime) -> None:
    """It will never be sent."""
    mark(tx, [delivery], State.LEASED, State.DEAD, reason=reason, settled_at=now)


_END_ATTEMPT = Prepared(
    lambda _: (
        update(attempts)
        .where(attempts.id == bindparam("attempt"))
        .values(
            ended_at=bindparam("at"),
            outcome=bindparam("came"),
            error=bindparam("said"),
            digest=bindparam("words"),
        )
    )
)


def end_attempt(
    tx: Transaction, attempt: int, outcome: str, error: str | None, digest: str | None, now: datetime
) -> None:
    """What came of an attempt."""
    _END_ATTEMPT.touched(tx, attempt=attempt, at=now, came=outcome, said=error, words=digest)


_TO_SENT = Prepared(
    lambda _: (
        update(deliveries)
        .where(
            deliveries.id == bindparam("delivery"),
            or_(deliveries.state == State.SENDING, deliveries.state == State.AMBIGUOUS),
            deliveries.epoch == bindparam("under"),
        )
        .values(
            state=State.SENT,
            settled_at=bindparam("at"),
            message_id=bindparam("message"),
            attempts=bindparam("tries"),
            reason=None,
        )
    )
)


def settle_sent(
    tx: Transaction, delivery: DeliveryId, lease: Lease, message_id: int, attempts_made: int, now: datetime
) -> bool:
    """The platform took it; False if it is none of ours any more.

    An answer that comes late ends the doubt of who took over, too: it was sent.
    """
    ours = {"delivery": delivery, "under": lease.epoch}
    return _TO_SENT.touched(tx, **ours, at=now, message=message_id, tries=attempts_made) == 1


def settle(
    tx: Transaction, delivery: DeliveryId, lease: Lease, state: State, now: datetime, **values: Any
) -> bool:
    """From `sending` to where it ends or goes on; False if somebody else settled it meanwhile."""
    ended = {} if state is State.READY else {"settled_at": now}
    return (
        tx.execute(
            update(deliveries)
            .where(
                deliveries.id == delivery,
                deliveries.state == State.SENDING,
                deliveries.epoch == lease.epoch,
            )
            .values(state=state, **ended, **values)
        ).rowcount
        == 1
    )


def owe_next_part(tx: Transaction, delivery: DeliveryId, now: datetime) -> None:
    """The part after this one is owed to the same chat, before anything else of its kind."""
    names = ("bot_id", "occurrence_id", "chat_id", "version", "kind", "subject_id", "expires_at")
    columns = [getattr(deliveries, name) for name in names]
    row = tx.execute(select(*columns, deliveries.part).where(deliveries.id == delivery)).one()._asdict()
    part = row.pop("part") + 1
    tx.execute(insert(deliveries).values(**row, part=part, op=Op.SEND, priority=0, not_before=now))


def times_ended(tx: Transaction, delivery: DeliveryId, outcome: str) -> int:
    """How many attempts of a delivery ended like this."""
    return tx.execute(
        select(func.count()).where(attempts.delivery_id == delivery, attempts.outcome == outcome)
    ).scalar_one()


def last_errors(tx: Transaction, occurrence: OccurrenceId, count: int) -> list[str | None]:
    """What the last attempts of a cause came to, the newest first."""
    return list(
        tx.execute(
            select(attempts.error)
            .join(deliveries, deliveries.id == attempts.delivery_id)
            .where(deliveries.occurrence_id == occurrence, attempts.ended_at.is_not(None))
            .order_by(attempts.id.desc())
            .limit(count)
        ).scalars()
    )


def pause_occurrence(tx: Transaction, occurrence: OccurrenceId, reason: str) -> None:
    """Nothing more of this cause is sent until an administrator looks."""
    tx.execute(update(occurrences).where(occurrences.id == occurrence).values(paused_reason=reason))


def release(tx: Transaction, ids: Collection[DeliveryId]) -> None:
    """Leased, never begun: ready for the next one."""
    mark(tx, ids, State.LEASED, State.READY, epoch=None)


def message_of(tx: Transaction, delivery: DeliveryId) -> int | None:
    """The message in its chat: the one it became, or the one it is to take back."""
    return tx.execute(select(deliveries.message_id).where(deliveries.id == delivery)).scalar()


def occurrence_of(tx: Transaction, delivery: DeliveryId) -> OccurrenceId:
    """The cause of a delivery."""
    found: OccurrenceId = tx.execute(
        select(deliveries.occurrence_id).where(deliveries.id == delivery)
    ).scalar_one()
    return found
