"""Which chat stands for which branch, and who says so. On both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain.actors import Account, Actor
from domain.bindings import Bound, ChooseUnit, Room
from domain.errors import GroupWanted, NotBound, NotForYou, NothingToBind, OtherUnitBound, Stranger
from domain.ids import UnitId
from domain.roles import Role
from domain.units import UnitKind
from services import bindings
from services.actors import actor_of
from storage import chats, people, units
from storage.database import Database, Transaction

NOW = datetime(2026, 11, 6, 1, 0, tzinfo=UTC)
DAY = date(2026, 1, 1)
GROUP = Room("telegram", 42, -500, 0, "supergroup")


def settle(tx: Transaction) -> dict[str, UnitId]:
    root = units.found_unit(tx, "机关党委", UnitKind.COMMITTEE, None, DAY, NOW)
    made = {"机关党委": root}
    for number, name in enumerate(("东城支部", "西城支部"), start=1):
        made[name] = units.found_unit(tx, name, UnitKind.BRANCH, root, DAY, NOW)
        secretary = people.add_person(tx, f"书记{number}", f"书记{number}", NOW)
        people.appoint(tx, secretary, made[name], Role.SECRETARY, DAY)
        people.link_account(tx, secretary, "telegram", number, None, NOW)
    admin = people.add_person(tx, "管理员", "管理员", NOW)
    people.appoint(tx, admin, root, Role.ADMINISTRATOR, DAY)
    people.link_account(tx, admin, "telegram", 3, None, NOW)
    member = people.add_person(tx, "党员", "党员", NOW)
    people.enrol(tx, member, made["东城支部"], DAY)
    people.link_account(tx, member, "telegram", 4, None, NOW)
    return made


@pytest.fixture
def named(database: Database) -> dict[str, UnitId]:
    return database.write_now(settle)


EAST, WEST, ADMIN, MEMBER, NOBODY = 1, 2, 3, 4, 5


def actor(database: Database, number: int) -> Actor:
    return database.read_now(actor_of, Account("telegram", number, None, None), NOW, {}, False)


def binds(database: Database, number: int, room: Room = GROUP, asked: str = "") -> Bound | ChooseUnit:
    return database.write_now(bindings.bind, actor(database, number), room, asked, NOW)


def stands_for(database: Database, room: Room = GROUP) -> UnitId | None:
    def ask(tx: Transaction) -> UnitId | None:
        chat = chats.chat_with(tx, room.platform, room.bot_id, room.chat_id, room.thread)
        return chats.unit_of(tx, chat) if chat else None

    return database.read_now(ask)


def test_a_secretary_of_one_branch_is_not_asked_which(database: Database, named: dict[str, UnitId]) -> None:
    assert binds(database, EAST) == Bound(named_unit(database, named["东城支部"]))
    assert stands_for(database) == named["东城支部"]
    again = binds(database, EAST)
    assert isinstance(again, Bound)
    assert again.before


def named_unit(database: Database, unit: UnitId):  # type: ignore[no-untyped-def]
    return database.read_now(units.unit_with, unit, DAY)


def test_threads_of_a_forum_stand_for_different_branches(
    database: Database, named: dict[str, UnitId]
) -> None:
    one, two = replace(GROUP, thread=7), replace(GROUP, thread=8)
    binds(database, EAST, one)
    binds(database, WEST, two)
    assert [stands_for(database, room) for room in (one, two, GROUP)] == [
        named["东城支部"],
        named["西城支部"],
        None,
    ]


def test_one_chat_stands_for_one_branch(database: Database, named: dict[str, UnitId]) -> None:
    binds(database, EAST)
    with pytest.raises(OtherUnitBound) as refused:
        binds(database, WEST)
    assert refused.value.unit == "东城支部"
    with pytest.raises(NotForYou):
        database.write_now(bindings.unbind, actor(database, WEST), GROUP, NOW)
    database.write_now(bindings.unbind, actor(database, EAST), GROUP, NOW)
    binds(database, WEST)
    assert stands_for(database) == named["西城支部"]


def test_who_may_bind_several_chooses_or_names_one(database: Database, named: dict[str, UnitId]) -> None:
    offered = binds(database, ADMIN)
    assert isinstance(offered, ChooseUnit)
    assert [unit.name for unit in offered.units] == ["东城支部", "西城支部"]
    assert stands_for(database) is None
    binds(database, ADMIN, asked="机关党委/西城支部")
    assert stands_for(database) == named["西城支部"]


def test_others_bind_nothing(database: Database, named: dict[str, UnitId]) -> None:
    with pytest.raises(NothingToBind):
        binds(database, MEMBER)
    with pytest.raises(NothingToBind):
        binds(database, EAST, asked="西城支部")
    with pytest.raises(NotForYou):
        database.write_now(bindings.bind_to, actor(database, EAST), GROUP, named["西城支部"], NOW)
    with pytest.raises(Stranger):
        binds(database, NOBODY)
    with pytest.raises(GroupWanted):
        binds(database, EAST, replace(GROUP, kind="private"))
    with pytest.raises(NotBound):
        database.write_now(bindings.unbind, actor(database, EAST), GROUP, NOW)
    assert stands_for(database) is None
