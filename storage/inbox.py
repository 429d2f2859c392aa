"""Updates as they came: stored before they are acknowledged, settled with what they caused."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.sql.dml import ReturningInsert

from storage.database import Transaction
from storage.prepared import Prepared
from storage.tables import InboxUpdate as inbox
from storage.upserts import upsert_on

NEW, DONE, PARKED = "new", "done", "parked"
APART = timedelta(minutes=1)  # as far as clocks of machines differ; who is further ahead has been set back


class AlreadySettledError(Exception):
    """Somebody has dealt with the update in the meantime; nothing of this act may be kept."""


@dataclass(frozen=True)
class Waiting:
    """A stored update that nobody has dealt with."""

    update_id: int
    raw: str
    received_at: datetime
    attempts: int


@cache
def _keep(database: str) -> ReturningInsert[int]:
    """Spelled once: every update passes here. Many at once are one statement."""
    return upsert_on(database, inbox).on_conflict_do_nothing().returning(inbox.update_id)


def store(
    tx: Transaction, bot_id: int, updates: Sequence[tuple[int, str]], now: datetime
) -> tuple[Waiting, ...]:
    """Keep the raw updates; returns those that were not stored before, in the order given."""
    if not updates:
        return ()
    new = {"bot_id": bot_id, "received_at": now, "state": NEW, "attempts": 0}
    rows = [{"update_id": update_id, "raw": raw, **new} for update_id, raw in updates]
    added = set(tx.execute(_keep(tx.dialect.name), rows).scalars())
    first = {update_id: raw for update_id, raw in reversed(updates) if update_id in added}
    return tuple(
        Waiting(update_id, first.pop(update_id), now, 0) for update_id, _ in updates if update_id in first
    )


def take_left(
    tx: Transaction,
    bot_id: int,
    in_hand: Collection[int],
    came_by: datetime,
    taken_by: datetime,
    now: datetime,
    limit: int,
) -> tuple[Waiting, ...]:
    """What came by one moment, was not taken up since the other, and is not dealt with, the oldest first.

    No two who ask at once get the same. Moments that are still to come were written before the calendar was
    set back: they have long been, or nobody would look at the update until they come again.
    """
    to_come = now + APART
    found = tx.execute(
        select(inbox.update_id, inbox.raw, inbox.received_at, inbox.attempts)
        .where(
            inbox.bot_id == bot_id,
            inbox.state == NEW,
            or_(inbox.received_at <= came_by, inbox.received_at > to_come),
            or_(inbox.taken_at.is_(None), inbox.taken_at <= taken_by, inbox.taken_at > to_come),
            inbox.update_id.not_in(in_hand),
        )
        .order_by(inbox.received_at, inbox.update_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    tx.execute(
        update(inbox)
        .where(inbox.bot_id == bot_id, inbox.update_id.in_([row.update_id for row in found]))
        .values(taken_at=now)
    )
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


_SETTLE = Prepared(
    lambda _: (
        update(inbox)
        .where(inbox.bot_id == bindparam("bot"), inbox.update_id == bindparam("number"), inbox.state == NEW)
        .values(state=bindparam("into"), done_at=bindparam("now"))
    )
)


def settle(tx: Transaction, bot_id: int, update_id: int, state: str, now: datetime) -> None:
    """The update is dealt with. Raises AlreadySettledError when it was before: nothing happens twice."""
    if _SETTLE.touched(tx, bot=bot_id, number=update_id, into=state, now=now) == 0:
        raise AlreadySettledError
