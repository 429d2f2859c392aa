"""Members move between branches, leave and come back: who asks, who agrees, and what goes along."""

from datetime import date, datetime, timedelta

import pytest

from domain.roles import Role
from services import invites
from simulator.people import SimPerson
from storage import people, units
from storage.tables import (
    Attendance,
    AuditEntry,
    Leave,
    Membership,
    Rollup,
    Rsvp,
    Transfer,
)
from storage.unit_changes import rename
from tests.world import ENROLLED, Branch, World

NOT_YOURS = "这项操作不在您的权限内,一切照旧。"
TODAY = date(2026, 11, 2)


class Town:
    """Two branches of a committee, each with a secretary."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.committee = world.committee("机关党委")
        self.east: Branch = world.branch("东城支部", ["张伟", "李娜"], "王芳", under=self.committee)
        self.west: Branch = world.branch("西城支部", ["周平"], "赵敏", under=self.committee)
        self.wang, self.zhao = self.east["王芳"], self.west["赵敏"]
        self.zhang = self.east["张伟"]

    async def opens(self, secretary: SimPerson, name: str) -> None:
        """The member's page of /roster."""
        secretary.says("/roster")
        await self.world.settle()
        secretary.taps(name)
        await self.world.settle()

    async def asks(self, day: str | None = None, name: str = "张伟", to: str = "西城") -> None:
        """王芳 asks the other branch to take somebody in."""
        await self.opens(self.wang, name)
        self.wang.taps("转接")
        await self.world.settle()
        self.wang.says(to)
        await self.world.settle()
        self.wang.taps("机关党委 / 西城支部")
        await self.world.settle()
        if day is not None:
            self.wang.taps("其他日期")
            await self.world.settle()
            self.wang.says(day)
            await self.world.settle()
        self.wang.taps("申请转接")
        await self.world.settle()

    async def moves(self, day: str | None = None, name: str = "张伟") -> None:
        """Asked and agreed."""
        await self.asks(day, name)
        self.zhao.taps("批准")
        await self.world.settle()

    def spans(self, name: str = "张伟") -> list[tuple[str, date, date | None]]:
        """Where somebody belonged, from when and until when."""
        names = {self.east.unit: "东城", self.west.unit: "西城"}
        person = next(b.people[name].person for b in (self.east, self.west) if name in b.people)
        return [
            (names[row["branch_id"]], row["since"], row["until"])
            for row in self.world.rows(Membership)
            if row["person_id"] == person
        ]

    def states(self) -> list[str]:
        return [row["state"] for row in self.world.rows(Transfer)]


@pytest.fixture
def town(world: World) -> Town:
    return Town(world)


async def test_the_one_branch_asks_and_the_other_agrees(world: World, town: Town) -> None:
    await town.asks()
    assert town.wang.screen().startswith("已请「西城支部」确认。")
    assert "转接:「东城支部」请您接收" in town.zhao.screen()
    assert "张伟:东城支部 → 西城支部,2026年11月2日起" in town.zhao.screen()
    assert town.spans() == [("东城", ENROLLED, None)]  # nothing moves by one word
    town.zhao.taps("批准")
    await world.settle()
    assert town.spans() == [("东城", ENROLLED, TODAY), ("西城", TODAY, None)]
    assert "双方支部已确认" in town.zhang.screen()
    assert "双方已确认" in town.wang.screen()
    assert "双方已确认" in town.zhao.screen()
    acts = [row["act"] for row in world.rows(AuditEntry)]
    assert acts[-3:] == ["transfer_asked", "transfer_agreed", "transferred"]
    await town.opens(town.zhao, "张伟")
    assert "张伟  正式党员" in town.zhao.screen()


async def test_the_branch_that_takes_them_in_can_ask(world: World, town: Town) -> None:
    """It must know the whole name, and the branch: nobody looks through others' rosters."""
    town.zhao.says("/transfer")
    await world.settle()
    town.zhao.taps("转入:西城支部")
    await world.settle()
    town.zhao.says("张伟")
    await world.settle()
    town.zhao.taps("从其他支部转入")
    await world.settle()
    town.zhao.says("东城")
    await world.settle()
    assert "姓名和支部名称都要完整" in town.zhao.screen()
    assert town.zhao.last_message.buttons == ["取消"]
    town.zhao.says("/transfer")
    await world.settle()
    town.zhao.taps("转入:西城支部")
    await world.settle()
    town.zhao.says("张伟")
    await world.settle()
    town.zhao.taps("从其他支部转入")
    await world.settle()
    town.zhao.says("东城支部")
    await world.settle()
    town.zhao.taps("张伟")
    await world.settle()
    town.zhao.taps("申请转接")
    await world.settle()
    assert "「西城支部」请您转出" in town.wang.screen()
    town.wang.taps("批准")
    await world.settle()
    assert town.spans() == [("东城", ENROLLED, TODAY), ("西城", TODAY, None)]


