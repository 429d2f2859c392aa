"""Transfers seen from the rows, on both databases: what goes along, what stays, and what is told once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from domain.errors import (
    ClaimSettled,
    HasNoPartIn,
    NotForYou,
    PastTime,
    TooFarAhead,
    ToOneBranch,
    UnitArchived,
)
from domain.ids import MembershipId, PersonId, UnitId
from domain.roles import Role
from domain.transfers import Ask, Side, Transfer
from domain.unit_changes import Create
from domain.units import Form, UnitKind
from services import departures, stays, transfer_plans, transfers
from services import units as unit_services
from storage import people, rosters, units
from storage import transfers as stored
from storage.actors import belongings_of
from storage.database import Database, Transaction
from storage.tables import Membership
from tests.services.assembly import DAY, FALLBACK, NOW, SINCE, assemble

TODAY = NOW.date()


class Two:
    """The first branch and the second, whose secretary is 外人; 何平 administers both."""

    def __init__(self, database: Database) -> None:
        self.here = assemble(database)
        self.database = database
        database.write_now(lambda tx: self.here.appoint(tx, "何平", self.here.committee, Role.ADMINISTRATOR))
        self.second = self.belongs("外人")[0]

    def belongs(self, name: str, on: date = TODAY) -> list[UnitId]:
        found = self.database.read_now(belongings_of, self.here.people[name], on, "")
        return [one.branch for one in found]

    def home(self, name: str) -> MembershipId:
        return self.database.read_now(belongings_of, self.here.people[name], TODAY, "")[0].id

    def asks(self, name: str = "李强", by: str = "王芳", on: date = TODAY) -> Transfer:
        ask = Ask(self.home(name), self.second, on, Side.LEAVES)
        return self.database.write_now(transfers.ask, self.here.actor(by), ask, NOW)[0]

    def agrees(self, asked: Transfer, by: str = "外人", yes: bool = True) -> Transfer:
        actor = self.here.actor(by)
        return self.database.write_now(transfer_plans.answered, actor, asked.id, yes, NOW, FALLBACK)

    def branch(self, name: str, form: Form = Form.REGULAR, until: date | None = None) -> UnitId:
        change = Create(self.here.committee, name, UnitKind.BRANCH, form, until)
        return self.database.write_now(unit_services.make, self.here.actor("何平"), change, NOW).id


@pytest.fixture
def two(database: Database) -> Two:
    return Two(database)


def test_both_memberships_stay_on_record(two: Two) -> None:
    two.agrees(two.asks())
    assert two.belongs("李强", TODAY - DAY) == [two.here.branch]
    assert two.belongs("李强") == [two.second]


def test_the_first_answer_stands(two: Two) -> None:
    asked = two.asks()
    two.agrees(asked, yes=False)
    for yes in (True, False):
        with pytest.raises(ClaimSettled):
            two.agrees(asked, yes=yes)
    assert two.belongs("李强") == [two.here.branch]


def test_a_stay_goes_along(two: Two) -> None:
    """Who takes part in a temporary branch goes on doing so from the new home."""
    flood = two.branch("抗洪临时党支部", Form.TEMPORARY, TODAY + timedelta(days=30))
    he = two.here.actor("何平")
    two.database.write_now(stays.begin, he, flood, two.home("李强"), NOW)
    two.agrees(two.asks())
    assert two.belongs("李强") == [two.second, flood]
    assert two.belongs("李强", TODAY + timedelta(days=30)) == [two.second]

    def hangs_on(tx: Transaction) -> MembershipId | None:
        last = select(Membership.home_id).where(Membership.branch_id == flood).order_by(Membership.id.desc())
        return tx.execute(last.limit(1)).scalar_one()

    assert two.database.read_now(hangs_on) == two.home("李强")


@pytest.mark.parametrize("through_the_other", [False, True])
def test_a_guest_there_becomes_a_member_there(two: Two, through_the_other: bool) -> None:
    """Also where the stay hangs on another branch they belong to as well."""
    other = two.branch("第三党支部")
    third = two.database.write_now(people.enrol, two.here.people["李强"], other, SINCE)
    home = third if through_the_other else two.home("李强")
    two.database.write_now(stays.begin, two.here.actor("何平"), two.second, home, NOW)
    two.agrees(two.asks())
    assert sorted(two.belongs("李强")) == sorted([other, two.second])
    page = two.database.read_now(stays.guests, two.here.actor("何平"), two.second, NOW)
    assert page.guests == ()


def test_neither_branch_alone_moves_anybody(two: Two) -> None:
    asked = two.asks()
    for somebody in ("王芳", "陈静", "赵敏", "李强", "吴敏"):
        with pytest.raises(NotForYou):
            two.agrees(asked, by=somebody)
    assert two.belongs("李强") == [two.here.branch]


def test_nobody_agrees_to_their_own(two: Two) -> None:
    """李强 is secretary of the other branch as well (双重组织生活)."""
    two.database.write_now(people.appoint, two.here.people["李强"], two.second, Role.SECRETARY, SINCE)
    asked = two.asks()
    with pytest.raises(NotForYou):
        two.agrees(asked, by="李强")
    assert "李强" not in two.here.owed("asked")
    two.agrees(asked)
    assert two.belongs("李强") == [two.second]


def test_an_administrator_above_both_may_answer(two: Two) -> None:
    two.agrees(two.asks(), by="何平")
    assert two.belongs("李强") == [two.second]


@pytest.mark.parametrize("form", [Form.TEMPORARY, Form.STUDY_GROUP])
def test_special_units_take_no_part(two: Two, form: Form) -> None:
    until = TODAY + timedelta(days=30) if form is Form.TEMPORARY else None
    special = two.branch("专班", form, until)
    ask = Ask(two.home("李强"), special, TODAY, Side.LEAVES)
    with pytest.raises(HasNoPartIn):
        two.database.read_now(transfers.weigh, two.here.actor("王芳"), ask, NOW)


def test_it_leads_to_another_branch_on_a_day_to_come(two: Two) -> None:
    wang = two.here.actor("王芳")
    for target in (two.here.committee, two.here.group, two.here.branch):
        with pytest.raises(ToOneBranch):
            two.database.read_now(
                transfers.weigh, wang, Ask(two.home("李强"), target, TODAY, Side.LEAVES), NOW
            )
    for day, refusal in ((TODAY - DAY, PastTime), (TODAY + timedelta(days=400), TooFarAhead)):
        with pytest.raises(refusal):
            two.asks(on=day)


def test_planning_again_moves_nobody_twice(two: Two) -> None:
    """A second process, or the same after a crash, finds it made."""
    asked = two.agrees(two.asks(on=TODAY + timedelta(days=2)))
    later = NOW + timedelta(days=3)
    assert two.database.write_now(transfer_plans.plan_due, later, FALLBACK) == 1
    assert two.database.write_now(transfer_plans.plan_due, later, FALLBACK) == 0
    assert not two.database.write_now(transfer_plans.make, asked.id, later, FALLBACK)
    assert two.belongs("李强", TODAY + timedelta(days=1)) == [two.here.branch]
    assert two.belongs("李强", TODAY + timedelta(days=2)) == [two.second]  # though the bot slept a day
    assert two.database.read_now(transfer_plans.next_due, later, FALLBACK) is None


def test_what_waits_for_a_word_is_not_buried_under_what_is_agreed(two: Two) -> None:
    """Nine leave on the last day of the term; the tenth, later, is still to be answered."""
    here = two.here

    def enrol(tx: Transaction) -> None:
        for number in range(9):
            here.enrol(tx, f"毕业生{number}")

    two.database.write_now(enrol)
    for number in range(9):
        two.agrees(two.asks(f"毕业生{number}", on=TODAY + timedelta(days=2)))
    asked = two.asks("李强", on=TODAY + timedelta(days=20))
    waiting = two.database.read_now(transfers.waiting_for, here.actor("外人"), NOW)
    assert [one.transfer.id for one in waiting] == [asked.id]
    page = two.database.read_now(transfers.page, here.actor("外人"), NOW)
    assert page.rows[0].transfer.id == asked.id


def test_an_administrator_sees_what_waits_below_them_and_not_what_others_have(two: Two) -> None:
    """However many transfers are under way elsewhere in the organisation."""
    here, many = two.here, transfers.MOST_OPEN + 1

    def elsewhere(tx: Transaction) -> None:
        county = units.found_unit(tx, "外县党委", UnitKind.COMMITTEE, None, SINCE, NOW)
        one, other = (
            units.found_unit(tx, name, UnitKind.BRANCH, county, SINCE, NOW) for name in ("甲支部", "乙支部")
        )
        for number in range(many):
            person = people.add_person(tx, f"外县{number}", f"外县{number}", NOW)
            ask = Ask(people.enrol(tx, person, one, SINCE), other, TODAY, Side.LEAVES)
            stored.ask(tx, ask, one, None, NOW)

    two.database.write_now(elsewhere)
    asked = two.asks("李强", on=TODAY + timedelta(days=20))
    waiting = two.database.read_now(transfers.waiting_for, here.actor("何平"), NOW)
    assert [one.transfer.id for one in waiting] == [asked.id]


def test_nobody_goes_or_comes_back_to_a_branch_whose_end_is_set(two: Two) -> None:
    """On its last day they would belong to a branch that is no more, and nobody could move them."""
    he, ends = two.here.actor("何平"), TODAY + timedelta(days=30)
    ending = two.branch("改制支部", until=ends)
    with pytest.raises(ToOneBranch):
        two.database.read_now(transfers.weigh, he, Ask(two.home("李强"), ending, TODAY, Side.LEAVES), NOW)

    def left_it(tx: Transaction) -> PersonId:
        person: PersonId = people.add_person(tx, "老张", "老张", NOW)
        was = people.enrol(tx, person, ending, SINCE)
        rosters.end_membership(tx, was, TODAY - DAY)
        return person

    person = two.database.write_now(left_it)
    with pytest.raises(UnitArchived):
        two.database.write_now(departures.come_back, he, ending, person, NOW)
