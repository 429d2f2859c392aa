"""What is owed, to whom, and that planning it again owes nothing twice. On both databases."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert, select, update

from domain.deliveries import Cause, Kind
from domain.ids import ChatId, PersonId, UnitId
from domain.units import UnitKind
from services import deliveries
from storage import chats, people, units
from storage.database import Database, Transaction
from storage.tables import Account, Chat, Delivery, Preference

NOW = datetime(2026, 11, 6, 1, 0, tzinfo=UTC)
DAY = date(2026, 1, 1)
BOT = 42
PUSH = Cause("topic:1", "2026-W45", "push")


@dataclass
class Town:
    """Branches with members who have private chats."""

    root: UnitId
    branches: list[UnitId] = field(default_factory=list)
    people: list[PersonId] = field(default_factory=list)


def settle_town(tx: Transaction, branches: int = 2, members: int = 3) -> Town:
    root = units.found_unit(tx, "机关工委", UnitKind.COMMITTEE, None, DAY, NOW)
    town = Town(root)
    for number in range(branches):
        branch = units.found_unit(tx, f"第{number + 1}支部", UnitKind.BRANCH, root, DAY, NOW)
        town.branches.append(branch)
        for _ in range(members):
            town.people.append(member(tx, branch, 1000 + len(town.people)))
    return town


def member(tx: Transaction, branch: UnitId, user_id: int) -> PersonId:
    person = people.add_person(tx, f"党员{user_id}", f"党员{user_id}", NOW)
    people.enrol(tx, person, branch, DAY)
    people.link_account(tx, person, "telegram", user_id, None, NOW)
    chats.meet(tx, "telegram", BOT, user_id, "private", NOW)
    return person


def group_for(tx: Transaction, branch: UnitId, by: PersonId, number: int = -500) -> ChatId:
    chat = chats.meet(tx, "telegram", BOT, number, "supergroup", NOW)
    chats.bind(tx, chat, branch, by, NOW)
    return chat


def owed_to(tx: Transaction) -> list[int]:
    """The platform's numbers of the chats something is owed to."""
    return list(
        tx.execute(
            select(Chat.chat_id).join(Delivery, Delivery.chat_id == Chat.id).order_by(Chat.chat_id)
        ).scalars()
    )


async def test_a_branch_without_a_group_is_told_member_by_member(database: Database) -> None:
    town = await database.write(settle_town)
    new = await database.write(deliveries.owe_branch, PUSH, Kind.TOPIC_PUSH, 1, town.branches[0], NOW)
    assert new == 3
    assert await database.read(owed_to) == [1000, 1001, 1002]


async def test_a_branch_with_a_group_is_told_there_and_privately_only_who_asked(database: Database) -> None:
    town = await database.write(settle_town)
    await database.write(group_for, town.branches[0], town.people[0])
    wishes = [{"person_id": town.people[n], "private_push": n == 1} for n in (1, 2)]
    await database.write(lambda tx: tx.execute(insert(Preference), wishes).rowcount)
    await database.write(deliveries.owe_branch, PUSH, Kind.TOPIC_PUSH, 1, town.branches[0], NOW)
    assert await database.read(owed_to) == [-500, 1001]


async def test_a_group_that_cannot_be_reached_does_not_cut_its_members_off(database: Database) -> None:
    town = await database.write(settle_town)
    group = await database.write(group_for, town.branches[0], town.people[0])
    await database.write(
        lambda tx: tx.execute(update(Chat).where(Chat.id == group).values(state="unreachable")).rowcount
    )
    await database.write(deliveries.owe_branch, PUSH, Kind.TOPIC_PUSH, 1, town.branches[0], NOW)
    assert await database.read(owed_to) == [1000, 1001, 1002]


async def test_planning_again_owes_nothing_twice(database: Database) -> None:
    town = await database.write(settle_town)
    for _ in range(3):
        await database.write(deliveries.owe_branch, PUSH, Kind.TOPIC_PUSH, 1, town.branches[0], NOW)
    assert await database.read(owed_to) == [1000, 1001, 1002]
    later = NOW + timedelta(days=1)
    assert await database.write(deliveries.owe_branch, PUSH, Kind.TOPIC_PUSH, 1, town.branches[0], later) == 0


async def test_a_person_of_two_branches_is_written_to_once(database: Database) -> None:
    town = await database.write(settle_town)
    await database.write(people.enrol, town.people[0], town.branches[1], DAY)
    for branch in town.branches:
        await database.write(deliveries.owe_branch, PUSH, Kind.TOPIC_PUSH, 1, branch, NOW)
    assert await database.read(owed_to) == [1000, 1001, 1002, 1003, 1004, 1005]


async def test_who_left_is_not_told(database: Database) -> None:
    town = await database.write(settle_town)
    await database.write(
        lambda tx: (
            tx.execute(
                update(Account).where(Account.person_id == town.people[0]).values(unlinked_at=NOW)
            ).rowcount
        )
    )
    await database.write(deliveries.owe_branch, PUSH, Kind.TOPIC_PUSH, 1, town.branches[0], NOW)
    assert await database.read(owed_to) == [1001, 1002]


async def test_it_is_known_how_many_people_can_be_reached(database: Database) -> None:
    town = await database.write(settle_town)
    stranger = await database.write(people.add_person, "未联网", "未联网", NOW)
    asked = [*town.people[:2], stranger]
    cause = Cause("topic:1", "-", "reminder")
    assert await database.write(deliveries.owe_people, cause, Kind.TOPIC_REMINDER, 1, asked, NOW) == 2
    assert await database.write(deliveries.owe_people, cause, Kind.TOPIC_REMINDER, 1, asked, NOW) == 2
    assert len(await database.read(owed_to)) == 2


async def test_a_withdrawn_series_is_not_sent(database: Database) -> None:
    town = await database.write(settle_town)
    await database.write(deliveries.owe_branch, PUSH, Kind.TOPIC_PUSH, 1, town.branches[0], NOW)
    await database.write(deliveries.withdraw, "topic:1", NOW)
    ended = await database.read(lambda tx: set(tx.execute(select(Delivery.state, Delivery.settled_at))))
    assert ended == {("cancelled", NOW)}


async def test_several_branches_are_told_at_once(database: Database) -> None:
    town = await database.write(settle_town, branches=4, members=3)
    await database.write(group_for, town.branches[3], town.people[-1])
    await database.write(people.enrol, town.people[0], town.branches[1], DAY)
    told = (PUSH, Kind.TOPIC_PUSH, 1, town.branches, NOW.date(), NOW)
    assert await database.write(deliveries.owe_branches, *told) == 10
    assert await database.read(owed_to) == [-500, *range(1000, 1009)]
    assert await database.write(deliveries.owe_branches, *told) == 0
