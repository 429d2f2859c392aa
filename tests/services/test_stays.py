"""Guests take part in another branch, and go on belonging to their own."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from domain.activity_forms import read_form
from domain.errors import AlreadySo, HasNoPartIn, NotForYou, UnitMisplaced
from domain.ids import ActivityId, MembershipId, UnitId
from domain.participation import CountedAs
from domain.periods import parse_period
from domain.roles import Role
from domain.rollups import Counted, recounted
from domain.rosters import Reason, Roster, RosterRow
from domain.unit_changes import Create
from domain.units import Form, Matter, UnitKind
from services import activity_drafts, attendance, gatherings, stays
from services import units as unit_services
from services.rosters import import_roster
from services.summaries import summary_of
from storage import rosters
from storage.actors import belongings_of
from storage.database import Database, Transaction
from storage.summary_facts import facts_of
from storage.tables import Rollup
from tests.services.assembly import FALLBACK, NOW, STARTS, Assembly, assemble

TODAY = NOW.date()
DAY = timedelta(days=1)
ENDS = date(2026, 12, 1)
NOVEMBER = parse_period("2026-11", TODAY)


@dataclass
class Flood:
    """A temporary branch beside the first branch, until December; 何平 administers both."""

    here: Assembly
    branch: UnitId

    def home(self, name: str) -> MembershipId:
        found = self.here.database.read_now(belongings_of, self.here.people[name], TODAY, "")
        return found[0].id

    def takes_in(self, name: str, by: str = "何平") -> list[str]:
        actor = self.here.actor(by)
        page = self.here.database.write_now(stays.begin, actor, self.branch, self.home(name), NOW)
        return [guest.name for guest in page.guests]

    def belongs(self, name: str, on: date) -> list[UnitId]:
        found = self.here.database.read_now(belongings_of, self.here.people[name], on, "")
        return [one.branch for one in found]


@pytest.fixture
def flood(database: Database) -> Flood:
    here = assemble(database)
    database.write_now(lambda tx: here.appoint(tx, "何平", here.committee, Role.ADMINISTRATOR))
    change = Create(here.committee, "抗洪临时党支部", UnitKind.BRANCH, Form.TEMPORARY, ENDS)
    made = database.write_now(unit_services.make, here.actor("何平"), change, NOW).id
    database.write_now(lambda tx: here.appoint(tx, "郑强", made, Role.SECRETARY))
    return Flood(here, made)


def test_a_guest_takes_part_until_the_temporary_branch_ends(flood: Flood) -> None:
    assert flood.takes_in("李强") == ["李强"]
    assert flood.belongs("李强", TODAY) == [flood.here.branch, flood.branch]
    assert flood.belongs("李强", ENDS - DAY) == [flood.here.branch, flood.branch]
    assert flood.belongs("李强", ENDS) == [flood.here.branch]
    with pytest.raises(AlreadySo):
        flood.takes_in("李强")


def test_guests_are_counted_where_they_belong(flood: Flood) -> None:
    def members(unit: UnitId) -> int:
        return flood.here.database.read_now(summary_of, unit, NOVEMBER, NOW, FALLBACK).totals.members

    before = members(flood.here.committee), members(flood.here.branch)
    flood.takes_in("李强")
    assert (members(flood.here.committee), members(flood.here.branch)) == before
    assert members(flood.branch) == 0


def test_attendance_in_a_temporary_branch_is_credited_home(flood: Flood) -> None:
    here = flood.here
    flood.takes_in("李强")
    flood.takes_in("外人")

    def act(tx: Transaction) -> ActivityId:
        zheng = here.actor("郑强")
        form = read_form("主题党日 上堤巡查\n时间: 2026-11-20 15:00\n地点: 大堤")
        draft = activity_drafts.compose(tx, zheng, form, "key", NOW, FALLBACK)
        activity = activity_drafts.publish(tx, zheng, draft.id, NOW).activity.id
        attendance.unsaid_came(tx, zheng, activity, STARTS + DAY)
        attendance.confirm(tx, zheng, activity, STARTS + DAY)
        return activity

    activity = here.database.write_now(act)

    def sums(branch: UnitId) -> dict[Counted, int]:
        def ask(tx: Transaction) -> dict[Counted, int]:
            asked = Rollup.__table__.select().where(Rollup.branch_id == branch, Rollup.period == "2026-11")
            row = tx.execute(asked).one_or_none()
            kept = {kind: row._mapping[kind] if row else 0 for kind in Counted}
            facts = recounted(facts_of(tx, branch, NOVEMBER, "Asia/Shanghai"))
            assert {kind: facts.get(kind, 0) for kind in Counted} == kept
            return {kind: figure for kind, figure in kept.items() if figure}

        return here.database.read_now(ask)

    came = {Counted.EXPECTED: 1, Counted.PRESENT: 1}
    assert sums(here.branch) == came
    assert sums(flood.branch) == {Counted.ACTIVITIES: 1}
    here.database.write_now(attendance.turn, here.actor("郑强"), activity, here.people["李强"], STARTS + DAY)
    assert sums(here.branch)[Counted.EXPECTED] == 1
    assert Counted.PRESENT not in sums(here.branch)


def test_nobody_takes_a_member_from_a_branch_that_is_not_theirs(flood: Flood) -> None:
    for somebody in ("郑强", "王芳", "吴敏"):  # the host's secretary, the home's, the coordinator above
        with pytest.raises(NotForYou):
            flood.takes_in("李强", by=somebody)
    found = flood.here.database.read_now(stays.visitors, flood.here.actor("郑强"), flood.branch, "李强", NOW)
    assert found.people == ()


def test_leaving_ones_own_branch_ends_every_stay(flood: Flood) -> None:
    flood.takes_in("李强")
    flood.here.database.write_now(rosters.end_membership, flood.home("李强"), TODAY + DAY)
    assert flood.belongs("李强", TODAY + DAY) == []


def test_a_stay_is_ended_by_hand_and_may_begin_again(flood: Flood) -> None:
    flood.takes_in("李强")
    he, database = flood.here.actor("何平"), flood.here.database
    stay = database.read_now(stays.guests, he, flood.branch, NOW).guests[0].stay
    assert database.write_now(stays.end, he, stay, NOW).guests == ()
    with pytest.raises(AlreadySo):
        database.write_now(stays.end, he, stay, NOW)
    assert flood.takes_in("李强") == ["李强"]


def test_only_a_branch_has_guests(flood: Flood) -> None:
    with pytest.raises(UnitMisplaced):
        flood.here.database.read_now(stays.guests, flood.here.actor("何平"), flood.here.committee, NOW)


@pytest.mark.parametrize("matter", Matter)
def test_a_temporary_branch_has_no_part_in_dues_elections_and_transfers(flood: Flood, matter: Matter) -> None:
    read = flood.here.database.read_now
    with pytest.raises(HasNoPartIn):
        read(unit_services.must_deal_with, flood.branch, matter, TODAY)
    read(unit_services.must_deal_with, flood.here.branch, matter, TODAY)


def test_a_roster_enrols_nobody_in_a_temporary_branch(flood: Flood) -> None:
    row = RosterRow("1", 2, ("机关党委", "抗洪临时党支部"), None, "新人", (), None, "", "", None, "", "")
    roster = Roster((row,), (), (), (), ((0,),))
    planned = flood.here.database.write_now(import_roster, roster, False, TODAY, NOW)
    assert [problem.reason for problem in planned.problems] == [Reason.GUESTS_ONLY]


def test_a_roster_that_does_not_know_the_guests_ends_no_stay(flood: Flood) -> None:
    second = flood.belongs("外人", TODAY)[0]
    he, database = flood.here.actor("何平"), flood.here.database
    database.write_now(stays.begin, he, second, flood.home("李强"), NOW)  # 李强 floats
    row = RosterRow("1", 2, ("机关党委", "第二党支部"), None, "外人", (), None, "", "", None, "", "")
    database.write_now(import_roster, Roster((row,), (), (), (), ((0,),)), True, TODAY, NOW)
    assert flood.belongs("李强", TODAY) == [flood.here.branch, second]


def part_at_home(flood: Flood, activity: ActivityId, name: str) -> CountedAs:
    """How an activity of the first branch counts somebody."""

    def ask(tx: Transaction) -> CountedAs:
        gathering = gatherings.gathered(tx, gatherings.planned(tx, activity))
        place = gathering.participant(flood.here.people[name])
        assert place is not None
        return place.part

    return flood.here.database.read_now(ask)


def test_who_is_a_guest_elsewhere_is_not_expected_at_home_while_it_lasts(flood: Flood) -> None:
    """Nobody is in two places at once: they are expected where they are."""
    day = flood.here.theme_day()
    assert part_at_home(flood, day, "李强") is CountedAs.EXPECTED
    flood.takes_in("李强")
    assert part_at_home(flood, day, "李强") is CountedAs.EXEMPT
    assert part_at_home(flood, day, "赵敏") is CountedAs.EXPECTED
    he, database = flood.here.actor("何平"), flood.here.database
    stay = database.read_now(stays.guests, he, flood.branch, NOW).guests[0].stay
    database.write_now(stays.end, he, stay, NOW)
    assert part_at_home(flood, day, "李强") is CountedAs.EXPECTED


def test_a_study_group_stands_beside_the_branch(flood: Flood) -> None:
    """青年理论学习小组: its people go on taking part at home."""
    he, database = flood.here.actor("何平"), flood.here.database
    change = Create(flood.here.committee, "青年理论学习小组", UnitKind.BRANCH, Form.STUDY_GROUP)
    study = database.write_now(unit_services.make, he, change, NOW).id
    database.write_now(stays.begin, he, study, flood.home("李强"), NOW)
    assert part_at_home(flood, flood.here.theme_day(), "李强") is CountedAs.EXPECTED
