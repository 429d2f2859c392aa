"""One delivery on its way: claimed, begun, settled. Every change checks the state it starts from."""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exc, func, insert, or_, select, update

from domain.deliveries import Kind, Op, State
from domain.ids import ChatId, DeliveryId, OccurrenceId, PersonId, UnitId
from domain.sending import Claimed, Lease, Leased, LeftBehind, Past, Place
from storage.database import Transaction
from storage.tables import Account as accounts
from storage.tables import Attempt as attempts
from storage.tables import BotLease as leases
from storage.tables import Chat as chats
from storage.tables import Delivery as deliveries
from storage.tables import Membership as memberships
from storage.tables import Occurrence as occurrences
from storage.tables import Preference as preferences

PRIVATE = "private"
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
    _mark(tx, taken, State.READY, State.LEASED, epoch=lease.epoch)
    claimed = [Claimed(row.id, row.chat_id, row.number, row.kind == PRIVATE) for row in first.values()]
    return list(reversed(claimed))


def _mark(tx: Transaction, ids: Collection[DeliveryId], was: State, state: State, **values: Any) -> None:
    """From one state to another; those that somebody else has moved meanwhile stay as they are."""
    here = and_(deliveries.id.in_(list(ids)), deliveries.state == was)
    tx.execute(update(deliveries).where(here).values(state=state, **values))


def leased(tx: Transaction, delivery: DeliveryId, lease: Lease) -> Leased | None:
    """The delivery, if it is leased under this epoch and the epoch stands."""
    row = tx.execute(
        select(deliveries, occurrences.paused_reason)
        .join(occurrences, occurrences.id == deliveries.occurrence_id)
        .join(leases, and_(leases.bot_id == deliveries.bot_id, leases.epoch == lease.epoch))
        .where(
            deliveries.id == delivery,
            deliveries.state == State.LEASED,
            deliveries.epoch == lease.epoch,
            leases.owner == lease.owner,
        )
        .with_for_update(of=deliveries)
    ).first()
    if row is None:
        return None
    return Leased(
        row.id,
        row.bot_id,
        Kind(row.kind),
        Op(row.op),
        row.subject_id,
        row.part,
        row.version,
        row.attempts,
        row.maybe_repeat,
        row.expires_at,
        row.paused_reason is not None,
        place_of(tx, row.chat_id),
    )


def place_of(tx: Transaction, chat: ChatId) -> Place:
    """The chat as it stands."""
    row = tx.execute(select(chats).where(chats.id == chat)).one()
    return Place(
        row.id,
        row.platform,
        row.chat_id,
        row.thread_id,
        row.kind == PRIVATE,
        row.state == "reachable",
        row.unit_id,
    )


@dataclass(frozen=True)
class Reader:
    """Who reads a private chat."""

    person: PersonId
    locale: str | None  # their own choice, else their client's
    quiet_from: time | None
    quiet_until: time | None
    branch: UnitId | None


def reader_of(tx: Transaction, platform: str, user_id: int) -> Reader | None:
    """The person a private chat belongs to, where the account is linked, with their oldest branch."""
    row = tx.execute(
        select(
            accounts.person_id,
            func.coalesce(preferences.locale, chats.language),
            preferences.quiet_from,
            preferences.quiet_until,
            memberships.branch_id,
        )
        .outerjoin(preferences, preferences.person_id == accounts.person_id)
        .outerjoin(
            chats,
            and_(
                chats.platform == accounts.platform, chats.chat_id == accounts.user_id, chats.kind == PRIVATE
            ),
        )
        .outerjoin(
            memberships,
            and_(memberships.person_id == accounts.person_id, memberships.until.is_(None)),
        )
        .where(accounts.platform == platform, accounts.user_id == user_id, accounts.unlinked_at.is_(None))
        .order_by(memberships.id)
        .limit(1)
    ).first()
    return None if row is None else Reader(*row)


def begin(
    tx: Transaction, delivery: DeliveryId, bot_id: int, chat: ChatId, lease: Lease, now: datetime
) -> int:
    """Mark the delivery as being sent and open an attempt: committed before the request is written."""
    _mark(tx, [delivery], State.LEASED, State.SENDING)
    made: int = tx.execute(
        insert(attempts)
        .values(bot_id=bot_id, delivery_id=delivery, chat_id=chat, epoch=lease.epoch, started_at=now)
        .returning(attempts.id)
    ).scalar_one()
    return made


def put_off(tx: Transaction, delivery: DeliveryId, until: datetime) -> None:
    """Leased, and not to be sent yet after all."""
    _mark(tx, [delivery], State.LEASED, State.READY, not_before=until, epoch=None)


def cancel(tx: Transaction, delivery: DeliveryId, reason: str, now: datetime) -> None:
    """It is not owed any more."""
    _mark(tx, [delivery], State.LEASED, State.CANCELLED, reason=reason, settled_at=now)


