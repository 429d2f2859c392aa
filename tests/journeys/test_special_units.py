"""Temporary, retired members' and joint branches, study groups: what each brings, and its limits."""

from datetime import date, datetime

import pytest

from domain.ids import UnitId
from domain.roles import Role
from domain.rosters import Reason, Roster, RosterRow
from services.rosters import import_roster
from simulator.buttons import button_on
from simulator.people import SimPerson
from storage import people
from storage.database import Transaction
from storage.tables import (
    Activity,
    Appointment,
    AuditEntry,
    Chat,
    Membership,
    Schedule,
    TopicBranch,
    Unit,
    UnitSetting,
)
from tests.world import World

ENDS = date(2026, 11, 16)


class County:
    """何平 administers a committee; 李强 and 赵敏 belong to its branch, whose secretary is 王芳."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.root = world.committee("区直机关工委")
        self.branch = world.branch("第一党支部", ["李强", "赵敏"], "王芳", under=self.root)
        self.he: SimPerson = world.official("何平", self.root, Role.ADMINISTRATOR).sim

    async def does(self, who: SimPerson, *steps: str) -> str:
        return await self.world.does(who, *steps)

    async def makes(self, form: str, name: str, *more: str) -> str:
        return await self.does(self.he, "/units", "➕ 新建下级", form, name, *more)

    def unit(self, name: str) -> UnitId:
        return next(UnitId(row["id"]) for row in self.world.rows(Unit) if row["name"] == name)

    def settings(self, unit: UnitId) -> dict[str, str]:
        return {row["name"]: row["value"] for row in self.world.rows(UnitSetting) if row["unit_id"] == unit}

    async def sends(self, name: str, unit: str) -> None:
        await self.does(
            self.he, "/units", unit, "👥 编入人员", "➕ 编入", name, f"{name}(第一党支部)", "确认"
        )

    async def leads(self, name: str, unit: str) -> None:
        await self.does(
            self.he, "/units", unit, "👤 任职", "➕ 任命", "书记", name, f"{name}(第一党支部)", "确认"
        )


@pytest.fixture
def county(world: World) -> County:
    return County(world)


async def flood(county: County) -> tuple[UnitId, SimPerson]:
    """A temporary branch until 16 November, with 李强 as its secretary, 赵敏 as a guest, and a group chat."""
    await county.makes("临时党支部", "抗洪临时党支部", ENDS.isoformat(), "确认")
    unit = county.unit("抗洪临时党支部")
    for name in ("李强", "赵敏"):
        await county.sends(name, "抗洪临时党支部")
    await county.leads("李强", "抗洪临时党支部")
    li = county.branch["李强"]
    group = county.world.group("大堤群", [li, county.branch["赵敏"]], None, {})
    li.says("/bind 抗洪临时党支部", in_chat=group)
    await county.world.settle()
    return unit, li


async def test_a_temporary_branch_ends_by_itself(county: County) -> None:
    world = county.world
    unit, li = await flood(county)
    assert [row["unit_id"] for row in world.rows(Chat) if row["kind"] != "private"] == [unit]
    await county.does(li, "/newactivity 主题党日\n时间: 2026-11-12 15:00\n地点: 大堤", "发布")
    await county.does(li, "/newactivity 主题党日\n时间: 2026-11-20 15:00\n地点: 大堤", "发布")
    coming = {row["id"] for row in world.rows(Activity)}
    assert {row["unit_id"] for row in world.rows(Activity)} == {unit}
    assert len(coming) == 2
    await world.move_to(datetime.fromisoformat("2026-11-15T23:00:00+08:00"))
    assert [row["unit_id"] for row in world.rows(Chat) if row["kind"] != "private"] == [unit]
    before = len(li.messages)
    await world.move_to(datetime.fromisoformat("2026-11-16T00:00:01+08:00"))
    assert [row["unit_id"] for row in world.rows(Chat) if row["kind"] != "private"] == [None]
    states = [row["state"] for row in world.rows(Activity)]
    assert states[1] == "cancelled"
    assert states[0] != "cancelled"
    assert [row["act"] for row in world.rows(AuditEntry)].count("unit_ended") == 1
    await world.move_to(datetime.fromisoformat("2026-11-30T20:00:00+08:00"))
    assert len(li.messages) == before
    here = [row for row in world.rows(Membership) if row["branch_id"] == unit]
    assert {row["until"] for row in here} == {ENDS}
    assert {row["until"] for row in world.rows(Appointment) if row["unit_id"] == unit} == {ENDS}
    await county.does(li, "/newactivity 主题党日\n时间: 2026-12-12 15:00\n地点: 大堤")
    assert len(world.rows(Activity)) == 2


async def test_a_topic_for_all_below_reaches_an_ended_branch_no_more(county: County) -> None:
    world = county.world
    unit, _ = await flood(county)
    wu = world.official("吴敏", county.root, Role.COORDINATOR).sim
    await county.does(wu, "/newtopic 学习基层工作条例\n发布: 2026-11-27 09:00\n范围: 下级\n第一章", "发布")
    assert {row["branch_id"] for row in world.rows(TopicBranch)} == {unit, county.branch.unit}
    await world.move_to(datetime.fromisoformat("2026-11-16T08:00:00+08:00"))
    assert {row["branch_id"] for row in world.rows(TopicBranch)} == {county.branch.unit}
    await county.does(wu, "/newtopic 第二课\n范围: 下级\n第二章", "发布")
    assert unit not in {row["branch_id"] for row in world.rows(TopicBranch)}


async def test_what_recurs_ends_with_it(county: County) -> None:
    world = county.world
    _, li = await flood(county)
    await county.does(li, "/newactivity 主题党日\n时间: 2026-11-05 15:00\n地点: 大堤\n重复: 每周四", "发布")
    await world.move_to(datetime.fromisoformat("2026-11-30T20:00:00+08:00"))
    assert [row["ended_at"] is None for row in world.rows(Schedule)] == [False]
    states = {row["state"] for row in world.rows(Activity) if row["starts_at"].date() >= ENDS}
    assert states == {"cancelled"}


async def test_its_end_may_move_and_stays_and_roles_go_with_it(county: County) -> None:
    world = county.world
    unit, li = await flood(county)
    later = date(2026, 12, 1)
    await county.does(county.he, "/units", "抗洪临时党支部", "归档", "其他日期…", later.isoformat(), "确认")
    for table, column in ((Membership, "branch_id"), (Appointment, "unit_id")):
        assert {row["until"] for row in world.rows(table) if row[column] == unit} == {later}
    await world.move_to(datetime.fromisoformat("2026-11-17T08:00:00+08:00"))
    await county.does(county.he, "/units", "抗洪临时党支部", "归档", "确认")
    assert {row["until"] for row in world.rows(Membership) if row["branch_id"] == unit} == {
        date(2026, 11, 17)
    }
    assert [row["unit_id"] for row in world.rows(Chat) if row["kind"] != "private"] == [None]
    await county.does(li, "/units")
    assert "没有由您管理的组织" in li.screen()


async def test_a_temporary_branch_needs_its_end_and_one_ahead(county: County) -> None:
    await county.makes("临时党支部", "抗洪临时党支部")
    assert "2026-12-31" in county.he.screen()
    await county.does(county.he, "2026-11-01")
    assert county.he.screen().startswith("这个时间已经过去,请改晚一些。")
    assert "抗洪临时党支部" not in [row["name"] for row in county.world.rows(Unit)]


async def test_nobody_is_transferred_into_a_temporary_branch_or_a_study_group(county: County) -> None:
    await flood(county)
    await county.makes("学习小组", "青年学习小组", "确认")
    await county.does(county.branch["王芳"], "/roster", "赵敏", "转接…", "临时")
    assert "抗洪临时党支部" not in county.branch["王芳"].last_message.buttons
    await county.does(county.branch["王芳"], "青年")
    assert "青年学习小组" not in str(county.branch["王芳"].last_message.buttons)


async def test_a_retired_members_branch_begins_with_a_light_preset(county: County) -> None:
    screen = await county.makes("离退休党支部", "离退休第一党支部")
    assert "学习从简,不打卡" in screen
    await county.does(county.he, "确认")
    assert county.settings(county.unit("离退休第一党支部")) == {
        "study_rule": "FREQ=MONTHLY;BYDAY=1FR",
        "checkin": "off",
        "quiet_hours": "20:00-08:00",
    }
    await county.does(county.he, "/units", "离退休第一党支部", "⚙️ 设置")
    assert "免打扰时段:20:00-08:00(本级设置)" in county.he.screen()


async def test_a_joint_branch_has_members_of_its_own(county: County) -> None:
    await county.makes("联合党支部", "楼宇联合党支部", "确认")
    assert county.settings(county.unit("楼宇联合党支部")) == {}
    row = RosterRow("1", 2, ("区直机关工委", "楼宇联合党支部"), None, "新人", (), None, "", "", None, "", "")
    planned = county.world.database.write_now(
        import_roster, Roster((row,), (), (), (), ((0,),)), False, date(2026, 11, 2), county.world.clock.now()
    )
    assert planned.problems == ()


async def test_a_study_group_has_guests_only_and_lasts(county: County) -> None:
    screen = await county.makes("学习小组", "青年学习小组")
    assert "不办党费" in screen
    await county.does(county.he, "确认")
    await county.sends("李强", "青年学习小组")
    unit = county.unit("青年学习小组")
    (stay,) = [row for row in county.world.rows(Membership) if row["branch_id"] == unit]
    assert stay["until"] is None
    row = RosterRow("1", 2, ("区直机关工委", "青年学习小组"), None, "新人", (), None, "", "", None, "", "")
    planned = county.world.database.write_now(
        import_roster, Roster((row,), (), (), (), ((0,),)), False, date(2026, 11, 2), county.world.clock.now()
    )
    assert [problem.reason for problem in planned.problems] == [Reason.GUESTS_ONLY]
    await county.does(county.he, "/units", "青年学习小组", "归档", "确认")
    (stay,) = [row for row in county.world.rows(Membership) if row["branch_id"] == unit]
    assert stay["until"] == date(2026, 11, 2)
    assert [row["until"] for row in county.world.rows(Membership)][:3] == [None] * 3


async def test_a_task_force_of_many_is_seen_and_let_go_a_page_at_a_time(county: County) -> None:
    await county.makes("临时党支部", "抗洪临时党支部", ENDS.isoformat(), "确认")
    unit, home = county.unit("抗洪临时党支部"), county.branch.unit
    today = county.world.clock.now().date()

    def send(tx: Transaction) -> None:
        for number in range(45):
            name = f"{'阿卜杜拉·' * 12}{number}号"
            person = people.add_person(tx, name, name, county.world.clock.now())
            belongs = people.enrol(tx, person, home, today)
            people.enrol(tx, person, unit, today, home=belongs, until=ENDS)

    county.world.database.write_now(send)
    screen = await county.does(county.he, "/units", "抗洪临时党支部", "👥 编入人员")
    assert "第 1 页,共 3 页" in screen
    screen = await county.does(county.he, "下一页 ▸", "下一页 ▸")
    assert "44号(第一党支部" in screen
    assert button_on(county.he.last_message, "◂ 上一页")


async def test_a_committee_makes_special_branches_and_a_branch_none(county: County) -> None:
    await county.does(county.he, "/units", "➕ 新建下级")
    assert {"临时党支部", "离退休党支部", "联合党支部", "学习小组"} <= set(county.he.last_message.buttons)
    await county.does(county.he, "/units", "第一党支部", "➕ 新建下级")
    assert county.he.last_message.buttons[0] == "党小组"
    assert "临时党支部" not in county.he.last_message.buttons
