"""Links as files and codes, a changed account, forged and forwarded buttons at the door."""

import csv
import io

import pytest

from domain.ids import PersonId
from domain.joining import GUESSES
from domain.people import Standing
from domain.roles import Role
from services import invites
from simulator.people import SimPerson
from storage import people
from storage.database import Database, Transaction
from storage.tables import Account, AuditEntry, Claim, Link
from tests.journeys.test_joining import Town
from tests.world import ENROLLED, World

NOT_YOURS = "这项操作不在您的权限内,一切照旧。"


@pytest.fixture
def town(world: World) -> Town:
    return Town(world)


def files_of(world: World, person: SimPerson) -> dict[str, bytes]:
    """The documents the bot sent somebody, by name."""
    sent = [message for message in person.messages if message.media == "document"]
    documents = [message.json["document"] for message in sent]
    return {
        str(document["file_name"]): world.telegram.files[document["file_id"]].data for document in documents
    }


async def test_a_sheet_to_print_and_a_table_hold_everybodys_own_link(world: World, town: Town) -> None:
    town.wang.says("/invite")
    await world.settle()
    town.wang.taps("二维码清单")
    await world.settle()
    files = files_of(world, town.wang)
    assert set(files) == {"专属链接.html", "专属链接.csv"}
    assert files["专属链接.html"].count(b"<svg") == 2
    rows = list(csv.reader(io.StringIO(files["专属链接.csv"].decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["张伟", "李娜"]
    town.zhang.open_link(rows[1][2])
    await world.settle()
    assert town.is_in(town.zhang, "张伟")


async def test_a_shared_link_comes_with_its_code(world: World, town: Town) -> None:
    town.wang.says("/invite")
    await world.settle()
    town.wang.taps("共享链接")
    await world.settle()
    assert town.wang.last_message.media == "photo"
    assert "东城支部" in town.wang.last_message.text


async def test_somebody_in_two_branches_comes_in_once_to_both(world: World, town: Town) -> None:
    west = world.branch("西城支部", secretary="赵敏", under=town.committee)
    zhang = town.branch.people["张伟"].person
    world.database.write_now(people.enrol, zhang, west.unit, ENROLLED, Standing.FULL)
    town.zhang.open_link(town.personal("张伟"))
    await world.settle()
    assert town.is_in(town.zhang, "张伟")
    for secretary in (town.wang, west["赵敏"]):
        secretary.says("/roster")
        await world.settle()
        line = next(line for line in secretary.screen().splitlines() if line.startswith("张伟"))
        assert "已绑定" in line


async def test_a_name_alone_for_somebody_in_two_branches_is_answered_for_from_above_both(
    world: World, town: Town
) -> None:
    """Neither secretary alone can say 不是本人 for the other's branch."""
    boss = world.official("孙丽", town.committee, Role.COORDINATOR)
    west = world.branch("西城支部", secretary="赵敏", under=town.committee)
    zhang = town.branch.people["张伟"].person
    world.database.write_now(people.enrol, zhang, west.unit, ENROLLED, Standing.FULL)
    town.zhang.open_link(town.shared())
    await world.settle()
    town.zhang.says("张伟")
    await world.settle()
    assert boss.sim.screen() == "张伟已加入"
    boss.sim.taps("不是本人")
    await world.settle()
    assert not town.is_in(town.zhang, "张伟")


# --- another account -----------------------------------------------------------------------------


async def moved_by_card(world: World, town: Town) -> None:
    """The secretary makes a new link for a member who has an account."""
    town.wang.says("/roster")
    await world.settle()
    town.wang.taps("张伟")
    await world.settle()
    town.wang.taps("换账号")
    await world.settle()


def link_on(person: SimPerson) -> str:
    return next(line for line in person.screen().splitlines() if line.startswith("https://"))


async def test_a_new_account_takes_the_place_of_the_old_by_a_new_link(world: World, town: Town) -> None:
    first = town.personal("张伟")
    town.zhang.open_link(first)
    await world.settle()
    await moved_by_card(world, town)
    assert "原账号会收到通知" in town.wang.screen()
    new = world.stranger("张伟的新手机")
    new.open_link(first)
    await world.settle()
    assert "已过期或已用过" in new.screen()
    new.open_link(link_on(town.wang))
    await world.settle()
    assert town.is_in(new, "张伟")
    assert not town.is_in(town.zhang, "张伟")
    assert "已改用另一个账号" in town.zhang.screen()
    town.zhang.says("/topic")
    await world.settle()
    assert "还不认识您" in town.zhang.screen()
    kept = [row for row in world.rows(Account) if row["person_id"] == town.branch.people["张伟"].person]
    assert [row["unlinked_at"] is None for row in kept] == [False, True]


async def test_a_link_made_on_a_members_page_leads_back_to_that_page(world: World, town: Town) -> None:
    await world.does(town.wang, "/roster", "李娜")
    page = town.wang.screen()
    assert await world.does(town.wang, "专属链接", "返回") == page
    town.zhang.open_link(town.personal("张伟"))
    await world.settle()
    await moved_by_card(world, town)
    assert "张伟  正式党员" in await world.does(town.wang, "返回")
    await world.does(town.wang, "/invite", "李娜")
    assert "还有" in await world.does(town.wang, "返回")


async def test_a_new_link_ends_the_one_made_before_it(world: World, town: Town) -> None:
    town.zhang.open_link(town.personal("张伟"))
    await world.settle()
    await moved_by_card(world, town)
    old = link_on(town.wang)
    await moved_by_card(world, town)
    new = world.stranger("新手机")
    new.open_link(old)
    await world.settle()
    assert "这个链接不能用" in new.screen()
    assert town.is_in(town.zhang, "张伟")


async def test_nobody_makes_a_link_to_the_rights_of_who_stands_above_them(world: World, town: Town) -> None:
    """A coordinator who is a plain member of the branch: their link would be a way to their rights."""
    boss = town.branch.people["李娜"].person
    world.database.write_now(people.appoint, boss, town.committee, Role.COORDINATOR, ENROLLED)
    town.wang.says("/invite")
    await world.settle()
    town.wang.taps("李娜")
    await world.settle()
    assert town.wang.alerts[-1] == NOT_YOURS
    assert world.rows(Link) == []
    town.wang.taps("二维码清单")
    await world.settle()
    assert [row["person_id"] for row in world.rows(Link)] == [town.branch.people["张伟"].person]
    assert "1 人任职不在您之下" in town.wang.screen()


# --- those named in ADMIN_IDS --------------------------------------------------------------------


async def test_who_is_named_in_admin_ids_decides_without_standing_on_a_roster(database: Database) -> None:
    """Nobody stands above the secretary of a topmost branch: the question comes to the deployment's own."""
    world = World(database)
    boss = world.stranger("机主")
    world.app = world.new_app(frozenset({boss.id}))
    branch = world.branch("独立支部", secretary="王芳", members=["张伟"], unlinked=["王芳"])
    boss.says("/help")
    await world.settle()
    assert "/requests" in boss.screen()
    boss.says("/requests")
    await world.settle()
    assert "没有" in boss.screen()
    newcomer = branch["王芳"]
    link = world.database.write_now(invites.share_as_owner, branch.unit, "shared", world.clock.now())
    newcomer.open_link(link.token)
    await world.settle()
    newcomer.says("王芳")
    await world.settle()
    assert "王芳 · 独立支部 · 书记" in boss.screen()
    boss.says("/requests")
    await world.settle()
    boss.taps("批准")
    await world.settle()
    linked = {(row["person_id"], row["user_id"]) for row in world.rows(Account)}
    assert (branch.people["王芳"].person, newcomer.id) in linked
    assert [row["state"] for row in world.rows(Claim)] == ["approved"]


# --- forged and forwarded ------------------------------------------------------------------------


async def test_a_forged_request_learns_and_leaves_nothing(world: World, town: Town) -> None:
    """The button to ask to join names a link; only the link that was shown is asked about."""
    town.personal("张伟")
    stranger = world.stranger("冒名者")
    stranger.open_link("no-such-link")
    await world.settle()
    for number in range(1, 4):
        stranger.taps_data(f"askin:{number}", on=stranger.last_message)
    await world.settle()
    assert world.rows(Claim) == []
    assert not any("张伟" in message.text for message in town.wang.messages)
    assert all("东城支部" not in said for said in [*stranger.alerts, *(m.text for m in stranger.messages)])


async def test_a_used_link_is_not_tried_for_ever(world: World, town: Town) -> None:
    link, thief = town.personal("张伟"), world.stranger("冒名者")
    town.zhang.open_link(link)
    await world.settle()
    for _ in range(GUESSES + 1):
        thief.open_link(link)
        await world.settle()
    assert "试错的次数太多了" in thief.screen()
    guessed = [row for row in world.rows(AuditEntry) if row["act"] == "guessed"]
    assert len(guessed) == GUESSES
    assert {row["person_id"] for row in guessed} == {None}


async def test_a_card_passed_on_to_the_newcomer_lets_nobody_in(world: World, town: Town) -> None:
    """Whoever gets the secretary's card into their hands presses it as themselves."""
    someone = world.stranger("冒名者")
    someone.open_link(town.shared())
    await world.settle()
    someone.says("王芳")
    await world.settle()
    (claim,) = world.rows(Claim)
    card = someone.last_message
    for data in (f"join:{claim['id']}:{town.branch.people['王芳'].person}", f"disown:{claim['id']}"):
        someone.taps_data(data, on=card)
    await world.settle()
    assert world.rows(Claim)[0]["state"] == "waiting"
    assert not town.is_in(someone, "王芳")


async def test_the_card_of_a_secretary_who_is_one_no_longer_decides_nothing(world: World, town: Town) -> None:
    """Rights are looked up at each press, never taken from a button."""
    world.branch("西城支部", under=town.committee)

    def namesake(tx: Transaction) -> PersonId:
        made = people.add_person(tx, "张伟", "张伟", world.clock.now())
        people.enrol(tx, made, town.branch.unit, ENROLLED)
        return made

    world.database.write_now(namesake)
    town.zhang.open_link(town.shared())
    await world.settle()
    town.zhang.says("张伟")
    await world.settle()
    card = town.wang.last_message

    def ends(tx: Transaction) -> None:
        from storage import appointments  # noqa: PLC0415

        held = appointments.lasting_on(tx, town.branch.unit, world.clock.now().date())
        appointments.end(tx, held[0].id, world.clock.now().date())

    world.database.write_now(ends)
    town.wang.taps("批准", on=card)
    await world.settle()
    assert world.rows(Claim)[0]["state"] == "waiting"
    assert town.zhang.id not in {user for _, user in town.accounts()}
