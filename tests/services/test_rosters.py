"""Rosters imported: what stands on record after each, and that nothing is half-done. On both databases."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from domain.actors import Account as ActingAccount
from domain.actors import Actor
from domain.errors import NotForYou, RosterNotYours, Stranger
from domain.people import Standing
from domain.roles import Role
from domain.roster_changes import (
    AccountKnown,
    Enrolled,
    NewPerson,
    NoMember,
    NoRole,
    PersonChanged,
    Regrouped,
    StandingChanged,
)
from domain.roster_plans import RosterPlan
from domain.roster_reading import read_roster
from domain.rosters import Reason, Roster, Sheet
from services import members, rosters
from services.actors import actor_of
from storage import people, units
from storage import rosters as stored
from storage.database import Database, Transaction
from storage.tables import Account, Appointment, Membership, MembershipStanding, Person, Unit

NOW = datetime(2026, 11, 6, 1, 0, tzinfo=UTC)
DAY = date(2026, 11, 6)
PATH = "机关工委/发改委党委/第一党支部"

HEADER = ["组织", "类别", "姓名", "职务", "身份", "入党日期", "免考勤", "Telegram", "编号"]


def roster(*lines: str, header: list[str] | None = None, unit: str = PATH) -> Roster:
    """Each line: the cells from 姓名 on, parted by spaces; `-` leaves one empty. A path may go first."""
    rows = [tuple(header or HEADER)]
    for line in lines:
        cells = ["" if cell == "-" else cell for cell in line.split()]
        placed = cells if "/" in cells[0] else [unit, "", *cells]
        if "/" in cells[0]:
            placed = [cells[0], "", *cells[1:]]
        rows.append((*placed, *[""] * (len(HEADER) - len(placed))))
    return read_roster([Sheet("名册", tuple(rows))])


def imports(database: Database, given: Roster, end_missing: bool = False, on: date = DAY) -> RosterPlan:
    return database.write_now(rosters.import_roster, given, end_missing, on, NOW)


def names(database: Database) -> list[str]:
    return database.read_now(lambda tx: list(tx.execute(select(Person.name).order_by(Person.id)).scalars()))


FIRST = roster(
    "王芳 书记 正式 2001-07-01 - 10001 A1",
    "张伟 - 预备 2026-07-01",
    f"{PATH}/第一党小组 李娜 组长 - 2015",
    f"{PATH}/第一党小组 赵敏 - - - 年老体弱 @zhaomin",
    "机关工委/发改委党委 孙丽 联络员",
)


def test_the_roster_stands_on_record(database: Database) -> None:
    assert FIRST.problems == ()
    plan = imports(database, FIRST)
    assert plan.problems == ()
    known = database.read_now(stored.organisation_on, DAY)
    assert [(unit.path[-1], unit.kind) for unit in known.units] == [
        ("机关工委", "committee"),
        ("发改委党委", "committee"),
        ("第一党支部", "branch"),
        ("第一党小组", "group"),
    ]
    name = {person.id: person.name for person in known.people}
    group = known.units[3].id
    assert [(name[m.person], m.group, m.standing, m.exempt) for m in known.memberships] == [
        ("王芳", None, Standing.FULL, None),
        ("张伟", None, Standing.PROBATIONARY, None),
        ("李娜", group, Standing.FULL, None),
        ("赵敏", group, Standing.FULL, "年老体弱"),
    ]
    assert [(name[a.person], a.unit, a.role) for a in known.appointments] == [
        ("王芳", known.units[2].id, Role.SECRETARY),
        ("李娜", group, Role.GROUP_LEADER),
        ("孙丽", known.units[1].id, Role.COORDINATOR),
    ]


def test_whose_id_stands_in_the_roster_needs_no_invitation(database: Database) -> None:
    imports(database, FIRST)
    account = ActingAccount("telegram", 10001, None, None)
    actor = database.read_now(actor_of, account, NOW, {}, False)
    assert [held.role for held in actor.appointments] == [Role.SECRETARY]


def test_a_username_links_nobody(database: Database) -> None:
    imports(database, FIRST)
    found = database.read_now(
        lambda tx: tx.execute(select(Account.user_id, Account.username).order_by(Account.id)).all()
    )
    assert [tuple(row) for row in found] == [(10001, None), (None, "zhaomin")]


def test_the_same_file_twice_changes_nothing(database: Database) -> None:
    imports(database, FIRST)
    before = database.read_now(stored.organisation_on, DAY)
    again = imports(database, FIRST, end_missing=True, on=DAY + timedelta(days=1))
    assert (again.changes, again.absent, again.problems) == ((), (), ())
    assert database.read_now(stored.organisation_on, DAY + timedelta(days=1)) == before


def test_a_dry_run_sets_nothing_down(database: Database) -> None:
    plan = database.read_now(rosters.plan, FIRST, DAY)
    assert len([c for c in plan.changes if isinstance(c, Enrolled)]) == 4
    assert names(database) == []


def test_with_one_bad_row_nothing_is_imported(database: Database) -> None:
    bad = roster("王芳 书记", "张伟 - - 昨天")
    plan = imports(database, bad)
    assert [(p.row, p.column, p.reason) for p in plan.problems] == [(3, "入党日期", Reason.DATE_UNREADABLE)]
    assert names(database) == []
    assert database.read_now(lambda tx: tx.execute(select(Unit.id)).all()) == []


def test_a_change_of_standing_is_dated(database: Database) -> None:
    imports(database, FIRST)
    later = DAY + timedelta(days=300)
    plan = imports(database, roster("张伟 - 正式 2026-07-01"), on=later)
    assert [type(c) for c in plan.changes] == [StandingChanged]
    rows = database.read_now(
        lambda tx: tx.execute(
            select(MembershipStanding.standing, MembershipStanding.since, MembershipStanding.until)
            .join(Membership, Membership.id == MembershipStanding.membership_id)
            .join(Person, Person.id == Membership.person_id)
            .where(Person.name == "张伟")
            .order_by(MembershipStanding.since)
        ).all()
    )
    assert [tuple(row) for row in rows] == [("probationary", DAY, later), ("full", later, None)]


def test_two_changes_on_one_day_leave_the_last(database: Database) -> None:
    imports(database, roster("张伟 - 预备"))
    imports(database, roster("张伟 - 正式"))
    known = database.read_now(stored.organisation_on, DAY)
    assert [m.standing for m in known.memberships] == [Standing.FULL]


def test_an_exemption_ends_when_its_cell_is_empty_and_stays_without_the_column(database: Database) -> None:
    imports(database, roster("赵敏 - - - 年老体弱"))
    narrow = read_roster([Sheet("名册", (("组织", "姓名"), (PATH, "赵敏")))])
    assert imports(database, narrow).changes == ()
    plan = imports(database, roster("赵敏"))
    assert [c.exempt for c in plan.changes if isinstance(c, StandingChanged)] == [None]


def test_those_the_file_does_not_know_are_listed_and_ended_only_when_asked(database: Database) -> None:
    imports(database, FIRST)
    shorter = roster("王芳 - 正式 2001-07-01 - 10001 A1")
    plan = imports(database, shorter)
    assert [a.name for a in plan.absent if isinstance(a, NoMember)] == ["张伟", "李娜", "赵敏"]
    assert [(a.name, a.role) for a in plan.absent if isinstance(a, NoRole)] == [("王芳", Role.SECRETARY)]
    assert len(database.read_now(stored.organisation_on, DAY).memberships) == 4
    later = DAY + timedelta(days=1)
    imports(database, shorter, end_missing=True, on=later)
    known = database.read_now(stored.organisation_on, later)
    assert len(known.memberships) == 1
    assert [a.role for a in known.appointments] == [
        Role.GROUP_LEADER,
        Role.COORDINATOR,
    ]  # units not in the file
    ended = database.read_now(lambda tx: list(tx.execute(select(Membership.until)).scalars()))
    assert ended.count(later) == 3


def test_who_comes_back_is_who_they_were(database: Database) -> None:
    imports(database, roster("王芳 书记 - - - 10001", "张伟"))
    imports(database, roster("张伟"), end_missing=True, on=DAY + timedelta(days=1))
    plan = imports(database, roster("王芳 书记", "张伟"), on=DAY + timedelta(days=9))
    assert [type(c).__name__ for c in plan.changes] == ["Enrolled", "Appointed"]
    assert names(database) == ["王芳", "张伟"]
    spans = database.read_now(
        lambda tx: tx.execute(
            select(Membership.since, Membership.until)
            .where(Membership.person_id == 1)
            .order_by(Membership.id)
        ).all()
    )
    assert [tuple(span) for span in spans] == [
        (DAY, DAY + timedelta(days=1)),
        (DAY + timedelta(days=9), None),
    ]


def test_a_newcomer_with_a_name_on_record_elsewhere_is_told_as_a_namesake(database: Database) -> None:
    imports(database, roster("王芳", "张伟"))
    plan = imports(database, roster("机关工委/第二党支部 王芳", "机关工委/第二党支部 李娜"))
    new = [(c.name, c.namesake) for c in plan.changes if isinstance(c, NewPerson)]
    assert new == [("王芳", ("机关工委", "发改委党委", "第一党支部")), ("李娜", None)]
    both = imports(database, roster("王芳", "张伟", "机关工委/第三党支部 王芳", "机关工委/第二党支部 王芳"))
    assert [c.namesake for c in both.changes if isinstance(c, NewPerson)] == [None]


def test_a_name_that_two_branches_bear_founds_no_third(database: Database) -> None:
    imports(database, roster(f"{PATH} 王芳", "机关工委/财政局党委/第一党支部 张伟"))
    plan = imports(database, read_roster([Sheet("第一党支部", (("姓名",), ("李娜",)))]))
    assert [(p.row, p.reason) for p in plan.problems] == [(2, Reason.UNIT_AMBIGUOUS)]
    assert names(database) == ["王芳", "张伟"]


def test_a_large_roster_gives_each_person_their_own_rows(database: Database) -> None:
    groups = ("第一党小组", "第二党小组", "第三党小组")
    lines = [
        f"{PATH}/{groups[n % 3]} 甲{n} {'组长' if n < 3 else '-'} {'正式' if n % 7 else '预备'} - - - N{n}"
        for n in range(2500)
    ]
    imports(database, roster(*lines))
    known = database.read_now(stored.organisation_on, DAY)
    numbers = {person.id: int((person.number or "")[1:]) for person in known.people}
    units_ = {unit.id: unit.path[-1] for unit in known.units}
    assert len(known.memberships) == 2500
    for member in known.memberships:
        n = numbers[member.person]
        assert member.standing is (Standing.PROBATIONARY if n % 7 == 0 else Standing.FULL)
        assert member.group is not None
        assert units_[member.group] == groups[n % 3]
    assert [(numbers[a.person], units_[a.unit]) for a in known.appointments] == list(enumerate(groups))


def test_an_administrator_is_not_ended_by_a_file(database: Database) -> None:
    imports(database, FIRST)
    root = database.read_now(units.unit_at_path, ["机关工委"], DAY)
    assert root is not None
    holder = database.write_now(people.add_person, "陈", "陈", NOW)
    database.write_now(people.appoint, holder, root, Role.ADMINISTRATOR, DAY)
    plan = imports(database, roster("机关工委/第二党支部 周平", "机关工委/ 孙丽 联络员"), end_missing=True)
    assert plan.absent == ()


def test_namesakes_stay_two_people(database: Database) -> None:
    two = roster(f"{PATH}/第一党小组 刘洋 - - 2001-07-01", f"{PATH}/第二党小组 刘洋 - - 2010-07-01")
    imports(database, two)
    assert names(database) == ["刘洋", "刘洋"]
    assert imports(database, two).changes == ()


def test_a_name_that_could_be_either_is_a_problem(database: Database) -> None:
    imports(database, roster(f"{PATH}/第一党小组 刘洋 - - 2001", f"{PATH}/第二党小组 刘洋 - - 2010"))
    plan = imports(database, roster("刘洋"))
    assert [p.reason for p in plan.problems] == [Reason.SEVERAL_ON_RECORD]


def test_a_number_names_the_person_even_when_the_name_was_corrected(database: Database) -> None:
    imports(database, roster("王方 - - - - - A1"))
    plan = imports(database, roster("王芳 - - - - - A1"))
    assert [(c.was, c.name) for c in plan.changes if isinstance(c, PersonChanged)] == [("王方", "王芳")]
    assert names(database) == ["王芳"]


def test_an_id_that_belongs_to_somebody_else_is_a_problem(database: Database) -> None:
    imports(database, roster("王芳 - - - - 10001 A1", "李娜 - - - - 10002 A2"))
    crossed = imports(database, roster("王芳 - - - - 10002 A1"))
    assert [p.reason for p in crossed.problems] == [Reason.NUMBERS_OF_TWO]
    stolen = imports(database, roster("赵敏 - - - - 10001"))
    assert [p.reason for p in stolen.problems] == [Reason.RECORD_DIFFERS]


def test_what_the_record_lacks_is_filled_in(database: Database) -> None:
    imports(database, roster("王芳 - - 2001"))
    plan = imports(database, roster("王芳 - - 2001-07-01 - 10001 A1"))
    assert {type(c) for c in plan.changes} == {PersonChanged, AccountKnown}
    assert imports(database, roster("王芳 - - 2001")).changes == ()  # the more exact date stays
    assert len(names(database)) == 1


def test_moving_to_a_group_is_told(database: Database) -> None:
    imports(database, roster("王芳"))
    plan = imports(database, roster(f"{PATH}/第一党小组 王芳"))
    assert [c.group[-1] for c in plan.changes if isinstance(c, Regrouped)] == ["第一党小组"]
    assert imports(database, roster("王芳")).changes == ()


def test_a_person_of_another_branch_is_another_person_unless_the_day_is_equal(database: Database) -> None:
    imports(database, roster("王芳 - - 2001-07-01"))
    assert any(
        isinstance(c, NewPerson) for c in imports(database, roster("机关工委/第二党支部 王芳")).changes
    )
    plan = imports(database, roster("机关工委/第三党支部 王芳 - - 2001-07-01"))
    assert [type(c).__name__ for c in plan.changes] == ["NewUnit", "Enrolled"]


def test_a_branch_known_by_its_name_alone_is_not_founded_again(database: Database) -> None:
    imports(database, FIRST)
    short = read_roster([Sheet("第一党支部", (("姓名", "入党日期"), ("张伟", "2026-07-01")))])
    assert imports(database, short).changes == ()


def test_roles_above_a_branch_make_no_membership(database: Database) -> None:
    imports(database, roster("机关工委/发改委党委 孙丽 联络员", "机关工委/发改委党委 路人"))
    assert database.read_now(lambda tx: tx.execute(select(Membership.id)).all()) == []
    assert names(database) == ["孙丽"]  # who is neither a member nor appointed is not kept
    assert database.read_now(lambda tx: list(tx.execute(select(Appointment.role)).scalars())) == [
        "coordinator"
    ]


def test_a_group_without_a_branch_is_a_problem(database: Database) -> None:
    plan = imports(database, roster("机关工委/第一党小组 王芳"))
    assert [p.reason for p in plan.problems] == [Reason.GROUP_WITHOUT_BRANCH]


def test_a_kind_on_record_is_not_contradicted(database: Database) -> None:
    stated = [Sheet("名册", (("组织", "类别", "姓名"), ("机关工委/研发中心", "支部", "王芳")))]
    imports(database, read_roster(stated))
    unsaid = [Sheet("名册", (("组织", "姓名"), ("机关工委/研发中心", "王芳")))]
    assert imports(database, read_roster(unsaid)).changes == ()
    other = [Sheet("名册", (("组织", "类别", "姓名"), ("机关工委/研发中心", "党委", "王芳")))]
    plan = imports(database, read_roster(other))
    assert [p.reason for p in plan.problems] == [Reason.KIND_STANDS_OTHERWISE]


def person_acting(database: Database, name: str) -> Actor:
    """Somebody on record, with an account of their own."""

    def linked(tx: Transaction) -> None:
        who = tx.execute(select(Person.id).where(Person.name == name)).scalar_one()
        people.link_account(tx, who, "telegram", 7000 + who, None, NOW)

    with suppress(IntegrityError):
        database.write_now(linked)
    who = next(p.id for p in database.read_now(stored.organisation_on, DAY).people if p.name == name)
    return database.read_now(actor_of, ActingAccount("telegram", 7000 + who, None, "zh"), NOW, {}, False)


OFFICE = roster(
    "机关工委/发改委党委 顾一鸣 管理员 - - - - A0",
    f"{PATH} 王芳 书记 正式 2001-07-01 - - A1",
    f"{PATH} 张伟 - 预备 2026-07-01 年老 - A2",
    f"{PATH}/第一党小组 李娜 组长 - 2015 - - A3",
    "机关工委/发改委党委/第二党支部 赵敏 书记 - - - - B1",
)


def test_what_was_shown_is_made_and_nothing_else(database: Database) -> None:
    imports(database, OFFICE)
    admin = person_acting(database, "顾一鸣")
    given = roster("林小满 - 预备 - - - C1")
    shown = database.read_now(rosters.compare, admin, given, NOW).digest
    imports(database, roster("林小满 - 正式 - - - C1"))
    refused = database.write_now(rosters.import_shown, admin, given, shown, NOW)
    assert (refused.done, [type(change) for change in refused.plan.changes]) == (False, [StandingChanged])
    made = database.write_now(rosters.import_shown, admin, given, refused.plan.digest, NOW)
    assert made.done
    again = database.write_now(rosters.import_shown, admin, given, refused.plan.digest, NOW)
    assert (again.done, again.plan.changes) == (False, ())


def test_a_file_reaches_no_further_than_its_bearer(database: Database) -> None:
    imports(database, OFFICE)
    imports(database, roster(f"{PATH} 孙丽 管理员 - - - - A9"))
    admin = person_acting(database, "孙丽")  # of the first branch only
    for line, reason in (
        ("机关工委/发改委党委/第二党支部 林小满 - - - - - C1", Reason.UNIT_NOT_YOURS),
        ("机关工委/发改委党委 林小满 联络员 - - - - C1", Reason.UNIT_NOT_YOURS),
        (f"{PATH} 赵敏 - - - - 12345 B1", Reason.PERSON_NOT_YOURS),  # would link another branch's secretary
    ):
        plan = database.read_now(rosters.compare, admin, roster(line), NOW)
        assert [problem.reason for problem in plan.problems] == [reason]
        assert not database.write_now(rosters.import_shown, admin, roster(line), plan.digest, NOW).done
    below = roster(f"{PATH}/第三党小组 林小满 组长 - - - - C1")
    shown = database.read_now(rosters.compare, admin, below, NOW)
    assert shown.problems == ()
    assert database.write_now(rosters.import_shown, admin, below, shown.digest, NOW).done


def test_whoever_left_is_taken_back_only_where_they_were(database: Database) -> None:
    second = "机关工委/发改委党委/第二党支部"
    imports(database, OFFICE)
    imports(database, roster(f"{PATH} 孙丽 管理员 - - - - A9", f"{second} 周平 管理员 - - - - B9"))
    imports(database, roster(f"{second} 周平 管理员 - - - - B9"), end_missing=True)  # 赵敏 left
    nobody = database.write_now(people.add_person, "吴名", "吴名", NOW)  # stood nowhere, ever
    database.write_now(stored.set_identity, nobody, "吴名", "Z1", None)
    sun, zhou = person_acting(database, "孙丽"), person_acting(database, "周平")

    def reasons(actor: Actor, line: str) -> list[Reason]:
        return [one.reason for one in database.read_now(rosters.compare, actor, roster(line), NOW).problems]

    assert reasons(sun, f"{PATH} 赵敏 - - - - - B1") == [Reason.PERSON_NOT_YOURS]
    assert reasons(zhou, f"{second} 赵敏 - - - - - B1") == []
    assert reasons(zhou, f"{second} 吴名 - - - - - Z1") == [Reason.PERSON_NOT_YOURS]


def test_nobody_else_hands_a_roster_in(database: Database) -> None:
    imports(database, OFFICE)
    with pytest.raises(RosterNotYours):
        database.read_now(rosters.compare, person_acting(database, "王芳"), FIRST, NOW)
    stranger = database.read_now(actor_of, ActingAccount("telegram", 1, None, "zh"), NOW, {}, False)
    with pytest.raises(Stranger):
        database.write_now(rosters.import_shown, stranger, FIRST, "", NOW)


def test_members_are_listed_as_they_stand(database: Database) -> None:
    imports(database, OFFICE)
    wang, li = person_acting(database, "王芳"), person_acting(database, "李娜")
    found = database.read_now(members.asked_for, wang, NOW)
    assert found is not None
    assert (found.unit.name, found.total, found.linked, found.hands_in) == ("第一党支部", 3, 2, False)
    assert [(one.name, one.standing, one.exempt, one.group, one.linked) for one in found.shown] == [
        ("王芳", Standing.FULL, False, "", True),
        ("张伟", Standing.PROBATIONARY, True, "", False),
        ("李娜", Standing.FULL, False, "第一党小组", True),
    ]
    group = database.read_now(members.asked_for, li, NOW)
    assert group is not None
    assert [one.name for one in group.shown] == ["李娜"]
    with pytest.raises(NotForYou):
        database.read_now(members.listed, li, found.unit.id, 0, NOW)
    gone = replace(found, page=0)
    assert database.read_now(members.listed, wang, found.unit.id, 99, NOW) == gone
