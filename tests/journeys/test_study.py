"""A secretary posts the week's topic; it is announced, pushed, edited, withdrawn."""

from datetime import datetime, timedelta

import pytest

from domain.roles import Role
from simulator.chats import Message
from storage.tables import CheckIn, Topic, TopicBranch, TopicExpected
from tests.world import Branch, World

NOTICE = datetime.fromisoformat("2026-11-06T09:00:00+08:00")  # the world starts on Monday 2 November
SLOT = datetime.fromisoformat("2026-11-13T09:00:00+08:00")
CLOSING = datetime.fromisoformat("2026-11-20T09:00:00+08:00")
FORM = "/newtopic 学习基层工作条例\n领学: 李强\n第一章第二条…"


@pytest.fixture
def branch(world: World) -> Branch:
    return world.branch(secretary="王芳", members=["李强", "张伟"], group_chat=True)


async def publish(world: World, branch: Branch, form: str = FORM) -> None:
    """One message and one tap."""
    secretary = branch["王芳"]
    secretary.says(form)
    await world.settle()
    secretary.taps("发布")
    await world.settle()


def card_in(branch: Branch) -> Message:
    """The topic's card in the branch's group."""
    assert branch.group is not None
    return next(m for m in reversed(branch.group.messages) if "📖" in m.text)


async def test_one_message_and_one_tap_announce_push_and_close_a_topic(world: World, branch: Branch) -> None:
    wang, group = branch["王芳"], branch.group
    assert group is not None
    wang.says(FORM)
    await world.settle()
    assert "预告: 11月6日 周五 09:00" in wang.screen()
    assert "1 个支部,3 人" in wang.screen()
    assert world.rows(TopicBranch) == []  # nothing is posted before the tap
    wang.taps("发布")
    await world.settle()
    await world.move_to(NOTICE - timedelta(seconds=1))
    assert group.messages == []
    await world.move_to(NOTICE)
    assert [m.text.splitlines()[0] for m in group.messages] == ["📣 学习预告:学习基层工作条例"]
    assert "由您领学" in branch["李强"].screen()
    await world.move_to(SLOT)
    card = card_in(branch)
    assert "第 46 周 · 学习基层工作条例" in card.text
    assert "打卡 0/3 ░░░░░ · 自愿" in card.text
    assert len(world.rows(TopicExpected)) == 3
    await world.move_to(CLOSING + timedelta(minutes=1))
    assert "已截止" in card_in(branch).text
    assert sum("📖" in m.text for m in group.messages) == 1


async def test_the_composer_asks_one_thing_after_another(world: World, branch: Branch) -> None:
    wang = branch["王芳"]
    wang.says("/newtopic")
    await world.settle()
    wang.sends_sticker()
    await world.settle()
    assert wang.screen() == "请用文字发送。"
    wang.says("节水<条例>&*_")
    await world.settle()
    wang.says("第一条…")
    wang.sends_photo("配图")
    await world.settle()
    wang.taps("下一步")
    await world.settle()
    wang.taps("本周例行")
    await world.settle()
    assert "节水<条例>&*_" in wang.screen()
    assert "附件 1 件" in wang.screen()
    wang.taps("发布")
    await world.settle()
    await world.move_to(SLOT)
    assert "节水<条例>&*_" in card_in(branch).text
    assert "第一条…" in card_in(branch).text


async def test_a_draft_is_kept_found_again_and_changed(world: World, branch: Branch) -> None:
    wang = branch["王芳"]
    wang.says(FORM)
    await world.settle()
    wang.taps("存草稿")
    await world.settle()
    wang.says("/topics")
    await world.settle()
    assert "学习基层工作条例(草稿)" in wang.screen()
    wang.taps("学习基层工作条例")
    await world.settle()
    wang.taps("修改")
    await world.settle()
    wang.taps("标题")
    await world.settle()
    wang.says("学习新条例")
    await world.settle()
    wang.taps("定时")
    await world.settle()
    wang.taps("选择时间")
    await world.settle()
    wang.says("11月10日 9:00\n11月12日 18:00")
    await world.settle()
    assert "发布: 11月10日 周二 09:00" in wang.screen()
    assert "截止: 11月12日 周四 18:00" in wang.screen()
    wang.taps("发布")
    await world.settle()
    assert [row["title"] for row in world.rows(Topic)] == ["学习新条例"]
    assert len(world.rows(TopicBranch)) == 1


async def test_two_taps_on_publish_post_once(world: World, branch: Branch) -> None:
    wang = branch["王芳"]
    wang.says(FORM)
    await world.settle()
    preview = wang.last_message
    wang.taps("发布", on=preview)
    wang.taps("发布", on=preview)
    await world.settle()
    await world.move_to(SLOT)
    assert branch.group is not None
    assert sum("📖" in m.text for m in branch.group.messages) == 1


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("发布: 猴年马月", "看不懂这个时间"),
        ("发布: 2020-01-01 09:00", "已经过去"),
        ("发布: 2026-11-20 09:00\n截止: 2026-11-19 09:00", "截止时间不晚于发布时间"),
        ("领学: 无名氏", "没有叫“无名氏”的人"),
        ("范围: 下级", "不能发到这个范围"),
    ],
)
async def test_what_cannot_be_posted_is_refused_in_one_sentence(
    world: World, branch: Branch, lines: str, said: str
) -> None:
    branch["王芳"].says(f"/newtopic 学习\n{lines}\n正文")
    await world.settle()
    assert said in branch["王芳"].screen()
    assert world.rows(Topic) == []


