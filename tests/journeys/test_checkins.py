"""Members check in: by tap, by command, too early, too late, twice, for others, and not at all."""

from datetime import timedelta

import pytest

from simulator.people import SimPerson
from storage.tables import CheckIn, Rollup
from tests.journeys.test_study import CLOSING, SLOT, card_in, publish
from tests.world import Branch, World


@pytest.fixture
async def branch(world: World) -> Branch:
    """A branch whose topic is open."""
    made = world.branch(secretary="王芳", members=["李强", "张伟"], group_chat=True)
    await publish(world, made)
    await world.move_to(SLOT)
    return made


def checked_in(world: World, branch: Branch) -> set[str]:
    by_membership = {comrade.membership: name for name, comrade in branch.people.items()}
    return {by_membership[row["membership_id"]] for row in world.rows(CheckIn)}


async def test_a_double_tap_counts_once(world: World, branch: Branch) -> None:
    li, card = branch["李强"], card_in(branch)
    li.taps("打卡", on=card)
    li.taps("打卡", on=card)
    await world.settle()
    assert [toast[:9] for toast in li.toasts] == ["已打卡 09:00"] * 2
    assert checked_in(world, branch) == {"李强"}
    await world.advance(timedelta(seconds=10))
    assert "打卡 1/3" in card_in(branch).text
    assert {row["period"]: row["checkins"] for row in world.rows(Rollup)} == {
        "2026-11": 1,
        "2026-Q4": 1,
        "2026": 1,
    }


async def test_a_crowd_is_counted_on_one_card(world: World, branch: Branch) -> None:
    for name in ("王芳", "李强", "张伟"):
        branch[name].taps("打卡", on=card_in(branch))
    await world.settle()
    await world.advance(timedelta(seconds=10))
    assert "打卡 3/3 ▓▓▓▓▓" in card_in(branch).text


async def test_undo_until_the_deadline(world: World, branch: Branch) -> None:
    li, card = branch["李强"], card_in(branch)
    li.taps("打卡", on=card)
    li.taps("撤销", on=card)
    li.taps("撤销", on=card)
    await world.settle()
    assert li.toasts[1].startswith("已撤销")
    assert li.alerts == ["您还没有打卡,没有可撤销的。"]
    assert checked_in(world, branch) == set()
    li.taps("打卡", on=card)
    await world.move_to(CLOSING + timedelta(minutes=1))
    li.taps_data("undo:1", on=card)
    await world.settle()
    assert "已截止" in li.alerts[-1]
    assert checked_in(world, branch) == {"李强"}


async def test_after_the_deadline_a_tap_is_late_and_said_to_be(world: World, branch: Branch) -> None:
    await world.move_to(CLOSING + timedelta(minutes=1))
    li = branch["李强"]
    li.taps("打卡(迟打)", on=card_in(branch))
    await world.settle()
    assert li.toasts == ["已打卡 09:01(迟打)"]
    assert [row["late"] for row in world.rows(CheckIn)] == [True]


async def test_by_command_by_word_and_by_number(world: World, branch: Branch) -> None:
    li, zhang = branch["李强"], branch["张伟"]
    li.says("/checkin")
    zhang.says("打卡")
    branch["王芳"].says("/checkin 1")
    await world.settle()
    assert "已打卡 09:00" in li.screen()
    assert checked_in(world, branch) == {"王芳", "李强", "张伟"}
    li.taps("撤销")
    await world.settle()
    assert checked_in(world, branch) == {"王芳", "张伟"}
    li.says("/checkin 7")
    await world.settle()
    assert li.screen() == "没有第 7 个主题,正在学习的共 1 个。"
    li.says("/checkin 那个")
    await world.settle()
    assert "没有看懂" in li.screen()


async def test_of_several_open_topics_the_bot_asks_which(world: World, branch: Branch) -> None:
    await publish(world, branch, "/newtopic 第二题\n发布: 现在\n截止: 2026-11-18 18:00")
    li = branch["李强"]
    li.says("/checkin")
    await world.settle()
    assert "是哪一个" in li.screen()
    assert checked_in(world, branch) == set()
    li.says("/checkin 2")
    await world.settle()
    assert "第二题" in li.screen()
    assert checked_in(world, branch) == {"李强"}


async def test_a_command_in_the_group_is_answered_in_private(world: World, branch: Branch) -> None:
    assert branch.group is not None
    branch["李强"].says("/checkin@banxue_bot", in_chat=branch.group)
    await world.settle()
    assert "已打卡" in branch["李强"].screen()
    assert all("已打卡" not in message.text for message in branch.group.messages)
    assert checked_in(world, branch) == {"李强"}


async def test_before_a_topic_opens_there_is_nothing_to_check_in_to(world: World) -> None:
    branch = world.branch(secretary="王芳", members=["李强"])
    await publish(world, branch, "/newtopic 学习")
    branch["李强"].says("/checkin")
    await world.settle()
    assert branch["李强"].screen() == "现在没有正在学习的主题。"


async def test_a_strangers_tap_leads_to_the_bot(world: World, branch: Branch) -> None:
    stranger = world.stranger("路人")
    assert branch.group is not None
    stranger.joins(branch.group)
    await world.settle()
    stranger.taps("打卡", on=card_in(branch))
    await world.settle()
    opened = [r for r in world.telegram.receipts if r.method == "answerCallbackQuery"][-1]
    assert str(opened.params["url"]).endswith("?start=checkin-1")
    assert world.rows(CheckIn) == []


@pytest.mark.parametrize("data", ["checkin:1", "checkin:999", "undo:1", "checkin:x", "checkin:1:2", "\x00"])
async def test_another_branchs_button_and_forged_ones_change_nothing(
    world: World, branch: Branch, data: str
) -> None:
    outsider = world.branch("第二党支部", members=["赵敏"], group_chat=True)["赵敏"]
    assert branch.group is not None
    outsider.joins(branch.group)
    outsider.taps_data(data, on=card_in(branch))
    await world.settle()
    assert len(outsider.alerts) == 1
    assert checked_in(world, branch) == set()
    assert world.app.updates.faults == 0


async def test_a_private_copy_follows_the_tap(world: World) -> None:
    branch = world.branch(secretary="王芳", members=["李强"])
    await publish(world, branch, "/newtopic 学习\n发布: 现在\n截止: 2026-11-06 18:00")
    li = branch["李强"]
    li.taps("打卡")
    await world.settle()
    assert "您已打卡 09:00" in li.screen()
    assert "打卡 1/2" in li.screen()
    li.taps("撤销")
    await world.settle()
    assert "您已打卡" not in li.screen()
    assert buttons(li) >= {"✅ 打卡", "✍️ 心得"}


def buttons(person: SimPerson) -> set[str]:
    rows = person.last_message.json.get("reply_markup", {}).get("inline_keyboard", [])
    return {button["text"] for row in rows for button in row}
