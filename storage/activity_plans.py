"""What has come due for activities and is not set down as a cause yet."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, exists, func, literal, select

from domain.activities import Activity, State
from domain.ids import ActivityId
from storage.activities import activity_of, asked
from storage.database import Transaction
from storage.tables import Activity as activities
from storage.tables import Occurrence as occurrences

NOTICE = "notice"
CARD_KEPT = timedelta(days=2)  # how long after its end a card that stood through an outage is still tidied


def _series() -> ColumnElement[str]:
    return literal("activity:", String()).concat(cast(activities.id, String))


def _stage(name: str) -> ColumnElement[str]:
    """The stage's name; for an activity that was moved, each new time has stages of its own."""
    moved = literal(f"{name}/", String()).concat(cast(activities.version, String))
    return case((activities.version == 1, literal(name, String())), else_=moved)


def stage_of(name: str, version: int) -> str:
    """The same name, for the cause to be set down."""
    return name if version == 1 else f"{name}/{version}"


def _caused(stage: ColumnElement[str] | str) -> ColumnElement[bool]:
    return exists().where(occurrences.series == _series(), occurrences.stage == stage)


def unannounced(tx: Transaction, now: datetime, ahead: timedelta, limit: int) -> list[Activity]:
    """Planned activities that start within `ahead` and have no notice."""
    found = tx.execute(
        asked()
        .where(
            activities.state == State.PLANNED,
            activities.starts_at > now,
            activities.starts_at <= now + ahead,
            ~_caused(NOTICE),
        )
        .order_by(activities.starts_at)
        .limit(limit)
    )
    return [activity_of(row) for row in found]


def announced(tx: Transaction, asked_of: Collection[ActivityId]) -> set[ActivityId]:
    """Which of these have their notice."""
    found = select(activities.id).where(activities.id.in_(list(asked_of)), _caused(NOTICE))
    return set(tx.execute(found).scalars())


def coming_without(
    tx: Transaction, stage: str, now: datetime, ahead: timedelta, until: timedelta, limit: int
) -> list[tuple[Activity, datetime]]:
    """Announced activities in the window of a stage that they did not have, and when each was announced."""
    found = tx.execute(
        asked()
        .add_columns(occurrences.created_at.label("announced_at"))
        .join(occurrences, (occurrences.series == _series()) & (occurrences.stage == NOTICE))
        .where(
            activities.state == State.PLANNED,
            activities.starts_at <= now + ahead,
            activities.starts_at > now + until,
            ~_caused_apart(stage),
        )
        .order_by(activities.starts_at)
        .limit(limit)
    )
    return [(activity_of(row), row.announced_at) for row in found]


def _caused_apart(stage: str) -> ColumnElement[bool]:
    again: Any = occurrences.__table__.alias("again")
    return exists().where(again.c.series == _series(), again.c.stage == _stage(stage))


def over_without(tx: Transaction, stage: str, now: datetime, limit: int) -> list[ActivityId]:
    """Activities that ended of late and did not have this stage."""
    found = tx.execute(
        select(activities.id)
        .where(
            activities.state.in_((State.STARTED, State.CONFIRMED)),
            activities.starts_at > now - CARD_KEPT - timedelta(days=1),
            activities.ends_at <= now,
            activities.ends_at > now - CARD_KEPT,
            ~_caused(_stage(stage)),
        )
        .order_by(activities.starts_at, activities.id)
        .limit(limit)
    )
    return list(found.scalars())


def next_end(tx: Transaction, now: datetime) -> datetime | None:
    """When the next activity under way is over."""
    return tx.execute(
        select(func.min(activities.ends_at)).where(
            activities.state.in_((State.STARTED, State.CONFIRMED)), activities.ends_at > now
        )
    ).scalar()
