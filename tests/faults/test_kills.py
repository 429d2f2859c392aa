"""SIGKILL at any moment: what was being sent is in doubt, and nothing else is lost or doubled."""

import asyncio
import random
import signal
from collections.abc import Callable
from contextlib import AbstractContextManager

from storage.database import Database
from tests.faults.lives import Family
from tests.faults.oracle import judge_messages, judge_updates
from tests.faults.pushing import pushing

Families = Callable[[dict[str, str]], AbstractContextManager[Family]]
SLOTS = 30  # messages that can be in flight at once


async def test_kill_random(
    database: Database, database_url: str, family: Families, long: bool, shown: Callable[[str], None]
) -> None:
    """Killed again and again in the midst of a push, while people tap what they have got."""
    kills, members = (200, 5000) if long else (4, 120)
    chance = random.Random(19490101)
    in_the_air = 0
    async with pushing(database, members, branches=members // 40) as push:
        push.platform.tapping = 0.1
        with family(push.settings(database_url)) as bots:
            for number in range(kills):
                left = push.left()
                life = bots.begin(wide={})
                if left and number % 10 != 9:  # every tenth dies while it starts
                    some = chance.randint(1, max(1, 2 * left // (kills - number)))
                    await push.platform.until_taken(push.platform.taken + min(some, left))
                await asyncio.sleep(chance.uniform(0, 0.06))
                await life.kill()
                unsure = push.lapse()
                assert unsure <= SLOTS
                in_the_air += unsure
            life = bots.begin(wide={})
            await push.quiet()
            assert await life.stop() == 0
        figures = judge_messages(database, push.platform, doubts=in_the_air, chats=push.everybody)
        counted = judge_updates(database, push.platform, push.taps())
    shown(
        f"kill_random {database.dialect}: {kills} kills, {figures}; {counted} people checked in, twice each"
    )


async def test_kill_each_commit(
    database: Database, database_url: str, family: Families, long: bool, shown: Callable[[str], None]
) -> None:
    """Killed just before and just after its n-th commit, for every n until all is said and done."""
    members, died, deaths, in_the_air, number = 6, 1, 0, 0, 1 if long else 3
    async with pushing(database, members) as push:
        push.platform.tapping = 0.5
        with family(push.settings(database_url)) as bots:
            while died:
                died = 0
                for after in (False, True) if long else (number % 2 == 0,):
                    if push.is_quiet():
                        push.publish()
                    life = bots.begin(wide={}, die_at_commit={"number": number, "after": after})
                    await push.quiet(or_else=life.has_ended)
                    died += life.has_ended()
                    await life.kill()
                    in_the_air += push.lapse()
                    life = bots.begin(wide={})
                    await push.quiet()
                    await life.kill()
                    in_the_air += push.lapse()
                deaths += died
                number += 1 if long else 5
            assert await bots.begin(wide={}).stop() == 0
        figures = judge_messages(database, push.platform, doubts=in_the_air, chats=push.everybody)
        counted = judge_updates(database, push.platform, push.taps())
    assert deaths > (
        20 if long else 1
    )  # SQLite needs fewer commits than PostgreSQL: it makes one for many acts
    shown(
        f"kill_each_commit {database.dialect}: {deaths} deaths, {figures}; {counted} check-ins, tapped twice"
    )


async def test_kill_in_fanout(
    database: Database, database_url: str, family: Families, long: bool, shown: Callable[[str], None]
) -> None:
    """Killed while deliveries are being made: planning again makes those that lack, and no other."""
    branches, each, kills = (1200, 4, 20) if long else (120, 1, 2)
    chance = random.Random(1949)
    total, in_the_air = branches * each, 0
    async with pushing(database, total, branches) as push:
        with family(push.settings(database_url)) as bots:
            for _ in range(kills):
                life = bots.begin(wide={}, die_in_fanout={"number": chance.randint(1, 2)})
                assert await life.end() == -signal.SIGKILL
                assert not push.fanned_out()
                in_the_air += push.lapse()
            assert 0 < push.owed() < total
            life = bots.begin(wide={})
            await push.quiet()
            assert await life.stop() == 0
        figures = judge_messages(database, push.platform, doubts=in_the_air, chats=push.everybody)
        assert sum(figures.states.values()) == total
        judge_updates(database, push.platform, ())
    shown(f"kill_in_fanout {database.dialect}: {kills} kills, {figures}")
