"""Importing a roster: planned against the record, shown, and made in one act or not at all."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import assert_never

from domain.ids import PersonId, UnitId
from domain.names import name_key
from domain.organisation import Organisation, Path
from domain.roster_plans import (
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
    RosterPlan,
    StandingChanged,
    UsernameKnown,
    plan_of,
)
from domain.roster_tree import key_of
from domain.rosters import Roster
from storage import audit, people, rosters, units
from storage.database import Transaction


def plan(tx: Transaction, roster: Roster, on: date) -> RosterPlan:
    """What importing would change; nothing is set down."""
    return plan_of(roster, rosters.organisation_on(tx, on))


def import_roster(tx: Transaction, roster: Roster, end_missing: bool, on: date, now: datetime) -> RosterPlan:
    """Make every change of the roster, or none where there is any problem; again changes nothing.

    Those the file does not know any more are only listed, unless they are to be ended.
    """
    organisation = rosters.organisation_on(tx, on)
    planned = plan_of(roster, organisation)
    if planned.problems:
        return planned
    making = _Making(tx, on, now, _paths(organisation), dict(planned.matched))
    for change in planned.changes:
        making.make(change)
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
            None,
            "imported",
            "roster",
            None,
            now,
            detail={"changes": len(planned.changes), "ended": ended},
        )
    return planned


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

    def make(self, change: Change) -> None:
        match change:
            case NewUnit() | KindLearnt():
                self._unit(change)
            case NewPerson() | PersonChanged() | AccountKnown() | UsernameKnown():
                self._person(change)
            case Enrolled() | Regrouped() | StandingChanged() | Appointed():
                self._belonging(change)
            case _:
                assert_never(change)

    def _unit(self, change: NewUnit | KindLearnt) -> None:
        if isinstance(change, KindLearnt):
            rosters.set_kind(self.tx, change.unit, change.kind)
            return
        parent = self._at(change.path[:-1])
        made = units.found_unit(self.tx, change.path[-1], change.kind, parent, self.on, self.now)
        self.units[key_of(change.path)] = made

    def _person(self, change: NewPerson | PersonChanged | AccountKnown | UsernameKnown) -> None:
        tx, now = self.tx, self.now
        match change:
            case NewPerson(who, name, number, joined):
                self.people[who] = people.add_person(tx, name, name_key(name), now, number, joined)
            case PersonChanged(person, name, _, number, joined):
                rosters.set_identity(tx, person, name, name_key(name), number, joined)
            case AccountKnown(who, _, user_id):
                people.link_account(tx, self.people[who], rosters.PLATFORM, user_id, None, now)
            case UsernameKnown(who, _, username):
                rosters.hint_username(tx, self.people[who], username, now)
            case _:
                assert_never(change)

    def _belonging(self, change: Enrolled | Regrouped | StandingChanged | Appointed) -> None:
        tx, on = self.tx, self.on
        match change:
            case Enrolled():
                branch, group = self.units[key_of(change.branch)], self._at(change.group)
                who = self.people[change.who]
                people.enrol(tx, who, branch, on, change.standing, change.exempt, group)
            case Regrouped():
                rosters.set_group(tx, change.membership, self.units[key_of(change.group)])
            case StandingChanged():
                rosters.set_standing(tx, change.membership, change.standing, change.exempt, on)
            case Appointed():
                people.appoint(tx, self.people[change.who], self.units[key_of(change.unit)], change.role, on)
            case _:
                assert_never(change)

    def _at(self, path: Path | None) -> UnitId | None:
        return self.units[key_of(path)] if path else None