async def test_a_transfer_waits_for_its_day(world: World, town: Town) -> None:
    await town.moves("2026-12-01")
    assert town.states() == ["agreed"]
    assert "12月1日" in town.zhang.screen()
    await world.move_to(datetime.fromisoformat("2026-11-30T23:59:00+08:00"))
    assert town.spans() == [("东城", ENROLLED, None)]
    await world.move_to(datetime.fromisoformat("2026-12-01T00:00:00+08:00"))
    assert town.spans() == [("东城", ENROLLED, date(2026, 12, 1)), ("西城", date(2026, 12, 1), None)]
    assert town.states() == ["made"]


async def test_what_was_counted_before_stays_as_it_is(world: World, town: Town) -> None:
    town.wang.says("/newactivity 主题党日 参观\n时间: 2026-11-03 15:00\n地点: 纪念馆")
    await world.settle()
    town.wang.taps("发布")
    await world.move_to(datetime.fromisoformat("2026-11-03T18:00:00+08:00"))
    town.wang.taps("全部确认")
    await world.settle()
    before = world.rows(Rollup), world.rows(Attendance)
    assert {row["expected"] for row in before[0]} == {3}
    await town.moves()
    assert town.states() == ["made"]
    assert (world.rows(Rollup), world.rows(Attendance)) == before
    town.wang.says("/summary 2026-11")
    await world.settle()
    assert "应到3" in town.wang.screen().replace(" ", "")


async def test_a_span_of_leave_goes_along_and_answers_to_the_old_branch_lapse(
    world: World, town: Town
) -> None:
    town.wang.says("/newactivity 主题党日 参观\n时间: 2026-11-20 15:00\n地点: 纪念馆")
    await world.settle()
    town.wang.taps("发布")
    await world.move_to(datetime.fromisoformat("2026-11-13T15:30:00+08:00"))
    town.zhang.taps("参加")
    await world.settle()
    assert len(world.rows(Rsvp)) == 1
    town.zhang.says("/leave 2026-11-18 至 2026-12-05")
    await world.settle()
    town.zhang.taps("出差")
    await world.settle()
    town.wang.taps("批准")
    await world.settle()
    await town.moves("2026-11-25")
    await world.move_to(datetime.fromisoformat("2026-11-25T00:00:00+08:00"))
    leaves = [
        (row["branch_id"], f"{row['starts_at']:%m-%d %H}", f"{row['ends_at']:%m-%d %H}", row["state"])
        for row in world.rows(Leave)
    ]
    assert leaves == [
        (town.east.unit, "11-17 16", "11-24 16", "approved"),
        (town.west.unit, "11-24 16", "12-05 16", "approved"),
    ]
    town.zhao.says("/newactivity 主题党日 参观\n时间: 2026-12-02 15:00\n地点: 纪念馆")
    await world.settle()
    town.zhao.taps("发布")
    await world.move_to(datetime.fromisoformat("2026-12-02T18:00:00+08:00"))
    town.zhao.taps("全部确认")
    await world.settle()
    west = {
        row["person_id"]: row["outcome"]
        for row in world.rows(Attendance)
        if row["branch_id"] == town.west.unit
    }
    assert west[town.east.people["张伟"].person] == "leave"
    assert len(west) == 3


async def test_what_the_new_branch_has_open_comes_to_them(world: World, town: Town) -> None:
    """No chat is bound there, so it writes to its members; the old branch's members get nothing twice."""
    town.zhao.says("/newtopic 学习基层工作条例\n发布: 现在\n第一章")
    await world.settle()
    town.zhao.taps("发布")
    await world.settle()
    town.wang.says("/newactivity 主题党日 参观\n时间: 2026-11-05 15:00\n地点: 纪念馆")
    await world.settle()
    town.wang.taps("发布")
    await world.settle()
    town.zhang.taps("参加")
    await world.settle()
    li = len(town.east["李娜"].messages)
    assert not any("基层工作条例" in message.text for message in town.zhang.messages)
    await town.moves()
    pushed = [message for message in town.zhang.messages if "基层工作条例" in message.text]
    assert len(pushed) == 1
    assert world.rows(Rsvp) == []
    assert len(town.east["李娜"].messages) == li
    town.zhang.taps("打卡", on=pushed[0])
    await world.settle()
    assert town.zhang.toasts[-1].startswith("已打卡")
    told = len(town.zhang.messages)
    await world.move_to(datetime.fromisoformat("2026-11-05T16:00:00+08:00"))
    assert not any("参观" in message.text for message in town.zhang.messages[told:])


