"""Groups, supergroups and forum threads that stand for a branch; and what happens when the bot is put out."""

from datetime import timedelta

import pytest

from simulator.groups import SimGroup
from storage.tables import AuditEntry, Chat, CheckIn
from tests.world import Branch, World

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def branch(world: World) -> Branch:
    return world.branch("东城支部", members=["张伟"], secretary="王芳")


async def posts(world: World, branch: Branch, title: str = "学习基层工作条例") -> None:
    branch["王芳"].says(f"/newtopic {title}\n发布: 现在\n截止: 2026-11-30 18:00\n第一章。")
    await world.settle()
    branch["王芳"].taps("发布")
    await world.advance(HOUR)


async def binds(world: World, branch: Branch, group: SimGroup, thread: int | None = None) -> None:
    branch["王芳"].says("/bind", in_chat=group, thread=thread)
    await world.settle()


async def test_a_basic_group_goes_on_as_a_supergroup(world: World, branch: Branch) -> None:
    group = world.telegram.group("东城群", [branch["王芳"], branch["张伟"]], "group")
    await world.settle()
    await binds(world, branch, group)
    assert "本群已绑定「东城支部」" in group.last_message.text
    group.migrates()
    await world.settle()
    await posts(world, branch)
    assert "学习基层工作条例" in group.last_message.text
    bound = [row for row in world.rows(Chat) if row["unit_id"] == branch.unit and row["state"] == "reachable"]
    assert [row["chat_id"] for row in bound] == [group.id]


async def test_a_thread_of_a_forum_is_bound_and_the_others_stay_quiet(world: World, branch: Branch) -> None:
    west = world.branch("西城支部", secretary="赵敏")
    forum = world.telegram.group("机关党委", [branch["王芳"], west["赵敏"]], forum=True)
    await world.settle()
    east, other = forum.opens_thread("东城支部"), forum.opens_thread("西城支部")
    await world.settle()
    await binds(world, branch, forum, east)
    west["赵敏"].says("/bind", in_chat=forum, thread=other)
    await world.settle()
    assert {(row["thread_id"], row["unit_id"]) for row in world.rows(Chat) if row["unit_id"]} == {
        (east, branch.unit),
        (other, west.unit),
    }
    await posts(world, branch)
    card = forum.card("学习基层工作条例")
    assert card.thread == east


async def test_a_bot_that_is_put_out_tells_the_secretary_and_speaks_in_private(
    world: World, branch: Branch
) -> None:
    group = world.telegram.group("东城群", [branch["王芳"], branch["张伟"]])
    await world.settle()
    await binds(world, branch, group)
    before = len(branch["张伟"].messages)
    group.removes_bot()
    await world.settle()
    assert "我已不在「东城支部」的群里" in branch["王芳"].screen()
    assert len(branch["张伟"].messages) == before  # the secretary's business alone
    heard = len(group.bot_messages)
    await posts(world, branch)
    assert len(group.bot_messages) == heard
    assert "学习基层工作条例" in branch["张伟"].screen()
    group.adds_bot(admin=True)
    await world.settle()
    await posts(world, branch, "学习党员教育条例")
    assert "党员教育" in group.last_message.text


async def test_a_bot_that_is_silenced_tells_the_secretary_and_speaks_in_private(
    world: World, branch: Branch
) -> None:
    group = world.telegram.group("东城群", [branch["王芳"], branch["张伟"]])
    await world.settle()
    await binds(world, branch, group)
    heard = len(group.bot_messages)
    group.restricts_bot()
    await world.settle()
    assert "在「东城支部」的群里没有发言权限" in branch["王芳"].screen()
    await posts(world, branch)
    assert len(group.bot_messages) == heard
    assert "学习基层工作条例" in branch["张伟"].screen()
    group.adds_bot(admin=True)
    await world.settle()
    await posts(world, branch, "学习党员教育条例")
    assert "党员教育" in group.last_message.text


async def test_a_group_that_stands_for_nobody_is_left_without_a_word(world: World, branch: Branch) -> None:
    group = world.telegram.group("闲聊群", [branch["王芳"]])
    await world.settle()
    before = len(branch["王芳"].messages)
    group.removes_bot()
    await world.settle()
    assert len(branch["王芳"].messages) == before


async def test_who_blocks_the_bot_is_not_reported(world: World, branch: Branch) -> None:
    before = len(branch["王芳"].messages)
    branch["张伟"].blocks_bot()
    await world.settle()
    await world.advance(DAY)
    assert len(branch["王芳"].messages) == before


async def test_a_stranger_in_a_bound_group_is_shown_the_way_and_does_nothing(
    world: World, branch: Branch
) -> None:
    stranger = world.stranger()
    group = world.telegram.group("东城群", [branch["王芳"], branch["张伟"], stranger])
    await world.settle()
    await binds(world, branch, group)
    await posts(world, branch)
    trail = len(world.rows(AuditEntry))
    stranger.taps("打卡", on=group.card("学习基层工作条例"))
    await world.settle()
    assert world.rows(CheckIn) == []
    for words in ("/unbind", "/missing", "/roster", "/summary", "/bind"):
        said = len(group.bot_messages)
        stranger.says(words, in_chat=group)
        await world.settle()
        answers = "".join(message.text for message in group.bot_messages[said:])
        assert not any(name in answers for name in ("张伟", "王芳")), words
    assert [row["unit_id"] for row in world.rows(Chat) if row["chat_id"] == group.id] == [branch.unit]
    assert len(world.rows(AuditEntry)) == trail
