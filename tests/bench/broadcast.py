"""The whole sender, in real time: how near it comes to the platform's limits, and what it could do without.

The platform is a session in this process that takes a message somewhere between request and answer, holds it
against strict sliding windows (30 a second for the bot, one a second for a chat, 20 a minute for a group)
and answers JSON that aiogram reads.
"""

import asyncio
import json
import random
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast
from unittest.mock import patch

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from sqlalchemy import func, insert, select

from bot.clock import SystemClock
from domain.deliveries import State
from scheduling import pacing, sender
from scheduling.sender import Sender
from services import topic_plans
from storage import tables as t
from storage.database import Database, Transaction
from tests.bench.fanout import FIRST_BRANCH, publish, settle
from tests.bench.frame import Row, at_least, no_less_than
from tests.bench.organisation import BOT_ID, DATABASES, FALLBACK, FIRST_GROUP, TOKEN

LIMIT = 30  # messages in any second
GROUP_LIMIT = 20  # messages to one group in any minute
WIDE = 1_200  # slots: somewhat more than the thousand a second of the paid limit


@dataclass
class Platform(BaseSession):
    """Answers after a while; `refused` counts what came too soon."""

    trip: float = 0.0  # seconds, there and back, of the quickest
    jitter: float = 0.0  # seconds more, at the most
    strict: bool = True
    luck: random.Random = field(default_factory=lambda: random.Random(30))
    taken: list[float] = field(default_factory=list)
    by_chat: defaultdict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram names it
    ) -> TelegramType:
        there, back = ((self.trip + self.luck.uniform(0, self.jitter)) / 2 for _ in range(2))
        if there:
            await asyncio.sleep(there)
        status, answer = self._taken(method)
        if back:
            await asyncio.sleep(back)
        response = self.check_response(bot, method, status, json.dumps(answer))
        return cast("TelegramType", response.result)

    def _taken(self, method: TelegramMethod[Any]) -> tuple[int, dict[str, Any]]:
        chat = int(getattr(method, "chat_id", 0))
        if method.__api_method__ != "sendMessage":
            return 200, {"ok": True, "result": True}
        now = time.monotonic()
        if self.strict and self._too_soon(chat, now):
            self.refused += 1
            parameters = {"retry_after": 1}
            said = "Too Many Requests: retry after 1"
            return 429, {"ok": False, "error_code": 429, "description": said, "parameters": parameters}
        self.taken.append(now)
        self.by_chat[chat].append(now)
        kind = {"id": chat, "type": "private" if chat > 0 else "supergroup"}
        message = {"message_id": len(self.taken), "date": 1_793_600_000, "chat": kind, "text": "…"}
        return 200, {"ok": True, "result": message}

    def _too_soon(self, chat: int, now: float) -> bool:
        own = self.by_chat[chat]
        return (
            _since(self.taken, now - 1) >= LIMIT
            or _since(own, now - 1) >= 1
            or (chat < 0 and _since(own, now - 60) >= GROUP_LIMIT)
        )

    def share(self) -> float:
        """Of the limit: after the first thirty at once, thirty a second would be all of it."""
        ideal = (len(self.taken) - LIMIT) / LIMIT
        return ideal / (self.taken[-1] - self.taken[0])

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        yield b""

    async def close(self) -> None:
        """Nothing is open."""


def _since(times: list[float], moment: float) -> int:
    return len(times) - bisect_left(times, moment)


def measure(quick: bool) -> list[Row]:
    """Real monotonic time throughout."""
    messages = 150 if quick else 900  # half a minute: the first second, when no trip was seen, weighs little
    rows = []
    for name, trip, jitter, groups, target in (
        ("private chats, 40 ms away", 0.04, 0.0, 0, 0.99),
        ("the same with 50 ms jitter", 0.04, 0.05, 0, 0.96),
        ("half of it in groups", 0.04, 0.0, messages // 2, 0.99),
    ):
        platform = Platform(trip, jitter)
        with DATABASES["SQLite"]() as url:
            asyncio.run(_broadcast(url, platform, messages, groups))
        said = f"broadcast to {name}, {platform.refused} refused"
        row = at_least(said, platform.share() * LIMIT, LIMIT, target)
        rows.append(replace(row, reached=row.reached and not platform.refused))
    for name, opened in DATABASES.items():
        with opened() as url, _wide():
            rate = asyncio.run(_broadcast(url, Platform(strict=False), 600 if quick else 3_000, 0))
        rows.append(no_less_than(f"sent and settled, {name}", rate, 100, "/s"))
    return rows


@contextmanager
def _wide() -> Iterator[None]:
    """As many slots as the paid limit has."""
    with (
        patch.object(pacing, "SLOTS", WIDE),
        patch.object(sender, "WINDOW", WIDE),
        patch.object(sender, "LOW", WIDE // 2),
    ):
        yield


async def _broadcast(url: str, platform: Platform, messages: int, groups: int) -> float:
    """A topic to so many chats, some of them groups of their branches; how many a second were settled."""
    private = messages - groups
    with Database.connect(url) as database:
        branches = max(1, private // 30)
        await database.write(settle, branches + groups, private, of=branches)
        if groups:
            await database.write(bind, FIRST_BRANCH + branches, groups)
        await database.write(publish)
        while await database.write(topic_plans.plan_due, datetime.now(UTC), FALLBACK):
            pass
        bot = Bot(TOKEN, session=platform)
        sending = Sender(database, bot, SystemClock(), BOT_ID, FALLBACK)
        started = time.monotonic()
        await sending.drain(datetime.now(UTC))
        took = time.monotonic() - started
        await sending.stop()
        settled = await database.read(_sent)
        if settled != messages:
            raise RuntimeError(f"{settled} of {messages} were sent")
        return settled / took


def bind(tx: Transaction, first_branch: int, groups: int) -> None:
    """A group for each of the branches from that one on."""
    now = datetime.now(UTC)
    group = {"platform": "telegram", "bot_id": BOT_ID, "kind": "supergroup", "state": "reachable"}
    rows = [
        group
        | {
            "chat_id": FIRST_GROUP - n,
            "thread_id": 0,
            "unit_id": first_branch + n,
            "bound_at": now,
            "bound_by": 1,
        }
        for n in range(groups)
    ]
    tx.execute(insert(t.Chat), rows)


def _sent(tx: Transaction) -> int:
    return tx.execute(select(func.count()).where(t.Delivery.state == State.SENT)).scalar_one()
