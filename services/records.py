"""A person's own record: what they did this year, for their eyes only."""

from datetime import date, datetime

from domain.actors import Actor
from domain.erasures import OwnData
from domain.participation import tally
from domain.records import Record
from domain.zones import to_instant
from services.actors import known, today
from storage import audit, records
from storage.database import Transaction
from storage.own_data import own_data


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


def take_own_data(tx: Transaction, actor: Actor, now: datetime) -> OwnData:
    """All that is kept of the actor; taking it away leaves a trace. Raises Stranger."""
    person = known(actor)
    audit.note(tx, person, "data_taken", "person", person, now)
    return own_data(tx, person)


def _midnight(day: date, zone: str) -> datetime:
    return to_instant(datetime.combine(day, datetime.min.time()), zone)
