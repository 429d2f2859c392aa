"""Recurring activities, and the occurrences made of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, insert, select, update

from domain.activities import Kind, State
from domain.ids import ActivityId, PersonId, ScheduleId, UnitId
from storage.database import Transaction
from storage.tables import Activity as activities
from storage.tables import Schedule as schedules
from storage.upserts import upsert


@dataclass(frozen=True)
class Schedule:
    """A recurring activity as it was planned."""

    id: ScheduleId
    unit: UnitId
    kind: Kind
    rule: str
    zone: str
    starts: datetime  # local wall time, no zone
    minutes: int
    title: str
    place: str
    agenda: str
    created_by: PersonId


def add_schedule(
    tx: Transaction,
    unit: UnitId,
    kind: Kind,
    rule: str,
    zone: str,
    starts: datetime,
    minutes: int,
    title: str,
    place: str,
    agenda: str,
    key: str,
    by: PersonId,
    now: datetime,
) -> ScheduleId:
    """Set a recurring activity down; `starts` is local wall time without a zone."""
    made: ScheduleId = tx.execute(
        insert(schedules)
        .values(
            unit_id=unit,
            kind=kind,
            rule=rule,
            zone=zone,
            starts=starts.isoformat(),
            minutes=minutes,
            title=title,
            place=place,
            agenda=agenda,
            draft_key=key,
            created_by=by,
            created_at=now,
        )
        .returning(schedules.id)
    ).scalar_one()
    return made


def short_of(tx: Transaction, horizon_slot: str, limit: int) -> list[Schedule]:
    """Schedules that have no occurrence yet on or after the local date `horizon_slot`."""
    far = exists().where(activities.schedule_id == schedules.id, activities.slot >= horizon_slot)
    found = tx.execute(
        select(schedules.__table__)
        .where(schedules.ended_at.is_(None), ~far)
        .order_by(schedules.id)
        .limit(limit)
    )
    return [
        Schedule(
            row.id,
            row.unit_id,
            Kind(row.kind),
            row.rule,
            row.zone,
            datetime.fromisoformat(row.starts),
            row.minutes,
            row.title,
            row.place,
            row.agenda,
            row.created_by,
        )
        for row in found
    ]


def rule_of(tx: Transaction, schedule: ScheduleId) -> str | None:
    """The rule of a schedule that goes on."""
    return tx.execute(
        select(schedules.rule).where(schedules.id == schedule, schedules.ended_at.is_(None))
    ).scalar()


def make_occurrence(tx: Transaction, schedule: Schedule, slot: str, at: datetime, now: datetime) -> bool:
    """Plan one occurrence unless its slot was planned before; True if it was new."""
    made = tx.execute(
        upsert(tx, activities)
        .values(
            unit_id=schedule.unit,
            kind=schedule.kind,
            title=schedule.title,
            place=schedule.place,
            agenda=schedule.agenda,
            starts_at=at,
            ends_at=at + timedelta(minutes=schedule.minutes),
            zone=schedule.zone,
            schedule_id=schedule.id,
            slot=slot,
            state=State.PLANNED,
            draft_key=f"schedule:{schedule.id}:{slot}",
            created_by=schedule.created_by,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["schedule_id", "slot"])
        .returning(activities.id)  # PostgreSQL counts no rows here
    )
    return made.first() is not None


def end(tx: Transaction, schedule: ScheduleId, now: datetime) -> None:
    """Let a schedule make no further occurrences."""
    tx.execute(
        update(schedules).where(schedules.id == schedule, schedules.ended_at.is_(None)).values(ended_at=now)
    )


def still_to_come(tx: Transaction, schedule: ScheduleId, now: datetime) -> list[ActivityId]:
    """The planned occurrences of a schedule that have not started."""
    return list(
        tx.execute(
            select(activities.id).where(
                activities.schedule_id == schedule,
                activities.state == State.PLANNED,
                activities.starts_at > now,
            )
        ).scalars()
    )
