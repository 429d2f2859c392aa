"""Updates as they came: stored before they are acknowledged, settled with what they caused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from storage.database import Transaction
from storage.tables import InboxUpdate as inbox
from storage.upserts import upsert

NEW, DONE, PARKED = "new", "done", "parked"


class AlreadySettledError(Exception):
    """Somebody has dealt with the update in the meantime; nothing of this act may be kept."""


@dataclass(frozen=True)
class Waiting:
    """A stored update that nobody has dealt with."""

    update_id: int
    raw: str
    received_at: datetime
    attempts: int


def store(
    tx: Transaction, bot_id: int, updates: Iterable[tuple[int, str]], now: datetime
) -> tuple[Waiting, ...]:
    """Keep the raw updates; returns those that were not stored before, in the order given."""
    fresh = []
    for update_id, raw in updates:
        added = tx.execute(
            upsert(tx, inbox)
            .values(bot_id=bot_id, update_id=update_id, raw=raw, received_at=now, state=NEW, attempts=0)
            .on_conflict_do_nothing()
            .returning(inbox.update_id)
        )
        if added.first() is not None:
            fresh.append(Waiting(update_id, raw, now, 0))
    return tuple(fresh)


def waiting(tx: Transaction, bot_id: int) -> tuple[Waiting, ...]:
    """Everything not dealt with, in the order it came."""
    found = tx.execute(
        select(inbox.update_id, inbox.raw, inbox.received_at, inbox.attempts)
        .where(inbox.bot_id == bot_id, inbox.state == NEW)
        .order_by(inbox.received_at, inbox.update_id)
    ).all()
    return tuple(Waiting(row.update_id, row.raw, row.received_at, row.attempts) for row in found)


def charge(tx: Transaction, bot_id: int, update_id: int, error: str | None, by: int = 1) -> int:
    """Count an attempt that failed, or that may end the process; returns how many there were."""
    values: dict[str, object] = {"attempts": inbox.attempts + by}
    if error is not None:
        values["error"] = error
    counted: int | None = tx.execute(
        update(inbox)
        .where(inbox.bot_id == bot_id, inbox.update_id == update_id, inbox.state == NEW)
        .values(values)
        .returning(inbox.attempts)
    ).scalar()
    if counted is None:
        raise AlreadySettledError
    return counted


def settle(tx: Transaction, bot_id: int, update_id: int, state: str, now: datetime) -> None:
    """The update is dealt with. Raises AlreadySettledError when it was before: nothing happens twice."""
    settled = tx.execute(
        update(inbox)
        .where(inbox.bot_id == bot_id, inbox.update_id == update_id, inbox.state == NEW)
        .values(state=state, done_at=now)
    )
    if settled.rowcount == 0:
        raise AlreadySettledError
