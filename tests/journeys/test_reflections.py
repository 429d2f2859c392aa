"""Members write reflections; the secretary reads, returns and accepts them."""

from datetime import timedelta

import pytest

from storage.tables import Material, Reflection
from tests.journeys.test_study import CLOSING, SLOT, card_in, publish
from tests.world import Branch, World


@pytest.fixture
async def branch(world: World) -> Branch:
    """A branch whose topic is open."""
    made = world.branch(secretary="王芳", members=["李强", "张伟"], group_chat=True)
    await publish(world, made)
    await world.move_to(SLOT)
    return made


def states(world: World) -> list[str]:
    return [row["state"] for row in world.rows(Reflection)]


async def test_from_the_groups_card_to_a_piece_handed_in(world: World, branch: Branch) -> None:
    li = branch["李强"]
    li.taps("心得", on=card_in(branch))
    await world.settle()
    assert "心得 · “学习基层工作条例”" in li.screen()
    li.says("今天的<学习>&*_让我…")
    li.sends_voice()
    await world.settle()
    assert "草稿 · 13 字" in li.screen()
    assert "今天的<学习>&*_让我…" in li.screen()
    assert "附件 1 件" in li.screen()
    li.taps("提交")
    await world.settle()
    assert "已提交(13 字)" in li.screen()
    assert states(world) == ["handed_in"]
    assert [row["kind"] for row in world.rows(Material)] == ["voice"]
    await world.advance(timedelta(seconds=10))
    assert "心得 1" in card_in(branch).text


async def test_a_draft_survives_a_restart(world: World, branch: Branch) -> None:
    li = branch["李强"]
    li.says("/reflect")
    li.says("第一段")
    await world.settle()
    world.app = world.new_app()
    li.says("第二段")
    await world.settle()
    assert "第一段\n\n第二段" in li.screen()


async def test_one_message_hands_in(world: World, branch: Branch) -> None:
    branch["李强"].says("/reflect 今天的学习让我很受教育")
    await world.settle()
    assert "已提交(11 字)" in branch["李强"].screen()
    assert states(world) == ["handed_in"]


async def test_of_several_open_topics_the_bot_asks_which_and_keeps_the_words(
    world: World, branch: Branch
) -> None:
    await publish(world, branch, "/newtopic 第二题\n发布: 现在\n截止: 2026-11-18 18:00")
    li = branch["李强"]
    li.says("/reflect 关于第二题的想法")
    await world.settle()
    assert world.rows(Reflection) == []
    li.taps("第二题")
    await world.settle()
    assert "关于第二题的想法" in li.screen()
    li.taps("提交")
    await world.settle()
    assert [(row["topic_id"], row["text"]) for row in world.rows(Reflection)] == [(2, "关于第二题的想法")]


async def test_what_does_not_fit_any_more_is_refused_with_the_limit_and_keeps_the_draft(
    world: World, branch: Branch
) -> None:
    li = branch["李强"]
    li.says("/reflect")
    li.says("字" * 3_000)
    await world.settle()
    li.says("字" * 3_000)
    await world.settle()
    assert li.screen() == "太长了:共 6002 字,最多 5000 字。一切照旧。"
    assert [(row["state"], len(row["text"])) for row in world.rows(Reflection)] == [("draft", 3_000)]


async def test_an_empty_piece_is_not_handed_in(world: World, branch: Branch) -> None:
    li = branch["李强"]
    li.says("/reflect")
    await world.settle()
    li.taps_data("submit:1", on=li.last_message)
    await world.settle()
    assert "还是空的" in li.alerts[-1]
    assert states(world) == ["draft"]


async def test_a_sticker_and_an_edited_message_change_nothing(world: World, branch: Branch) -> None:
    li = branch["李强"]
    li.says("/reflect")
    written = li.says("原话")
    await world.settle()
    li.edits(written, "改过的话")
    await world.settle()
    assert "修改过的消息不会再读" in li.screen()
    li.sends_sticker()
    await world.settle()
    assert li.screen() == "请发文字、语音、照片、视频或文件。一切照旧。"
    assert [row["text"] for row in world.rows(Reflection)] == ["原话"]


async def test_after_the_deadline_a_reflection_is_refused(world: World, branch: Branch) -> None:
    card = card_in(branch)
    await world.move_to(CLOSING + timedelta(minutes=1))
    li = branch["李强"]
    li.says("/reflect 来晚了")
    await world.settle()
    assert li.screen() == "现在没有正在学习的主题。"
    li.taps_data("reflect:1", on=card)
    await world.settle()
    assert "已截止" in li.screen()
    assert world.rows(Reflection) == []


async def test_returned_with_a_comment_then_handed_in_again_and_accepted(
    world: World, branch: Branch
) -> None:
    li, wang = branch["李强"], branch["王芳"]
    li.says("/reflect 太短")
    await world.settle()
    wang.says("/topics")
    await world.settle()
    wang.taps("学习基层工作条例")
    await world.settle()
    wang.taps("心得")
    await world.settle()
    wang.taps("李强")
    await world.settle()
    assert "太短" in wang.screen()
    wang.taps("退回")
    await world.settle()
    wang.says("请联系实际")
    await world.settle()
    assert "被退回" in li.screen()
    assert "请联系实际" in li.screen()
    li.taps("心得")
    await world.settle()
    li.says("联系实际……")
    await world.settle()
    li.taps("提交")
    await world.settle()
    assert states(world) == ["handed_in"]
    wang.taps_data("accept:1", on=wang.last_message)
    await world.settle()
    assert states(world) == ["accepted"]


async def test_only_the_secretary_reads_what_is_for_the_secretary(world: World, branch: Branch) -> None:
    li, zhang = branch["李强"], branch["张伟"]
    li.says("/reflect")
    li.says("心里话")
    await world.settle()
    li.taps("改为仅书记")
    await world.settle()
    li.taps("提交")
    await world.settle()
    zhang.says("/topic")
    await world.settle()
    zhang.taps("读心得")
    await world.settle()
    assert "还没有人提交" in zhang.screen()
    zhang.taps_data("piece:1", on=zhang.last_message)
    await world.settle()
    assert "不在您的权限内" in zhang.alerts[-1]
    assert all("心里话" not in message.text for message in zhang.messages)


@pytest.mark.parametrize("lookup", ["/topic", "学习", "/me", "/checkin", "帮助"])
async def test_who_looks_something_up_while_writing_goes_on_with_the_piece(
    world: World, branch: Branch, lookup: str
) -> None:
    li = branch["李强"]
    await world.does(li, "/reflect", "第一段", lookup)
    assert "第一段\n\n第二段" in await world.does(li, "第二段")
