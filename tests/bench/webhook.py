"""Updates posted over HTTP: ours answers 200 once they are durable, aiogram's own handler before it has them.

Both listen in this process; the same generator, in a process of its own, posts the same taps to each.
"""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

from aiogram import Bot, Dispatcher, Router
from aiogram.types import CallbackQuery
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from sqlalchemy import func, select

from bot import memory
from bot.clock import SystemClock
from bot.intake import Intake
from bot.workers import Workers
from storage.database import Database
from storage.inbox import Waiting
from storage.tables import InboxUpdate
from tests.bench.checkins import AtOnce
from tests.bench.frame import Row, at_least, medians
from tests.bench.organisation import BOT_ID, DATABASES, TOKEN
from web.webhook import webhook

SECRET = "a-secret-of-the-benchmarks"
TARGET = 2


class Later:
    """Workers that leave what was stored for afterwards: here only the way in is measured."""

    in_hand = 0

    def give(self, _: Sequence[Waiting]) -> None:
        """Nothing is begun."""


def measure(quick: bool) -> list[Row]:
    """Updates acknowledged a second."""
    rows: list[Row] = []
    for name, opened in DATABASES.items():
        with opened() as url, Database.connect(url) as db, asyncio.Runner() as loop:
            rows.append(loop.run(_beside_stock(name, db, *((2000, 3) if quick else (6000, 5)))))
    return rows


async def _beside_stock(name: str, db: Database, posts: int, rounds: int) -> Row:
    intake = Intake(db, cast("Workers", Later()), SystemClock(), BOT_ID)
    site, stock = web.Application(), web.Application()
    site.add_routes(webhook("/", SECRET, lambda raw: intake.take([raw])))
    SimpleRequestHandler(_does_nothing(), Bot(TOKEN, session=AtOnce()), secret_token=SECRET).register(
        stock, "/"
    )
    async with _listening(site) as ours_port, _listening(stock) as stock_port:
        await _load(ours_port, 1, 500)
        await _load(stock_port, 1, 500)
        memory.freeze()
        firsts = iter(range(1000, sys.maxsize, posts))
        ours, stock_rate = await asyncio.to_thread(
            medians,
            rounds,
            _from_here(lambda: _load(ours_port, next(firsts), posts)),
            _from_here(lambda: _load(stock_port, 1000, posts)),
        )
    kept = await db.read(lambda tx: tx.scalar(select(func.count()).select_from(InboxUpdate)))
    assert kept == 500 + posts * rounds, f"{kept} updates were kept"
    return at_least(f"webhook intake, stored durably in {name}", ours, stock_rate, TARGET)


def _from_here(measure: Any) -> Any:
    """A measure of this loop, to be asked for from a thread."""
    loop = asyncio.get_running_loop()
    return lambda: asyncio.run_coroutine_threadsafe(measure(), loop).result()


async def _load(port: int, first: int, posts: int) -> float:
    """Posts answered a second, as the generator counts them."""
    command = [sys.executable, "-m", "tests.bench.webhook_load", str(port), SECRET, str(first), str(posts)]
    generator = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    answer, _ = await generator.communicate()
    if generator.returncode:
        raise RuntimeError("the load generator broke")
    return float(answer)


@asynccontextmanager
async def _listening(site: web.Application) -> AsyncIterator[int]:
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    try:
        listener = web.TCPSite(runner, "127.0.0.1", 0)
        await listener.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def _does_nothing() -> Dispatcher:
    router = Router()

    @router.callback_query()
    async def tapped(_: CallbackQuery) -> None:
        """Not even an answer."""

    root = Dispatcher()
    root.include_router(router)
    return root
