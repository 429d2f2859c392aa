"""/admin: what waits for an administrator is seen, told once, and decided with a tap; nobody is named."""

import json
from datetime import timedelta
from typing import Any

import pytest
from aiogram.types import BotCommandScopeAllPrivateChats, BotCommandScopeChat
from sqlalchemy import update

from bot.process import _list_commands
from domain.roles import Role
from services import parked
from simulator.faults import Fault
from simulator.people import SimPerson
from storage import inbox
from storage.database import Transaction
from storage.tables import AuditEntry, Delivery, Occurrence
from tests.journeys.test_study import SLOT, publish
from tests.world import BOT_ID, TOKEN, Branch, World


@pytest.fixture
async def held(world: World) -> tuple[Branch, SimPerson]:
    """A topic whose push was cut off after it was written, and the administrator of the whole."""
    root = world.committee()
    admin = world.official("陈静", root, Role.ADMINISTRATOR)
    branch = world.branch(secretary="王芳", members=["李强"], group_chat=True, under=root)
    await publish(world, branch)
    await world.move_to(SLOT - timedelta(minutes=1))
    assert branch.group is not None
    world.telegram.fail_next("sendMessage", Fault.DROP_AFTER, chat_id=branch.group.id)
    await world.move_to(SLOT)
    return branch, admin.sim


def audited(world: World) -> list[tuple[Any, ...]]:
    return [
        (row["act"], row["subject_kind"], row["subject_id"], row["person_id"])
        for row in world.rows(AuditEntry)
        if row["subject_kind"] in ("delivery", "occurrence", "update")
    ]


def states(world: World) -> list[str]:
    return [row["state"] for row in world.rows(Delivery) if row["kind"] == "topic_push"]


async def test_a_held_push_is_told_seen_and_sent_again_as_a_possible_repeat(
    world: World, held: tuple[Branch, SimPerson]
) -> None:
    branch, admin = held
    assert states(world) == ["ambiguous"]
    await world.advance(timedelta(minutes=5))
    assert admin.screen().startswith("有事项等管理员处理:待确认 1 条。")
    admin.taps("查看")
    await world.settle()
    assert "待确认(无法确定是否送达):1" in admin.screen()
    assert "收件待处理:0" in admin.screen()
    admin.taps("待确认 1")
    await world.settle()
    assert "学习主题推送「" in admin.screen()
    assert "第一党支部的群 · 11月" in admin.screen()
    assert "发送途中连接中断" in admin.screen()
    shown, group = admin.last_message, branch.group
    assert group is not None
    posts = len(group.bot_messages)
    admin.taps("重发 1", on=shown)
    await world.settle()
    assert admin.toasts[-1] == "已办理。"
    assert admin.screen().startswith("这里没有待处理的消息。")
    assert states(world) == ["sent"]
    assert len(group.bot_messages) == posts + 1
    assert "这条消息可能是重复的" in group.bot_messages[-1].text
    [push] = [row["id"] for row in world.rows(Delivery) if row["kind"] == "topic_push"]
    admin.taps_data(f"held:resend:{push}:held:0", on=shown)
    await world.settle()
    assert admin.toasts[-1] == "此前已经办过,没有变化。"
    assert len(group.bot_messages) == posts + 1
    person = next(r["person_id"] for r in world.rows(AuditEntry) if r["act"] == "resend_delivery")
    assert audited(world) == [("resend_delivery", "delivery", push, person)]
    assert person is not None


