"""The menu: whatever is a command is a button too, for those it is meant for, and every screen leads back."""

import json
from collections import Counter
from datetime import datetime

import pytest

from domain.roles import Role
from messages import home
from messages.commands import ADMIN, PRIVATE
from storage.tables import Topic
from tests.journeys.test_study import SLOT, publish
from tests.world import TOKEN, Branch, World

MEMBERS = ["学习", "近期活动", "请假", "我的记录", "设置"]
SECRETARYS = [
    *MEMBERS[:4],
    "发布主题",
    "学习主题",
    "未打卡",
    "安排活动",
    "活动",
    "待我处理",
    "党员名册",
    "转接",
    "邀请加入",
    "查看统计",
    "推送频次",
    "移交",
    "组织",
    "设置",
]


@pytest.fixture
async def branch(world: World) -> Branch:
    made = world.branch(secretary="王芳", members=["李强"], group_chat=True)
    await publish(world, made)
    await world.move_to(SLOT)
    return made


async def test_each_sees_the_buttons_of_their_role(world: World, branch: Branch) -> None:
    above = world.official("孙丽", world.committee(), Role.COORDINATOR).sim
    for person in (branch["李强"], branch["王芳"], above):
        person.says("帮助")
    await world.settle()
    assert branch["李强"].last_message.buttons == MEMBERS
    assert branch["王芳"].last_message.buttons == SECRETARYS
    assert above.last_message.buttons == [
        "发布主题",
        "学习主题",
        "待我处理",
        "查看统计",
        "推送频次",
        "移交",
        "组织",
        "设置",
    ]
    assert all(len(row) <= 2 for row in branch["王芳"].last_message.rows)


async def test_every_button_of_the_menu_opens_a_screen_that_leads_on(world: World, branch: Branch) -> None:
    wang = branch["王芳"]
    for words in SECRETARYS:
        wang.says("/help")
        await world.settle()
        menu, shown = wang.last_message, len(wang.messages)
        wang.taps(words, on=menu)
        await world.settle()
        assert not menu.text.startswith("您想做什么?"), words
        assert len(wang.messages) == shown, words
        assert any("首页" in label or "取消" in label for label in menu.buttons), words
    assert world.app.updates.faults == 0


async def test_a_topic_is_begun_from_the_menu(world: World, branch: Branch) -> None:
    wang = branch["王芳"]
    wang.says("/help")
    await world.settle()
    wang.taps("发布主题")
    await world.settle()
    wang.says("第二个主题")
    await world.settle()
    assert world.rows(Topic)[-1]["title"] == "第二个主题"


async def test_a_button_of_the_menu_gives_no_right(world: World, branch: Branch) -> None:
    li, stranger = branch["李强"], world.stranger(language="en")
    for person in (li, stranger):
        person.says("/help")
    await world.settle()
    for command in ("newtopic", "topics", "missing", "newactivity", "activities", "summary"):
        li.taps_data(f"menu:{command}", on=li.last_message)
        await world.settle()
        assert li.alerts[-1] == "这项操作不在您的权限内,一切照旧。"
    assert len(world.rows(Topic)) == 1
    stranger.taps_data("menu:me", on=stranger.last_message)
    await world.settle()
    assert stranger.screen().startswith("I do not know you yet.")


async def test_wherever_the_buttons_lead_two_stand_in_a_row_and_one_leads_back(
    world: World, branch: Branch
) -> None:
    """A walk that presses whatever was pressed least, in the private chats of a secretary and a member."""
    wang, li = branch["王芳"], branch["李强"]
    for day in range(16, 20):
        wang.says(f"/newactivity 主题党日 第{day}\n时间: 2026-11-{day} 15:00\n地点: 馆")
        await world.settle()
        wang.taps("发布")
        await world.settle()
    li.says("/leave 2026-11-16 至 2026-11-17 出差")
    wang.says("/requests")
    await world.move_to(datetime.fromisoformat("2026-11-18T14:50:00+08:00"))
    for person in (wang, li):
        pressed: Counter[str] = Counter()
        person.says("/help")
        await world.settle()
        for _ in range(45):
            for message in person.messages:
                labels = message.buttons
                assert all(len(row) <= 2 for row in message.rows), labels
                ways = ("首页", "返回", "取消", "Home", "Back", "Cancel")  # it may press English
                if message.text.startswith(("您想做什么?", "What would you like to do?")):
                    continue
                assert not labels or any(way in label for label in labels for way in ways), (
                    message.text,
                    labels,
                )
            taps = [
                (pressed[button["callback_data"].partition(":")[0] + button["text"][:2]], n, button, message)
                for n, message in enumerate(person.messages)
                for row in message.rows
                for button in row
                if "callback_data" in button
            ]
            _, _, button, message = min(taps, key=lambda tap: (tap[0], -tap[1]))
            pressed[button["callback_data"].partition(":")[0] + button["text"][:2]] += 1
            person.taps_data(button["callback_data"], on=message)
            await world.settle()
        assert len(pressed) > 12
    assert world.app.updates.faults == 0


def test_whatever_the_menu_names_a_client_lists_too() -> None:
    named = {line.command for line in (*home.MEMBER, *home.LEADING, *home.ANYONE)}
    assert named == {name for name, _ in (*PRIVATE, *ADMIN)} | {"bind"}


async def test_the_agenda_asked_for_in_a_reply_is_the_groups_own(world: World, branch: Branch) -> None:
    wang, group = branch["王芳"], branch.group
    assert group is not None
    wang.says("/newactivity 主题党日 参观\n时间: 2026-11-20 15:00\n地点: 馆")
    await world.settle()
    wang.taps("发布")
    await world.settle()
    branch["李强"].says("/agenda", in_chat=group)
    [update] = world.telegram.updates_for(TOKEN)
    update["message"]["message_thread_id"] = group.last_message.id  # as the platform numbers a reply
    await world.app.intake.take([json.dumps(update)])
    await world.app.workers.idle()
    assert "参观" in group.last_message.text
    assert group.last_message.text.startswith("近期活动")
