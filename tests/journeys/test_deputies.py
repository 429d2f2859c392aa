"""Secretary and deputy: both get the cards, the first answer wins, and the second sees whose it was."""

from datetime import date, timedelta

import pytest

from domain.roles import Role
from simulator.people import SimPerson
from storage import people
from storage.tables import Attendance, Leave
from tests.world import Branch, World


@pytest.fixture
def branch(world: World) -> Branch:
    branch = world.branch("第一党支部", ["李强", "赵敏", "新人"], "王芳", unlinked=["新人"], group_chat=True)
    world.database.write_now(
        people.appoint, branch.people["李强"].person, branch.unit, Role.DEPUTY, date(2021, 1, 1)
    )
    return branch


def both(branch: Branch) -> tuple[SimPerson, SimPerson]:
    return branch["王芳"], branch["李强"]


async def shared_by(world: World, secretary: SimPerson) -> str:
    """The token of the link that the secretary shares."""
    secretary.says("/invite")
    await world.settle()
    secretary.taps("共享链接")
    await world.settle()
    link = next(one for one in reversed(secretary.messages) if "start=" in one.text)
    return link.text.partition("start=")[2].split()[0]


async def test_a_leave_is_asked_of_both_and_the_first_answer_wins(world: World, branch: Branch) -> None:
    branch["赵敏"].says("/leave 11-20 至 11-25 出差")
    await world.settle()
    wang, li = both(branch)
    cards = [one.last_message for one in (wang, li)]
    assert all("赵敏" in card.text and "出差" in card.text for card in cards)
    li.taps("✅ 批准", on=cards[1])
    await world.settle()
    wang.taps("驳回", on=cards[0])
    await world.settle()
    assert wang.alerts == ["李强已经答复过了,一切照旧。"]
    assert [row["state"] for row in world.rows(Leave)] == ["approved"]


async def test_a_leave_taken_back_says_nobody_answered(world: World, branch: Branch) -> None:
    zhao, (wang, _) = branch["赵敏"], both(branch)
    zhao.says("/leave 11-20 至 11-25 出差")
    await world.settle()
    card = wang.last_message
    zhao.taps("撤回请假")
    await world.settle()
    wang.taps("✅ 批准", on=card)
    await world.settle()
    assert len(wang.alerts) == 1
    assert "已经答复过了" not in wang.alerts[0]


async def test_a_newcomer_is_asked_of_both_and_the_first_answer_wins(world: World, branch: Branch) -> None:
    wang, li = both(branch)
    token = await shared_by(world, wang)
    world.database.write_now(
        people.appoint, branch.people["新人"].person, branch.unit, Role.PUBLICITY, date(2021, 1, 1)
    )
    newcomer = world.stranger("新人")
    newcomer.open_link(token)
    await world.settle()
    newcomer.says("新人")
    await world.settle()
    cards = [one.last_message for one in (wang, li)]
    assert all(card.buttons[:1] == cards[0].buttons[:1] for card in cards)
    approve = cards[0].buttons[0]
    wang.taps(approve, on=cards[0])
    await world.settle()
    li.taps(approve, on=cards[1])
    await world.settle()
    assert li.alerts == ["王芳已经答复过了,一切照旧。"]
    assert "欢迎" in newcomer.screen() or "批准" in newcomer.screen()


async def test_who_joined_by_name_is_shown_to_both(world: World, branch: Branch) -> None:
    wang, li = both(branch)
    token = await shared_by(world, wang)
    newcomer = world.stranger("别人")
    newcomer.open_link(token)
    await world.settle()
    newcomer.says("新人")
    await world.settle()
    cards = [one.last_message for one in (wang, li)]
    assert ["不是本人" in card.buttons for card in cards] == [True, True]
    li.taps("不是本人", on=cards[1])
    await world.settle()
    wang.taps("不是本人", on=cards[0])
    await world.settle()
    assert wang.alerts == ["李强已经答复过了,一切照旧。"]


async def test_both_keep_the_roll_of_an_activity(world: World, branch: Branch) -> None:
    wang, li = both(branch)
    wang.says("/newactivity 主题党日\n时间: 2026-11-10 15:00\n地点: 纪念馆")
    await world.settle()
    wang.taps("发布")
    await world.settle()
    await world.move_to(world.clock.now() + timedelta(days=8, hours=6, minutes=1))
    for who in (wang, li):
        assert any("✅ 全部确认" in one.buttons for one in who.messages)
    assert world.rows(Attendance)


async def test_both_hear_that_the_group_lets_the_bot_write_no_more(world: World, branch: Branch) -> None:
    assert branch.group is not None
    wang, li = both(branch)
    branch.group.restricts_bot()
    await world.settle()
    wang.says("/newtopic 学习\n发布: 现在\n第一章")
    await world.settle()
    wang.taps("发布")
    await world.settle()
    for who in (wang, li):
        assert any("的群里没有发言权限" in one.text for one in who.messages)
