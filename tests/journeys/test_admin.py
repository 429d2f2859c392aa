"""/admin: what waits for an administrator is seen, told once, and decided with a tap; nobody is named."""

from datetime import timedelta
from typing import Any

import pytest

from domain.roles import Role
from simulator.faults import Fault
from simulator.people import SimPerson
from storage.tables import AuditEntry, Delivery
from tests.journeys.test_study import SLOT, publish
from tests.world import Branch, World


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
