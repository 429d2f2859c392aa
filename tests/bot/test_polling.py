"""Polling: what was committed is confirmed by the next request, and nothing else is."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiogram import Dispatcher, Router
from aiogram.types import Message
from structlog.testing import capture_logs

from bot.intake import Intake
from bot.polling import Poller
from simulator.server import serving
from storage.database import Database
from storage.tables import InboxUpdate
from tests.world import TOKEN, World


@asynccontextmanager
async def polling(world: World, intake: Intake) -> AsyncIterator[str]:
    async with serving(world.telegram) as url:
        task = asyncio.create_task(Poller(f"{url}/bot{TOKEN}/getUpdates", intake, world.clock).run())
        try:
            yield url
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def until(true: Callable[[], object]) -> None:
    """Let the other side of a real socket have its turn."""
    while not true():  # noqa: ASYNC110 - a socket in between keeps the event from us
        await asyncio.sleep(0.005)


async def test_updates_are_stored_then_confirmed_then_answered(world: World) -> None:
    wang = world.branch(members=["王芳"])["王芳"]
    pending = world.telegram.bots[TOKEN].updates.pending
    async with polling(world, world.app.intake):
        wang.sends_sticker()
        await until(lambda: world.rows(InboxUpdate) and not pending)
        await world.app.workers.idle()
    assert "/help" in wang.screen()


async def test_what_could_not_be_stored_is_not_confirmed(world: World, sqlite: Database) -> None:
    wang = world.branch(members=["王芳"])["王芳"]
    updates = world.telegram.bots[TOKEN].updates
    wang.sends_sticker()
    sqlite.close()
    with capture_logs() as lines:
        async with polling(world, world.app.intake):
            await until(lambda: len(lines) > 2)
    assert len(updates.pending) == 1
    assert {line["event"] for line in lines} == {"polling_failed"}


async def test_ids_that_start_lower_after_a_pause_are_taken(world: World) -> None:
    await world.app.intake.take([json.dumps({"update_id": 99_000_000, "poll": {"id": "1"}})])
    wang = world.branch(members=["王芳"])["王芳"]
    async with polling(world, world.app.intake):
        wang.sends_sticker()
        await until(lambda: len(world.rows(InboxUpdate)) == 2)
        await world.app.workers.idle()
    assert "/help" in wang.screen()


async def test_a_rival_is_named_plainly(world: World) -> None:
    await world.telegram.call(TOKEN, "setWebhook", {"url": "http://127.0.0.1:9/hook"})
    with capture_logs() as lines:
        async with polling(world, world.app.intake):
            await until(lambda: lines)
    assert lines[0]["code"] == 409
    assert "another program polls with this token, or a webhook is set" in lines[0]["meaning"]


async def test_no_more_is_fetched_while_much_waits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.workers.AHEAD", 1)
    branch = world.branch(members=["王芳", "李强"])
    pending = world.telegram.bots[TOKEN].updates.pending
    begun, gate = asyncio.Event(), asyncio.Event()

    async def slow(_: Message) -> None:
        begun.set()
        await gate.wait()

    router = Router()
    router.message.register(slow)
    answering = Dispatcher(disable_fsm=True)
    answering.include_router(router)
    world.app = world.new_app(answering=answering)
    branch["王芳"].says("一")
    async with polling(world, world.app.intake) as url:
        await begun.wait()
        branch["李强"].says("二")
        async with aiohttp.ClientSession() as session:  # by the same way as the poller's requests
            for _ in range(20):
                await (await session.get(f"{url}/bot{TOKEN}/getMe")).read()
        assert len(pending) == 2  # the first one is not even confirmed
        assert len(world.rows(InboxUpdate)) == 1
        gate.set()
        await until(lambda: not pending)
        await world.app.workers.idle()
    assert [row["state"] for row in world.rows(InboxUpdate)] == ["done", "done"]
