"""Coming in, as people see it: links, names, words from above, and those who stay outside."""

from datetime import datetime, timedelta

import pytest

from domain.ids import PersonId, UnitId
from domain.roles import Role
from domain.units import UnitKind
from services import invites
from simulator.chats import Message
from simulator.people import SimPerson
from storage import people, units
from storage.database import Transaction
from storage.tables import Account, Attendance, CheckIn, Claim, Leave, Reflection, Rsvp
from tests.journeys.test_study import SLOT, card_in, publish
from tests.world import ENROLLED, Branch, World


class Town:
    """东城支部: its secretary is linked, its members are not."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.committee = world.committee("机关党委")
        names = ["张伟", "李娜"]
        self.branch: Branch = world.branch(
            "东城支部", members=names, secretary="王芳", under=self.committee, unlinked=names
        )
        self.wang = self.branch["王芳"]
        self.zhang = self.branch["张伟"]

    def personal(self, name: str) -> str:
        links = self.world.database.write_now(
            invites.invite_everybody, self.branch.unit, b"seed", self.world.clock.now()
        )
        return next(link.token for link in links if link.person.name == name)

    def shared(self, unit: UnitId | None = None) -> str:
        now = self.world.clock.now()
        where = unit or self.branch.unit
        return self.world.database.write_now(invites.share_as_owner, where, "shared-token", now).token

    def accounts(self) -> set[tuple[int, int]]:
        """Person and platform id of every linked account."""
        rows = self.world.rows(Account)
        return {(row["person_id"], row["user_id"]) for row in rows if row["unlinked_at"] is None}

    def is_in(self, sim: SimPerson, name: str) -> bool:
        return (self.branch.people[name].person, sim.id) in self.accounts()


@pytest.fixture
def town(world: World) -> Town:
    return Town(world)


async def test_a_personal_link_needs_no_typing(world: World, town: Town) -> None:
    town.zhang.open_link(town.personal("张伟"))
    await world.settle()
    assert town.zhang.screen().startswith("张伟同志,欢迎加入「东城支部」机器人")
    assert "/checkin" in town.zhang.screen()
    assert town.is_in(town.zhang, "张伟")


async def test_a_personal_link_is_refused_to_a_second_account(world: World, town: Town) -> None:
    link, thief = town.personal("张伟"), world.stranger("冒名者")
    town.zhang.open_link(link)
    thief.open_link(link)
    await world.settle()
    assert "已过期或已用过" in thief.screen()
    thief.taps("申请加入")
    await world.settle()
    assert "请支部确认" in thief.screen()
    assert "张伟" in town.wang.screen()
    town.wang.taps("驳回")
    await world.settle()
    assert "没有通过" in thief.screen()
    assert not town.is_in(thief, "张伟")


async def test_a_name_after_the_shared_link_and_the_secretary_disowns(world: World, town: Town) -> None:
    someone = world.stranger("某人")
    someone.open_link(town.shared())
    await world.settle()
    assert someone.screen() == "欢迎来到「东城支部」。请发送您在名册上的姓名。"
    someone.says("张伟")
    await world.settle()
    assert someone.screen().startswith("张伟同志,欢迎加入")
    assert town.wang.screen() == "张伟已加入"
    town.wang.taps("不是本人")
    await world.settle()
    assert not town.is_in(someone, "张伟")
    assert "已解除关联" in someone.screen()
    someone.says("/help")
    await world.settle()
    assert "还不认识您" in someone.screen()


async def test_who_is_no_longer_linked_is_told_so_in_their_own_language(world: World, town: Town) -> None:
    shared = town.shared()
    john = world.stranger("John", language="en")
    john.open_link(shared)
    await world.settle()
    await world.does(john, "张伟")
    assert town.is_in(john, "张伟")
    await world.does(town.wang, "不是本人")
    assert not town.is_in(john, "张伟")
    assert "says that you are not 张伟" in john.screen()


async def test_a_second_claim_freezes_both_until_the_secretary_decides(world: World, town: Town) -> None:
    first, second, link = world.stranger("甲"), world.stranger("乙"), town.shared()
    for someone in (first, second):
        someone.open_link(link)
        await world.settle()
        someone.says("张伟")
        await world.settle()
    assert "两边都暂停使用" in first.screen()
    assert not town.is_in(first, "张伟")
    assert [row["state"] for row in world.rows(Claim)] == ["frozen", "frozen"]
    town.wang.taps("批准")  # the card that stands last is the second's
    await world.settle()
    assert [row["state"] for row in world.rows(Claim)] in (["declined", "approved"], ["approved", "declined"])
    assert town.is_in(first, "张伟") != town.is_in(second, "张伟")


async def test_a_row_with_a_role_waits_for_a_word_from_above(world: World, town: Town) -> None:
    boss = world.official("孙丽", town.committee, Role.COORDINATOR)
    impostor = world.stranger("冒名者")
    impostor.open_link(town.shared())
    await world.settle()
    impostor.says("王芳")
    await world.settle()
    assert "请支部确认" in impostor.screen()
    assert "王芳 · 东城支部 · 书记 · 已有账号" in boss.sim.screen()
    boss.sim.taps("驳回")
    await world.settle()
    assert boss.sim.screen() == "已驳回王芳的申请"
    assert not town.is_in(impostor, "王芳")
    impostor.says("/missing")
    await world.settle()
    assert "还不认识您" in impostor.screen()


async def test_namesakes_are_picked_by_the_secretary(world: World, town: Town) -> None:
    def seed(tx: Transaction) -> PersonId:
        now = world.clock.now()
        group = units.found_unit(tx, "第二党小组", UnitKind.GROUP, town.branch.unit, ENROLLED, now)
        namesake = people.add_person(tx, "张伟", "张伟", now)
        people.enrol(tx, namesake, town.branch.unit, ENROLLED, group=group)
        return namesake

    namesake = world.database.write_now(seed)
    town.zhang.open_link(town.shared())
    await world.settle()
    town.zhang.says("张伟")
    await world.settle()
    assert "请支部确认" in town.zhang.screen()
    town.wang.taps("批准 · 第二党小组")
    await world.settle()
    assert town.wang.screen() == "已批准张伟加入"
    assert (namesake, town.zhang.id) in town.accounts()
    assert not town.is_in(town.zhang, "张伟")


async def test_a_name_of_another_branch_is_unknown_here(world: World, town: Town) -> None:
    world.branch("西城支部", members=["赵敏"], unlinked=["赵敏"], under=town.committee)
    someone = world.stranger()
    someone.open_link(town.shared())
    await world.settle()
    someone.says("赵敏")
    await world.settle()
    assert "没有找到这个姓名" in someone.screen()
    assert world.rows(Claim) == []


async def test_a_forged_answer_to_a_request_changes_nothing(world: World, town: Town) -> None:
    someone = world.stranger("某人")
    someone.open_link(town.shared())
    await world.settle()
    someone.says("王芳")
    await world.settle()
    insider = world.branch("西城支部", members=["赵敏"])["赵敏"]
    insider.says("/help")
    await world.settle()
    (claim,) = world.rows(Claim)
    wang = town.branch.people["王芳"].person
    for person in (insider, someone):
        person.taps_data(f"join:{claim['id']}:{wang}", on=person.last_message)
    await world.settle()
    assert world.rows(Claim)[0]["state"] == "waiting"
    assert not town.is_in(someone, "王芳")


async def test_whoever_is_in_sees_home(world: World, town: Town) -> None:
    town.wang.open_link(town.personal("张伟"))
    await world.settle()
    assert "您已经加入了" in town.wang.screen()
    assert not town.is_in(town.wang, "张伟")
    town.wang.start()
    await world.settle()
    assert "/newtopic" in town.wang.screen()
    town.wang.taps("帮助")
    await world.settle()
    assert "/invite" in town.wang.screen()


async def test_the_code_makes_the_first_administrator_once(world: World, town: Town) -> None:
    world.database.write_now(invites.admin_code, "the-code", world.clock.now())
    admin, late = world.stranger("陈管理"), world.stranger("来晚了")
    admin.open_link("the-code")
    await world.settle()
    assert admin.screen().startswith("您现在是机关党委的管理员。")
    late.open_link("the-code")
    await world.settle()
    assert "这个链接不能用" in late.screen()


@pytest.mark.parametrize(
    "said", ["/help", "/topics", "/settings", "/invite", "/me", "你好", "打卡", "/start"]
)
async def test_a_stranger_gets_one_kind_sentence(world: World, town: Town, said: str) -> None:
    stranger = world.stranger()
    stranger.says(said)
    await world.settle()
    assert stranger.screen() == "还不认识您。请先打开支部书记发给您的邀请链接。"
    assert len(stranger.messages) == 1


async def test_guessing_links_ends_after_ten(world: World, town: Town) -> None:
    guesser = world.stranger(language="en")
    for number in range(11):
        guesser.open_link(f"guess-{number}")
        await world.settle()
    assert guesser.screen().startswith("That was wrong too often.")


async def test_a_sticker_for_a_name_is_asked_again(world: World, town: Town) -> None:
    someone = world.stranger()
    someone.open_link(town.shared())
    await world.settle()
    someone.sends_sticker()
    await world.settle()
    someone.says("张伟")
    await world.settle()
    assert town.is_in(someone, "张伟")


@pytest.mark.parametrize("name", ["<b>张伟</b>", "张&伟", "*张_伟*", "=1+1", "张" * 5000])
async def test_odd_names_are_only_unknown(world: World, town: Town, name: str) -> None:
    someone = world.stranger()
    someone.open_link(town.shared())
    await world.settle()
    someone.says(name[:4096])
    await world.settle()
    assert "没有找到这个姓名" in someone.screen()
    assert world.app.updates.faults == 0


# --- a tap that completes itself -----------------------------------------------------------------


@pytest.fixture
async def study(world: World) -> Branch:
    """A branch whose topic is open; 李强 is in the group and not linked."""
    made = world.branch(
        "东城支部", secretary="王芳", members=["李强", "张伟"], group_chat=True, unlinked=["李强"]
    )
    await publish(world, made)
    await world.move_to(SLOT)
    return made


def checked_in(world: World, branch: Branch) -> list[str]:
    by_membership = {comrade.membership: name for name, comrade in branch.people.items()}
    return [by_membership[row["membership_id"]] for row in world.rows(CheckIn)]


async def test_a_strangers_tap_completes_itself_once_the_secretary_knows_them(
    world: World, study: Branch
) -> None:
    li = study["李强"]
    li.taps("打卡", on=card_in(study))
    await world.settle()
    assert "「东城支部」名册上的姓名" in li.screen()
    li.says("李强")
    await world.settle()
    assert "请支部确认" in li.screen()
    assert checked_in(world, study) == []
    await world.advance(timedelta(minutes=5))
    study["王芳"].taps("批准")
    await world.settle()
    assert checked_in(world, study) == ["李强"]
    assert world.rows(CheckIn)[0]["recorded_at"] == SLOT  # when they tapped, not when somebody answered
    assert li.screen().endswith("已为您打卡。")


async def test_a_strangers_tap_completes_itself_with_their_own_link(world: World, study: Branch) -> None:
    li = study["李强"]
    li.taps("打卡", on=card_in(study))
    await world.settle()
    links = world.database.write_now(invites.invite_everybody, study.unit, b"seed", world.clock.now())
    li.open_link(links[0].token)
    await world.settle()
    assert checked_in(world, study) == ["李强"]
    assert "已打卡 09:00" in li.screen()


async def test_a_stranger_who_wants_to_reflect_begins_to_write(world: World, study: Branch) -> None:
    li = study["李强"]
    li.taps("心得", on=card_in(study))
    await world.settle()
    links = world.database.write_now(invites.invite_everybody, study.unit, b"seed", world.clock.now())
    li.open_link(links[0].token)
    await world.settle()
    li.says("学习很有收获。")
    await world.settle()
    assert [row["text"] for row in world.rows(Reflection)] == ["学习很有收获。"]


async def plans(world: World, branch: Branch) -> Message:
    """A theme day of the branch; its card in the group."""
    branch["王芳"].says("/newactivity 主题党日 参观\n时间: 2026-11-20 15:00\n地点: 东城纪念馆")
    await world.settle()
    branch["王芳"].taps("发布")
    await world.settle()
    assert branch.group is not None
    return branch.group.card("主题党日")


async def test_a_stranger_who_is_coming_is_down_once_the_secretary_knows_them(
    world: World, study: Branch
) -> None:
    li, card = study["李强"], await plans(world, study)
    li.taps("参加", on=card)
    await world.settle()
    assert "「东城支部」名册上的姓名" in li.screen()
    li.says("李强")
    await world.settle()
    assert world.rows(Rsvp) == []
    study["王芳"].taps("批准")
    await world.settle()
    assert [(row["membership_id"], row["going"]) for row in world.rows(Rsvp)] == [
        (study.people["李强"].membership, True)
    ]
    assert li.screen().endswith("已为您报名参加。")


async def test_a_stranger_who_is_coming_is_down_with_their_own_link(world: World, study: Branch) -> None:
    li, card = study["李强"], await plans(world, study)
    li.taps("参加", on=card)
    await world.settle()
    links = world.database.write_now(invites.invite_everybody, study.unit, b"seed", world.clock.now())
    li.open_link(links[0].token)
    await world.settle()
    assert "已报名:11月20日 周五 15:00。" in li.screen()
    assert [row["going"] for row in world.rows(Rsvp)] == [True]


async def test_a_stranger_who_asks_for_leave_is_asked_which_kind_once_they_are_in(
    world: World, study: Branch
) -> None:
    li, card = study["李强"], await plans(world, study)
    li.taps("请假", on=card)
    await world.settle()
    assert "「东城支部」名册上的姓名" in li.screen()
    links = world.database.write_now(invites.invite_everybody, study.unit, b"seed", world.clock.now())
    li.open_link(links[0].token)
    await world.settle()
    li.taps("公务")
    await world.settle()
    assert [row["kind"] for row in world.rows(Leave)] == ["official"]


async def test_a_stranger_at_the_door_is_present_once_they_are_in(world: World, study: Branch) -> None:
    li, card = study["李强"], await plans(world, study)
    await world.move_to(datetime.fromisoformat("2026-11-20T14:50:00+08:00"))
    li.taps("到场", on=card)
    await world.settle()
    links = world.database.write_now(invites.invite_everybody, study.unit, b"seed", world.clock.now())
    li.open_link(links[0].token)
    await world.settle()
    assert "14:50" in li.screen()
    assert [row["outcome"] for row in world.rows(Attendance)] == ["present"]


async def test_a_made_up_topic_leads_nowhere(world: World, study: Branch) -> None:
    for payload in ("checkin-999999", "going-999999", "leave-999999"):
        study["李强"].start(payload)
        await world.settle()
        assert "这个链接不能用" in study["李强"].screen()
