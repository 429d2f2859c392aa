"""A tap on "check in", 64 at once: stored, dispatched, the actor found, committed durably, answered.

The peer is an aiogram handler that keeps nothing and yields once. Both parse the same JSON and speak
through a session that answers at once.
"""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from itertools import islice
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.base import BaseSession
from aiogram.methods import AnswerCallbackQuery, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import CallbackQuery
from sqlalchemy import func, select

from bot import memory
from bot.app import App
from bot.clock import SystemClock
from storage.database import Database
from storage.tables import CheckIn
from tests.bench.frame import Row, at_least, medians, no_more_than, percentile
from tests.bench.organisation import DATABASES, FALLBACK, TOKEN, found

AT_ONCE = 64
BRANCHES, MEMBERS = 40, 40
ENOUGH, AIM = 0.3, 0.5  # of the bare handler
PATIENCE = 100.0  # milliseconds that 99 of 100 taps may take at half load

Answer = Callable[[str], Awaitable[None]]


class AtOnce(BaseSession):
    """A platform that agrees at once, and tells who waits for the answer to a tap."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: dict[str, asyncio.Future[None]] = {}

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram names it
    ) -> TelegramType:
        if isinstance(method, AnswerCallbackQuery):
            waiting = self.waiting.pop(method.callback_query_id, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(None)
        agreed: Any = True
        return agreed  # type: ignore[no-any-return]

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        yield b""

    async def close(self) -> None:
        """Nothing is open."""


def measure(quick: bool) -> list[Row]:
    """The rate beside the bare handler's and the time a tap takes at half load, on each database."""
    rows: list[Row] = []
    for name, opened in DATABASES.items():
        with opened() as url, Database.connect(url) as db:
            rows += _measure_on(name, db, *((640, 3) if quick else (1600, 5)))
    return rows


def _measure_on(name: str, db: Database, taps: int, rounds: int) -> list[Row]:
    organisation = db.write_now(found, BRANCHES, MEMBERS, rounds + 3)
    stream = organisation.taps()
    ours, bare = _ours(db), _bare()
    with asyncio.Runner() as loop:
        loop.run(_rate(ours, stream, taps // 4))  # every statement and model once
        loop.run(_rate(bare, organisation.taps(), taps // 4))
        memory.freeze()
        ours_rate, bare_rate = medians(
            rounds,
            lambda: loop.run(_rate(ours, stream, taps)),
            lambda: loop.run(_rate(bare, organisation.taps(), taps)),
        )
        slowest = loop.run(_at_half_load(ours, stream, taps, ours_rate / 2))
    counted = db.read_now(lambda tx: tx.scalar(select(func.count()).select_from(CheckIn)))
    assert counted == taps // 4 + taps * (rounds + 1), f"{counted} taps were set down"
    return [
        at_least(f"check-in, {name}, {AT_ONCE} at once", ours_rate, bare_rate, ENOUGH),
        no_more_than(f"check-in, {name}, p99 at half load", slowest, PATIENCE, " ms"),
    ]


def _ours(db: Database) -> Answer:
    session = AtOnce()
    app = App(db, Bot(TOKEN, session=session), SystemClock(), FALLBACK)
    app.updates.username = "banxue_bot"

    async def answer(raw: str) -> None:
        answered = asyncio.get_running_loop().create_future()
        session.waiting[json.loads(raw)["callback_query"]["id"]] = answered
        await app.intake.take([raw])
        await answered

    return answer


def _bare() -> Answer:
    session = AtOnce()
    bot = Bot(TOKEN, session=session)
    router = Router()

    @router.callback_query()
    async def tapped(query: CallbackQuery) -> None:
        await asyncio.sleep(0)
        await query.answer("已打卡 09:00")

    root = Dispatcher()
    root.include_router(router)

    async def answer(raw: str) -> None:
        answered = asyncio.get_running_loop().create_future()
        session.waiting[json.loads(raw)["callback_query"]["id"]] = answered
        await root.feed_raw_update(bot, json.loads(raw))
        await answered

    return answer


async def _rate(answer: Answer, stream: Iterator[str], taps: int) -> float:
    """Taps answered a second, with as many at once as there are callers."""
    raws = list(islice(stream, taps))
    assert len(raws) == taps, "more members or topics are wanted"
    started = time.perf_counter()
    await _all(answer, iter(raws))
    return taps / (time.perf_counter() - started)


async def _all(answer: Answer, raws: Iterator[str]) -> None:
    async def caller() -> None:
        for raw in raws:
            await answer(raw)

    await asyncio.gather(*(caller() for _ in range(AT_ONCE)))


async def _at_half_load(answer: Answer, stream: Iterator[str], taps: int, rate: float) -> float:
    """Milliseconds within which 99 of 100 taps are answered that come at even times."""
    took: list[float] = []
    loop = asyncio.get_running_loop()

    async def one(raw: str, at: float) -> None:
        await answer(raw)
        took.append((loop.time() - at) * 1000)

    async with asyncio.TaskGroup() as group:
        start = loop.time()
        for n, raw in enumerate(islice(stream, taps)):
            due = start + n / rate
            if (early := due - loop.time()) > 0:
                await asyncio.sleep(early)
            group.create_task(one(raw, due))
    return percentile(took, 0.99)
