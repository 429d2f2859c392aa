"""移交: successor, day, what moves, a word from above; old buttons die, the record stays."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from domain.errors import NotForYou, NotMeantForYou, Spent
from domain.ids import UnitId
from domain.roles import Role
from messages.refusals import words
from messages.speech import speaking
from simulator.buttons import button_on
from simulator.people import SimPerson
from storage import people
from storage.tables import Activity, Appointment, AuditEntry, Handover, ReadingConsent, Topic
from tests.world import World

TODAY = date(2026, 11, 2)
FIRST = date(2026, 12, 1)


class Office:
    """A committee with 吴敏 as coordinator; 王芳 is secretary of its branch, 李强 and 赵敏 belong to it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.root = world.committee("区直机关工委")
        self.east = world.committee("东城机关党委", self.root)
        self.branch = world.branch("第一党支部", ["李强", "赵敏"], "王芳", under=self.east, group_chat=True)
        self.he = world.official("何平", self.root, Role.ADMINISTRATOR).sim
        self.wu = world.official("吴敏", self.east, Role.COORDINATOR).sim
        self.wang: SimPerson = self.branch["王芳"]
        self.li: SimPerson = self.branch["李强"]

    async def does(self, who: SimPerson, *steps: str) -> str:
        return await self.world.does(who, *steps)

    def sheet_of(self, who: SimPerson) -> tuple[str, list[list[str]]]:
        """The file's name, and its rows."""
        (sent,) = [one.json["document"] for one in who.messages if one.media == "document"]
        content = BytesIO(self.world.telegram.files[sent["file_id"]].data)
        rows = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()
        return sent["file_name"], [[str(cell) for cell in row] for row in rows]

    async def asks(self, *more: str, role: str = "移交:第一党支部·书记") -> str:
        return await self.does(self.wang, "/handover", role, "李强", "李强(第一党支部)", *more)

    def held(self, unit: UnitId | None = None) -> list[tuple[str, date, date | None]]:
        names = {one.person: one.name for one in self.branch.people.values()}
        return [
            (names[row["person_id"]], row["since"], row["until"])
            for row in self.world.rows(Appointment)
            if row["unit_id"] == (unit or self.branch.unit)
        ]

    def trail(self) -> list[str]:
        return [row["act"] for row in self.world.rows(AuditEntry) if row["subject_kind"] == "handover"]

    async def publishes(self, who: SimPerson, title: str = "学习基层工作条例") -> None:
        await self.does(who, f"/newtopic {title}\n发布: 现在\n第一章", "发布")


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


async def test_a_secretary_hands_over_and_both_get_the_sheet(office: Office) -> None:
    await office.publishes(office.wang)
    await office.does(office.wang, "/newtopic 第二课\n第二章")  # a draft
    screen = await office.asks()
    assert "从哪天起" in screen
    screen = await office.does(office.wang, "今天")
    assert "王芳自11月2日 周一起把第一党支部书记职务移交给李强" in screen
    assert "已绑定的群:1" in screen
    assert "已预告或进行中的学习主题:1" in screen
    assert "未完成的草稿:1" in screen
    screen = await office.does(office.wang, "提交")
    assert "已报上级确认" in screen
    assert office.wu.screen().startswith("王芳申请移交")
    assert len(office.held()) == 1
    await office.does(office.wu, "✅ 批准")
    assert office.wu.screen().startswith("已确认。")
    assert office.held() == [
        ("王芳", date(2020, 1, 1), TODAY),
        ("李强", TODAY, None),
    ]
    told = [one.text for one in office.li.messages if one.text]
    assert any(text.startswith("即日起,您接替王芳担任第一党支部书记。") for text in told)
    assert any("即日起,由李强担任第一党支部书记" in (one.text or "") for one in office.wang.messages)
    for who in (office.li, office.wang):
        name, rows = office.sheet_of(who)
        assert name == "移交清单-第一党支部-2026-11-02.xlsx"
        assert rows[0][0] == "移交清单:第一党支部"
        assert ["已预告或进行中的学习主题", "学习基层工作条例"] in [row[1:3] for row in rows]
        assert ["未完成的草稿", "第二课"] in [row[1:3] for row in rows]
    assert office.trail() == ["handover_asked", "handover_confirmed", "handed_over"]
    assert [row["state"] for row in office.world.rows(Handover)] == ["done"]


