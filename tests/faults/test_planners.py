"""Two processes whose clocks ask for the same things at the same moment."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta

from services import planning
from storage.database import Database
from storage.tables import Activity, Attendance, Delivery, Rollup, TopicExpected
from tests.faults.oracle import judge_messages, judge_updates
from tests.faults.weather import Weather, everybody
from tests.world import FALLBACK


async def at_once(moment: datetime, *databases: Database) -> None:
    """Each plan is asked for four times by each process, all at the same moment."""
    for plan in planning.PLANS:
        asked = [database.write(plan, moment, FALLBACK) for database in databases for _ in range(4)]
        await asyncio.gather(*asked)


async def test_two_planners_at_one_moment_plan_once(
    database: Database, database_url: str, long: bool
) -> None:
    """Everything that is due is due for both: each push, sum, roster and reminder is there once."""
    world = Weather(database)
    count = 60 if long else 12
    with Database.connect(database_url) as elsewhere:
        branches = [
            world.branch(f"第{n}党支部", members=[f"党员{n}", f"同志{n}"], secretary=f"书记{n}")
            for n in range(count)
        ]
        for branch in branches:
            world.publish(branch, days=1)
            world.plans(branch, "主题党日\n时间: 2026-11-04 15:00")
        for moment in (world.clock.now(), *(world.clock.now() + timedelta(hours=h) for h in (7, 24, 55, 60))):
            world.clock.move_to(moment)
            await at_once(moment, database, elsewhere)
            await world.app.planner.plan(moment)
            await world.app.sender.drain(moment)
    judge_messages(database, world.wire, chats=everybody(*branches))
    judge_updates(database, world.wire, [])
    assert {row["topics"] for row in world.rows(Rollup)} == {1}
    assert len(world.rows(TopicExpected)) == len(world.rows(Attendance)) == 3 * count
    assert {row["state"] for row in world.rows(Activity)} == {"started"}
    owed = Counter(world.columns(Delivery.chat_id, Delivery.occurrence_id))
    assert set(owed.values()) == {1}
