"""The process is told to stop at its busiest, or while the database hangs: it is gone in twenty seconds."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import make_url

from storage.database import Database
from tests.contract.process import Running, bot_process, free_port
from tests.faults.lives import Family
from tests.faults.oracle import in_flight, judge_messages
from tests.faults.proxy import wired
from tests.faults.pushing import pushing, until
from tests.faults.relay import SECRET

PROMISED = 20.0  # seconds
FOR_EVER = 600.0  # seconds
SLOTS = 30  # messages that can be in flight at once
Families = Callable[[dict[str, str]], AbstractContextManager[Family]]


async def stop(running: Running) -> tuple[int, float]:
    """How it ended, interpreter and all, and after how many seconds."""
    asked = time.monotonic()
    async with asyncio.timeout(2 * PROMISED):
        code = await running.stop()
    return code, time.monotonic() - asked


async def test_stopped_while_answers_are_slow(
    database: Database, database_url: str, tmp_path: Path, family: Families, shown: Callable[[str], None]
) -> None:
    """Thirty messages whose answers take minutes: the next process finds them, and the lease free."""
    async with pushing(database, 100, 2) as push:
        push.platform.latency = FOR_EVER
        async with bot_process(tmp_path, **push.settings(database_url)) as running:
            await push.platform.until_taken(SLOTS)
            code, took = await stop(running)
        assert (code, took < PROMISED) == (0, True), (code, took)
        doubts = in_flight(database)
        assert 0 < doubts <= SLOTS
        push.platform.latency = 0.0
        assert "Traceback" not in "".join(running.log)
        with family(push.settings(database_url)) as bots:
            next_one = bots.begin(wide={})
            await push.quiet()
            assert await next_one.stop() == 0
        figures = judge_messages(database, push.platform, doubts=doubts, chats=push.everybody)
    shown(f"stopped with {doubts} in the air, {database.dialect}: gone after {took:.1f} s; {figures}")


@pytest.mark.parametrize("intake", [pytest.param("polling", marks=pytest.mark.long), "webhook"])
async def test_stopped_while_the_database_hangs(
    intake: str,
    postgresql: Database,
    postgres_url: str,
    postgres_host: str,
    tmp_path: Path,
    shown: Callable[[str], None],
) -> None:
    """PostgreSQL takes what it is asked and answers nothing, while people tap and messages go out."""
    name = make_url(postgres_url).database or ""
    listen = f"127.0.0.1:{free_port()}"
    heard = {"LISTEN": listen, "WEBHOOK_URL": f"http://{listen}/", "WEBHOOK_SECRET": SECRET}
    async with wired(postgres_host) as wire, pushing(postgresql, 300, 6) as push:
        push.platform.tapping = 0.5
        settings = push.settings(wire.url(name)) | (heard if intake == "webhook" else {})
        async with bot_process(tmp_path, **settings) as running:
            await push.platform.until_taken(60)
            wire.delay = FOR_EVER
            taken = push.platform.taken
            await until(lambda: push.platform.taken == taken or push.platform.in_the_air == 0)
            code, took = await stop(running)
        assert (code, took < PROMISED) == (0, True), (code, took)
        wire.delay = 0.0
        wire.hang_up()
        doubts = in_flight(postgresql)
        assert doubts <= SLOTS
    shown(f"stopped while PostgreSQL hangs, {intake}: gone after {took:.1f} s, {doubts} in the air")
