"""Nobody is written to more than five times a week unasked."""

from datetime import timedelta

from domain.burden import MOST_UNASKED
from storage import units
from storage.tables import Delivery
from tests.world import Branch, World

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


async def posts(world: World, branch: Branch, title: str) -> None:
    branch["王芳"].says(f"/newtopic {title}\n发布: 现在\n截止: 2026-11-30 18:00\n读一读。")
    await world.settle()
    branch["王芳"].taps("发布")
    await world.advance(HOUR)


async def reminds(world: World, branch: Branch, n: int) -> None:
    branch["王芳"].says(f"/missing {n}")
    await world.settle()
    branch["王芳"].taps("提醒全部")
    await world.settle()


def reasons(world: World) -> list[str]:
    """Why what was owed was not said."""
    return [row["reason"] for row in world.rows(Delivery) if row["state"] == "cancelled"]


def texts(branch: Branch) -> list[str]:
    return [message.text or "" for message in branch["张伟"].messages]


async def test_a_full_week_lets_reminders_wait_and_come_together_in_one_message(world: World) -> None:
    branch = world.branch(members=["张伟"], secretary="王芳")
    zhang = branch["张伟"]
    for n in range(1, MOST_UNASKED + 1):
        await posts(world, branch, f"主题{n}")
    heard = zhang.messages
    assert len(heard) == MOST_UNASKED
    for n in (1, 2, 3):
        await reminds(world, branch, n)
    assert zhang.messages == heard
    assert reasons(world) == ["enough this week"] * 3
    await world.advance(6 * DAY)
    assert zhang.messages == heard
    await world.advance(2 * DAY)
    assert len(zhang.messages) == MOST_UNASKED + 1
    said = zhang.screen()
    assert said.startswith("为少打扰您")
    assert [f"主题{n}" in said for n in (1, 2, 3, 4)] == [True, True, True, False]
    await reminds(world, branch, 4)
    assert len(zhang.messages) == MOST_UNASKED + 2
    assert "主题4" in zhang.screen()


async def test_what_was_done_meanwhile_is_not_in_it(world: World) -> None:
    branch = world.branch(members=["张伟", "李娜"], secretary="王芳")
    for n in range(1, MOST_UNASKED + 1):
        await posts(world, branch, f"主题{n}")
    for n in (1, 2):
        await reminds(world, branch, n)
    branch["张伟"].says("/checkin 1")
    await world.settle()
    for n in (1, 2):
        branch["李娜"].says(f"/checkin {n}")
        await world.settle()
    before = len(branch["李娜"].messages)
    await world.advance(8 * DAY)
    said = branch["张伟"].screen()
    assert ("主题1" in said, "主题2" in said, said.startswith("为少打扰您")) == (False, True, True)
    assert len(branch["李娜"].messages) == before


async def test_the_digest_waits_too_while_something_new_fills_the_week(world: World) -> None:
    branch = world.branch(members=["张伟"], secretary="王芳")
    for n in range(1, MOST_UNASKED + 1):
        await posts(world, branch, f"主题{n}")
    await reminds(world, branch, 1)
    await world.advance(6 * DAY)
    for n in range(6, 6 + MOST_UNASKED):
        await posts(world, branch, f"主题{n}")
    await world.advance(2 * DAY)
    assert "为少打扰您" not in "".join(texts(branch))
    await world.advance(6 * DAY)
    assert "".join(texts(branch)).count("为少打扰您") == 1


async def test_a_unit_may_set_a_lower_cap(world: World) -> None:
    branch = world.branch(members=["张伟"], secretary="王芳")
    world.database.write_now(units.set_setting, branch.unit, "weekly_asks", "2")
    await posts(world, branch, "主题1")
    await posts(world, branch, "主题2")
    await reminds(world, branch, 1)
    assert len(branch["张伟"].messages) == 2
    await world.advance(8 * DAY)
    assert branch["张伟"].screen().startswith("为少打扰您")


async def test_a_kind_that_is_muted_is_not_said_and_not_kept_for_later(world: World) -> None:
    branch = world.branch(members=["张伟"], secretary="王芳")
    zhang = branch["张伟"]
    await posts(world, branch, "主题1")
    zhang.says("/settings")
    await world.settle()
    assert "接收提醒:学习预告、打卡提醒、活动" in zhang.screen()
    zhang.taps("✓ 打卡提醒")
    await world.settle()
    assert "接收提醒:学习预告、活动" in zhang.screen()
    before = len(zhang.messages)
    await reminds(world, branch, 1)
    assert (len(zhang.messages), reasons(world)) == (before, ["muted"])
    await world.advance(8 * DAY)
    assert len(zhang.messages) == before
    zhang.says("/settings")
    await world.settle()
    zhang.taps("打卡提醒")
    await world.settle()
    await posts(world, branch, "主题2")
    before = len(zhang.messages)
    await reminds(world, branch, 2)
    assert len(zhang.messages) == before + 1


async def test_who_is_to_lead_hears_of_it_though_the_kind_is_muted_and_the_week_is_full(world: World) -> None:
    branch = world.branch(members=["张伟"], secretary="王芳")
    wang, zhang = branch["王芳"], branch["张伟"]
    zhang.says("/settings")
    await world.settle()
    zhang.taps("✓ 学习预告")
    await world.settle()
    wang.says("/newtopic 领读一章\n发布: 2026-11-20 09:00\n截止: 2026-11-26 18:00\n领学: 张伟\n读一读。")
    await world.settle()
    wang.taps("发布")
    await world.advance(5 * DAY)
    for n in range(1, MOST_UNASKED + 1):
        await posts(world, branch, f"主题{n}")
    assert "领读一章" not in "".join(texts(branch))
    await world.advance(7 * DAY)
    assert "".join(texts(branch)).count("这个主题由您领学") == 1


async def test_what_is_muted_after_it_was_held_back_is_not_in_the_digest(world: World) -> None:
    branch = world.branch(members=["张伟"], secretary="王芳")
    zhang = branch["张伟"]
    for n in range(1, MOST_UNASKED + 1):
        await posts(world, branch, f"主题{n}")
    await reminds(world, branch, 1)
    zhang.says("/settings")
    await world.settle()
    zhang.taps("✓ 打卡提醒")
    await world.settle()
    await world.advance(8 * DAY)
    assert "为少打扰您" not in "".join(texts(branch))


async def test_a_push_is_said_in_a_full_week_too(world: World) -> None:
    """What says something new is not held back: it is for those who plan to ask less."""
    branch = world.branch(members=["张伟"], secretary="王芳")
    for n in range(1, MOST_UNASKED + 2):
        await posts(world, branch, f"主题{n}")
    assert len(branch["张伟"].messages) == MOST_UNASKED + 1


async def test_a_moved_activity_is_always_told(world: World) -> None:
    branch = world.branch(members=["张伟"], secretary="王芳")
    wang, zhang = branch["王芳"], branch["张伟"]
    wang.says("/newactivity 主题党日\n时间: 2026-11-06 15:00\n地点: 会议室")
    await world.settle()
    wang.taps("发布")
    await world.settle()
    zhang.taps("参加")
    await world.settle()
    for n in range(1, MOST_UNASKED + 1):
        await posts(world, branch, f"主题{n}")
    before = len(zhang.messages)
    await world.advance(DAY + 6 * HOUR)
    assert len(zhang.messages) == before
    wang.says("/activities")
    await world.settle()
    wang.taps("1")
    await world.settle()
    wang.taps("改期")
    await world.settle()
    wang.says("2026-11-06 16:00")
    await world.settle()
    assert "16:00" in zhang.screen()
    assert len(zhang.messages) == before + 1
