"""Home, settings, groups bound and left, invitations, and one's own record."""

import pytest

from domain.roles import Role
from simulator.people import SimPerson
from storage.tables import Account, Chat, Preference
from tests.world import Branch, World


@pytest.fixture
def branch(world: World) -> Branch:
    return world.branch(
        "东城支部",
        members=["张伟", "John", "李娜"],
        secretary="王芳",
        languages={"John": "en"},
        unlinked=["李娜"],
    )


def bound_to(world: World, chat: int) -> list[int | None]:
    return [row["unit_id"] for row in world.rows(Chat) if row["chat_id"] == chat]


async def test_members_and_secretaries_see_what_they_can_do(world: World, branch: Branch) -> None:
    for name in ("张伟", "王芳", "John"):
        branch[name].says("/help")
    await world.settle()
    assert "/newtopic" in branch["王芳"].screen()
    assert "/newtopic" not in branch["张伟"].screen()
    assert "check in to the open topic (voluntary)" in branch["John"].screen()
    branch["张伟"].says("这是什么")
    await world.settle()
    assert branch["张伟"].screen().startswith("您想做什么?")


async def test_help_in_a_group_leads_to_the_private_chat(world: World) -> None:
    branch = world.branch(members=["张伟"], group_chat=True)
    assert branch.group is not None
    branch["张伟"].says("/help", in_chat=branch.group)
    await world.settle()
    assert branch.group.last_message.text == "这个请在私聊里看。"
    branch["张伟"].taps("打开私聊", on=branch.group.last_message)
    await world.settle()
    assert branch["张伟"].screen().startswith("您想做什么?")


async def test_somebody_changes_their_language(world: World, branch: Branch) -> None:
    john = branch["John"]
    john.says("/settings")
    await world.settle()
    assert john.screen().startswith("Settings\nLanguage: English (as your app)\nQuiet hours: 22:00-07:00")
    john.taps("中文")
    await world.settle()
    assert john.screen().startswith("设置\n语言:中文")
    john.says("/help")
    await world.settle()
    assert john.screen().startswith("您想做什么?")
    john.says("/settings")
    await world.settle()
    john.taps("跟随客户端")
    await world.settle()
    assert "as your app" in john.screen()


async def test_quiet_hours_by_tap_by_typing_and_by_command(world: World, branch: Branch) -> None:
    zhang = branch["张伟"]
    zhang.says("/settings")
    await world.settle()
    zhang.taps("21:00-08:00")
    await world.settle()
    assert "免打扰:21:00-08:00" in zhang.screen()
    zhang.taps("其他时间…")
    await world.settle()
    zhang.says("夜里")
    await world.settle()
    assert "免打扰" not in zhang.screen()
    zhang.says("23:30 - 6:00")
    await world.settle()
    assert "免打扰:23:30-06:00" in zhang.screen()
    zhang.says("/settings 20:00-09:00")
    await world.settle()
    (row,) = world.rows(Preference)
    assert (row["quiet_from"].hour, row["quiet_until"].hour) == (20, 9)
    zhang.taps("也私聊我")
    await world.settle()
    assert world.rows(Preference)[0]["private_push"]


async def test_a_secretary_binds_a_group_and_lets_it_go(world: World, branch: Branch) -> None:
    group = world.group("东城群", [branch["王芳"], branch["张伟"]], None, {})
    branch["王芳"].says("/bind", in_chat=group)
    await world.settle()
    assert group.last_message.text == "本群已绑定「东城支部」,学习、活动和提醒都会发到这里。"
    assert bound_to(world, group.id) == [branch.unit]
    branch["王芳"].says("/bind", in_chat=group)
    await world.settle()
    assert group.last_message.text == "本群已经绑定「东城支部」。"
    branch["王芳"].says("/unbind", in_chat=group)
    await world.settle()
    assert bound_to(world, group.id) == [None]


