"""Nobody is written to more than five times a week unasked."""

from datetime import timedelta

from domain.burden import MOST_UNASKED
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


async def test_a_full_week_leaves_reminders_unsaid_and_the_next_has_room(world: World) -> None:
    branch = world.branch(members=["张伟"], secretary="王芳")
    for n in range(1, MOST_UNASKED + 1):
        await posts(world, branch, f"主题{n}")
    heard = branch["张伟"].messages
    assert len(heard) == MOST_UNASKED
    await reminds(world, branch, 1)
    assert branch["张伟"].messages == heard
    reasons = [row["reason"] for row in world.rows(Delivery) if row["state"] == "cancelled"]
    assert reasons == ["enough this week"]
    await world.advance(8 * DAY)
    await reminds(world, branch, 2)
    assert "主题2" in branch["张伟"].screen()
    assert len(branch["张伟"].messages) == MOST_UNASKED + 1


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
