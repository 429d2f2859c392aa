"""The tree of units changes by date, settings are inherited along it, and roles are given and ended in it."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select

from domain.actors import Account, Actor
from domain.appointments import Appoint, EndRole
from domain.errors import (
    AlreadySo,
    BelowItself,
    Gone,
    GroupHasMembers,
    LastAdministrator,
    NameTaken,
    NotForYou,
    PastTime,
    Refusal,
    TimeMissing,
    TooFarAhead,
    UnitArchived,
    UnitInUse,
    UnitMisplaced,
    Unreadable,
)
from domain.ids import PersonId, UnitId
from domain.periods import parse_period
from domain.roles import Act, Role
from domain.rollups import Counted
from domain.unit_changes import PAGE, Archive, Change, Create, Move, Rename
from domain.units import Form, UnitKind
from services import appointments, unit_settings
from services import units as services
from services.actors import actor_of, permit, settings_at
from services.summaries import summary_of
from storage import people, rollups, unit_changes, units
from storage.database import Database, Transaction
from storage.tables import AuditEntry, Unit, UnitPlace
from tests.services.assembly import FALLBACK, NOW, SINCE, Assembly, assemble

TODAY = NOW.date()
DAY = timedelta(days=1)


@dataclass
class County:
    """The assembly below a root, with a second committee beside it; 何平 administers, 吴敏 coordinates."""

    here: Assembly
    root: UnitId
    west: UnitId

    @property
    def database(self) -> Database:
        return self.here.database

    def makes(self, who: str, change: Change) -> UnitId:
        return self.database.write_now(services.make, self.here.actor(who), change, NOW).id

    def path(self, unit: UnitId, on: date = TODAY) -> tuple[str, ...]:
        found = self.database.read_now(units.unit_with, unit, on)
        return found.path if found else ()

    def trail(self) -> list[str]:
        def ask(tx: Transaction) -> list[str]:
            return list(tx.execute(select(AuditEntry.act).order_by(AuditEntry.id)).scalars())

        return self.database.read_now(ask)


@pytest.fixture
def county(database: Database) -> County:
    here = assemble(database)

    def seed(tx: Transaction) -> tuple[UnitId, UnitId]:
        root = units.found_unit(tx, "区直机关工委", UnitKind.COMMITTEE, None, SINCE, NOW)
        unit_changes.place_under(tx, here.committee, root, SINCE)
        west = units.found_unit(tx, "西城机关党委", UnitKind.COMMITTEE, root, SINCE, NOW)
        here.appoint(tx, "何平", root, Role.ADMINISTRATOR)
        return root, west

    return County(here, *database.write_now(seed))


def test_a_past_period_is_summed_over_the_tree_as_it_stood(county: County) -> None:
    here = county.here
    county.database.write_now(rollups.move, here.branch, "2026-09", Counted.CHECKINS, 5)
    county.database.write_now(rollups.move, here.branch, "2026-11", Counted.CHECKINS, 3)
    county.makes("何平", Move(here.branch, county.west))
    later = NOW + DAY

    def checkins(unit: UnitId, period: str) -> int:
        asked = parse_period(period, TODAY)
        return county.database.read_now(summary_of, unit, asked, later, FALLBACK).totals.checkins

    assert checkins(here.committee, "2026-Q3") == 5
    assert checkins(county.west, "2026-Q3") == 0
    assert checkins(here.committee, "2026-11") == 0
    assert checkins(county.west, "2026-11") == 3
    assert checkins(county.root, "2026-Q3") == 5
    assert county.path(here.branch, TODAY - DAY)[-2] == "机关党委"
    assert county.path(here.branch)[-2] == "西城机关党委"


def test_a_unit_that_moves_twice_in_a_day_stands_where_it_came_last(county: County) -> None:
    committee = county.here.committee
    county.makes("何平", Move(county.here.branch, county.west))
    county.makes("何平", Move(county.here.branch, committee))
    assert county.path(county.here.branch)[-2] == "机关党委"

    def places(tx: Transaction) -> int:
        return len(tx.execute(select(UnitPlace.id).where(UnitPlace.unit_id == county.here.branch)).all())

    assert county.database.read_now(places) == 2


def test_a_unit_never_stands_below_itself(county: County) -> None:
    inner = county.makes("何平", Create(county.west, "内设党委", UnitKind.COMMITTEE))
    deep = county.makes("何平", Create(inner, "下设党委", UnitKind.COMMITTEE))
    for unit, parent in ((county.west, deep), (inner, deep), (county.root, county.west)):
        with pytest.raises((BelowItself, NotForYou)):
            county.makes("何平", Move(unit, parent))
    with pytest.raises(BelowItself):
        county.makes("何平", Move(inner, inner))
    assert county.trail() == ["unit_created", "unit_created"]


def test_two_moves_at_once_never_make_a_ring(county: County) -> None:
    for attempt in range(5):
        first = county.makes("何平", Create(county.root, f"甲{attempt}", UnitKind.COMMITTEE))
        second = county.makes("何平", Create(county.root, f"乙{attempt}", UnitKind.COMMITTEE))

        def move(change: Move) -> None:
            with suppress(BelowItself, NotForYou):
                county.makes("何平", change)

        with ThreadPoolExecutor(2) as both:
            list(both.map(move, [Move(first, second), Move(second, first)]))
        paths = {county.path(first), county.path(second)}
        assert max(map(len, paths)) == 3
        assert county.trail().count("unit_moved") == attempt + 1


def test_what_cannot_stand_there_is_refused(county: County) -> None:
    here = county.here
    with pytest.raises(UnitMisplaced):
        county.makes("何平", Create(county.west, "散组", UnitKind.GROUP))
    with pytest.raises(UnitMisplaced):
        county.makes("何平", Create(here.branch, "支部中的支部", UnitKind.BRANCH))
    with pytest.raises(NameTaken):
        county.makes("何平", Create(here.committee, "第一党支部", UnitKind.BRANCH))
    with pytest.raises(NameTaken):
        county.makes("何平", Rename(here.branch, " 第二 党支部 "))
    with pytest.raises(Unreadable):
        county.makes("何平", Rename(here.branch, "机关/支部"))
    with pytest.raises(AlreadySo):
        county.makes("何平", Rename(here.branch, "第一党支部"))
    with pytest.raises(AlreadySo):
        county.makes("何平", Move(here.branch, here.committee))
    assert county.trail() == []


def test_a_group_with_members_stays_in_its_branch(county: County) -> None:
    other = county.makes("何平", Create(county.west, "第五党支部", UnitKind.BRANCH))
    with pytest.raises(GroupHasMembers) as refused:
        county.makes("何平", Move(county.here.group, other))
    assert refused.value.members == 2


def test_only_what_is_empty_is_archived_and_it_ends_its_roles(county: County) -> None:
    here = county.here
    with pytest.raises(UnitInUse) as refused:
        county.makes("何平", Archive(here.branch, TODAY))
    assert (refused.value.members, refused.value.below) == (8, 1)
    with pytest.raises(UnitInUse):
        county.makes("何平", Archive(here.committee, TODAY))
    with pytest.raises(PastTime):
        county.makes("何平", Archive(county.west, TODAY - DAY))
    county.database.write_now(lambda tx: here.appoint(tx, "郑书记", county.west, Role.SECRETARY))
    county.makes("何平", Archive(county.west, TODAY + DAY))
    assert here.actor("郑书记").appointments != ()
    assert here.actor("郑书记", NOW + 2 * DAY).appointments == ()
    with pytest.raises(UnitArchived):
        county.database.read_now(permit, here.actor("何平"), Act.ADD_UNIT, county.west, NOW + 2 * DAY)
    page = county.database.read_now(services.look, here.actor("何平"), county.root, 0, NOW + 2 * DAY)
    assert [unit.name for unit in page.below] == ["机关党委"]


def test_a_temporary_branch_has_an_end_and_a_retired_one_a_light_rhythm(county: County) -> None:
    with pytest.raises(TimeMissing):
        county.makes("何平", Create(county.west, "抗洪临时党支部", UnitKind.BRANCH, Form.TEMPORARY))
    until = TODAY + 30 * DAY
    made = county.makes("何平", Create(county.west, "抗洪临时党支部", UnitKind.BRANCH, Form.TEMPORARY, until))
    branches = county.database.read_now(units.branches_below, county.west, until - DAY)
    assert branches == [made]
    assert county.database.read_now(units.branches_below, county.west, until) == []
    retired = county.makes("何平", Create(county.west, "退休党支部", UnitKind.BRANCH, Form.RETIRED))
    settings = county.database.read_now(settings_at, retired, NOW, FALLBACK).values
    assert (settings["checkin"], settings["study_rule"]) == ("off", "FREQ=MONTHLY;BYDAY=1FR")


def test_thousands_of_units_stay_quick(sqlite: Database) -> None:
    here = assemble(sqlite)

    def seed(tx: Transaction) -> None:
        many = [
            {"name": f"第{n}机关党支部", "kind": "branch", "form": "regular", "created_at": NOW}
            for n in range(5_000)
        ]
        made = tx.execute(insert(Unit).returning(Unit.id), many).scalars().all()
        tx.execute(
            insert(UnitPlace), [{"unit_id": u, "parent_id": here.committee, "since": SINCE} for u in made]
        )
        here.appoint(tx, "何平", here.committee, Role.ADMINISTRATOR)

    sqlite.write_now(seed)
    admin = here.actor("何平")
    started = time.perf_counter()
    first = sqlite.read_now(services.look, admin, here.committee, 0, NOW)
    last = sqlite.read_now(services.look, admin, here.committee, 10_000, NOW)
    found = sqlite.read_now(services.search, admin, "4321机关", NOW)
    took = time.perf_counter() - started
    assert (len(first.below), first.total, last.page) == (PAGE, 5_002, 5_002 // PAGE)
    assert [unit.name for unit in found.units] == ["第4321机关党支部"]
    assert took < 1.5  # some 0.1 s on an idle machine


def test_settings_reach_down_and_what_was_set_higher_comes_back(county: County) -> None:
    here, database = county.here, county.database

    def in_force() -> str:
        return database.read_now(settings_at, here.branch, NOW, FALLBACK).values["study_time"]

    def act(who: str, unit: UnitId, value: str) -> None:
        database.write_now(unit_settings.choose, here.actor(who), unit, "study_time", value, NOW, FALLBACK)

    act("何平", county.root, "8:30")
    assert in_force() == "08:30"
    act("王芳", here.branch, "15点")
    assert in_force() == "15:00"
    with pytest.raises(AlreadySo):
        act("王芳", here.branch, "15:00")
    page = database.read_now(unit_settings.settings_page, here.actor("王芳"), here.branch, NOW, FALLBACK)
    assert (page.line("study_time").own, page.line("timezone").source) == (True, None)
    database.write_now(unit_settings.inherit, here.actor("王芳"), here.branch, "study_time", NOW, FALLBACK)
    assert in_force() == "08:30"
    page = database.read_now(unit_settings.settings_page, here.actor("王芳"), here.branch, NOW, FALLBACK)
    assert page.line("study_time").source_name == "区直机关工委"
    assert county.trail() == ["setting_changed"] * 3


def test_roles_are_dated_and_given_only_where_they_exist(county: County) -> None:
    here = county.here

    def gives(who: str, person: str, unit: UnitId, role: Role, since: date = TODAY) -> None:
        change = Appoint(unit, here.people[person], role, since)
        county.database.write_now(appointments.make, here.actor(who), change, NOW)

    gives("吴敏", "李强", here.branch, Role.SECRETARY, TODAY + DAY)
    assert here.actor("李强").appointments == ()
    assert [held.role for held in here.actor("李强", NOW + DAY).appointments] == [Role.SECRETARY]
    gives("吴敏", "李强", here.branch, Role.PUBLICITY)
    with pytest.raises(AlreadySo):
        gives("吴敏", "李强", here.branch, Role.PUBLICITY)
    with pytest.raises(UnitMisplaced):
        gives("吴敏", "李强", here.branch, Role.GROUP_LEADER)
    with pytest.raises(TooFarAhead):
        gives("吴敏", "李强", here.branch, Role.DEPUTY, TODAY + timedelta(days=500))
    with pytest.raises(PastTime):
        gives("吴敏", "李强", here.branch, Role.DEPUTY, TODAY - timedelta(days=500))
    for unit, role in ((here.committee, Role.SECRETARY), (here.branch, Role.ADMINISTRATOR)):
        with pytest.raises(NotForYou):
            gives("吴敏", "李强", unit, role)
    with pytest.raises(Gone):  # 何平 stands above: no coordinator reaches them by a number
        gives("吴敏", "何平", here.branch, Role.SECRETARY)
    assert here.owed("given") == ["李强", "李强"]


def test_of_many_namesakes_those_of_the_unit_itself_are_offered_first(county: County) -> None:
    here = county.here

    def crowd(tx: Transaction) -> PersonId:
        elsewhere = units.found_unit(tx, "西城支部", UnitKind.BRANCH, county.west, SINCE, NOW)
        for _number in range(12):
            people.enrol(tx, people.add_person(tx, "张伟", "张伟", NOW), elsewhere, SINCE)
        meant: PersonId = people.add_person(tx, "张伟", "张伟", NOW)
        people.enrol(tx, meant, here.branch, SINCE)
        return meant

    meant = county.database.write_now(crowd)
    root = Actor(Account("telegram", 77, None, "zh"), None, (), (), "zh", "Asia/Shanghai", root=True)
    for actor in (here.actor("何平"), root):
        found = county.database.read_now(
            appointments.candidates, actor, here.branch, Role.SECRETARY, "张伟", NOW
        )
        assert found.people[0].person == meant


def test_two_administrators_never_end_each_other(county: County) -> None:
    here = county.here
    change = Appoint(county.root, here.people["李强"], Role.ADMINISTRATOR, TODAY)
    county.database.write_now(appointments.make, here.actor("何平"), change, NOW)
    held = county.database.read_now(appointments.held_on, here.actor("何平"), county.root, NOW).held

    actors = {name: here.actor(name) for name in ("何平", "李强")}  # both looked up before either acts

    def races(pair: tuple[str, str]) -> bool:
        which = next(one for one in held if one.person == here.people[pair[1]])
        try:
            county.database.write_now(appointments.make, actors[pair[0]], EndRole(which.id, TODAY), NOW)
        except Refusal:
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        done = list(both.map(races, [("何平", "李强"), ("李强", "何平")]))
    assert sorted(done) == [False, True]


def test_an_administrator_whose_own_end_is_set_does_not_count_for_good(county: County) -> None:
    """Ended from the tenth day, then the other from the fifth: on the tenth there would be nobody."""
    here = county.here

    def ends(person: str, days: int) -> None:
        held = county.database.read_now(appointments.held_on, here.actor("何平"), county.root, NOW).held
        which = next(one for one in held if one.name == person)
        change = EndRole(which.id, TODAY + timedelta(days=days))
        county.database.write_now(appointments.make, here.actor("何平"), change, NOW)

    def gives(person: str, days: int) -> None:
        change = Appoint(county.root, here.people[person], Role.ADMINISTRATOR, TODAY + timedelta(days=days))
        county.database.write_now(appointments.make, here.actor("何平"), change, NOW)

    gives("李强", 0)
    ends("李强", 10)
    with pytest.raises(LastAdministrator):
        ends("何平", 5)
    gives("赵敏", 11)
    with pytest.raises(LastAdministrator):  # a day is left between the two
        ends("何平", 5)
    gives("陈静", 10)
    ends("何平", 5)


def test_an_administrator_whom_nobody_can_reach_does_not_count(county: County) -> None:
    here = county.here

    def seed(tx: Transaction) -> None:
        unlinked: PersonId = people.add_person(tx, "未绑定", "未绑定", NOW)
        people.appoint(tx, unlinked, county.root, Role.ADMINISTRATOR, SINCE)

    county.database.write_now(seed)
    held = county.database.read_now(appointments.held_on, here.actor("何平"), county.root, NOW).held
    own = next(one for one in held if one.name == "何平")
    with pytest.raises(LastAdministrator):
        county.database.write_now(appointments.make, here.actor("何平"), EndRole(own.id, TODAY), NOW)


def test_an_administrator_of_the_deployment_needs_no_row(county: County) -> None:
    def ask(tx: Transaction) -> int:
        root = actor_of(tx, Account("telegram", 77, None, "zh"), NOW, FALLBACK, True)
        return services.look(tx, root, None, 0, NOW).total

    assert county.database.read_now(ask) == 2