async def test_a_member_binds_nothing(world: World, branch: Branch) -> None:
    stranger = world.stranger()
    group = world.group("东城群", [branch["张伟"], stranger], None, {})
    for person in (branch["张伟"], stranger):
        person.says("/bind", in_chat=group)
        await world.settle()
    assert [m.text for m in group.bot_messages] == [
        "没有您可以绑定的支部,或者没有叫这个名字的支部。",
        "还不认识您。请先打开支部书记发给您的邀请链接。",
    ]
    assert bound_to(world, group.id) == [None]


async def test_two_branches_do_not_share_a_group(world: World, branch: Branch) -> None:
    west = world.branch("西城支部", secretary="赵敏")
    group = world.group("联合群", [branch["王芳"], west["赵敏"]], None, {})
    branch["王芳"].says("/bind", in_chat=group)
    await world.settle()
    west["赵敏"].says("/bind", in_chat=group)
    await world.settle()
    assert "两个支部在一个群里记录会混在一起" in group.last_message.text
    west["赵敏"].says("/unbind", in_chat=group)
    await world.settle()
    assert "不在您的权限内" in group.last_message.text
    assert bound_to(world, group.id) == [branch.unit]


async def test_an_administrator_chooses_among_branches(world: World) -> None:
    root = world.committee()
    east = world.branch("东城支部", secretary="王芳", under=root)
    west = world.branch("西城支部", secretary="赵敏", under=root)
    admin = world.official("陈", root, Role.ADMINISTRATOR)
    group = world.group("西城群", [admin.sim, east["王芳"]], None, {})
    admin.sim.says("/bind", in_chat=group)
    await world.settle()
    east["王芳"].taps("西城支部", on=group.last_message)  # not theirs
    await world.settle()
    assert bound_to(world, group.id) == [None]
    admin.sim.taps("西城支部", on=group.last_message)
    await world.settle()
    assert bound_to(world, group.id) == [west.unit]
    other = world.group("东城群", [admin.sim], None, {})
    admin.sim.says("/bind 机关党委/东城支部", in_chat=other)
    await world.settle()
    assert bound_to(world, other.id) == [east.unit]


async def test_binding_in_private_is_refused_kindly(world: World, branch: Branch) -> None:
    branch["王芳"].says("/bind")
    await world.settle()
    assert branch["王芳"].screen() == "请在要绑定的群里发送。"


async def test_a_secretary_hands_out_a_personal_link(world: World, branch: Branch) -> None:
    wang, li = branch["王芳"], branch["李娜"]
    wang.says("/invite")
    await world.settle()
    assert wang.screen().startswith("东城支部:还有 1 人未加入")
    wang.taps("李娜")
    await world.settle()
    assert "李娜同志的专属链接" in wang.screen()
    li.open_link(wang.screen().rpartition("start=")[2])
    await world.settle()
    assert li.screen().startswith("李娜同志,欢迎加入「东城支部」机器人")
    wang.taps("返回")
    await world.settle()
    assert wang.screen().startswith("东城支部:还有 0 人未加入")
    wang.taps("共享链接")
    await world.settle()
    assert "最多 50 人使用" in wang.screen()


async def test_a_member_invites_nobody_even_with_forged_buttons(world: World, branch: Branch) -> None:
    zhang: SimPerson = branch["张伟"]
    zhang.says("/invite")
    await world.settle()
    assert zhang.screen() == "没有您可以邀请加入的组织。"
    accounts = world.rows(Account)
    li = branch.people["李娜"].person
    for data in (
        f"share:{branch.unit}",
        f"invitep:{branch.unit}:{li}:",
        f"invite:{branch.unit}:0",
        f"share:{10**30}",
        "disown:1",
        "askin:7",
    ):
        zhang.taps_data(data, on=zhang.last_message)
        await world.settle()
        assert "start=" not in zhang.screen()
    assert world.rows(Account) == accounts
    assert world.app.updates.faults == 0


async def test_my_record_of_an_empty_year(world: World, branch: Branch) -> None:
    for name in ("张伟", "John"):
        branch[name].says("/me")
    await world.settle()
    assert branch["张伟"].screen().startswith("我的 2026 年记录\n学习主题:0 个\n打卡(自愿):0 次")
    assert branch["John"].screen().startswith("My record of 2026")
