"""The last administrator stays, by whatever way they would go; a code from the machine brings one back."""

import pytest

from domain.joining import GUESSES
from domain.roles import Role
from services import invites
from simulator.buttons import button_on
from simulator.people import SimPerson
from storage import people
from storage.tables import Account, Appointment, AuditEntry, Handover, Unit
from tests.world import World

LAST = "这样就没有其他能联系上的管理员了。请先任命另一位管理员。"


class Town:
    """何平 administers the only topmost unit; 周平 is there too, and has no account."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.root = world.committee("区直机关工委")
        self.he: SimPerson = world.official("何平", self.root, Role.ADMINISTRATOR).sim

    async def does(self, who: SimPerson, *steps: str) -> str:
        return await self.world.does(who, *steps)

    def administrators(self) -> int:
        rows = self.world.rows(Appointment)
        return sum(row["role"] == Role.ADMINISTRATOR and row["until"] is None for row in rows)


@pytest.fixture
def town(world: World) -> Town:
    return Town(world)


async def test_the_only_topmost_unit_is_not_archived_from_under_them(town: Town) -> None:
    await town.does(town.he, "/units", "归档")
    assert town.he.alerts == [LAST]
    assert [row["archived_on"] for row in town.world.rows(Unit)] == [None]
    other = town.world.committee("第二工委")
    await town.does(town.he, "/units", "归档")
    assert town.he.alerts == [LAST, LAST]  # nobody administers the other one
    town.world.official("刘洋", other, Role.ADMINISTRATOR)
    await town.does(town.he, "/units", "归档", "确认")
    archived = {row["id"]: row["archived_on"] for row in town.world.rows(Unit)}
    assert (archived[town.root] is None, archived[other]) == (False, None)


async def test_they_do_not_stop_using_the_bot(town: Town) -> None:
    await town.does(town.he, "/me", "停用机器人")
    for words in ("确认停用", "停用", "确认"):
        if button_on(town.he.last_message, words):
            await town.does(town.he, words)
    assert [row["unlinked_at"] for row in town.world.rows(Account)] == [None]
    assert LAST in [*town.he.alerts, town.he.screen()]


async def test_they_hand_over_to_nobody_whom_the_bot_cannot_reach(town: Town) -> None:
    world = town.world
    world.branch("第一党支部", ["周平", "赵敏"], under=town.root, unlinked=["周平"])
    await town.does(town.he, "/handover", "移交:区直机关工委·管理员", "周平", "周平(第一党支部)", "今天")
    assert town.he.alerts == [LAST]
    assert world.rows(Handover) == []
    await town.does(town.he, "/handover", "移交:区直机关工委·管理员", "赵敏", "赵敏(第一党支部)", "今天")
    assert "把区直机关工委管理员职务移交给赵敏" in town.he.screen()


async def test_a_code_typed_in_chat_makes_an_administrator_once(town: Town) -> None:
    world = town.world
    branch = world.branch("第一党支部", ["赵敏", "李强"], under=town.root)
    world.database.write_now(invites.admin_code, "the-code", world.clock.now())
    zhao, li = branch["赵敏"], branch["李强"]
    await town.does(zhao, "/start the-code")
    assert town.administrators() == 2
    await town.does(zhao, "/units")
    assert zhao.screen().startswith("区直机关工委")
    await town.does(li, "/start the-code")
    assert town.administrators() == 2
    acts = [row["act"] for row in world.rows(AuditEntry)]
    assert acts.count("appointed_by_code") == 1
    assert "guessed" in acts


async def test_guessing_at_codes_is_slowed_down_for_members_too(town: Town) -> None:
    world = town.world
    zhao = world.branch("第一党支部", ["赵敏"], under=town.root)["赵敏"]
    for guess in range(GUESSES):
        await town.does(zhao, f"/start guess-{guess}")
    world.database.write_now(invites.admin_code, "the-code", world.clock.now())
    await town.does(zhao, "/start the-code")
    assert town.administrators() == 1
    assert "稍后" in zhao.screen() or "再试" in zhao.screen()


async def test_with_a_second_administrator_the_first_may_go(town: Town) -> None:
    world = town.world
    branch = world.branch("第一党支部", ["赵敏"], under=town.root)
    world.database.write_now(
        people.appoint,
        branch.people["赵敏"].person,
        town.root,
        Role.ADMINISTRATOR,
        world.clock.now().date(),
    )
    await town.does(town.he, "/units", "👤 任职", "免去:何平·管理员", "确认")
    assert town.administrators() == 1
