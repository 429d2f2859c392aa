"""People join, move, leave, come back and get roles in trees that change: what must hold, always holds.

A plain model in Python says who belongs where; what it counted on a day is asked again on every later day.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from domain.actors import Account, Actor
from domain.appointments import Appoint, EndRole
from domain.errors import AlreadySo, BelowItself, Gone, HoldsRoles, OnTheWay, Refusal, ToOneBranch
from domain.ids import AppointmentId, MembershipId, PersonId, UnitId
from domain.roles import Role
from domain.transfers import Ask, Side
from domain.unit_changes import Create, Move
from domain.units import UnitKind
from services import appointments, departures, stays, transfer_plans, transfers
from services import units as unit_services
from storage import people, summaries, unit_changes, units
from storage.database import Database, Transaction
from storage.tables import Appointment, Membership
from storage.tables import Transfer as transfer_rows

BOSS = Actor(Account("telegram", 1, None, "zh"), None, (), (), "zh", "Asia/Shanghai", root=True)
FALLBACK = {"timezone": "Asia/Shanghai", "locale": "zh"}
START = date(2026, 1, 5)
ROLES = (Role.SECRETARY, Role.PUBLICITY)
NUMBERS = count(1)
HAPPENINGS = (
    *("somebody_is_transferred",) * 3,
    *("days_pass", "somebody_leaves", "somebody_comes_back", "somebody_becomes_a_guest") * 2,
    *("somebody_joins", "somebody_belongs_to_two", "somebody_is_appointed", "a_role_ends"),
    *("a_unit_moves", "a_unit_is_made"),
)
EXAMPLES, STEPS = 8, 40  # some ten seconds on each database
PEOPLE, UNITS = 3, 6  # few, so that they meet again and again
Counts = dict[UnitId, int]
T = TypeVar("T")


@dataclass
class Model:
    """Who belongs where, told without a database."""

    parent: dict[UnitId, UnitId] = field(default_factory=dict)
    branches: list[UnitId] = field(default_factory=list)
    committees: list[UnitId] = field(default_factory=list)
    homes: dict[PersonId, set[UnitId]] = field(default_factory=dict)
    hosts: dict[PersonId, dict[UnitId, UnitId]] = field(default_factory=dict)  # host → home
    left: dict[PersonId, set[UnitId]] = field(default_factory=dict)
    roles: set[tuple[PersonId, UnitId, Role]] = field(default_factory=set)
    on_the_way: dict[tuple[PersonId, UnitId], tuple[UnitId, date]] = field(default_factory=dict)

    def line(self, unit: UnitId) -> list[UnitId]:
        found = [unit]
        while found[-1] in self.parent:
            found.append(self.parent[found[-1]])
        return found

    def holds(self, person: PersonId, branch: UnitId) -> bool:
        return any((who, unit) == (person, branch) for who, unit, _ in self.roles)

    def lets_go(self, person: PersonId, branch: UnitId) -> dict[UnitId, UnitId]:
        """The person belongs there no more; the stays that hung on it."""
        self.homes[person].discard(branch)
        self.left.setdefault(person, set()).add(branch)
        self.on_the_way.pop((person, branch), None)
        ended = {host: home for host, home in self.hosts[person].items() if home == branch}
        for host in ended:
            del self.hosts[person][host]
        return ended

    def moves(self, person: PersonId, origin: UnitId, target: UnitId) -> None:
        kept = self.lets_go(person, origin)
        self.homes[person].add(target)
        self.hosts[person].pop(target, None)  # a guest there before, a member now
        self.hosts[person] |= {host: target for host in kept if host != target}

    def comes_to_pass(self, on: date) -> None:
        """What was agreed for a day that has come."""
        for (person, origin), (target, day) in sorted(self.on_the_way.items(), key=lambda item: item[1][1]):
            if day <= on:
                del self.on_the_way[person, origin]
                if not self.holds(person, origin) and target not in self.homes[person]:
                    self.moves(person, origin, target)

    def members(self) -> Counts:
        return Counter(branch for homes in self.homes.values() for branch in homes)

    def under(self, root: UnitId) -> Counts:
        """Members below each child of the root."""
        found: Counts = Counter()
        for branch, members in self.members().items():
            line = self.line(branch)
            found[line[line.index(root) - 1]] += members
        return found


class Organisation(RuleBasedStateMachine):
    """One organisation of its own in a database shared by all examples."""

    database: Database

    @initialize()
    def begins(self) -> None:
        self.model, self.on = Model(), START
        self.past: dict[date, tuple[Counts, Counts]] = {}
        self.root = self.write(
            units.found_unit, f"工委{next(NUMBERS)}", UnitKind.COMMITTEE, None, START, self.now
        )
        self.model.committees.append(self.root)
        for _ in range(2):
            self._founds(self.root, UnitKind.COMMITTEE)
            self._founds(self.root, UnitKind.BRANCH)
            self._joins(self.model.branches[-1])

    @property
    def now(self) -> datetime:
        return datetime.combine(self.on, time(1), UTC)

    def write(self, act: Callable[..., T], *args: Any) -> T:
        return self.database.write_now(act, *args)

    def _founds(self, parent: UnitId, kind: UnitKind) -> None:
        made = self.write(unit_services.make, BOSS, Create(parent, f"组织{next(NUMBERS)}", kind), self.now).id
        self.model.parent[made] = parent
        (self.model.branches if kind is UnitKind.BRANCH else self.model.committees).append(made)

    def _membership(self, person: PersonId, branch: UnitId) -> MembershipId:
        def ask(tx: Transaction) -> MembershipId:
            return tx.execute(
                select(Membership.id).where(
                    Membership.person_id == person,
                    Membership.branch_id == branch,
                    Membership.until.is_(None),
                    Membership.home_id.is_(None),
                )
            ).scalar_one()

        return self.database.read_now(ask)

    def refuses(self, kind: type[Refusal], act: Callable[..., object], *args: Any) -> None:
        with pytest.raises(kind):
            self.write(act, *args)

    # --- what happens ----------------------------------------------------------------------------

    @rule(data=st.data(), what=st.sampled_from(HAPPENINGS))
    def something_happens(self, data: st.DataObject, what: str) -> None:
        """One rule for all, or an example would do without some of them."""
        getattr(self, what)(data)

    def a_unit_is_made(self, data: st.DataObject) -> None:
        if len(self.model.parent) >= UNITS:
            return
        kind = data.draw(st.sampled_from([UnitKind.BRANCH, UnitKind.COMMITTEE]))
        self._founds(data.draw(st.sampled_from(self.model.committees)), kind)

    def a_unit_moves(self, data: st.DataObject) -> None:
        unit = data.draw(st.sampled_from([*self.model.branches, *self.model.committees[1:]]))
        parent = data.draw(st.sampled_from(self.model.committees))
        change = Move(unit, parent)
        if unit in self.model.line(parent):
            self.refuses(BelowItself, unit_services.make, BOSS, change, self.now)
        elif self.model.parent[unit] == parent:
            self.refuses(AlreadySo, unit_services.make, BOSS, change, self.now)
        else:
            self.write(unit_services.make, BOSS, change, self.now)
            self.model.parent[unit] = parent

    def somebody_joins(self, data: st.DataObject) -> None:
        if len(self.model.homes) >= PEOPLE:
            return
        self._joins(data.draw(st.sampled_from(self.model.branches)))

    def _joins(self, branch: UnitId) -> None:
        name = f"人{next(NUMBERS)}"

        def act(tx: Transaction) -> PersonId:
            person = people.add_person(tx, name, name, self.now)
            people.enrol(tx, person, branch, self.on)
            return person

        person = self.write(act)
        self.model.homes[person], self.model.hosts[person] = {branch}, {}

    def somebody_belongs_to_two(self, data: st.DataObject) -> None:
        found = self._anybody(data)
        branch = data.draw(st.sampled_from(self.model.branches))
        if found is None or branch in self.model.homes[found[0]] | self.model.hosts[found[0]].keys():
            return
        self.write(people.enrol, found[0], branch, self.on)
        self.model.homes[found[0]].add(branch)

    def somebody_is_transferred(self, data: st.DataObject) -> None:
        days = data.draw(st.sampled_from([0, 0, 1, 20]))
        found = self._anybody(data)
        if found is None:
            return
        person, origin = found
        target = data.draw(st.sampled_from(self.model.branches))
        ask = Ask(self._membership(person, origin), target, self.on + timedelta(days=days), Side.LEAVES)
        if (person, origin) in self.model.on_the_way:
            self.refuses(OnTheWay, transfers.ask, BOSS, ask, self.now)
        elif target == origin:
            self.refuses(ToOneBranch, transfers.ask, BOSS, ask, self.now)
        elif target in self.model.homes[person]:
            self.refuses(AlreadySo, transfers.ask, BOSS, ask, self.now)
        elif self.model.holds(person, origin):
            self.refuses(HoldsRoles, transfers.ask, BOSS, ask, self.now)
        else:
            asked = self.write(transfers.ask, BOSS, ask, self.now)[0].id
            self.write(transfer_plans.answered, BOSS, asked, True, self.now, FALLBACK)
            self.model.on_the_way[person, origin] = (target, ask.on)
            self.model.comes_to_pass(self.on)

    def somebody_leaves(self, data: st.DataObject) -> None:
        found = self._anybody(data)
        if found is None:
            return
        person, branch = found
        leaving = (departures.leave, BOSS, self._membership(person, branch), self.now)
        if self.model.holds(person, branch):
            self.refuses(HoldsRoles, *leaving)
        else:
            self.write(*leaving)
            self.model.lets_go(person, branch)

    def somebody_comes_back(self, data: st.DataObject) -> None:
        former = [(who, unit) for who, places in self.model.left.items() for unit in sorted(places)]
        if not former:
            return
        person, branch = data.draw(st.sampled_from(former))
        coming = (departures.come_back, BOSS, branch, person, self.now)
        if self.model.homes[person]:
            self.refuses(Gone, *coming)
        else:
            self.write(*coming)
            self.model.homes[person].add(branch)

    def somebody_becomes_a_guest(self, data: st.DataObject) -> None:
        found = self._anybody(data)
        if found is None:
            return
        person, home = found
        host = data.draw(st.sampled_from(self.model.branches))
        staying = (stays.begin, BOSS, host, self._membership(person, home), self.now)
        if host in self.model.homes[person] or host in self.model.hosts[person]:
            self.refuses(AlreadySo, *staying)
        else:
            self.write(*staying)
            self.model.hosts[person][host] = home

    def somebody_is_appointed(self, data: st.DataObject) -> None:
        role = data.draw(st.sampled_from(ROLES))
        found = self._anybody(data)
        if found is None:
            return
        person, unit = found[0], data.draw(st.sampled_from(self.model.branches))
        change = Appoint(unit, person, role, self.on)
        if (person, unit, role) in self.model.roles:
            self.refuses(AlreadySo, appointments.make, BOSS, change, self.now)
        else:
            self.write(appointments.make, BOSS, change, self.now)
            self.model.roles.add((person, unit, role))

    def a_role_ends(self, data: st.DataObject) -> None:
        if not self.model.roles:
            return
        person, unit, role = data.draw(st.sampled_from(sorted(self.model.roles)))

        def ask(tx: Transaction) -> AppointmentId:
            return tx.execute(
                select(Appointment.id).where(
                    Appointment.person_id == person,
                    Appointment.unit_id == unit,
                    Appointment.role == role,
                    Appointment.until.is_(None),
                )
            ).scalar_one()

        change = EndRole(self.database.read_now(ask), self.on)
        self.write(appointments.make, BOSS, change, self.now)
        self.model.roles.discard((person, unit, role))

    def days_pass(self, data: st.DataObject) -> None:
        """What the day counted is kept; on the way, what was agreed comes to pass on its day."""
        days = data.draw(st.integers(1, 30))
        for day in range(days):
            if day in {0, days - 1}:  # the day things were done on, and yesterday
                self.past[self.on] = (dict(self.model.members()), dict(self.model.under(self.root)))
            self.on += timedelta(days=1)
            if any(day <= self.on for _, day in self.model.on_the_way.values()):
                while self.write(transfer_plans.plan_due, self.now, FALLBACK):
                    pass
                self.model.comes_to_pass(self.on)

    def _anybody(self, data: st.DataObject) -> tuple[PersonId, UnitId] | None:
        """Somebody who belongs somewhere."""
        found = [(who, unit) for who, places in self.model.homes.items() for unit in sorted(places)]
        return data.draw(st.sampled_from(found)) if found else None

    # --- what holds ------------------------------------------------------------------------------

    @invariant()
    def people_are_where_the_model_has_them(self) -> None:
        assert self._counts(self.on) == (dict(self.model.members()), dict(self.model.under(self.root)))

    @invariant()
    def a_person_belongs_once_to_a_branch_on_any_day(self) -> None:
        def ask(tx: Transaction) -> list[tuple[PersonId, UnitId, date, date | None]]:
            mine = Membership.person_id.in_(sorted(self.model.homes))
            asked = select(Membership.person_id, Membership.branch_id, Membership.since, Membership.until)
            return [tuple(row) for row in tx.execute(asked.where(mine))]  # type: ignore[misc]

        spans = self.database.read_now(ask)
        for day in [*self.past, self.on]:
            there = [
                (who, unit)
                for who, unit, since, until in spans
                if since <= day and (not until or until > day)
            ]
            assert len(there) == len(set(there))

    def teardown(self) -> None:
        """Every past day counts what it counted, whatever came after."""
        if not hasattr(self, "past"):
            return
        for day, counted in self.past.items():
            assert self._counts(day) == counted
        assert self._open_transfers() == len(self.model.on_the_way)

    def _counts(self, on: date) -> tuple[Counts, Counts]:
        def ask(tx: Transaction) -> tuple[Counts, Counts]:
            found = {}
            for branch in self.model.branches:
                unit = units.unit_with(tx, branch, self.on)
                assert unit is not None
                if members := unit_changes.members_of(tx, unit, on)[0]:
                    found[branch] = members
            below = summaries.members_by_child(tx, self.root, on)
            return found, {head: members for head, members in below.items() if members}

        return self.database.read_now(ask)

    def _open_transfers(self) -> int:
        def ask(tx: Transaction) -> int:
            mine = transfer_rows.from_id.in_(self.model.branches)
            return len(
                tx.execute(select(transfer_rows.id).where(mine, transfer_rows.state == "agreed")).all()
            )

        return self.database.read_now(ask)


def test_whatever_happens_past_days_and_memberships_hold(database: Database) -> None:
    class Here(Organisation):
        pass

    Here.database = database
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
