"""Importing a roster: planned against the record, shown, and made in one act or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import assert_never

from domain.actors import Actor
from domain.errors import RosterNotYours
from domain.ids import PersonId, UnitId
from domain.organisation import NewMembership, Organisation, Path
from domain.roles import Act, Role
from domain.roster_changes import (
    AccountKnown,
    Appointed,
    Change,
    Enrolled,
    KindLearnt,
    NewPerson,
    NewUnit,
    NoMember,
    NoRole,
    PersonChanged,
    Regrouped,
    StandingChanged,
    UsernameKnown,
)
from domain.roster_plans import Imported, RosterPlan, plan_of
from domain.roster_tree import key_of
from domain.rosters import Roster
from services.actors import known, today, units_where
from storage import audit, people, rosters, units
from storage.database import Transaction


def plan(tx: Transaction, roster: Roster, on: date) -> RosterPlan:
    """What importing would change; nothing is set down."""
    return plan_of(roster, rosters.organisation_on(tx, on))


def may_hand_in(tx: Transaction, actor: Actor, now: datetime) -> tuple[Path, ...] | None:
    """The units at and below which the actor may import; None means everywhere.

    Raises Stranger, RosterNotYours.
    """
    if actor.root:
        return None
    known(actor)
    on = today(now, actor.zone)
    able = (units.unit_with(tx, unit, on) for unit in units_where(actor, Act.IMPORT_ROSTER))
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
    making = _Making(tx, on, now, _paths(organisation), dict(planned.matched))
    making.make(planned.changes)
    for absence in planned.absent if end_missing else ():
        match absence:
            case NoMember():
                rosters.end_membership(tx, absence.membership, on)
            case NoRole():
                rosters.end_appointment(tx, absence.appointment, on)
            case _:
                assert_never(absence)
    if planned.changes or (end_missing and planned.absent):
        ended = len(planned.absent) if end_missing else 0
        audit.note(
            tx,
            by,
            "imported",
            "roster",
            None,
            now,
            detail={"changes": len(planned.changes), "ended": ended},
        )


def _paths(organisation: Organisation) -> dict[Path, UnitId]:
    return {key_of(unit.path): unit.id for unit in organisation.units}


@dataclass
class _Making:
    """Turns changes into rows; new units and people get their ids on the way."""

    tx: Transaction
    on: date
    now: datetime
    units: dict[Path, UnitId]
    people: dict[int, PersonId] = field(default_factory=dict)

    def make(self, changes: Sequence[Change]) -> None:
        """Units, then people, then how they belong; what a large roster has most of is set down together."""
        for unit in changes:
            if isinstance(unit, NewUnit | KindLearnt):
                self._unit(unit)
        new = [change for change in changes if isinstance(change, NewPerson)]
        made = rosters.add_people(self.tx, new, self.now)
        self.people.update(zip((change.who for change in new), made, strict=True))
        enrolled = [self._enrolled(change) for change in changes if isinstance(change, Enrolled)]
        rosters.enrol_all(self.tx, enrolled, self.on)
        appointed = [self._appointed(change) for change in changes if isinstance(change, Appointed)]
        rosters.appoint_all(self.tx, appointed, self.on)
        for change in changes:
            self._one(change)

    def _unit(self, change: NewUnit | KindLearnt) -> None:
        if isinstance(change, KindLearnt):
            rosters.set_kind(self.tx, change.unit, change.kind)
            return
        parent = self._at(change.path[:-1])
        made = units.found_unit(self.tx, change.path[-1], change.kind, parent, self.on, self.now)
        self.units[key_of(change.path)] = made

    def _enrolled(self, change: Enrolled) -> NewMembership:
        branch, group = self.units[key_of(change.branch)], self._at(change.group)
        return NewMembership(self.people[change.who], branch, group, change.standing, change.exempt)

    def _appointed(self, change: Appointed) -> tuple[PersonId, UnitId, Role]:
        return self.people[change.who], self.units[key_of(change.unit)], change.role

    def _one(self, change: Change) -> None:
        tx, on, now = self.tx, self.on, self.now
        match change:
            case NewUnit() | KindLearnt() | NewPerson() | Enrolled() | Appointed():
                pass  # made together, above
            case PersonChanged(person, name, _, number, joined):
                rosters.set_identity(tx, person, name, number, joined)
            case AccountKnown(who, _, user_id):
                people.link_account(tx, self.people[who], rosters.PLATFORM, user_id, None, now)
            case UsernameKnown(who, _, username):
                rosters.hint_username(tx, self.people[who], username, now)
            case Regrouped(membership, _, group):
                rosters.set_group(tx, membership, self.units[key_of(group)])
            case StandingChanged(membership, _, standing, exempt):
                rosters.set_standing(tx, membership, standing, exempt, on)
            case _:
                assert_never(change)

    def _at(self, path: Path | None) -> UnitId | None:
        return self.units[key_of(path)] if path else None