async def test_the_other_branch_can_decline(world: World, town: Town) -> None:
    await town.asks()
    told = len(town.zhang.messages)
    town.zhao.taps("驳回")
    await world.settle()
    assert "未获同意" in town.wang.screen()
    assert len(town.zhang.messages) == told
    assert town.spans() == [("东城", ENROLLED, None)]
    town.zhao.taps_data("moveans:1:1", on=town.zhao.last_message)
    await world.settle()
    assert town.states() == ["declined"]
    assert "已经" in town.zhao.alerts[-1]


async def test_who_asked_can_take_it_back(world: World, town: Town) -> None:
    await town.asks("2026-12-01")
    town.wang.taps("撤回")
    await world.settle()
    assert town.states() == ["withdrawn"]
    await town.moves("2026-12-01")
    town.zhao.says("/transfer")
    await world.settle()
    town.zhao.taps("撤回")  # agreed: either may, until the day
    await world.settle()
    assert town.states() == ["withdrawn", "withdrawn"]
    assert "已撤回" in town.zhang.screen()
    await world.move_to(datetime.fromisoformat("2026-12-02T00:00:00+08:00"))
    assert town.spans() == [("东城", ENROLLED, None)]


async def test_who_presses_sees_it_on_the_card_and_the_others_hear(world: World, town: Town) -> None:
    everybody = (town.wang, town.zhao, town.zhang)

    async def heard(press: str) -> list[int]:
        before = [len(one.messages) for one in everybody]
        town.zhao.taps(press)
        await world.settle()
        return [len(one.messages) - old for one, old in zip(everybody, before, strict=True)]

    await town.asks("2026-12-01")
    assert await heard("批准") == [1, 0, 1]
    assert "双方已确认" in town.zhao.screen()
    await world.does(town.zhao, "/transfer")
    assert await heard("撤回") == [1, 0, 1]
    assert "已撤回" in town.zhao.screen()


async def test_who_holds_a_role_passes_it_on_first(world: World, town: Town) -> None:
    person = town.east.people["张伟"].person
    world.database.write_now(people.appoint, person, town.east.unit, Role.PUBLICITY, ENROLLED)
    await town.opens(town.wang, "张伟")
    for button in ("转接", "已离开"):
        town.wang.taps(button)
        await world.settle()
        assert "还有任职" in town.wang.alerts[-1]
    assert world.rows(Transfer) == []


async def test_a_transfer_that_has_become_impossible_is_told(world: World, town: Town) -> None:
    await town.moves("2026-12-01")
    person = town.east.people["张伟"].person
    world.database.write_now(people.appoint, person, town.east.unit, Role.PUBLICITY, ENROLLED)
    await world.move_to(datetime.fromisoformat("2026-12-01T09:00:00+08:00"))
    assert town.states() == ["failed"]
    for somebody in (town.wang, town.zhao, town.zhang):
        assert any("没有办成" in m.text or "未能办成" in m.text for m in somebody.messages)
    assert town.spans() == [("东城", ENROLLED, None)]


async def test_a_member_goes_one_way_at_a_time_and_not_into_the_past(world: World, town: Town) -> None:
    await town.asks("2026-12-01")
    await town.opens(town.wang, "张伟")
    town.wang.taps("转接")
    await world.settle()
    town.wang.says("西城")
    await world.settle()
    town.wang.taps("机关党委 / 西城支部")
    await world.settle()
    assert "已有转接在办理" in town.wang.alerts[-1]
    await town.opens(town.wang, "李娜")
    town.wang.taps("转接")
    await world.settle()
    town.wang.says("西城")
    await world.settle()
    town.wang.taps("机关党委 / 西城支部")
    await world.settle()
    town.wang.taps("其他日期")
    await world.settle()
    town.wang.says("2026-10-01")
    await world.settle()
    assert len(world.rows(Transfer)) == 1