async def test_the_sheet_says_what_has_no_title_in_words(office: Office) -> None:
    plan = "/newactivity 主题党日\n时间: {}\n地点: 纪念馆"
    await office.does(office.wang, plan.format("2026-11-20 15:00"), "发布")
    await office.does(office.wang, plan.format("2026-12-10 15:00\n重复: 每月第二个周四"), "发布")
    await office.does(office.wang, plan.format("2026-11-26 15:00"))  # a draft
    await office.asks("今天", "提交")
    await office.does(office.wu, "✅ 批准")
    _, rows = office.sheet_of(office.li)
    found = [row[1:3] for row in rows]
    assert ["即将举行的活动", "主题党日 · 11月20日 周五"] in found
    assert ["未完成的草稿", "主题党日 · 11月26日 周四"] in found
    assert ["定期计划", "主题党日"] in found
    assert ["已绑定的群", "群(11月2日 周一绑定)"] in found
    assert "–" not in str(rows)


async def test_what_was_the_secretarys_is_the_successors_and_old_buttons_die(office: Office) -> None:
    await office.publishes(office.wang)
    await office.does(office.wang, "/newtopic 第二课\n发布: 2026-11-27 09:00\n第二章")
    draft = office.wang.last_message
    office.branch["赵敏"].says("/leave 11-20 至 11-25 出差")
    await office.world.settle()
    card = office.wang.last_message
    assert "赵敏" in card.text
    await office.asks("今天", "提交")
    await office.does(office.wu, "✅ 批准")
    office.wang.taps("批准", on=card)
    office.wang.taps("发布", on=draft)
    await office.world.settle()
    with speaking("zh"):
        assert office.wang.alerts == [words(NotForYou())] * 2
    await office.does(office.li, "/requests")
    assert "赵敏" in office.li.screen()
    await office.does(office.li, "✅ 批准")
    assert "已批准:赵敏" in office.li.screen()
    li = office.branch.people["李强"].person
    (second,) = [row for row in office.world.rows(Topic) if row["title"] == "第二课"]
    assert (second["created_by"], second["state"]) == (li, "draft")
    screen = await office.does(office.li, "/topics")
    assert "第二课" in screen + str(office.li.last_message.buttons)


async def test_it_takes_effect_on_its_day_and_not_before(office: Office) -> None:
    await office.asks("2026-12-01", "提交")
    await office.does(office.wu, "✅ 批准")
    assert "移交已经上级确认" in office.wang.screen()
    assert "移交已经上级确认" in office.li.screen()
    assert office.held() == [("王芳", date(2020, 1, 1), FIRST), ("李强", FIRST, None)]
    await office.world.move_to(datetime.fromisoformat("2026-11-30T23:59:00+08:00"))
    assert "第一党支部·书记" in await office.does(office.wang, "/handover")
    assert "没有可以移交的职务" in await office.does(office.li, "/handover")
    await office.world.move_to(datetime.fromisoformat("2026-12-01T08:00:00+08:00"))
    assert office.sheet_of(office.li)[0] == "移交清单-第一党支部-2026-12-01.xlsx"
    assert "第一党支部·书记" in await office.does(office.li, "/handover")
    assert "没有可以移交的职务" in await office.does(office.wang, "/handover")
    assert [row["state"] for row in office.world.rows(Handover)] == ["done"]


