"""One group is owed more than the twenty a minute it may get, beside a broadcast to private chats."""

import asyncio
import time
from bisect import bisect_right
from dataclasses import replace
from datetime import UTC, datetime

from aiogram import Bot
from sqlalchemy import func, select

from bot.clock import SystemClock
from domain.deliveries import Cause, Kind, State
from domain.ids import ChatId
from scheduling.sender import Sender
from services import deliveries, topic_plans
from storage import tables as t
from storage.database import Database, Transaction
from tests.bench.broadcast import GROUP_LIMIT, LIMIT, Platform, bind
from tests.bench.fanout import FIRST_BRANCH, publish, settle
from tests.bench.frame import Row, at_least, not_here
from tests.bench.organisation import BOT_ID, DATABASES, FALLBACK, FIRST_GROUP, TOKEN

PRIVATE = 1_900  # chats: somewhat more than a minute at thirty a second
OWED = 24  # messages to the one group
MINUTE = 60.0  # seconds
TARGET = 0.99
NAMES = ("private chats beside one busy group", "the busy group in its fullest minute")


def measure(quick: bool) -> list[Row]:
    """Real monotonic time: a minute has to pass."""
    if quick:
        return [not_here(name, "takes a minute", f"≥ {TARGET} ×") for name in NAMES]
    platform = Platform(trip=0.04)
    with DATABASES["SQLite"]() as url:
        asyncio.run(_broadcast(url, platform))
    group = platform.by_chat[FIRST_GROUP]
    fullest = max(bisect_right(group, began + MINUTE) - place for place, began in enumerate(group))
    last = max(times[-1] for chat, times in platform.by_chat.items() if chat > 0 and times)
    taken = bisect_right(platform.taken, last)
    rate = (taken - LIMIT) / (last - platform.taken[0])  # after the first thirty at once
    fine = not platform.refused and len(group) == OWED
    rows = [
        at_least(f"{NAMES[0]}, {platform.refused} refused", rate, LIMIT, TARGET),
        at_least(NAMES[1], fullest, GROUP_LIMIT, 1, ""),
    ]
    return [replace(row, reached=row.reached and fine and fullest <= GROUP_LIMIT) for row in rows]


async def _broadcast(url: str, platform: Platform) -> None:
    with Database.connect(url) as database:
        branches = PRIVATE // 30
        await database.write(settle, branches + 1, PRIVATE, of=branches)
        await database.write(bind, FIRST_BRANCH + branches, 1)
        await database.write(publish)
        await database.write(_owe_the_group, OWED - 1)  # the topic itself is one
        while await database.write(topic_plans.plan_due, datetime.now(UTC), FALLBACK):
            pass
        sending = Sender(database, Bot(TOKEN, session=platform), SystemClock(), BOT_ID, FALLBACK)
        deadline = time.monotonic() + 3 * MINUTE
        while await database.read(_unsent):
            if time.monotonic() > deadline:
                raise RuntimeError("the broadcast does not end")
            await sending.drain(datetime.now(UTC))
        await sending.stop()


def _owe_the_group(tx: Transaction, many: int) -> None:
    now = datetime.now(UTC)
    group = tx.execute(select(t.Chat.id).where(t.Chat.chat_id == FIRST_GROUP)).scalar_one()
    topic = tx.execute(select(t.Topic.id)).scalar_one()
    for number in range(many):
        cause = Cause("bench", str(number), "push")
        deliveries.owe_chats(tx, cause, Kind.TOPIC_PUSH, topic, [ChatId(group)], now)


def _unsent(tx: Transaction) -> int:
    made = select(func.count()).select_from(t.Delivery)
    return tx.execute(made.where(t.Delivery.state != State.SENT)).scalar_one()