async def test_nobody_else_asks_answers_or_lets_go(world: World, town: Town) -> None:
    """Members, the other branch's secretary and a coordinator above, with buttons of their own making."""
    boss = world.official("孙丽", town.committee, Role.COORDINATOR).sim
    await town.asks("2026-12-01")
    zhang = town.east.people["张伟"].membership
    li = town.east.people["李娜"].membership
    for person in (town.zhang, boss, town.west["周平"]):
        person.says("/help")
        await world.settle()
        for data in ("moveans:1:1", "movedrop:1", f"left:{zhang}:1", f"member:{zhang}", f"move:{zhang}::0"):
            person.taps_data(data, on=person.last_message)
            await world.settle()
            assert person.alerts[-1] == NOT_YOURS, data
    town.wang.taps_data("moveans:1:1", on=town.wang.last_message)  # who asked does not answer
    town.zhao.taps_data(f"left:{li}:1", on=town.zhao.last_message)
    await world.settle()
    assert town.wang.alerts[-1] == NOT_YOURS
    assert town.zhao.alerts[-1] == NOT_YOURS
    assert town.states() == ["asked"]
    assert town.spans() == [("东城", ENROLLED, None)]


async def test_a_number_of_ones_own_making_names_nobody_of_another_branch(world: World, town: Town) -> None:
    """Whoever takes somebody in must have found them by their whole name and branch before."""
    town.zhao.says("/transfer")
    await world.settle()
    west = town.west.unit
    for person in ("张伟", "李娜"):
        forged = f"move:{town.east.people[person].membership}:{west}:1"
        town.zhao.taps_data(forged, on=town.zhao.last_message)
        await world.settle()
        assert person not in "".join([town.zhao.screen(), *town.zhao.alerts])
    assert world.rows(Transfer) == []


async def test_who_leaves_takes_an_agreed_transfer_along_and_the_other_branch_hears(
    world: World, town: Town
) -> None:
    await town.moves("2026-12-01")
    zhang = town.east.people["张伟"].membership
    town.wang.taps_data(f"left:{zhang}:1", on=town.wang.last_message)
    await world.settle()
    assert town.states() == ["withdrawn"]
    assert "张伟" in town.zhao.screen()
    assert "撤回" in town.zhao.screen()


@pytest.mark.parametrize("elsewhere", ["/roster", "/me", "帮助", "返回", "首页"])
async def test_going_elsewhere_ends_the_question(world: World, town: Town, elsewhere: str) -> None:
    await town.opens(town.wang, "张伟")
    assert "是哪一个" in await world.does(town.wang, "转接", "西城")
    await world.does(town.wang, elsewhere)
    assert "西城支部" not in await world.does(town.wang, "西城")
    assert "您想做什么?" in town.wang.screen()


async def test_what_was_weighed_waits_while_one_looks_elsewhere(world: World, town: Town) -> None:
    await town.opens(town.wang, "张伟")
    await world.does(town.wang, "转接", "西城", "机关党委 / 西城支部")
    card = town.wang.last_message
    await world.does(town.wang, "/me")
    town.wang.taps("申请转接", on=card)
    await world.settle()
    assert town.states() == ["asked"]


@pytest.mark.parametrize("typed", ["看情况", "2026-10-01"])
async def test_a_day_that_will_not_do_is_asked_again_with_a_way_out(
    world: World, town: Town, typed: str
) -> None:
    await town.opens(town.wang, "张伟")
    await world.does(town.wang, "转接", "西城", "机关党委 / 西城支部", "其他日期")
    screen = await world.does(town.wang, typed)
    assert "09:00" not in screen
    assert "2026-12-01" in screen
    assert town.wang.last_message.buttons == ["取消"]
    assert "2026年12月1日" in await world.does(town.wang, "2026-12-01")


async def test_a_second_press_asks_nothing_twice(world: World, town: Town) -> None:
    await town.opens(town.wang, "张伟")
    town.wang.taps("转接")
    await world.settle()
    town.wang.says("西城")
    await world.settle()
    town.wang.taps("机关党委 / 西城支部")
    await world.settle()
    card = town.wang.last_message
    town.wang.taps("申请转接", on=card)
    town.wang.taps("申请转接", on=card)
    await world.settle()
    assert town.states() == ["asked"]