async def test_the_first_answer_wins_and_the_second_sees_whose_it_was(office: Office) -> None:
    second = office.world.official("周平", office.east, Role.COORDINATOR).sim
    await office.asks("今天", "提交")
    card = second.last_message
    await office.does(office.wu, "驳回")
    assert "驳回" in office.wang.screen()
    second.taps("✅ 批准", on=card)
    await office.world.settle()
    assert second.alerts == ["吴敏已经答复过了,一切照旧。"]
    assert office.held() == [("王芳", date(2020, 1, 1), None)]
    assert office.trail() == ["handover_asked", "handover_declined"]
    assert len(office.li.messages) == 0


async def test_the_giver_takes_it_back_while_nobody_has_answered(office: Office) -> None:
    screen = await office.asks("今天", "提交", "撤回移交")
    assert "待上级确认" not in screen
    card = office.wu.last_message
    office.wu.taps("✅ 批准", on=card)
    await office.world.settle()
    assert office.wu.alerts == ["这件事已经答复或撤回。"]
    assert office.held() == [("王芳", date(2020, 1, 1), None)]
    assert "李强" in await office.asks("今天")


async def test_one_confirmation_counts_once_and_a_second_hand_over_waits(office: Office) -> None:
    await office.asks("今天")
    question = office.wang.last_message
    office.wang.taps("提交", on=question)
    office.wang.taps("提交", on=question)
    await office.world.settle()
    with speaking("zh"):
        assert office.wang.alerts == [words(Spent())]
    assert len(office.world.rows(Handover)) == 1
    screen = await office.does(office.wang, "/handover")
    assert "待上级确认:自11月2日 周一起移交给李强" in screen
    assert office.wang.last_message.buttons[0] == "撤回:第一党支部·书记"


async def test_drafts_may_stay_behind(office: Office) -> None:
    await office.does(office.wang, "/newactivity 主题党日\n时间: 2026-11-20 15:00\n地点: 纪念馆")
    await office.asks("今天")
    screen = await office.does(office.wang, "草稿留给自己")
    assert "您的草稿留在您这里" in screen
    await office.does(office.wang, "提交")
    await office.does(office.wu, "✅ 批准")
    (draft,) = office.world.rows(Activity)
    assert draft["created_by"] == office.branch.people["王芳"].person


async def test_a_day_that_cannot_be_read_is_asked_again_with_a_way_out(office: Office) -> None:
    screen = await office.asks("看情况")
    assert "看不懂这个日期" in screen
    assert "取消" in office.wang.last_message.buttons
    await office.does(office.wang, "今天", "提交")
    assert [row["state"] for row in office.world.rows(Handover)] == ["asked"]


async def test_who_has_no_drafts_is_not_asked_about_them(office: Office) -> None:
    await office.asks("今天")
    assert not any("草稿" in label for label in office.wang.last_message.buttons)


async def test_without_anybody_appointed_above_the_deployments_administrators_confirm(world: World) -> None:
    branch = world.branch("第一党支部", ["李强"], "王芳")
    chief = world.telegram.person("总管")
    world.app = world.new_app(frozenset({chief.id}))
    chief.start()
    await world.settle()
    wang = branch["王芳"]
    for step in ("/handover", "移交:第一党支部·书记", "李强", "李强(第一党支部)", "今天", "提交"):
        if wang.messages and button_on(wang.last_message, step):
            wang.taps(step)
        else:
            wang.says(step)
        await world.settle()
    assert chief.screen().startswith("王芳申请移交")
    chief.taps("✅ 批准")
    await world.settle()
    assert [row["until"] for row in world.rows(Appointment)] == [TODAY, None]


async def test_nobody_confirms_their_own_and_forged_buttons_reach_nothing(office: Office) -> None:
    await office.asks("今天", "提交")
    west = office.world.branch("第二党支部", secretary="陈静", under=office.east)
    for who in (office.wang, office.li, west["陈静"]):
        await office.does(who, "/help")
        who.taps_data("hoyes:1:1", on=who.last_message)
        await office.world.settle()
        with speaking("zh"):
            assert who.alerts == [words(NotForYou())]
    zhao, appointment = office.branch["赵敏"], office.world.rows(Appointment)[-2]["id"]
    await office.does(zhao, "/help")
    for forged in (f"ho:{appointment}:", "hoback:1", "hosure:guessed", "hoday:20261399", "consent:1:1"):
        zhao.taps_data(forged, on=zhao.last_message)
        await office.world.settle()
    await office.does(zhao, "赵敏")
    assert [row["state"] for row in office.world.rows(Handover)] == ["asked"]
    assert len(office.held()) == 1


