"""The wire at its worst, in the midst of a push: 429, lost connections, proxies, blocks, moving groups."""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import pytest

from simulator.faults import Fault
from simulator.groups import SimGroup
from storage.database import Database
from storage.tables import Card, Chat, Delivery, Occurrence
from tests.faults.oracle import judge_messages
from tests.faults.weather import Call, Weather, everybody

SLOTS = 30  # messages that may be in flight when the platform asks for patience
LOST_ONCE = [Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.NO_CONNECTION, Fault.SLOW]
GATEWAYS = [Fault.HTML_BEFORE, Fault.HTML_AFTER, Fault.SERVER_ERROR]


async def test_flood_429(database: Database, size: int, shown: Callable[[str], None]) -> None:
    """Asked for patience everywhere and in one chat, the sender waits, and charges nobody an attempt."""
    world = Weather(database, hurried=True, strict=True)
    branch = world.crowd(size)
    impatient = branch["第一党支部7"].id
    wire = world.wire
    wire.at_call(size // 3, lambda: wire.fail_next("sendMessage", Fault.TOO_MANY, seconds=8))
    wire.at_call(size // 2, lambda: wire.fail_next("sendMessage", Fault.TOO_MANY_BARE))
    wire.fail_next("sendMessage", Fault.TOO_MANY, times=3, seconds=4, chat_id=impatient)
    world.publish(branch)
    await world.settle()
    assert judge_messages(database, wire, chats=everybody(branch)).states == {"sent": size}
    refused = [call for call in wire.calls if call.error == 429]
    assert len(refused) >= 5
    for one in refused:
        alone = one.chat == impatient and one is not refused[0]
        assert_waited(wire.calls, one, alone=alone)
    assert set(world.columns(Delivery.attempts)) == {1}
    paused = [n for n, until in world.columns(Chat.chat_id, Chat.paused_until) if until]
    assert paused == [impatient]
    shown(
        f"flood_429 {database.dialect}: {len(refused)} of {len(wire.calls)} requests refused, all {size} sent"
    )


def assert_waited(calls: list[Call], refused: Call, *, alone: bool) -> None:
    wait = refused.wait or 5.0
    hasty = [
        call
        for call in calls
        if refused.at < call.at < refused.at + wait and (call.chat == refused.chat or not alone)
    ]
    assert len(hasty) < SLOTS, f"{len(hasty)} messages within {wait} s of a 429"
    assert not [call for call in hasty if call.chat == refused.chat]


@pytest.mark.parametrize("kinds", [LOST_ONCE, GATEWAYS], ids=["drop_before_after", "html_502_500"])
async def test_a_push_whose_answers_are_lost(
    database: Database, size: int, kinds: list[Fault], shown: Callable[[str], None]
) -> None:
    """A topic of which nobody knows whether it arrived is held, never sent twice; there are no more of them
    than requests whose answer was lost."""
    world, chance = Weather(database), random.Random(7)
    branch = world.crowd(size)
    world.wire.scatter(kinds, size // 4, size, chance)
    world.publish(branch)
    await world.advance(timedelta(hours=1))
    unknown = world.wire.unknown
    figures = judge_messages(database, world.wire, doubts=unknown, chats=everybody(branch))
    assert unknown >= size // 10
    assert figures.doubtful == unknown
    assert figures.states == {"sent": size - unknown, "ambiguous": unknown}
    assert figures.repeated == 0
    shown(
        f"lost answers, a push, {database.dialect}: {unknown} of {len(world.wire.calls)} requests; {figures}"
    )


@pytest.mark.parametrize("kinds", [LOST_ONCE, GATEWAYS], ids=["drop_before_after", "html_502_500"])
async def test_reminders_whose_answers_are_lost(
    database: Database, size: int, kinds: list[Fault], shown: Callable[[str], None]
) -> None:
    """A reminder in doubt is sent once more and says so; in doubt twice, it is held."""
    world, chance = Weather(database), random.Random(11)
    wire = world.wire
    branch = world.crowd(size)
    topic = world.publish(branch)
    await world.settle()
    told = len(world.wire.calls)
    world.wire.scatter(kinds, size // 3, size, chance)
    unlucky = branch["第一党支部3"]
    world.wire.fail_next("sendMessage", kinds[0], times=2, chat_id=unlucky.id)
    world.remind(branch, topic)
    await world.advance(timedelta(hours=1))
    unknown = world.wire.unknown
    figures = judge_messages(database, world.wire, doubts=unknown, chats=everybody(branch))
    assert unknown >= size // 10
    assert set(figures.states) <= {"sent", "ambiguous"}
    heard = Counter(call.chat for call in world.wire.calls[told:])
    for person in (comrade.sim for comrade in branch.people.values()):
        said = [message.text for message in person.messages[1:]]
        assert len(said) <= 2
        assert all("可能是重复的" in text for text in said[1:]), said
        assert heard[person.id] <= (2 if person is unlucky else 3)
    shown(f"lost answers, reminded, {database.dialect}: {unknown} of {len(wire.calls)} requests; {figures}")


async def test_an_outage_puts_few_in_doubt(
    database: Database, size: int, shown: Callable[[str], None]
) -> None:
    """While every answer is a proxy's, the sender keeps trying with a few, not with everybody."""
    world = Weather(database, hurried=True)
    branch = world.crowd(size * 2)
    wire = world.wire
    wire.at_call(size // 2, lambda: wire.faults.begin_spell(Fault.HTML_BEFORE, wire.clock.monotonic() + 25))
    world.publish(branch)
    await world.settle()
    unknown = wire.unknown
    figures = judge_messages(database, wire, doubts=unknown, chats=everybody(branch))
    assert figures.states == {"sent": size * 2 - unknown, "ambiguous": unknown}
    assert 1 <= unknown <= SLOTS + 8
    shown(f"an outage of 25 s, {database.dialect}: {figures}")


async def test_blocked_wave(database: Database, size: int, shown: Callable[[str], None]) -> None:
    """A third block the bot in the midst: each is marked, their queue ends, nobody else notices."""
    world, chance = Weather(database), random.Random(3)
    branch = world.crowd(size)
    angry = chance.sample([c.sim for c in branch.people.values() if c is not branch.secretary], size // 3)
    wire = world.wire

    def block() -> None:
        for person in angry:
            person.blocks_bot()

    world.publish(branch, "甲")
    world.publish(branch, "乙")
    wire.at_call(size // 2, block)
    await world.app.planner.plan(world.clock.now())
    await world.app.sender.drain(world.clock.now())  # the platform's word about the blocks comes later
    figures = judge_messages(database, wire, chats=everybody(branch))
    lost = {number for number, state in chat_states(world) if state == "unreachable"}
    assert lost == {person.id for person in angry}
    assert figures.states["dead"] <= len(angry)
    assert figures.states["dead"] + figures.states["cancelled"] >= len(angry)
    assert figures.states["sent"] >= 2 * (size - len(angry))
    assert len([call for call in wire.calls if call.error == 403]) == figures.states["dead"]
    assert set(world.columns(Occurrence.paused_reason)) == {None}
    assert len(branch["第一党支部书记"].messages) == 2  # no alarm goes off for people's own choice
    shown(f"blocked_wave {database.dialect}: {len(angry)} of {size} block; {figures}")
    await world.settle()
    back = angry[: len(angry) // 2]
    for person in back:
        person.unblocks_bot()
        person.start()
    await world.settle()
    heard = {person.id: len(person.messages) for person in angry}
    world.publish(branch, "丙")
    await world.settle()
    assert {p.id for p in angry if len(p.messages) > heard[p.id]} == {p.id for p in back}


async def test_migrate_midrun(database: Database, size: int, shown: Callable[[str], None]) -> None:
    """Groups become supergroups with more queued for them: each message arrives once, where the group is."""
    world = Weather(database)
    count = max(4, size // 15)
    branches = [
        world.branch(f"第{n}党支部", members=[f"党员{n}"], secretary=f"书记{n}") for n in range(count)
    ]
    groups = []
    for n, branch in enumerate(branches):
        group = world.telegram.group(f"群{n}", members=[branch[f"书记{n}"]], kind="group")
        world.join(branch, group)
        branch[f"书记{n}"].says(
            "大家好", in_chat=group
        )  # as many before the first card as before one in the new
        groups.append(group)
    moved: dict[int, int] = {}

    def migrate() -> None:
        for n, group in enumerate(groups[: count // 2]):
            old = group.id
            moved[old] = group.migrates()
            if n % 2:  # somebody has met the bot in the new one already
                world.meet(moved[old])

    for title in ("甲", "乙", "丙"):
        for branch in branches:
            world.publish(branch, title)
    world.wire.at_call(count, migrate)
    await world.app.planner.plan(world.clock.now())
    await world.app.sender.drain(world.clock.now())
    here = {group.id for group in groups}
    figures = judge_messages(database, world.wire, moved=moved, chats=here)
    assert figures.states == {"sent": 3 * count}
    shown(
        f"migrate_midrun {database.dialect}: {count // 2} of {count} groups move with more queued; {figures}"
    )
    assert [call for call in world.wire.calls if call.error == 400]  # the old number was met, and followed
    assert_each_once(world, groups, moved)
    bound = {number for number, unit in world.columns(Chat.chat_id, Chat.unit_id) if unit is not None}
    assert bound == here
    await world.settle()  # now the platform tells of the move as well
    assert {n for n, unit in world.columns(Chat.chat_id, Chat.unit_id) if unit is not None} == here
    for n, branch in enumerate(branches[: count // 2]):
        branch[f"书记{n}"].says("/checkin 1")
    await world.settle()
    await world.advance(timedelta(seconds=30))
    assert_each_once(world, groups, moved)  # no card is edited by the number it had elsewhere
    bound = {chat for chat, unit in world.columns(Chat.id, Chat.unit_id) if unit is not None}
    assert {chat for chat, _ in world.columns(Card.chat_id, Card.id)} == bound


def assert_each_once(world: Weather, groups: Sequence[SimGroup], moved: Mapping[int, int]) -> None:
    """Each of the three topics stands once in each group, before or after its move."""
    before = {new: old for old, new in moved.items()}
    for group in groups:
        numbers = [group.id, *([before[group.id]] if group.id in before else [])]
        said = [m.text for number in numbers for m in world.telegram.groups[number].messages.values()]
        topics = Counter(text.splitlines()[0] for text in said if "📖" in text)
        assert sorted(topics.values()) == [1, 1, 1], topics


def chat_states(world: Weather) -> list[tuple[int, str]]:
    return world.columns(Chat.chat_id, Chat.state)