async def test_a_branch_made_for_a_time_has_no_part_in_transfers(world: World, town: Town) -> None:
    def makes(tx):  # type: ignore[no-untyped-def]
        from domain.units import Form, UnitKind  # noqa: PLC0415

        now = world.clock.now()
        until = date(2027, 1, 1)
        return units.found_unit(
            tx, "抗洪临时支部", UnitKind.BRANCH, town.committee, ENROLLED, now, Form.TEMPORARY, until
        )

    flood = world.database.write_now(makes)
    await town.opens(town.wang, "张伟")
    town.wang.taps("转接")
    await world.settle()
    town.wang.says("抗洪")
    await world.settle()
    assert "没有这个名称的其他支部" in town.wang.screen()
    zhang = town.east.people["张伟"].membership
    town.wang.taps_data(f"move:{zhang}:{flood}:0", on=town.wang.last_message)
    await world.settle()
    assert town.wang.alerts[-1] == "这类组织不办理此事。未作任何改动。"
    assert world.rows(Transfer) == []


async def test_a_branch_where_nobody_can_answer_leaves_it_to_who_administers(world: World) -> None:
    committee = world.committee("机关党委")
    east = world.branch("东城支部", ["张伟"], "王芳", under=committee)
    world.branch("西城支部", ["周平"], under=committee)
    admin = world.official("孙丽", committee, Role.ADMINISTRATOR).sim
    town = Town.__new__(Town)
    town.world, town.east, town.wang = world, east, east["王芳"]
    await town.asks()
    assert "请您接收" in admin.screen()
    admin.taps("批准")
    await world.settle()
    assert [row["state"] for row in world.rows(Transfer)] == ["made"]


# --- leaving and coming back ---------------------------------------------------------------------


async def test_who_left_comes_back_with_both_memberships_on_record(world: World, town: Town) -> None:
    await town.opens(town.wang, "张伟")
    town.wang.taps("已离开")
    await world.settle()
    assert "此前的统计不变" in town.wang.screen()
    town.wang.taps("确认")
    await world.settle()
    assert town.wang.screen() == "张伟同志已不再属于「东城支部」。"
    assert "不再属于「东城支部」" in town.zhang.screen()
    town.wang.says("/roster")
    await world.settle()
    assert "张伟" not in town.wang.screen()
    town.zhang.says("/topic")  # still known, and a member of nothing
    await world.settle()
    assert "还不认识您" not in town.zhang.screen()
    await world.advance(timedelta(days=30))
    town.wang.says("/transfer")
    await world.settle()
    town.wang.taps("转入:东城支部")
    await world.settle()
    town.wang.says("张伟")
    await world.settle()
    town.wang.taps("重新加入:张伟")
    await world.settle()
    town.wang.taps("确认")
    await world.settle()
    assert town.spans() == [("东城", ENROLLED, TODAY), ("东城", date(2026, 12, 2), None)]
    assert "重新属于「东城支部」" in town.zhang.screen()
    town.wang.taps_data(
        f"comeback:{town.east.unit}:{town.east.people['张伟'].person}:1", on=town.wang.last_message
    )
    await world.settle()
    assert len(town.spans()) == 2


async def test_the_link_of_who_left_opens_nothing(world: World) -> None:
    branch = world.branch("东城支部", ["张伟"], "王芳", unlinked=["张伟"])
    wang, zhang = branch["王芳"], branch["张伟"]
    old = world.database.write_now(invites.invite_everybody, branch.unit, b"seed", world.clock.now())
    wang.says("/roster")
    await world.settle()
    wang.taps("张伟")
    await world.settle()
    wang.taps("已离开")
    await world.settle()
    wang.taps("确认")
    await world.settle()
    zhang.open_link(old[0].token)
    await world.settle()
    assert "这个链接不能用" in zhang.screen()
    assert [
        row["until"] for row in world.rows(Membership) if row["person_id"] == branch.people["张伟"].person
    ] == [TODAY]


async def test_a_name_in_markup_stays_a_name(world: World, town: Town) -> None:
    world.database.write_now(rename, town.west.unit, "<b>西城</b>")
    await town.opens(town.wang, "张伟")
    town.wang.taps("转接")
    await world.settle()
    town.wang.says("<b>")
    await world.settle()
    town.wang.taps("机关党委 / <b>西城</b>")
    await world.settle()
    assert "「<b>西城</b>」" in town.wang.screen()


async def test_a_day_too_far_ahead_is_not_called_past(world: World, town: Town) -> None:
    await town.opens(town.wang, "张伟")
    await world.does(town.wang, "转接", "西城", "机关党委 / 西城支部", "其他日期")
    screen = await world.does(town.wang, "2029-01-01")
    assert "这个日期太远" in screen
    assert "已经过去" not in screen
    assert "2026年12月1日" in await world.does(town.wang, "2026-12-01")
