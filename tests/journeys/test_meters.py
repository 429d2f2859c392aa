"""/burden: a coordinator sees how often members are written to, by unit, and nobody's name."""

from datetime import timedelta

import pytest

from domain.ids import UnitId
from domain.roles import Role
from services import meters
from simulator.people import SimPerson
from tests.world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def posts(world: World, secretary: SimPerson, title: str) -> None:
    secretary.says(f"/newtopic {title}\n发布: 现在\n截止: 2026-11-30 18:00\n读。")
    await world.settle()
    secretary.taps("发布")
    await world.advance(HOUR)


class Office:
    """Two branches below one committee; three topics went out in the first, one in the second."""

    def __init__(self, world: World) -> None:
        self.committee: UnitId = world.committee("机关党委")
        self.first = world.branch("第一党支部", ["李强", "赵敏"], "王芳", under=self.committee)
        self.second = world.branch("第二党支部", ["周平"], "陈静", under=self.committee)
        self.coordinator = world.official("吴敏", self.committee, Role.COORDINATOR).sim


@pytest.fixture
async def office(world: World) -> Office:
    made = Office(world)
    for title in ("主题一", "主题二", "主题三"):
        await posts(world, made.first["王芳"], title)
    await posts(world, made.second["陈静"], "主题四")
    return made


async def test_a_coordinator_sees_what_is_asked_of_a_member_a_week(world: World, office: Office) -> None:
    office.coordinator.says("/burden")
    await world.settle()
    assert office.coordinator.screen().splitlines() == [
        "主动消息:机关党委",
        "人均每周 0.6 条(5 人)",  # 3 × 3 + 2 × 1 messages to five people in four weeks
        "第一党支部  人均每周 0.8 条(3 人)",
        "第二党支部  人均每周 0.2 条(2 人)",
        "统计近 4 周的私聊消息;每周上限 5 条,超出的提醒合并后再发。",
    ]
    office.coordinator.taps("第二党支部")
    await world.settle()
    assert "人均每周 0.2 条(2 人)" in office.coordinator.screen()
    assert "周平" not in office.coordinator.screen()


async def test_what_is_older_than_four_weeks_is_not_counted(world: World, office: Office) -> None:
    await world.advance(30 * DAY)
    office.coordinator.says("/burden")
    await world.settle()
    assert "人均每周 0.0 条(5 人)" in office.coordinator.screen()


async def test_what_is_too_large_to_count_at_once_leads_down(
    world: World, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meters, "MOST_COUNTED", 4)
    office.coordinator.says("/burden")
    await world.settle()
    assert "请看下级" in office.coordinator.screen()
    office.coordinator.taps("第一党支部")
    await world.settle()
    assert "人均每周 0.8 条(3 人)" in office.coordinator.screen()


async def test_a_member_and_a_neighbour_see_no_meter(world: World, office: Office) -> None:
    office.first["李强"].says("/burden")
    await world.settle()
    assert "不在您的权限内" in office.first["李强"].screen()
    office.second["陈静"].says("/burden 第一党支部")
    await world.settle()
    assert "第一党支部  人均" not in office.second["陈静"].screen()
    assert "0.8" not in office.second["陈静"].screen()
