"""A theme day from plan to confirmed attendance, as its people see it."""

from datetime import datetime, timedelta

import pytest

from simulator.chats import Message
from storage.tables import Activity, Attendance, Leave, Occurrence, Rollup, Rsvp
from tests.world import Branch, World

MEMBERS = ["李强", "赵敏", "孙丽", "周平", "老马"]
STARTS = datetime.fromisoformat("2026-11-20T15:00:00+08:00")
FORM = "/newactivity 主题党日 参观<纪念馆>\n时间: 2026-11-20 15:00\n地点: 东城纪念馆\n议程: 集合 & 讲解"
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


class Party:
    """第一党支部 with its group: 王芳 is secretary, 老马 is exempt."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.branch: Branch = world.branch(
            members=MEMBERS, secretary="王芳", group_chat=True, exempt=["老马"], languages={"孙丽": "en"}
        )
        self.wang = self.branch["王芳"]

    async def publishes(self) -> None:
        self.wang.says(FORM)
        await self.world.settle()
        self.wang.taps("发布")
        await self.world.settle()

    @property
    def card(self) -> Message:
        assert self.branch.group is not None
        return self.branch.group.card("主题党日")

    async def tap(self, name: str, words: str, on: Message | None = None) -> None:
        self.branch[name].taps(words, on=on)
        await self.world.settle()

    async def asks_leave(self, name: str, kind: str = "出差", leave: str = "请假") -> None:
        await self.tap(name, leave, self.card)
        await self.tap(name, kind)

    def heard(self, name: str, words: str) -> int:
        """How many private messages with these words somebody has got."""
        return sum(words in message.text for message in self.branch[name].messages)

    def reminded(self, name: str) -> int:
        return self.heard(name, "⏰")

    def outcomes(self) -> dict[str, str | None]:
        names = {comrade.person: name for name, comrade in self.branch.people.items()}
        return {
            names[row["person_id"]]: row["outcome"]
            for row in self.world.rows(Attendance)
            if row["counted_as"] == "expected"
        }


@pytest.fixture
def party(world: World) -> Party:
    return Party(world)


async def test_one_message_is_previewed_exactly_and_posted_at_the_tap(world: World, party: Party) -> None:
    party.wang.says(FORM)
    await world.settle()
    preview = party.wang.screen()
    for words in ("参观<纪念馆>", "11月20日 周五 15:00–17:00", "东城纪念馆", "集合 & 讲解", "尚未发布"):
        assert words in preview
    assert party.branch.group is not None
    assert party.branch.group.bot_messages == []
    await party.tap("王芳", "发布")
    for words in ("参观<纪念馆>", "11月20日 周五 15:00–17:00", "应到 5 参加 0 请假 0", "集合 & 讲解"):
        assert words in party.card.text


async def test_going_is_one_tap_counted_on_the_one_card(world: World, party: Party) -> None:
    await party.publishes()
    await party.tap("李强", "参加", party.card)
    await party.tap("赵敏", "参加", party.card)
    await party.tap("李强", "参加", party.card)
    assert [toast[:3] for toast in party.branch["李强"].toasts] == ["已报名", "您已经"]
    await world.advance(MINUTE)
    assert "参加 2" in party.card.text
    assert party.branch.group is not None
    assert sum("主题党日" in one.text for one in party.branch.group.bot_messages) == 1
    assert len(world.rows(Rsvp)) == 2


async def test_leave_is_two_taps_decided_once_and_silences_reminders(world: World, party: Party) -> None:
    await party.publishes()
    await party.asks_leave("赵敏")
    assert "已报书记审批" in party.branch["赵敏"].screen()
    assert "赵敏 请假" in party.wang.screen()
    assert "出差" in party.wang.screen()
    await party.tap("王芳", "批准")
    assert "请假已批准" in party.branch["赵敏"].screen()
    assert [row["state"] for row in world.rows(Leave)] == ["approved"]
    await world.move_to(STARTS - HOUR)
    assert party.reminded("赵敏") == 0
    assert party.reminded("老马") == 0
    assert "请假 1" in party.card.text


async def test_a_second_decision_changes_nothing_and_says_so(world: World, party: Party) -> None:
    await party.publishes()
    await party.asks_leave("赵敏")
    question = party.wang.last_message
    party.wang.taps("批准", on=question)
    party.wang.taps("驳回", on=question)
    await world.settle()
    assert [row["state"] for row in world.rows(Leave)] == ["approved"]
    assert party.wang.alerts[-1] == "王芳已经答复过了,一切照旧。"


async def test_another_reason_is_asked_in_private_and_may_not_be_a_sticker(
    world: World, party: Party
) -> None:
    await party.publishes()
    await party.asks_leave("李强", "其他…")
    party.branch["李强"].sends_sticker()
    await world.settle()
    assert world.rows(Leave) == []
    party.branch["李强"].says("照看<孩子>")
    await world.settle()
    assert "照看<孩子>" in party.wang.screen()
    assert [row["reason"] for row in world.rows(Leave)] == ["照看<孩子>"]


async def test_three_reminders_reach_those_concerned_only(world: World, party: Party) -> None:
    await party.publishes()
    await party.tap("李强", "参加", party.card)
    await world.move_to(STARTS - 7 * DAY)
    assert (party.reminded("周平"), party.reminded("李强")) == (1, 0)
    assert "还有 7 天" in party.branch["周平"].screen()
    await world.move_to(STARTS - DAY)
    assert (party.reminded("周平"), party.reminded("李强")) == (2, 1)
    assert "还有 1 天" in party.branch["李强"].screen()
    await world.move_to(STARTS - 2 * HOUR)
    assert (party.reminded("周平"), party.reminded("李强"), party.reminded("老马")) == (
        3,
        2,
        0,
    )
    assert "还有 2 小时" in party.branch["周平"].screen()


async def test_attendance_by_tap_and_by_the_secretarys_roster(world: World, party: Party) -> None:
    await party.publishes()
    for name in ("李强", "孙丽"):
        await party.tap(name, "参加", party.card)
    await party.asks_leave("赵敏")
    await party.tap("王芳", "批准")
    await world.move_to(STARTS - 10 * MINUTE)
    await party.tap("王芳", "📍", party.card)
    assert party.wang.toasts[-1] == "已签到 14:50。"
    await world.move_to(STARTS + 20 * MINUTE)
    await party.tap("周平", "📍", party.card)
    assert party.branch["周平"].toasts[-1] == "已签到 15:20(迟到)。"
    roster = next(m for m in reversed(party.wang.messages) if "免考勤" in m.text)
    party.wang.taps("🙋 赵敏", on=roster)
    await world.settle()
    assert party.outcomes() == {
        "王芳": "present", "李强": "present", "孙丽": "present", "周平": "late", "赵敏": "absent",
    }  # fmt: skip
    await party.tap("王芳", "全部确认", roster)
    assert "应到5 实到4 请假0 缺席1;免1" in roster.text
    assert "80.0%" in roster.text
    sums = {row["period"]: row for row in world.rows(Rollup)}
    assert (sums["2026-11"]["expected"], sums["2026-11"]["late"], sums["2026-11"]["absent"]) == (5, 1, 1)
    for _ in range(4):
        await party.tap("王芳", marked(roster, "赵敏"), roster)
    assert party.outcomes()["赵敏"] == "leave"
    assert "应到5 实到4 请假1 缺席0;免1" in roster.text
    sums = {row["period"]: row for row in world.rows(Rollup)}
    assert (sums["2026-11"]["leave_trip"], sums["2026-11"]["absent"]) == (1, 0)


def marked(roster: Message, name: str) -> str:
    """The button of a name as it is marked now."""
    buttons = [str(b["text"]) for row in roster.json["reply_markup"]["inline_keyboard"] for b in row]
    return next(text for text in buttons if text.endswith(name))


async def test_a_day_before_the_secretary_hears_who_comes(world: World, party: Party) -> None:
    await party.publishes()
    await party.tap("李强", "参加", party.card)
    await world.move_to(STARTS - DAY)
    roster = next(m for m in party.wang.messages if "参加人员" in m.text)
    assert "参加人员 1: 李强" in roster.text
    assert "免考勤 1: 老马" in roster.text


async def test_names_and_reasons_never_stand_in_the_group(world: World, party: Party) -> None:
    await party.publishes()
    await party.tap("李强", "参加", party.card)
    await party.asks_leave("赵敏", "个人")
    party.branch["李强"].says("/agenda", in_chat=party.branch.group)
    await world.move_to(STARTS + HOUR)
    assert party.branch.group is not None
    said = "\n".join(one.text for one in party.branch.group.bot_messages)
    assert "参加 1" in said
    for words in (*MEMBERS, "个人"):
        assert words not in said


async def test_a_leave_is_made_up_from_the_agenda(world: World, party: Party) -> None:
    await party.publishes()
    await party.asks_leave("赵敏")
    await world.move_to(STARTS + DAY)
    party.branch["赵敏"].says("/agenda")
    await world.settle()
    await party.tap("赵敏", "已补学")
    made_up = [row for row in world.rows(Attendance) if row["made_up_at"] is not None]
    assert [row["outcome"] for row in made_up] == ["leave"]


async def test_an_english_client_is_answered_in_english(world: World, party: Party) -> None:
    await party.publishes()
    party.branch["孙丽"].says("/agenda")
    await world.settle()
    assert "Coming activities" in party.branch["孙丽"].screen()
    assert "Fri 20 Nov 15:00  Theme day · 参观<纪念馆>" in party.branch["孙丽"].screen()


async def test_a_span_of_leave_in_one_message(world: World, party: Party) -> None:
    await party.publishes()
    party.branch["李强"].says("/leave 11-18 至 12-05 出差")
    await world.settle()
    assert "11月18日" in party.branch["李强"].screen()
    assert "11月18日" in party.wang.screen()
    await world.move_to(STARTS - HOUR)
    assert party.reminded("李强") == 0
    assert [row["activity_id"] for row in world.rows(Leave)] == [None]


async def test_planning_by_buttons_survives_a_restart(world: World, party: Party) -> None:
    wang = party.wang
    wang.says("/newactivity")
    await world.settle()
    await party.tap("王芳", "党课")
    wang.says("2026-11-12 15:00")
    await world.settle()
    world.app = world.new_app()
    wang.says("三楼会议室")
    await world.settle()
    await party.tap("王芳", "跳过")
    await party.tap("王芳", "每月第二、第四个周四")
    for words in ("党课", "三楼会议室", "每月第二、第四个周四", "11月26日 周四 15:00"):
        assert words in wang.screen()
    await party.tap("王芳", "发布")
    assert "每次提前一周预告" in wang.screen()
    await world.advance(HOUR)
    assert [row["slot"] for row in world.rows(Activity)] == ["2026-11-12", "2026-11-26", "2026-12-10"]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/newactivity 主题党日\n时间: 2026-10-20 15:00", "已经过去"),
        ("/newactivity 主题党日\n时间: 不知道", "时间"),
        ("/newactivity 主题党日\n时间: 2026-11-20 15:00\n重复: 看情况", "没看懂重复规律"),
        ("/newactivity 主题党日 " + "长" * 101, "太长"),
    ],
)
async def test_what_cannot_be_planned_gets_one_sentence_and_changes_nothing(
    world: World, party: Party, text: str, answer: str
) -> None:
    party.wang.says(text)
    await world.settle()
    assert answer in party.wang.screen()
    assert world.rows(Activity) == []


async def test_a_member_and_a_stranger_plan_nothing(world: World, party: Party) -> None:
    stranger = world.stranger()
    party.branch["李强"].says(FORM)
    stranger.says(FORM)
    await world.settle()
    assert world.rows(Activity) == []
    assert party.branch["李强"].screen()
    assert stranger.screen()


async def test_another_branchs_people_and_forged_data_change_nothing(world: World, party: Party) -> None:
    await party.publishes()
    other = world.branch("第二党支部", members=["钱进"], secretary="冯远")
    before = (world.rows(Activity), world.rows(Rsvp), world.rows(Leave))
    activity = world.rows(Activity)[0]["id"]
    assert party.branch.group is not None
    for name in ("钱进", "冯远"):
        other[name].joins(party.branch.group)
        await world.settle()
        other[name].taps("参加", on=party.card)
        other[name].taps("请假", on=party.card)
        for data in (
            f"acv:{activity}:cancel!", f"cfm:{activity}", f"trn:{activity}:1:0", f"arr:{activity}",
            f"lvk:{activity}:trip", f"act:{activity}:publish", "go:999:1", "go:x:1", "lvs:0:0:trip",
            f"mdu:{activity}", f"ros:{activity}:0", "lvd:1:1", f"acv:{activity}:zzz",
        ):  # fmt: skip
            other[name].taps_data(data, on=party.card)
        await world.settle()
        assert len(other[name].alerts) + len(other[name].toasts) >= 14
    assert (world.rows(Activity), world.rows(Rsvp), world.rows(Leave)) == before


async def test_a_forged_tap_never_turns_the_groups_card_into_a_private_screen(
    world: World, party: Party
) -> None:
    await party.publishes()
    shown = party.card.text
    activity = world.rows(Activity)[0]["id"]
    for data in (
        f"card:{activity}",
        f"ros:{activity}:0",
        f"acv:{activity}:open",
        "agenda",
        f"adl:{activity}:0",
    ):
        party.wang.taps_data(data, on=party.card)
    await world.settle()
    assert party.card.text == shown


async def test_where_the_bot_may_not_write_taps_and_commands_still_get_an_answer(
    world: World, party: Party
) -> None:
    await party.publishes()
    assert party.branch.group is not None
    party.branch.group.restricts_bot()
    await party.tap("李强", "参加", party.card)
    assert party.branch["李强"].toasts[-1].startswith("已报名")
    party.branch["李强"].says("/agenda", in_chat=party.branch.group)
    await world.advance(MINUTE)
    assert len(world.rows(Rsvp)) == 1


async def test_a_word_of_the_keyboard_is_no_answer_to_a_question(world: World, party: Party) -> None:
    await party.publishes()
    await party.asks_leave("李强", "其他…")
    party.branch["李强"].says("请假")
    await world.settle()
    assert world.rows(Leave) == []
    assert "从下列哪项请假" in party.branch["李强"].screen()


async def test_called_off_tells_those_going_and_takes_the_buttons_away(world: World, party: Party) -> None:
    await party.publishes()
    await party.tap("李强", "参加", party.card)
    await party.tap("王芳", "管理")
    await party.tap("王芳", "取消活动")
    assert "已有 1 人报名" in party.wang.screen()
    await party.tap("王芳", "确定")
    await world.advance(MINUTE)
    assert party.heard("李强", "活动取消") == 1
    assert party.heard("赵敏", "活动取消") == 0
    assert "已取消" in party.card.text
    assert "reply_markup" not in party.card.json or not party.card.json["reply_markup"].get("inline_keyboard")


async def test_moved_it_tells_those_going_and_the_card_shows_the_new_time(world: World, party: Party) -> None:
    await party.publishes()
    await party.tap("李强", "参加", party.card)
    await party.tap("王芳", "管理")
    await party.tap("王芳", "改期")
    party.wang.says("2026-11-27 15:00")
    await world.advance(MINUTE)
    assert party.heard("李强", "活动改期") == 1
    assert party.heard("赵敏", "活动改期") == 0
    assert "11月27日 周五 15:00" in party.card.text


async def test_without_a_group_each_is_told_in_private(world: World) -> None:
    branch = world.branch("第三党支部", members=["李强", "老马"], secretary="王芳", exempt=["老马"])
    branch["王芳"].says(FORM)
    await world.settle()
    branch["王芳"].taps("发布")
    await world.settle()
    assert "参观<纪念馆>" in branch["李强"].screen()
    assert all("参观" not in one.text for one in branch["老马"].messages)
    branch["李强"].taps("参加")
    await world.settle()
    assert "您已报名参加" in branch["李强"].screen()


async def test_requests_show_what_waits_and_can_be_answered(world: World, party: Party) -> None:
    await party.publishes()
    await party.asks_leave("赵敏")
    party.wang.says("/requests")
    await world.settle()
    assert "赵敏 请假" in party.wang.screen()
    await party.tap("王芳", "驳回")
    assert "请假未获批准" in party.branch["赵敏"].screen()
    party.wang.says("/requests")
    await world.settle()
    assert "没有等您处理的事项" in party.wang.screen()
    await world.move_to(STARTS - DAY)
    assert party.reminded("赵敏") >= 1


async def test_every_stage_is_set_down_once(world: World, party: Party) -> None:
    await party.publishes()
    await world.move_to(STARTS + 3 * DAY)
    stages = [row["stage"] for row in world.rows(Occurrence) if row["series"].startswith("activity:")]
    assert sorted(stages) == sorted(
        ["notice", "remind-7d", "remind-1d", "remind-2h", "roster-1d", "roster-start", "doors", "over"]
    )
