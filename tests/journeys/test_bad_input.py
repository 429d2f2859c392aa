"""An index of what people and clients get wrong: one clear sentence in their language, and nothing changed.

Where a noun's own journey tells it in full, that journey is named beside the item.
"""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from domain.roles import Role
from messages.commands import GROUP, PRIVATE
from simulator.people import SimPerson
from storage.tables import (
    Activity,
    Appointment,
    Attendance,
    CheckIn,
    Delivery,
    Leave,
    Membership,
    Reflection,
    Rollup,
    Rsvp,
    Topic,
)
from tests.journeys.test_study import CLOSING, SLOT, card_in, publish
from tests.world import Branch, World

RECORDS = (
    Activity,
    Appointment,
    Attendance,
    CheckIn,
    Delivery,
    Leave,
    Membership,
    Reflection,
    Rollup,
    Rsvp,
    Topic,
)
STRANGER = {
    "zh": "还不认识您。请先打开支部书记发给您的邀请链接。",
    "en": "I do not know you yet. Please open the invitation link from your branch secretary first.",
}
NOT_YOURS = {
    "zh": "这项操作不在您的权限内,一切照旧。",
    "en": "That is not yours to do here; nothing has changed.",
}
LANGUAGES = ("zh", "en")


@pytest.fixture
async def branch(world: World) -> Branch:
    """A branch whose topic is open; John reads English."""
    made = world.branch(secretary="王芳", members=["李强", "John"], group_chat=True, languages={"John": "en"})
    await publish(world, made)
    await world.move_to(SLOT)
    return made


def records(world: World) -> list[list[dict[str, object]]]:
    """Everything that is on record."""
    return [world.rows(table) for table in RECORDS]


async def answers(world: World, person: SimPerson, said: str) -> list[str]:
    """What the bot says in private to one message; nothing may change by it."""
    before, on_record = len(person.messages), records(world)
    with capture_logs() as lines:
        person.says(said)
        await world.settle()
    assert [line for line in lines if line["log_level"] in {"warning", "error"}] == []
    assert records(world) == on_record
    return [message.text for message in person.messages[before:]]


# --- a stranger's commands (also test_joining, test_checkins) ----------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
async def test_whatever_a_stranger_asks_for_they_are_told_the_way_in(
    world: World, branch: Branch, language: str
) -> None:
    stranger = world.stranger(language=language)
    commands = dict.fromkeys([name for name, _ in (*PRIVATE, *GROUP)])
    for said in (
        *(f"/{name}" for name in commands),
        "/start",
        "/desk",
        "打卡",
        "学习",
        "请假",
        "帮助",
        "你好",
    ):
        assert await answers(world, stranger, said) == [STRANGER[language]], said


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_not_a_members_to_do_is_refused_in_a_sentence(
    world: World, branch: Branch, language: str
) -> None:
    member = branch["李强" if language == "zh" else "John"]
    for command in ("newtopic", "newtopic 题", "topics", "missing", "newactivity", "activities", "summary"):
        assert await answers(world, member, f"/{command}") == [NOT_YOURS[language]], command
    member.says("/bind", in_chat=branch.group)
    await world.settle()
    assert "没有您可以绑定的支部" in branch.group.last_message.text or language == "en"  # type: ignore[union-attr]


# --- another branch's buttons, forged data (also test_forgery, test_checkins, test_activities) --------


async def test_another_branchs_buttons_are_refused_in_a_sentence(world: World, branch: Branch) -> None:
    other = world.branch("第二党支部", secretary="赵敏", members=["Mary"], languages={"Mary": "en"})
    card, on_record = card_in(branch), records(world)
    for name, said in (("赵敏", NOT_YOURS["zh"]), ("Mary", NOT_YOURS["en"])):
        for words in ("打卡", "撤销"):
            other[name].taps(words, on=card)
            await world.settle()
            assert other[name].alerts[-1] == said
    assert records(world) == on_record


# --- a closed topic, a second tap (also test_checkins) ------------------------------------------------


