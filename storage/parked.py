"""Updates that failed again and again, and what a person decides about them."""

from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.sql.elements import ColumnElement

from domain.parked import Parked, class_of, kind_of
from storage.database import Transaction
from storage.inbox import DONE, NEW, PARKED
from storage.tables import InboxUpdate as inbox


def _parked(bot_id: int) -> tuple[ColumnElement[bool], ...]:
    """Written out, or SQLite would not see that the index of these few covers the question."""
    return inbox.bot_id == bot_id, inbox.state == bindparam("parked", PARKED, literal_execute=True)


def count(tx: Transaction, bot_id: int) -> int:
    """How many are parked."""
    return tx.execute(select(func.count()).select_from(inbox).where(*_parked(bot_id))).scalar_one()


def listed(tx: Transaction, bot_id: int, limit: int, offset: int = 0) -> list[Parked]:
    """Some of them, in the order of their numbers."""
    asked = (
        select(inbox.update_id, inbox.raw, inbox.received_at, inbox.error)
        .where(*_parked(bot_id))
        .order_by(inbox.update_id)
        .limit(limit)
        .offset(offset)
    )
    return [
        Parked(row.update_id, kind_of(row.raw), row.received_at, class_of(row.error))
        for row in tx.execute(asked).all()
    ]


def state_of(tx: Transaction, bot_id: int, update_id: int) -> str | None:
    """Whether an update is new, done or parked; None for one that is not kept."""
    here = (inbox.bot_id == bot_id, inbox.update_id == update_id)
    return tx.execute(select(inbox.state).where(*here)).scalar()


def retry(tx: Transaction, bot_id: int, update_id: int) -> bool:
    """New once more, as if it had never failed or been taken up; False when it is not parked."""
    again = {"state": NEW, "attempts": 0, "done_at": None, "error": None, "taken_at": None}
    return tx.execute(update(inbox).where(*_one(bot_id, update_id)).values(again)).rowcount == 1


def drop(tx: Transaction, bot_id: int, update_id: int, now: datetime) -> bool:
    """Done with; False when it is not parked."""
    done = {"state": DONE, "done_at": now}
    return tx.execute(update(inbox).where(*_one(bot_id, update_id)).values(done)).rowcount == 1


def _one(bot_id: int, update_id: int) -> tuple[ColumnElement[bool], ...]:
    return (*_parked(bot_id), inbox.update_id == update_id)
