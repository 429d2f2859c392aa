"""A roster of any length: compared, set down aside in short acts, and published by one."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from domain.errors import RosterOvertaken
from domain.organisation import Organisation
from domain.roster_plans import RosterPlan, plan_of
from domain.roster_staging import Numbers, staged
from domain.rosters import Roster
from services.rosters import numbers_of, set_down
from storage import roster_staging, rosters
from storage.database import Database, Transaction

CHUNK = 1_000  # changes in one act: well under 50 ms on both databases
TRIES = 3  # times it is compared anew because somebody changed what it had been compared with

Told = Callable[[int, int], None]  # how many changes of how many are set down


@dataclass(frozen=True)
class Compared:
    """A plan, and what it was made from; `stamp` is another one as soon as that is out of date."""

    plan: RosterPlan
    organisation: Organisation
    stamp: str


def import_in_chunks(
    database: Database, roster: Roster, end_missing: bool, on: date, now: datetime, told: Told
) -> RosterPlan:
    """Make every change of the roster, or none; nobody sees a part of it, and nobody waits long for it.

    What an import that was killed left aside is cleared away first. Raises RosterOvertaken where what is on
    record changed at each try, or another import came between.
    """
    for _ in range(TRIES):
        compared = database.read_now(compare, roster, on)
        if compared.plan.problems or _publishes(database, compared, end_missing, on, now, told):
            return compared.plan
    raise RosterOvertaken


def compare(tx: Transaction, roster: Roster, on: date) -> Compared:
    """What importing would change, and of what."""
    stamp = roster_staging.stamp_of(tx)
    organisation = rosters.organisation_on(tx, on)
    return Compared(plan_of(roster, organisation), organisation, stamp)


def _publishes(
    database: Database, compared: Compared, end_missing: bool, on: date, now: datetime, told: Told
) -> bool:
    plan, run = compared.plan, secrets.token_hex(8)
    ended = plan.absent if end_missing else ()
    total = len(plan.changes) + len(ended)
    while database.write_now(roster_staging.clear, now, CHUNK):
        pass
    if not total:
        return True
    numbers: Numbers = database.write_now(numbers_of, plan, compared.organisation)
    rest = staged(plan.changes, ended, numbers)
    done = 0
    while some := tuple(islice(rest, CHUNK)):
        done += database.write_now(roster_staging.stage, run, some, now)
        told(done, total)
    published = database.write_now(_publish, run, compared, total, len(ended), on, now)
    while database.write_now(roster_staging.clear_run, run, CHUNK):
        pass
    return published


def _publish(
    tx: Transaction, run: str, compared: Compared, total: int, ended: int, on: date, now: datetime
) -> bool:
    """Whether it was published: not where anything is another by now, or a part of it is missing."""
    if roster_staging.stamp_of(tx) != compared.stamp or roster_staging.staged_of(tx, run) != total:
        return False
    set_down(tx, run, compared.plan, on, now, ended=ended, by=None)
    return True
