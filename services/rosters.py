"""Importing a roster: planned against the record, shown, and made in one act or not at all."""

import secrets
from datetime import date, datetime

from domain.actors import Actor
from domain.errors import RosterNotYours
from domain.ids import PersonId
from domain.organisation import Organisation, Path
from domain.roles import Act
from domain.roster_plans import Imported, RosterPlan, plan_of
from domain.roster_staging import Numbers, new_in, staged
from domain.roster_tree import key_of
from domain.rosters import Roster
from services.actors import known, today, units_where
from storage import audit, roster_staging, roster_trail, rosters, units
from storage.database import Transaction


def plan(tx: Transaction, roster: Roster, on: date) -> RosterPlan:
    """What importing would change; nothing is set down."""
    return plan_of(roster, rosters.organisation_on(tx, on))


def may_hand_in(tx: Transaction, actor: Actor, now: datetime) -> tuple[Path, ...] | None:
    """The units at and below which the actor may import; None means everywhere.

    Raises Stranger, RosterNotYours.
    """
    return units_for(tx, actor, Act.IMPORT_ROSTER, now)


def units_for(tx: Transaction, actor: Actor, act: Act, now: datetime) -> tuple[Path, ...] | None:
    """The same for any act with a roster. Raises Stranger, RosterNotYours."""
    if actor.root:
        return None
    known(actor)
    on = today(now, actor.zone)
    able = (units.unit_with(tx, unit, on) for unit in units_where(actor, act))
    within = tuple(unit.path for unit in able if unit)
    if not within:
        raise RosterNotYours
    return within


def compare(tx: Transaction, actor: Actor, roster: Roster, now: datetime) -> RosterPlan:
    """What importing would change, as it is shown to the actor. Raises Stranger, RosterNotYours."""
    within = may_hand_in(tx, actor, now)
    return plan_of(roster, rosters.organisation_on(tx, today(now, actor.zone)), within)


def import_shown(tx: Transaction, actor: Actor, roster: Roster, shown: str, now: datetime) -> Imported:
    """Make the difference of which `shown` is the digest; where it is another by now, change nothing.

    Raises Stranger, RosterNotYours.
    """
    within, on = may_hand_in(tx, actor, now), today(now, actor.zone)
    organisation = rosters.organisation_on(tx, on)
    planned = plan_of(roster, organisation, within)
    if planned.problems or planned.digest != shown:
        return Imported(planned, done=False)
    _make(tx, planned, organisation, on, now, end_missing=False, by=actor.person)
    return Imported(planned, done=True)


def import_roster(tx: Transaction, roster: Roster, end_missing: bool, on: date, now: datetime) -> RosterPlan:
    """Make every change of the roster, or none where there is any problem; again changes nothing.

    Those the file does not know any more are only listed, unless they are to be ended.
    """
    organisation = rosters.organisation_on(tx, on)
    planned = plan_of(roster, organisation)
    if not planned.problems:
        _make(tx, planned, organisation, on, now, end_missing=end_missing, by=None)
    return planned


def _make(
    tx: Transaction,
    planned: RosterPlan,
    organisation: Organisation,
    on: date,
    now: datetime,
    *,
    end_missing: bool,
    by: PersonId | None,
) -> None:
    """The same steps as `services.roster_imports`, in one act: for what is small."""
    run = secrets.token_hex(8)
    numbers = numbers_of(tx, planned, organisation)
    ended = planned.absent if end_missing else ()
    roster_staging.stage(tx, run, tuple(staged(planned.changes, ended, numbers)), now)
    set_down(tx, run, planned, on, now, ended=len(ended), by=by)
    roster_staging.clear_run(tx, run, len(planned.changes) + len(ended))


def numbers_of(tx: Transaction, planned: RosterPlan, organisation: Organisation) -> Numbers:
    """The numbers of everything the plan speaks of; those of what is new are reserved."""
    paths = {key_of(unit.path): unit.id for unit in organisation.units}
    new_units, new_people = roster_staging.reserve(tx, *new_in(planned.changes))
    return Numbers(paths, planned.matched, planned.changes, new_units, new_people)


def set_down(
    tx: Transaction,
    run: str,
    planned: RosterPlan,
    on: date,
    now: datetime,
    *,
    ended: int,
    by: PersonId | None,
) -> None:
    """Publish what was staged, and leave a line in the trail."""
    if not planned.changes and not ended:
        return
    before = roster_trail.last(tx)
    roster_staging.publish(tx, run, on, now)
    roster_trail.note_published(tx, run, before, by, now)
    detail = {"changes": len(planned.changes), "ended": ended}
    audit.note(tx, by, "imported", "roster", None, now, detail=detail)
