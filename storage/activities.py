"""Activities: drafts, plans and what became of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, insert, select, update

from domain.activities import Activity, Kind, State
from domain.ids import ActivityId, PersonId, ScheduleId, UnitId
from storage.database import Transaction
from storage.tables import Activity as activities

LIVE = (State.PLANNED, State.STARTED, State.CONFIRMED)


def asked() -> Select[Any]:
    """Every activity that was planned, as `activity_of` reads it."""
    return select(activities.__table__).where(
        activities.starts_at.is_not(None), activities.state != State.DRAFT
    )


def activity_of(row: Row[Any]) -> Activity:
    """The activity in a row of `asked`."""
    return Activity(
        row.id,
        row.unit_id,
        Kind(row.kind),
        row.title,
        row.place,
        row.agenda,
        row.starts_at,
        row.ends_at,
        row.zone,
        State(row.state),
        row.version,
        row.schedule_id,
    )


def activity_with(tx: Transaction, activity: ActivityId) -> Activity | None:
    """The activity, once it is planned."""
    found = tx.execute(asked().where(activities.id == activity)).one_or_none()
    return activity_of(found) if found else None


def coming_to(tx: Transaction, units: Iterable[UnitId], after: datetime, limit: int) -> list[Activity]:
    """Planned or under way and not yet over at `after`, soonest first."""
    found = tx.execute(
        asked()
        .where(
            activities.unit_id.in_(list(units)),
            activities.ends_at > after,
            activities.state.in_((State.PLANNED, State.STARTED)),
        )
        .order_by(activities.starts_at, activities.id)
        .limit(limit)
    )
    return [activity_of(row) for row in found]


def lately_of(tx: Transaction, units: Iterable[UnitId], before: datetime, limit: int) -> list[Activity]:
    """Those that had started by `before`, the latest first."""
    found = tx.execute(
        asked()
        .where(
            activities.unit_id.in_(list(units)),
            activities.starts_at <= before,
            activities.state.in_((State.PLANNED, State.STARTED, State.CONFIRMED, State.NOT_HELD)),
        )
        .order_by(activities.starts_at.desc(), activities.id)
        .limit(limit)
    )
    return [activity_of(row) for row in found]


def between(tx: Transaction, units: Iterable[UnitId], first: datetime, until: datetime) -> list[Activity]:
    """Those of the units that start in [first, until) and were not called off."""
    found = tx.execute(
        asked()
        .where(
            activities.unit_id.in_(list(units)),
            activities.starts_at >= first,
            activities.starts_at < until,
            activities.state.in_(LIVE),
        )
        .order_by(activities.starts_at, activities.id)
    )
    return [activity_of(row) for row in found]


def begun_unsnapshotted(tx: Transaction, now: datetime, limit: int) -> list[Activity]:
    """Planned activities whose start has come; what another process is at is left to it."""
    found = tx.execute(
        asked()
        .where(activities.state == State.PLANNED, activities.starts_at <= now)
        .order_by(activities.starts_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [activity_of(row) for row in found]


def next_start(tx: Transaction, after: datetime, lead: timedelta) -> datetime | None:
    """The next moment, later than `after`, that lies `lead` before a planned activity."""
    start = tx.execute(
        select(activities.starts_at)
        .where(activities.state == State.PLANNED, activities.starts_at > after + lead)
        .order_by(activities.starts_at)
        .limit(1)
    ).scalar()
    return start - lead if start else None


def add_draft(
    tx: Transaction, unit: UnitId, kind: Kind, zone: str, key: str, by: PersonId, now: datetime
) -> ActivityId:
    """Start a plan, or find the one this key started."""
    known = tx.execute(
        select(activities.id).where(activities.created_by == by, activities.draft_key == key)
    ).scalar()
    if known is not None:
        return known
    made: ActivityId = tx.execute(
        insert(activities)
        .values(
            unit_id=unit,
            kind=kind,
            title="",
            place="",
            agenda="",
            zone=zone,
            state=State.DRAFT,
            draft_key=key,
            created_by=by,
            created_at=now,
        )
        .returning(activities.id)
    ).scalar_one()
    return made


def draft_with(tx: Transaction, draft: ActivityId) -> Row[Any] | None:
    """The row of a plan, whatever its state."""
    return tx.execute(select(activities.__table__).where(activities.id == draft)).one_or_none()


def change(tx: Transaction, activity: ActivityId, **values: Any) -> None:
    """Set columns of one activity."""
    tx.execute(update(activities).where(activities.id == activity).values(**values))


def discard_draft(tx: Transaction, draft: ActivityId) -> None:
    """Cancel a plan nobody has seen."""
    tx.execute(
        update(activities)
        .where(activities.id == draft, activities.state == State.DRAFT)
        .values(state=State.CANCELLED)
    )


def publish(
    tx: Transaction, draft: ActivityId, schedule: ScheduleId | None, slot: str, now: datetime
) -> None:
    """Make a draft a plan that stands; the slot is its local date."""
    change(tx, draft, state=State.PLANNED, schedule_id=schedule, slot=slot, created_at=now)


def hold(tx: Transaction, activity: ActivityId) -> None:
    """Let nobody else change this activity or its roster until the transaction ends."""
    tx.execute(select(activities.id).where(activities.id == activity).with_for_update())
