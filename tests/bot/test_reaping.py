"""An update whose process died is answered by one that lives, and by one alone."""

import asyncio
import json
from datetime import timedelta

import pytest

from bot.reaping import Reaper
from bot.workers import LEFT_AFTER
from simulator.people import SimPerson
from storage import inbox
from storage.database import Database
from storage.tables import InboxUpdate
from tests.world import BOT_ID, TOKEN, World

SECOND = timedelta(seconds=1)
HOURS = timedelta(hours=3)


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


async def left_behind(
    world: World, person: SimPerson, says: str, by_a_clock_fast_by: timedelta = timedelta(0)
) -> None:
    """A process stores what somebody says, and dies before it answers."""
    person.says(says)
    updates = [(one["update_id"], json.dumps(one)) for one in world.telegram.updates_for(TOKEN)]
    await world.database.write(inbox.store, BOT_ID, updates, world.clock.now() + by_a_clock_fast_by)


def states(world: World) -> list[str]:
    return [row["state"] for row in world.rows(InboxUpdate)]


async def test_what_a_dead_process_stored_is_answered_within_two_minutes(world: World) -> None:
    wang = world.branch(members=["王芳"])["王芳"]
    await left_behind(world, wang, "/help")
    assert await world.app.workers.take_left() == 0  # who stored it may be at it
    world.clock.advance(LEFT_AFTER)
    assert await world.app.workers.take_left() == 1
    await world.app.workers.idle()
    assert states(world) == ["done"]
    assert len([message for message in wang.messages if message.sender.is_bot]) == 1


async def test_of_two_who_look_one_takes_it_up(world: World) -> None:
    wang = world.branch(members=["王芳"])["王芳"]
    await left_behind(world, wang, "/help")
    world.clock.advance(LEFT_AFTER)
    rival = world.new_app()
    assert sum(await asyncio.gather(world.app.workers.take_left(), rival.workers.take_left())) == 1
    await asyncio.gather(world.app.workers.idle(), rival.workers.idle())
    assert len([message for message in wang.messages if message.sender.is_bot]) == 1


async def test_of_four_who_start_together_one_begins_with_it(world: World) -> None:
    wang = world.branch(members=["王芳"])["王芳"]
    await left_behind(world, wang, "/help")
    apps = [world.app, *(world.new_app() for _ in range(3))]
    assert sum(await asyncio.gather(*(app.workers.resume() for app in apps))) == 1
    await asyncio.gather(*(app.workers.idle() for app in apps))
    assert [(row["state"], row["attempts"]) for row in world.rows(InboxUpdate)] == [("done", 1)]
    assert len([message for message in wang.messages if message.sender.is_bot]) == 1


async def test_what_is_in_hand_is_not_taken_up_again(world: World) -> None:
    wang = world.branch(members=["王芳"])["王芳"]
    wang.says("/help")
    (update,) = world.telegram.updates_for(TOKEN)
    await world.app.intake.take([json.dumps(update)])
    world.clock.advance(LEFT_AFTER)
    assert await world.app.workers.take_left() == 0
    await world.app.workers.idle()
    assert len([message for message in wang.messages if message.sender.is_bot]) == 1


async def test_whoever_took_it_up_and_died_is_followed_as_well(world: World) -> None:
    wang = world.branch(members=["王芳"])["王芳"]
    await left_behind(world, wang, "/help")
    before, now = world.clock.now() + SECOND, world.clock.now() + LEFT_AFTER
    assert await world.database.write(inbox.take_left, BOT_ID, [], before, before, now, 10)
    world.clock.move_to(now + SECOND)
    assert await world.app.workers.take_left() == 0
    world.clock.advance(LEFT_AFTER)
    assert await world.app.workers.take_left() == 1
    await world.app.workers.idle()
    assert states(world) == ["done"]


@pytest.mark.parametrize("stored", [timedelta(0), HOURS])
async def test_who_took_it_up_by_a_clock_that_was_hours_fast_is_followed(
    world: World, stored: timedelta
) -> None:
    """Since the clock was set right, what it wrote is still to come: the update does not wait for that."""
    wang = world.branch(members=["王芳"])["王芳"]
    fast = world.clock.now() + HOURS
    await left_behind(world, wang, "/help", by_a_clock_fast_by=stored)
    assert await world.database.write(inbox.take_left, BOT_ID, [], fast, fast, fast, 10)
    world.clock.advance(LEFT_AFTER)
    assert await world.app.workers.take_left() == 1
    assert await world.app.workers.take_left() == 0
    await world.app.workers.idle()
    assert states(world) == ["done"]


async def test_what_came_by_a_clock_that_was_hours_fast_is_taken_up_at_the_next_start(world: World) -> None:
    wang = world.branch(members=["王芳"])["王芳"]
    await left_behind(world, wang, "/help", by_a_clock_fast_by=HOURS)
    assert await world.app.workers.resume() == 1
    await world.app.workers.idle()
    assert states(world) == ["done"]


async def test_the_reaper_looks_when_it_is_woken(world: World) -> None:
    wang = world.branch(members=["王芳"])["王芳"]
    await left_behind(world, wang, "/help")
    world.clock.advance(LEFT_AFTER)
    reaper = Reaper(world.app.workers)
    running = asyncio.create_task(reaper.run())
    reaper.wake()
    while states(world) != ["done"]:  # noqa: ASYNC110 - nobody announces a row
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