async def test_all_of_a_cause_is_asked_about_with_its_number_before_it_is_done(world: World) -> None:
    root = world.committee()
    admin = world.official("陈静", root, Role.ADMINISTRATOR, language="en").sim
    branches = [
        world.branch(name, members=[f"{name}员"], secretary=f"{name}书", group_chat=True, under=root)
        for name in ("东", "西", "南")
    ]
    boss = world.official("孙丽", root, Role.COORDINATOR).sim
    boss.says("/newtopic 条例\n发布: 现在\n范围: 下级")
    await world.settle()
    groups = [branch.group for branch in branches if branch.group is not None]
    for group in groups:
        world.telegram.fail_next("sendMessage", Fault.DROP_AFTER, chat_id=group.id)
    boss.taps("发布")
    await world.settle()
    assert states(world) == ["ambiguous"] * 3
    await world.advance(timedelta(minutes=5))
    admin.taps("Have a look")
    await world.settle()
    admin.taps("Held 3")
    await world.settle()
    assert admin.screen().startswith("3 messages may have arrived, or not\nStudy topic: 条例 ×3")
    admin.taps("Resend all 3")
    await world.settle()
    assert admin.screen().startswith(
        "Send 3 again? Study topic: 条例\nEach will own up that it may be a repeat."
    )
    assert states(world) == ["ambiguous"] * 3
    confirmation = admin.last_message
    admin.taps("Resend all 3")
    await world.settle()
    assert admin.toasts[-1] == "3 will be sent again."
    assert states(world) == ["sent"] * 3
    [cause] = {row["occurrence_id"] for row in world.rows(Delivery) if row["kind"] == "topic_push"}
    admin.taps_data(f"heldall:resend:{cause}:held:3", on=confirmation)
    await world.settle()
    assert admin.toasts[-1].startswith("That concerns no message any more")
    assert [len(group.bot_messages) for group in groups] == [2, 2, 2]
    [(act, kind, _, person)] = audited(world)
    assert (act, kind) == ("resend_cause", "occurrence")
    assert person is not None


async def test_a_members_chat_is_shown_by_its_unit_and_never_by_name(world: World) -> None:
    root = world.committee()
    admin = world.official("陈静", root, Role.ADMINISTRATOR).sim
    branch = world.branch(secretary="王芳", members=["李强"], under=root)
    await publish(world, branch)
    await world.settle()
    branch["李强"].blocks_bot()
    world.telegram.updates_for(TOKEN)  # and nobody told the bot
    await world.move_to(SLOT)
    admin.says("/admin")
    await world.settle()
    assert "不可达的会话:1" in admin.screen()
    admin.taps("未送达 1")
    await world.settle()
    assert "第一党支部的一位成员" in admin.screen()
    assert "机器人被屏蔽或移出;会话不可达" in admin.screen()
    assert "李强" not in admin.screen()
    assert [label for label in admin.last_message.buttons if "重发" in label] == []
    admin.taps("放弃 1")
    await world.settle()
    assert admin.screen().startswith("这里没有待处理的消息。")
    assert "有事项等" not in "".join(message.text for message in admin.messages)  # a block is no alarm


async def test_an_update_that_was_parked_is_answered_when_it_is_tried_again(world: World) -> None:
    root = world.committee()
    admin = world.official("陈静", root, Role.ADMINISTRATOR).sim
    branch = world.branch(secretary="王芳", under=root)
    wang = branch["王芳"]
    wang.says("/help 机密")
    [raw] = world.telegram.updates_for(TOKEN)

    def park(tx: Transaction) -> None:
        number = raw["update_id"]
        inbox.store(tx, BOT_ID, [(number, json.dumps(raw))], world.clock.now())
        inbox.charge(tx, BOT_ID, number, "KeyError at handlers/x.py:3", 3)
        parked.park(tx, BOT_ID, number, world.clock.now())

    world.database.write_now(park)
    await world.advance(timedelta(minutes=5))
    assert admin.screen().startswith("有事项等管理员处理:已搁置的收件 1 条。")
    admin.says("/admin")
    await world.settle()
    admin.taps("已搁置 1")
    await world.settle()
    assert admin.screen().startswith("1 条收件三次处理失败\n1. message · ")
    assert admin.screen().endswith(" · KeyError")
    assert "机密" not in admin.screen()
    shown = admin.last_message
    admin.taps("再试 1")
    await world.settle()
    assert admin.screen().startswith("没有搁置的收件。")
    assert wang.messages == [] or "您想做什么?" not in wang.screen()
    assert await world.app.workers.take_left() == 1
    await world.settle()
    assert wang.screen().startswith("您想做什么?")
    admin.taps_data(f"parked:drop:{raw['update_id']}:0", on=shown)
    await world.settle()
    assert admin.toasts[-1] == "此前已经办过,没有变化。"
    assert [row[:3] for row in audited(world)] == [("retry_update", "update", raw["update_id"])]