async def test_an_edit_reaches_the_card_and_a_withdrawal_takes_its_buttons(
    world: World, branch: Branch
) -> None:
    wang = branch["王芳"]
    await publish(world, branch)
    await world.move_to(SLOT)
    wang.says("/topics")
    await world.settle()
    wang.taps("学习基层工作条例")
    await world.settle()
    wang.taps("修改")
    await world.settle()
    wang.taps("标题")
    await world.settle()
    wang.says("学习节约条例")
    await world.settle()
    await world.advance(timedelta(seconds=10))
    assert "学习节约条例" in card_in(branch).text
    wang.says("/topics")
    await world.settle()
    wang.taps("学习节约条例")
    await world.settle()
    wang.taps("撤回")
    await world.settle()
    assert "涉及 1 个支部、3 人" in wang.screen()
    wang.taps("撤回")
    await world.settle()
    await world.advance(timedelta(seconds=10))
    assert branch.group is not None
    withdrawn = next(m for m in branch.group.messages if "已撤回" in m.text)
    assert not withdrawn.json.get("reply_markup", {}).get("inline_keyboard")
    branch["李强"].taps_data("checkin:1", on=withdrawn)
    await world.settle()
    assert "已撤回" in branch["李强"].alerts[-1]
    assert world.rows(CheckIn) == []


async def test_members_and_strangers_do_not_post(world: World, branch: Branch) -> None:
    stranger = world.stranger()
    stranger.start()
    await world.settle()
    for who, said in ((branch["李强"], "不在您的权限内"), (stranger, "还不认识您")):
        who.says(FORM)
        await world.settle()
        assert said in who.screen()
    assert world.rows(Topic) == []


async def test_a_coordinators_topic_reaches_each_branch_and_a_chatless_branch_privately(world: World) -> None:
    committee = world.committee()
    first = world.branch("第一党支部", members=["李强"], group_chat=True, under=committee)
    second = world.branch("第二党支部", members=["赵敏"], under=committee)
    zhou = world.official("周敏", committee, Role.COORDINATOR).sim
    zhou.says("/newtopic 学习\n范围: 下级\n发布: 现在\n截止: 11月6日 18:00")
    await world.settle()
    assert "预告不足一周" in zhou.screen()
    zhou.taps("发布")
    await world.settle()
    assert "第 45 周 · 学习" in card_in(first).text
    assert "第 45 周 · 学习" in second["赵敏"].screen()
    assert first["李强"].messages == []


async def test_english_is_spoken_to_those_who_speak_it(world: World) -> None:
    branch = world.branch(secretary="王芳", members=["John"], languages={"John": "en"})
    branch["王芳"].says("/newtopic Study\npublish: now\ncloses: 2026-11-06 18:00\nRead chapter one.")
    await world.settle()
    branch["王芳"].taps("发布")
    await world.settle()
    john = branch["John"]
    john.says("/topic")
    await world.settle()
    assert "Until: Fri 6 Nov 18:00" in john.screen()
    john.taps("Check in")
    await world.settle()
    assert john.toasts == ["Checked in at 09:00"]


async def test_what_goes_to_many_says_how_long_it_takes_and_asks_once_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.broadcasts.MANY", 3)
    monkeypatch.setattr("domain.broadcasts.A_MINUTE", 2)
    root = world.committee()
    world.branch("第一党支部", members=["李强", "张伟"], under=root, group_chat=True)
    world.branch("第二党支部", members=["赵敏", "周涛", "吴迪"], under=root)
    zhou = world.official("周丽", root, Role.COORDINATOR).sim
    zhou.says("/newtopic 学习基层工作条例\n第一章")
    await world.settle()
    assert "将发到 4 个会话,大约需要 2 分钟" in zhou.screen()
    zhou.taps("发布")
    await world.settle()
    assert "现在发布吗" in zhou.screen()
    assert world.rows(TopicBranch) == []
    zhou.taps("发布")
    await world.settle()
    assert len(world.rows(TopicBranch)) == 2


async def test_what_goes_to_few_is_published_by_one_tap(world: World) -> None:
    root = world.committee()
    world.branch(members=["李强"], under=root)
    zhou = world.official("周丽", root, Role.COORDINATOR).sim
    zhou.says("/newtopic 学习基层工作条例\n第一章")
    await world.settle()
    zhou.taps("发布")
    await world.settle()
    assert len(world.rows(TopicBranch)) == 1