async def test_what_a_closed_topic_no_longer_takes(world: World, branch: Branch) -> None:
    li, john, card = branch["李强"], branch["John"], card_in(branch)
    li.taps("打卡", on=card)
    await world.settle()
    reflect = next(b for row in card.rows for b in row if "心得" in b["text"])["callback_data"]
    undo = next(b for row in card.rows for b in row if "撤销" in b["text"])["callback_data"]
    await world.move_to(CLOSING + timedelta(minutes=1))
    on_record = records(world)
    li.taps_data(undo, on=card)
    john.taps_data(reflect, on=card)
    await world.settle()
    assert li.alerts[-1] == "这个主题已截止,一切照旧。"
    assert john.screen() == "The topic has closed. Nothing has changed."
    assert records(world) == on_record


async def test_where_check_ins_were_switched_off_an_old_card_takes_none(world: World, branch: Branch) -> None:
    li, card = branch["李强"], card_in(branch)
    world.set(branch.unit, "checkin", "off")
    on_record = records(world)
    li.taps("打卡", on=card)
    await world.settle()
    assert li.alerts[-1] == "本支部现在不用打卡,一切照旧。"
    for name, said in (("李强", "/checkin"), ("王芳", "/missing")):
        assert await answers(world, branch[name], said) == ["本支部现在不用打卡,一切照旧。"]
    assert records(world) == on_record


# --- reflections: empty, far too long (also test_reflections) -----------------------------------------


async def test_ten_thousand_characters_get_one_sentence_and_leave_the_draft_alone(
    world: World, branch: Branch
) -> None:
    """A client sends them as three messages."""
    john = branch["John"]
    john.says("/reflect")
    john.says("What I had written before.")
    await world.settle()
    before = len(john.messages)
    john.says("x" * 10_000)
    await world.settle()
    said = [message.text for message in john.messages[before:]]
    assert said[1:] == ["The whole text is too long: 5000 characters are allowed. Nothing has changed."]
    assert [row["text"] for row in world.rows(Reflection)] == ["What I had written before."]
    await world.advance(timedelta(seconds=10))
    john.says("And this is short.")
    await world.settle()
    assert world.rows(Reflection)[0]["text"] == "What I had written before.\n\nAnd this is short."


async def test_what_a_client_cut_in_two_is_one_piece_again(world: World, branch: Branch) -> None:
    whole = "".join(f"第{n}句。" for n in range(800))
    li = branch["李强"]
    li.says("/reflect")
    await world.settle()
    li.says(whole)
    await world.settle()
    assert len(whole) > 4096
    assert world.rows(Reflection)[0]["text"] == whole


async def test_a_command_that_a_client_cut_hands_in_no_half_of_a_piece(world: World, branch: Branch) -> None:
    li = branch["李强"]
    li.says("/reflect " + "字" * 10_000)
    await world.settle()
    assert li.screen() == "全文太长了,最多 5000 字。一切照旧。"
    assert [(row["state"], row["text"]) for row in world.rows(Reflection)] == [("draft", "")]


@pytest.mark.parametrize(
    "said", ["/newtopic 题\n" + "字" * 9_000, "/newactivity 主题党日\n议程: " + "字" * 9_000]
)
async def test_a_form_far_too_long_gets_one_sentence(world: World, branch: Branch, said: str) -> None:
    said_back = await answers(world, branch["王芳"], said)
    assert len(said_back) == 1
    assert said_back[0].startswith(("太长了", "还没有写时间", "还没有时间"))
    await world.advance(timedelta(seconds=10))
    assert len(await answers(world, branch["王芳"], "你好")) == 1


async def test_an_empty_piece_is_not_handed_in(world: World, branch: Branch) -> None:
    john = branch["John"]
    john.says("/reflect   ")
    await world.settle()
    on_record = records(world)
    topic = world.rows(Topic)[0]["id"]
    john.taps_data(f"submit:{topic}", on=john.last_message)
    await world.settle()
    assert john.alerts[-1] == "There is nothing in it yet. Please write a few words or send a file first."
    assert records(world) == on_record


# --- edited and deleted messages, stickers ------------------------------------------------------------