def bury(tx: Transaction, delivery: DeliveryId, reason: str, now: datetime) -> None:
    """It will never be sent."""
    _mark(tx, [delivery], State.LEASED, State.DEAD, reason=reason, settled_at=now)


def end_attempt(
    tx: Transaction, attempt: int, outcome: str, error: str | None, digest: str | None, now: datetime
) -> None:
    """What came of an attempt."""
    tx.execute(
        update(attempts)
        .where(attempts.id == attempt)
        .values(ended_at=now, outcome=outcome, error=error, digest=digest)
    )


def settle(
    tx: Transaction, delivery: DeliveryId, lease: Lease, state: State, now: datetime, **values: Any
) -> bool:
    """From `sending` to where it ends or goes on; False if somebody else settled it meanwhile.

    An answer that comes late ends the doubt of who took over, too: it was sent.
    """
    ended = {} if state is State.READY else {"settled_at": now}
    was = [State.SENDING, State.AMBIGUOUS] if state is State.SENT else [State.SENDING]
    return (
        tx.execute(
            update(deliveries)
            .where(
                deliveries.id == delivery,
                deliveries.state.in_(was),
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


def _under_way() -> ColumnElement[bool]:
    """Written out, or SQLite would not see that the index of these few covers the question."""
    states = [State.LEASED, State.SENDING, State.AMBIGUOUS]
    return deliveries.state.in_(bindparam("under_way", states, expanding=True, literal_execute=True))


def left_behind(tx: Transaction, lease: Lease, state: State) -> list[LeftBehind]:
    """Deliveries that an earlier epoch left in this state."""
    found = tx.execute(
        select(deliveries.id, deliveries.kind, deliveries.maybe_repeat).where(
            deliveries.bot_id == lease.bot_id,
            _under_way(),
            deliveries.state == state,
            or_(deliveries.epoch.is_(None), deliveries.epoch < lease.epoch),
        )
    ).all()
    return [LeftBehind(row.id, Kind(row.kind), row.maybe_repeat) for row in found]


def release(tx: Transaction, ids: Collection[DeliveryId]) -> None:
    """Leased, never begun: ready for the next one."""
    _mark(tx, ids, State.LEASED, State.READY, epoch=None)


def take_back(tx: Transaction, ids: Collection[DeliveryId], lease: Lease, now: datetime) -> None:
    """Begun under an earlier epoch by one who knows that nothing was written: ready beyond doubt."""
    ours = select(deliveries.id).where(
        deliveries.id.in_(list(ids)), deliveries.state == State.SENDING, deliveries.epoch < lease.epoch
    )
    known = list(tx.execute(ours).scalars())
    _mark(tx, known, State.SENDING, State.READY, epoch=None)
    tx.execute(
        update(attempts)
        .where(attempts.delivery_id.in_(known), attempts.ended_at.is_(None))
        .values(ended_at=now, outcome="not written")
    )


def leased_under(tx: Transaction, lease: Lease) -> list[DeliveryId]:
    """What this epoch claimed and has not begun."""
    return list(
        tx.execute(
            select(deliveries.id).where(
                deliveries.bot_id == lease.bot_id,
                _under_way(),
                deliveries.state == State.LEASED,
                deliveries.epoch == lease.epoch,
            )
        ).scalars()
    )


def resolve(tx: Transaction, delivery: DeliveryId, state: State, now: datetime, reason: str) -> None:
    """Decide about a delivery that may have arrived: held, or sent once more as a possible repeat."""
    if state is State.READY:
        again = {"maybe_repeat": True, "epoch": None, "not_before": now}
        _mark(tx, [delivery], State.SENDING, state, reason=reason, **again)
    else:
        _mark(tx, [delivery], State.SENDING, state, settled_at=now, reason=reason)
    tx.execute(
        update(attempts)
        .where(attempts.delivery_id == delivery, attempts.ended_at.is_(None))
        .values(ended_at=now, outcome=reason)
    )


def past_of(tx: Transaction, bot_id: int, now: datetime, span: timedelta) -> Past:
    """Pauses that still hold, and which chats were written to in the last `span`."""
    paused = tx.execute(
        select(chats.chat_id, chats.paused_until).where(chats.bot_id == bot_id, chats.paused_until > now)
    ).all()
    sent = tx.execute(
        select(chats.chat_id, attempts.started_at)
        .join(chats, chats.id == attempts.chat_id)
        .where(attempts.bot_id == bot_id, attempts.started_at > now - span)
        .order_by(attempts.started_at)
    ).all()
    return Past(
        0.0,
        tuple((row.chat_id, (row.paused_until - now).total_seconds()) for row in paused),
        tuple((row.chat_id, (now - row.started_at).total_seconds()) for row in sent),
    )


def occurrence_of(tx: Transaction, delivery: DeliveryId) -> OccurrenceId:
    """The cause of a delivery."""
    found: OccurrenceId = tx.execute(
        select(deliveries.occurrence_id).where(deliveries.id == delivery)
    ).scalar_one()
    return found
