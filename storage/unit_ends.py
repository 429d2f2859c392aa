"""What is still open in units that are no more, and closing it."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, exists, or_, select, update

from domain.activities import State
from domain.ids import ActivityId, UnitId
from storage.database import Transaction
from storage.tables import Activity as activities
from storage.tables import Chat as chats
from storage.tables import Schedule as schedules
from storage.tables import TopicBranch as given
from storage.tables import Unit as units
from storage.units import below


def ended(tx: Transaction, by: date, now: datetime, limit: int) -> list[tuple[UnitId, date]]:
    """Units archived by that day in which something is still open, the longest ended first."""
    found = tx.execute(
        select(units.id, units.archived_on)
        .where(units.archived_on <= by, _open(now))
        .order_by(units.archived_on, units.id)
        .limit(limit)
    )
    return [(row.id, row.archived_on) for row in found]


def ending(tx: Transaction, after: date, limit: int) -> list[tuple[UnitId, date]]:
    """The units that end next, after that day."""
    found = tx.execute(
        select(units.id, units.archived_on)
        .where(units.archived_on > after)
        .order_by(units.archived_on, units.id)
        .limit(limit)
    )
    return [(row.id, row.archived_on) for row in found]


def with_groups(tx: Transaction, unit: UnitId, on: date) -> list[UnitId]:
    """The unit and what stood below it."""
    return list(tx.execute(select(below(unit, on).c.unit_id)).scalars())


def still_to_come(tx: Transaction, of: Collection[UnitId], now: datetime) -> list[ActivityId]:
    """Planned activities of the units that have not started."""
    coming = (activities.unit_id.in_(list(of)), activities.state == State.PLANNED, activities.starts_at > now)
    return list(tx.execute(select(activities.id).where(*coming).order_by(activities.id)).scalars())


def close(tx: Transaction, of: Collection[UnitId], now: datetime) -> None:
    """No chat stands for them, no topic reaches them any more, and nothing recurs."""
    here = list(of)
    tx.execute(
        update(chats).where(chats.unit_id.in_(here)).values(unit_id=None, bound_at=None, bound_by=None)
    )
    tx.execute(delete(given).where(given.branch_id.in_(here), given.pushed_at.is_(None)))
    going_on = (schedules.unit_id.in_(here), schedules.ended_at.is_(None))
    tx.execute(update(schedules).where(*going_on).values(ended_at=now))


def _open(now: datetime) -> ColumnElement[bool]:
    return or_(
        exists().where(chats.unit_id == units.id),
        exists().where(given.branch_id == units.id, given.pushed_at.is_(None)),
        exists().where(schedules.unit_id == units.id, schedules.ended_at.is_(None)),
        exists().where(
            activities.unit_id == units.id, activities.state == State.PLANNED, activities.starts_at > now
        ),
    )