async def test_an_edited_message_is_answered_and_not_read_again(world: World, branch: Branch) -> None:
    john = branch["John"]
    john.says("/reflect")
    written = john.says("As I wrote it.")
    await world.settle()
    on_record = records(world)
    john.edits(written, "As I would rather have it.")
    await world.settle()
    assert john.screen() == "An edited message is not read again. Please send it as a new one."
    assert records(world) == on_record


async def test_a_message_deleted_before_it_is_answered_is_answered_all_the_same(
    world: World, branch: Branch
) -> None:
    """The platform tells bots nothing of a deletion; what was said counts as said."""
    li = branch["李强"]
    li.deletes(li.says("/checkin"))
    await world.settle()
    assert "已打卡" in li.screen()


async def test_a_tap_on_a_card_that_is_deleted_meanwhile_still_counts(world: World, branch: Branch) -> None:
    li, card = branch["李强"], card_in(branch)
    li.taps("打卡", on=card)
    card.deleted = True
    await world.settle()
    assert li.toasts[-1].startswith("已打卡")
    assert len(world.rows(CheckIn)) == 1


STICKERS = {
    "/newtopic": "请用文字发送。",
    "/reflect": "请发文字、语音、照片、视频或文件。一切照旧。",
    "/newactivity": "请用文字发送。",
}


@pytest.mark.parametrize("command", STICKERS)
async def test_a_sticker_where_text_is_expected_is_asked_again(
    world: World, branch: Branch, command: str
) -> None:
    wang = branch["王芳"]
    wang.says(command)
    await world.settle()
    if command == "/newactivity":
        wang.taps("主题党日")
        await world.settle()
    on_record = records(world)
    wang.sends_sticker()
    await world.settle()
    assert wang.screen() == STICKERS[command]
    assert records(world) == on_record


# --- unknown periods, past dates (also test_summaries, test_study, test_activities) --------------------

UNREADABLE = {
    "/summary 去年某月": "看不懂这个时间段",
    "/summary 2026-13": "看不懂这个时间段",
    "/summary 2026-Q5": "看不懂这个时间段",
    "/summary 2026 没有的支部": "没有这个名称",
    "/leave 2020-01-01": "这个时间已经过去",
    "/leave 什么时候都行": "看不懂这个日期,请写成 2026-11-27 这样",
    "/newtopic 题\n发布: 2020-01-01 09:00": "这个时间已经过去",
    "/newtopic 题\n发布: 2026-02-30 09:00": "看不懂这个时间",
    "/newactivity 主题党日\n时间: 2020-01-01 15:00": "这个时间已经过去",
    "/checkin 99": "没有第 99 个主题",
    "/checkin x": "没有看懂",
    "/missing 99": "没有第 99 个主题",
    "/topic -1": "没有看懂",
    "/settings 25:99": "看不懂",
}


@pytest.mark.parametrize("said", UNREADABLE)
async def test_what_cannot_be_read_is_said_in_a_sentence(world: World, branch: Branch, said: str) -> None:
    [answer] = await answers(world, branch["王芳"], said)
    assert UNREADABLE[said] in answer
    assert "\n" not in answer


# --- a group where the bot may not write (also test_intake, test_activities) ---------------------------


async def test_where_the_bot_may_not_write_it_answers_in_private(world: World, branch: Branch) -> None:
    assert branch.group is not None
    john, shown = branch["John"], len(branch.group.bot_messages)
    branch.group.restricts_bot()
    await world.settle()  # its secretary is told
    on_record = records(world)
    john.says("/agenda", in_chat=branch.group)
    await world.settle()
    assert "Coming activities" in john.screen()
    assert len(branch.group.bot_messages) == shown
    assert records(world) == on_record


# --- names and texts that look like markup or formulas -------------------------------------------------

ODD = "<王&芳*_> =1+1"


