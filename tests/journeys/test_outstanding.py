"""Who is outstanding: told in private to those who lead, reminded once, never named in the group."""

from datetime import datetime, timedelta

import pytest

from storage.tables import CheckIn
from tests.journeys.test_study import SLOT, card_in, publish
from tests.world import Branch, World


@pytest.fixture
async def branch(world: World) -> Branch:
    """A branch whose topic is open: 周老 is exempt, 未绑 has no account yet."""
    made = world.branch(
        secretary="王芳",
        members=["李强", "张伟", "周老", "未绑"],
        group_chat=True,
        exempt=["周老"],
        unlinked=["未绑"],
    )
    await publish(world, made)
    await world.move_to(SLOT)
    return made


async def test_the_secretary_sees_who_and_reminds_all_once(world: World, branch: Branch) -> None:
    wang, li = branch["王芳"], branch["李强"]
    li.taps("打卡", on=card_in(branch))
    await world.settle()
    wang.says("/missing")
    await world.settle()
    assert "未打卡 3 人(免考勤 1 人不计)" in wang.screen()
    assert [name in wang.screen() for name in ("王芳", "李强", "张伟", "周老", "未绑")] == [
        True,
        False,
        True,
        False,
        True,
    ]
    screen = wang.last_message
    wang.taps("提醒全部", on=screen)
    await world.settle()
    told = "已提醒1人;1人私聊不可达,请当面告知:未绑。"  # not 王芳, who asks
    assert wang.toasts[-1] == told
    assert told in [message.text for message in wang.messages]
    assert "打卡自愿" in branch["张伟"].screen()
    assert "打卡自愿" not in "".join(message.text for message in li.messages)
    wang.taps("提醒全部", on=screen)
    await world.settle()
    assert wang.toasts[-1].startswith("已提醒0人;此前已提醒1人")
    assert sum("打卡自愿" in message.text for message in branch["张伟"].messages) == 1


async def test_a_reminder_asked_for_at_night_waits_for_the_morning(world: World, branch: Branch) -> None:
    await world.move_to(datetime.fromisoformat("2026-11-13T23:00:00+08:00"))
    branch["王芳"].says("/missing")
    await world.settle()
    branch["王芳"].taps("提醒 张伟")
    await world.settle()
    heard = len(branch["张伟"].messages)
    await world.move_to(datetime.fromisoformat("2026-11-14T06:59:00+08:00"))
    assert len(branch["张伟"].messages) == heard
    await world.move_to(datetime.fromisoformat("2026-11-14T07:01:00+08:00"))
    assert "打卡自愿" in branch["张伟"].screen()


async def test_by_proxy_for_one_who_cannot(world: World, branch: Branch) -> None:
    wang = branch["王芳"]
    wang.says("/missing 1")
    await world.settle()
    wang.taps("代打卡 未绑")
    await world.settle()
    assert wang.toasts == ["已代打卡 09:00"]
    assert "未绑" not in wang.screen()
    row = world.rows(CheckIn)[0]
    assert row["recorded_by"] == branch.people["王芳"].person
    assert row["membership_id"] == branch.people["未绑"].membership


async def test_asked_in_the_group_the_names_come_in_private(world: World, branch: Branch) -> None:
    assert branch.group is not None
    branch["王芳"].says("/missing@banxue_bot", in_chat=branch.group)
    await world.settle()
    assert "张伟" in branch["王芳"].screen()
    assert all("张伟" not in message.text for message in branch.group.messages)


async def test_members_and_other_branches_see_nobody(world: World, branch: Branch) -> None:
    zhao = world.branch("第二党支部", members=["赵敏"], secretary="赵敏")["赵敏"]
    for who in (branch["李强"], zhao):
        who.says("/missing")
        await world.settle()
        assert "张伟" not in who.screen()
    zhao.taps_data(f"missing:1:{branch.unit}:0", on=zhao.last_message)
    zhao.taps_data(f"remind:1:{branch.unit}:0", on=zhao.last_message)
    await world.settle()
    assert len(zhao.alerts) == 2
    assert all("张伟" not in message.text for message in zhao.messages)
    assert world.app.updates.faults == 0


async def test_after_the_deadline_there_is_nothing_to_remind_of(world: World, branch: Branch) -> None:
    wang = branch["王芳"]
    wang.says("/missing")
    await world.settle()
    screen = wang.last_message
    await world.move_to(SLOT + timedelta(days=7, minutes=1))
    wang.taps("提醒全部", on=screen)
    await world.settle()
    assert "已截止" in wang.alerts[-1]
