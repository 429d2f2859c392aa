"""An administrator and a coordinator look after the tree: units, what is set on them, and roles."""

from datetime import date, timedelta

import pytest

from domain.errors import NotForYou, Spent
from domain.ids import UnitId
from domain.roles import Role
from messages.refusals import words
from messages.speech import speaking
from simulator.buttons import button_on
from simulator.chats import Message
from simulator.people import SimPerson
from storage import units
from storage.tables import Appointment, AuditEntry, TopicBranch, Unit, UnitPlace, UnitSetting
from tests.world import ENROLLED, World


class County:
    """A root with two committees; 第一党支部 stands below the first. 何平 administers, 吴敏 coordinates."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.root = world.committee("区直机关工委")
        self.east = world.committee("东城机关党委", under=self.root)
        self.west = world.committee("西城机关党委", under=self.root)
        self.branch = world.branch("第一党支部", ["李强", "赵敏"], "王芳", under=self.east)
        self.he: SimPerson = world.official("何平", self.root, Role.ADMINISTRATOR).sim
        self.wu: SimPerson = world.official("吴敏", self.east, Role.COORDINATOR).sim

    async def does(self, who: SimPerson, *steps: str) -> str:
        """Each step is a button where one stands with those words, else it is said; the last screen."""
        for step in steps:
            if button_on(who.last_message, step) if who.messages else None:
                who.taps(step, on=who.last_message)
            else:
                who.says(step)
            await self.world.settle()
        return who.screen()

    def unit_named(self, name: str) -> UnitId:
        return next(UnitId(row["id"]) for row in self.world.rows(Unit) if row["name"] == name)

    def path(self, unit: UnitId) -> tuple[str, ...]:
        found = self.world.database.read_now(units.unit_with, unit, self.world.clock.now().date())
        assert found is not None
        return found.path

    def trail(self) -> list[str]:
        return [row["act"] for row in self.world.rows(AuditEntry)]


def buttons(who: SimPerson) -> list[str]:
    return [button["text"] for row in who.last_message.rows for button in row]


def next_press(question: Message) -> str:
    """What the confirming button of a screen carries, as it stood there before."""
    return str(question.rows[0][0]["callback_data"])


@pytest.fixture
def county(world: World) -> County:
    return County(world)


async def test_an_administrator_creates_a_branch_and_finds_it_by_a_part_of_its_name(county: County) -> None:
    screen = await county.does(county.he, "/units", "东城机关党委", "➕ 新建下级", "党支部", "第二党支部")
    assert screen.startswith("在「东城机关党委」下新建党支部「第二党支部」?")
    screen = await county.does(county.he, "确认")
    assert "区直机关工委 › 东城机关党委 › 第二党支部" in screen
    assert county.trail() == ["unit_created"]
    screen = await county.does(county.he, "🔎 查找组织", "第二")
    assert "「第二」的查找结果:" in screen
    assert buttons(county.he)[0] == "东城机关党委 / 第二党支部"
    screen = await county.does(county.he, "东城机关党委 / 第二党支部")
    assert screen.startswith("第二党支部")


async def test_one_confirmation_counts_once_and_a_stale_one_is_answered_kindly(county: County) -> None:
    await county.does(county.he, "/units", "东城机关党委", "➕ 新建下级", "党支部", "第二党支部")
    question = county.he.last_message
    county.he.taps("确认", on=question)
    county.he.taps("确认", on=question)
    await county.world.settle()
    assert [row["name"] for row in county.world.rows(Unit)].count("第二党支部") == 1
    assert county.he.alerts == ["这一步已经办过,或已放弃。未作任何改动。"]
    assert county.he.screen().startswith("已办理。\n第二党支部")


async def test_renaming_says_how_many_people_it_concerns(county: County) -> None:
    screen = await county.does(county.he, "/units", "东城机关党委", "第一党支部", "改名", "东城一支部")
    assert "把「第一党支部」改名为「东城一支部」?" in screen
    assert "涉及 3 人。" in screen
    await county.does(county.he, "取消")
    assert county.unit_named("第一党支部")
    await county.does(county.he, "改名", "东城一支部", "确认")
    assert county.path(county.branch.unit)[-1] == "东城一支部"
    assert county.trail() == ["unit_renamed"]


async def test_a_unit_moves_from_today_and_keeps_where_it_stood(county: County) -> None:
    await county.does(county.he, "/units", "东城机关党委", "第一党支部", "移动", "西城")
    screen = await county.does(county.he, "区直机关工委 / 西城机关党委")
    assert "自今天起把「第一党支部」移到「西城机关党委」下面?" in screen
    assert "涉及 3 人。" in screen
    await county.does(county.he, "确认")
    assert county.path(county.branch.unit) == ("区直机关工委", "西城机关党委", "第一党支部")
    places = [
        (row["parent_id"], row["since"], row["until"])
        for row in county.world.rows(UnitPlace)
        if row["unit_id"] == county.branch.unit
    ]
    today = date(2026, 11, 2)
    assert places == [(county.east, ENROLLED, today), (county.west, today, None)]


async def test_a_branch_with_members_is_not_archived_and_an_empty_one_is(county: County) -> None:
    screen = await county.does(county.he, "/units", "东城机关党委", "第一党支部", "归档")
    assert county.he.alerts == ["该组织还有成员 3 人、下级组织 0 个,不能归档。未作任何改动。"]
    empty = county.world.branch("空党支部", under=county.west).unit
    screen = await county.does(county.he, "/units", "西城机关党委", "空党支部", "归档")
    assert screen.startswith("自11月2日 周一起归档「空党支部」?")
    await county.does(county.he, "其他日期…", "2026-12-31")
    assert county.he.screen().startswith("自12月31日 周四起归档「空党支部」?")
    screen = await county.does(county.he, "确认")
    assert "12月31日 周四到期。" in screen
    assert next(row["archived_on"] for row in county.world.rows(Unit) if row["id"] == empty) == date(
        2026, 12, 31
    )
    await county.world.advance(timedelta(days=60))
    screen = await county.does(county.he, "/units", "西城机关党委")
    assert "空党支部" not in buttons(county.he)


async def test_a_coordinator_changes_what_is_below_their_unit_and_not_the_unit(county: County) -> None:
    await county.does(county.wu, "/units")
    assert county.wu.screen().startswith("东城机关党委")
    assert "➕ 新建下级" in buttons(county.wu)
    assert not {"改名", "移动", "归档"} & set(buttons(county.wu))
    await county.does(county.wu, "第一党支部", "改名", "东城一支部", "确认")
    assert county.unit_named("东城一支部") == county.branch.unit


async def test_a_forged_button_reaches_no_unit_outside(county: County) -> None:
    await county.does(county.wu, "/units")
    for forged in (
        f"unit:{county.west}:0",
        f"unitname:{county.east}",
        f"unitmove:{county.west}:{county.east}",
        f"unitend:{county.west}:0",
        f"unitnew:{county.west}:branch:regular",
        f"usetone|{county.west}|checkin|off",
        f"roles:{county.west}",
        "unitsure:guessed",
    ):
        county.wu.taps_data(forged, on=county.wu.last_message)
    await county.world.settle()
    with speaking("zh"):
        refused, spent = words(NotForYou()), words(Spent())
    assert county.wu.alerts == [*[refused] * 7, spent]
    assert {row["act"] for row in county.world.rows(AuditEntry)} == {"refused"}
    assert len(county.world.rows(AuditEntry)) == 7
    assert county.world.rows(UnitSetting) == []


async def test_a_member_looks_after_no_unit(county: County) -> None:
    county.branch["李强"].says("/units")
    await county.world.settle()
    assert county.branch["李强"].screen() == "没有由您管理的组织。"


async def test_a_setting_shows_where_it_is_inherited_from(county: County) -> None:
    county.world.set(county.root, "quiet_hours", "21:00-08:00")
    screen = await county.does(county.he, "/units", "东城机关党委", "第一党支部", "⚙️ 设置")
    assert "免打扰时段:21:00-08:00(沿用区直机关工委)" in screen
    assert "学习时间:09:00(默认)" in screen
    screen = await county.does(county.he, "改:免打扰时段", "22:30-06:30")
    assert "免打扰时段:22:30-06:30(本级设置)" in screen
    screen = await county.does(county.he, "改:免打扰时段", "沿用上级")
    assert "免打扰时段:21:00-08:00(沿用区直机关工委)" in screen
    assert county.trail() == ["setting_changed", "setting_changed"]


async def test_a_value_that_cannot_be_is_refused(county: County) -> None:
    for setting, value in (("时区", "Mars/Olympus"), ("学习时间", "25:00"), ("学习日", "有空就学")):
        await county.does(county.he, "/units", "⚙️ 设置", f"改:{setting}", value)
        assert county.he.screen() == "没看懂这个值。未作任何改动。"
    assert county.world.rows(UnitSetting) == []


async def test_a_secretary_sets_the_slot_of_their_own_branch(county: County) -> None:
    wang = county.branch["王芳"]
    screen = await county.does(wang, "/units", "⚙️ 设置", "改:学习日", "每周四")
    assert "学习日:" in screen
    assert ("study_rule", "FREQ=WEEKLY;BYDAY=TH") in [
        (row["name"], row["value"]) for row in county.world.rows(UnitSetting)
    ]


async def test_an_appointed_secretary_is_told_and_can_act_at_once(county: County) -> None:
    screen = await county.does(
        county.wu, "/units", "第一党支部", "👤 任职", "➕ 任命", "书记", "李强", "李强(第一党支部)"
    )
    assert "自11月2日 周一起,由李强担任第一党支部书记?" in screen
    screen = await county.does(county.wu, "确认")
    assert "书记:李强" in screen
    li = county.branch["李强"]
    assert li.screen().startswith("自11月2日 周一起,您担任第一党支部书记。")
    await county.does(li, "/missing")
    assert "不归您" not in li.screen()
    screen = await county.does(county.wu, "免去:李强·书记", "确认")
    assert li.screen() == "自11月2日 周一起,您不再担任第一党支部书记。感谢您的付出。"
    assert [row["until"] for row in county.world.rows(Appointment)][-1] == date(2026, 11, 2)


async def test_a_role_may_begin_on_a_later_day(county: County) -> None:
    await county.does(
        county.wu, "/units", "第一党支部", "👤 任职", "➕ 任命", "副书记", "赵敏", "赵敏(第一党支部)"
    )
    await county.does(county.wu, "其他日期…", "2026-12-01", "确认")
    assert "副书记:赵敏(自12月1日 周二)" in county.wu.screen()


async def test_a_coordinator_makes_no_administrator(county: County) -> None:
    await county.does(county.wu, "/units", "第一党支部", "👤 任职", "➕ 任命")
    assert "管理员" not in buttons(county.wu)
    zhao = county.branch.people["赵敏"].person
    county.wu.taps_data(f"rolegive:{county.branch.unit}:administrator:{zhao}", on=county.wu.last_message)
    await county.world.settle()
    assert county.trail() == ["refused"]
    assert len(county.world.rows(Appointment)) == 3


async def test_the_last_administrator_stays(county: County) -> None:
    await county.does(county.he, "/units", "👤 任职", "免去:何平·管理员")
    assert county.he.alerts == ["这样就没有其他能联系上的管理员了。请先任命另一位管理员。"]
    assert [row["until"] for row in county.world.rows(Appointment)] == [None] * 3


async def test_many_units_come_a_page_at_a_time(county: County) -> None:
    for number in range(1, 20):
        county.world.branch(f"第{number}支部", under=county.west)
    screen = await county.does(county.he, "/units", "西城机关党委")
    assert "下级组织 19 个" in screen
    assert "第 1 页" in screen
    screen = await county.does(county.he, "下一页 ▸", "下一页 ▸")
    assert buttons(county.he)[:3] == ["第17支部", "第18支部", "第19支部"]
    assert "下一页 ▸" not in buttons(county.he)


async def test_a_temporary_branch_is_made_with_its_end_and_takes_a_guest(county: County) -> None:
    screen = await county.does(
        county.he, "/units", "西城机关党委", "➕ 新建下级", "临时党支部", "抗洪临时党支部", "2026-12-31"
    )
    assert "在「西城机关党委」下新建临时党支部「抗洪临时党支部」?" in screen
    assert "12月31日 周四到期。" in screen
    assert "不办党费" in screen
    await county.does(county.he, "确认", "👥 编入人员", "➕ 编入", "李强", "李强(第一党支部)")
    assert "自今天起,第一党支部的李强编入「抗洪临时党支部」参加活动?" in county.he.screen()
    assert "在那里的考勤计入原支部。" in county.he.screen()
    press = next_press(county.he.last_message)
    screen = await county.does(county.he, "确认")
    assert "李强(第一党支部、至12月31日 周四)" in screen
    county.he.taps_data(press, on=county.he.last_message)
    await county.world.settle()
    assert county.he.alerts == ["已经是这样了。未作任何改动。"]
    screen = await county.does(county.he, "/units", "西城机关党委", "抗洪临时党支部")
    assert "党员 0 人" in screen
    assert "编入 1 人" in screen
    screen = await county.does(county.he, "👥 编入人员", "结束:李强", "确认")
    assert "暂无编入人员。" in screen


async def test_a_new_slot_leaves_what_was_published_as_it_was(county: County) -> None:
    wang = county.branch["王芳"]
    wang.says("/newtopic 学习基层工作条例\n第一章")
    await county.world.settle()
    wang.taps("发布")
    await county.world.settle()

    def windows() -> list[tuple[object, object]]:
        return [(row["opens_at"], row["closes_at"]) for row in county.world.rows(TopicBranch)]

    before = windows()
    assert len(before) == 1
    await county.does(wang, "/units", "⚙️ 设置", "改:学习时间", "15:00")
    await county.does(wang, "改:时区", "Asia/Urumqi")
    assert windows() == before
    wang.says("/newtopic 第二课\n第二章")
    await county.world.settle()
    assert "15:00" in wang.screen()


async def test_administration_leads_to_the_units(county: County) -> None:
    screen = await county.does(county.he, "/admin", "组织")
    assert screen.startswith("区直机关工委")


async def test_who_loses_a_role_loses_its_buttons(county: County) -> None:
    await county.does(county.wu, "/units", "第一党支部")
    await county.does(county.he, "/units", "东城机关党委", "👤 任职", "免去:吴敏·联络员", "确认")
    before = county.wu.last_message
    old = next(one for one in county.wu.messages if "改名" in one.buttons or "改名" in str(one.rows))
    county.wu.taps("改名", on=old)
    await county.world.settle()
    with speaking("zh"):
        assert county.wu.alerts == [words(NotForYou())]
    assert "不再担任" in before.text


async def test_an_old_confirmation_confirms_nothing_weighed_since(county: County) -> None:
    await county.does(county.he, "/units", "东城机关党委", "第一党支部", "改名", "东城一支部")
    old = county.he.last_message
    await county.does(county.he, "/units", "西城机关党委", "改名", "西城党委")
    county.he.taps("确认", on=old)
    await county.world.settle()
    with speaking("zh"):
        assert county.he.alerts == [words(Spent())]
    assert county.trail() == []
    assert county.unit_named("西城机关党委") == county.west