async def test_somebody_from_another_branch_does_not_take_over(office: Office) -> None:
    office.world.branch("第二党支部", ["周平"], under=office.east)
    await office.does(office.wang, "/handover", "移交:第一党支部·书记", "周平")
    assert "本组织内没有这个名字的同志" in office.wang.screen()


async def test_a_term_that_was_ended_meanwhile_lapses_the_hand_over(office: Office) -> None:
    await office.asks("2026-12-01", "提交")
    await office.does(office.wu, "✅ 批准")
    made = office.world.rows(Appointment)[-1]["id"]
    await office.does(office.wu, "/units", "第一党支部", "👤 任职")
    office.wu.taps_data(f"roleend:{made}", on=office.wu.last_message)
    await office.world.settle()
    await office.does(office.wu, "确认")
    await office.world.move_to(datetime.fromisoformat("2026-12-02T08:00:00+08:00"))
    assert [row["state"] for row in office.world.rows(Handover)] == ["lapsed"]
    assert "handed_over" not in office.trail()


async def handed_in(office: Office, who: SimPerson, text: str) -> None:
    await office.does(who, "/reflect", text, "改为仅书记", "提交")


async def test_a_piece_for_the_secretary_stays_closed_until_its_author_agrees(office: Office) -> None:
    zhao = office.branch["赵敏"]
    await office.publishes(office.wang)
    await handed_in(office, zhao, "只给书记的话")
    await handed_in(office, office.branch["王芳"], "王芳自己的话")
    await office.world.advance(timedelta(days=1))
    await office.asks("今天", "提交")
    await office.does(office.wu, "✅ 批准")
    assert "李强现任第一党支部书记。\n此前您有 1 篇心得只给书记看。" in zhao.screen()

    async def opens() -> str:
        await office.does(office.li, "/help")
        before = len(office.li.alerts)
        office.li.taps_data("piece:1", on=office.li.last_message)
        await office.world.settle()
        return office.li.alerts[-1] if len(office.li.alerts) > before else office.li.screen()

    with speaking("zh"):
        closed = words(NotMeantForYou())
    assert await opens() == closed
    office.li.taps_data("accept:1", on=office.li.last_message)
    await office.world.settle()
    assert office.li.alerts[-1] == closed
    question = zhao.last_message
    await office.does(zhao, "同意阅读")
    assert "可以阅读" in zhao.screen()
    assert "只给书记的话" in await opens()
    zhao.taps("改为不同意", on=question)
    await office.world.settle()
    assert await opens() == closed
    answers = {row["author_id"]: row["agreed"] for row in office.world.rows(ReadingConsent)}
    assert answers[office.branch.people["赵敏"].person] is False
    assert [row["act"] for row in office.world.rows(AuditEntry)].count("consented") == 1


async def test_a_deputy_who_could_read_before_goes_on_reading(office: Office) -> None:
    office.world.database.write_now(
        people.appoint,
        office.branch.people["李强"].person,
        office.branch.unit,
        Role.DEPUTY,
        date(2021, 1, 1),
    )
    zhao = office.branch["赵敏"]
    await office.publishes(office.wang)
    await handed_in(office, zhao, "只给书记的话")
    await office.world.advance(timedelta(days=1))
    await office.asks("今天", "提交")
    await office.does(office.wu, "✅ 批准")
    assert "现任第一党支部书记" not in zhao.screen()
    office.li.taps_data("piece:1", on=office.li.last_message)
    await office.world.settle()
    assert "只给书记的话" in office.li.screen()