async def test_odd_names_stand_everywhere_as_they_were_typed(world: World) -> None:
    branch = world.branch(ODD, secretary="王芳", members=[ODD], group_chat=True)
    assert branch.group is not None
    wang, odd = branch["王芳"], branch[ODD]
    wang.says(f"/newtopic {ODD}\n发布: 现在\n截止: 2026-11-20 18:00\n领学: {ODD}\n{ODD}")
    await world.settle()
    assert wang.screen().count(ODD) == 4  # title, lead speaker, text, branch
    wang.taps("发布")
    wang.says(f"/newactivity 主题党日 {ODD}\n时间: 2026-11-13 15:00\n地点: {ODD}\n议程: {ODD}")
    await world.settle()
    wang.taps("发布", on=wang.last_message)
    await world.settle()
    assert branch.group.card("截止").text.count(ODD) == 3
    assert branch.group.card("主题党日").text.count(ODD) == 4
    odd.says("/reflect " + ODD)
    odd.says("/agenda")
    odd.taps("请假", on=branch.group.card("主题党日"))
    await world.settle()
    odd.taps("其他")
    odd.says(ODD)
    await world.settle()
    assert wang.screen().count(ODD) == 3  # who, what from, why
    wang.says("/missing")
    await world.settle()
    assert f". {ODD}" in wang.screen()
    wang.says("/topics")
    await world.settle()
    assert ODD in wang.screen()


# --- rights of those above and beside ------------------------------------------------------------------


async def test_activities_are_planned_inside_the_branch_and_nobody_else_is_offered_it(world: World) -> None:
    committee = world.committee()
    world.branch(under=committee, secretary="王芳")
    boss = world.official("孙丽", committee, Role.COORDINATOR).sim
    for command in ("newactivity", "activities"):
        assert await answers(world, boss, f"/{command}") == ["您没有可以安排活动的支部或党小组。"]
        assert f"/{command}" not in (await answers(world, boss, "/help"))[0]


async def test_a_secretary_does_not_remind_themselves(world: World, branch: Branch) -> None:
    wang = branch["王芳"]
    wang.says("/missing")
    await world.settle()
    screen = wang.last_message
    wang.taps("提醒全部", on=screen)
    await world.settle()
    assert wang.toasts[-1] == "已提醒2人。"
    assert "打卡自愿" not in "".join(message.text for message in wang.messages)
    for name in ("李强", "John"):
        branch[name].taps("打卡" if name == "李强" else "Check in")
    await world.settle()
    wang.taps("提醒全部", on=screen)
    await world.settle()
    assert wang.alerts[-1] == "这样只会提醒到您自己,所以没有发送。"


async def test_days_of_leave_that_cannot_be_read_are_asked_again_with_a_way_out(world: World) -> None:
    li = world.branch("第一党支部", ["李强"], "王芳")["李强"]
    await world.does(li, "/leave", "一段时间")
    screen = await world.does(li, "看情况")
    assert "看不懂这个日期" in screen
    assert "09:00" not in screen
    assert "取消" in li.last_message.buttons
    await world.does(li, "取消")
    assert "您想做什么" in await world.does(li, "11-20 至 11-25")


async def test_a_lead_speaker_nobody_knows_is_asked_again_with_a_way_out(world: World) -> None:
    wang = world.branch("第一党支部", ["李强"], "王芳")["王芳"]
    await world.does(wang, "/newtopic 学习\n正文")
    await world.does(wang, "修改", "领学人")
    assert "没有叫“无名氏”的人" in await world.does(wang, "无名氏")
    assert "返回" in wang.last_message.buttons
    assert "李强" in await world.does(wang, "李强")


async def test_a_command_that_is_refused_ends_the_question_as_well(world: World) -> None:
    li = world.branch("第一党支部", ["李强"], "王芳")["李强"]
    await world.does(li, "/leave", "一段时间", "11-20 至 11-25", "其他")
    assert "不在您的权限内" in await world.does(li, "/summary")
    assert "您想做什么" in await world.does(li, "你好")
    assert world.rows(Leave) == []


async def test_an_answer_that_is_refused_is_asked_for_again(world: World) -> None:
    li = world.branch("第一党支部", ["李强"], "王芳")["李强"]
    await world.does(li, "/leave", "一段时间", "11-20 至 11-25", "其他")
    li.sends_sticker()
    await world.settle()
    await world.does(li, "照顾老人")
    assert len(world.rows(Leave)) == 1