async def test_a_paused_cause_goes_on_with_a_tap(world: World, held: tuple[Branch, SimPerson]) -> None:
    _, admin = held
    [cause] = {row["occurrence_id"] for row in world.rows(Delivery) if row["kind"] == "topic_push"}
    pause = update(Occurrence).where(Occurrence.id == cause).values(paused_reason="TelegramBadRequest 机密")
    world.database.write_now(lambda tx: tx.execute(pause) and None)
    admin.says("/admin")
    await world.settle()
    admin.taps("已暂停 1")
    await world.settle()
    assert "内容被平台拒收;0 条在等" in admin.screen()
    assert "机密" not in admin.screen()
    shown = admin.last_message
    admin.taps("继续 1")
    await world.settle()
    assert admin.toasts[-1] == "已继续发送。"
    assert admin.screen().startswith("没有暂停的推送。")
    admin.taps_data(f"heldon:{cause}", on=shown)
    await world.settle()
    assert admin.toasts[-1] == "此前已经办过,没有变化。"


async def test_whoever_administers_nothing_is_told_so_and_changes_nothing(
    world: World, held: tuple[Branch, SimPerson]
) -> None:
    branch, admin = held
    wang, stranger = branch["王芳"], world.stranger()
    wang.says("/admin")
    await world.settle()
    assert wang.screen() == "这项操作不在您的权限内,一切照旧。"
    admin.says("/admin")
    await world.settle()
    push = next(row["id"] for row in world.rows(Delivery) if row["kind"] == "topic_push")
    for data in ("admin:all:0", "admin:held:0", f"held:resend:{push}:held:0", f"heldall:drop:{push}:held:1"):
        wang.taps_data(data, on=wang.last_message)
        await world.settle()
        assert wang.alerts[-1] == "这项操作不在您的权限内,一切照旧。"
    stranger.says("/admin")
    await world.settle()
    assert "管理" not in stranger.screen()
    assert states(world) == ["ambiguous"]
    assert audited(world) == []


async def test_asked_in_a_group_the_figures_stay_private(
    world: World, held: tuple[Branch, SimPerson]
) -> None:
    branch, admin = held
    assert branch.group is not None
    branch.group.admits(admin)
    admin.says("/admin", in_chat=branch.group)
    await world.settle()
    assert "待发送" not in branch.group.last_message.text


async def test_who_is_an_administrator_by_the_settings_is_told_so_and_what_they_may_do(world: World) -> None:
    world.branch("第一党支部", ["李强"], "王芳", under=world.committee("机关党委"))
    boss = world.stranger("机主")
    world.app = world.new_app(frozenset({boss.id}))
    boss.start()
    await world.settle()
    assert boss.screen().startswith("您是本机器人设置(ADMIN_IDS)中的管理员")
    offered = boss.last_message.buttons
    assert {"系统管理", "组织", "操作记录", "待我处理", "导入名册", "转接"} <= set(offered)
    for label in offered:
        await world.does(boss, "/start", label)
        assert "还不认识您" not in "".join([boss.screen(), *boss.alerts]), label
        if "首页" in boss.last_message.buttons:
            assert "您是本机器人设置" in await world.does(boss, "首页"), label
    assert "您是本机器人设置" in await world.does(boss, "你好")
    assert world.app.updates.faults == 0


async def test_administrators_find_it_in_their_menu_and_nobody_else_does(
    world: World, held: tuple[Branch, SimPerson]
) -> None:
    branch, admin = held
    for person in (admin, branch["王芳"]):
        person.says("/help")
        await world.settle()
    assert "系统管理" in admin.last_message.buttons
    assert "系统管理" not in branch["王芳"].last_message.buttons
    admin.taps("系统管理")
    await world.settle()
    assert admin.screen().startswith("机器人运行情况")
    await _list_commands(world.app, "zh")
    listed = await world.app.bot.get_my_commands(BotCommandScopeChat(chat_id=admin.id), "zh")
    everybodys = await world.app.bot.get_my_commands(BotCommandScopeAllPrivateChats(), "zh")
    assert [command.command for command in listed[len(everybodys) :]] == ["admin", "audit"]
    assert listed[: len(everybodys)] == everybodys
