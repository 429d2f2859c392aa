"""All our routers, a tap on the busiest button: beside a dispatcher that has only the handler for it."""

import asyncio
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.types import Update

from bot import memory
from bot.updates import dispatcher
from domain.actors import Account, Actor
from domain.checkins import Outcome, Receipt
from domain.ids import PersonId
from handlers import checkins
from messages.checkins import CheckInTap
from messages.speech import speaking
from tests.bench.checkins import AtOnce
from tests.bench.frame import Row, at_most, medians
from tests.bench.organisation import FALLBACK, TOKEN, tap

TARGET = 1.3
NOW = datetime(2026, 11, 13, 9, 0, tzinfo=UTC)
ACTOR = Actor(Account("telegram", 7, None, "zh"), PersonId(1), (), (), "zh", "Asia/Shanghai")


class Agrees:
    """A database that has set down whatever it was told to."""

    async def write(self, *_: object) -> Receipt:
        return Receipt(Outcome.NEW, NOW, "Asia/Shanghai")


def measure(quick: bool) -> list[Row]:
    """Microseconds of the processor for a tap on "check in", from the update to the answer."""
    taps, rounds = (500, 5) if quick else (2000, 9)
    router = Router()
    router.callback_query.register(checkins.tapped, CheckInTap.filter())
    alone = Dispatcher(disable_fsm=True)
    alone.include_router(router)
    everything = dispatcher()
    memory.freeze()
    with asyncio.Runner() as loop:
        ours, one = medians(
            rounds, lambda: loop.run(_time(everything, taps)), lambda: loop.run(_time(alone, taps))
        )
    routers = sum(1 for _ in everything.chain_tail) - 1
    return [at_most(f"a tap past {routers} routers, beside one handler", ours, one, TARGET, " µs")]


async def _time(root: Dispatcher, taps: int) -> float:
    bot = Bot(TOKEN, session=AtOnce())
    updates = [Update.model_validate(json.loads(tap(n, 1, 7, 1)), context={"bot": bot}) for n in range(taps)]
    data: Mapping[str, Any] = {
        "actor": ACTOR, "db": Agrees(), "now": NOW, "raw_state": None, "bot_username": "banxue_bot",
        "fallback": FALLBACK,
    }  # fmt: skip
    with speaking("zh"):
        started = time.process_time()
        for update in updates:
            await root.feed_update(bot, update, **data)
        return (time.process_time() - started) / taps * 1e6
