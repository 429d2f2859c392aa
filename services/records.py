"""A person's own record: what they did this year, for their eyes only."""

from datetime import date, datetime

from domain.actors import Actor
from domain.participation import tally
from domain.records import Record
from domain.zones import to_instant
from services.actors import known, today
from storage import records
from storage.database import Transaction


def record_of(tx: Transaction, actor: Actor, now: datetime) -> Record:
    """The actor's year so far, in their branch's zone."""
    person, year = known(actor), today(now, actor.zone).year
    start, end = (_midnight(date(y, 1, 1), actor.zone) for y in (year, year + 1))
    done, late = records.checked_in(tx, person, start, end)
    return Record(
        year,
        records.topics_given(tx, person, start, end),
        done,
        late,
        records.reflected(tx, person, start, end),
        tally(records.attended(tx, person, start, end)),
    )


def _midnight(day: date, zone: str) -> datetime:
    return to_instant(datetime.combine(day, datetime.min.time()), zone)
