"""The process is killed in the middle of a push and started again: nothing lost, nothing settled repeated."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from domain.actors import Account
from domain.deliveries import State
from domain.topic_forms import TopicForm
from services import topic_drafts
from services.actors import actor_of
from simulator.chats import JSON
from simulator.clock import MovableClock
from simulator.server import serving
from simulator.telegram import Telegram
from simulator.world import Upload
from storage import units
from storage.database import Database, Transaction
from storage.tables import Chat, Delivery
from tests.contract.process import bot_process
from tests.world import TOKEN, USERNAME, World

MEMBERS = 40
ANSWERED = 12  # messages the platform answers before the process dies; the next ones stay in the air
# Seconds for each half on a busy machine: starting is CPU, and the lease of the killed process
# holds the second half up for fifteen.
PATIENCE = 150


class Platform(Telegram):
    """Takes every message, and from the thirteenth on leaves the bot without an answer while `mute`."""

    def __init__(self) -> None:
        super().__init__(MovableClock(datetime.now(UTC), virtual=False), {TOKEN: USERNAME})
        self.mute = True
        self._heard = asyncio.Condition()
        self._answered = 0

    async def call(
        self, token: str, method: str, params: JSON, files: dict[str, Upload] | None = None
    ) -> JSON:
        answer = await super().call(token, method, params, files)
        if method == "sendMessage" and self.mute:
            self._answered += 1
            async with self._heard:
                self._heard.notify_all()
            if self._answered > ANSWERED:
                await asyncio.Event().wait()
        return answer

    async def sent(self, count: int) -> None:
        """Until that many messages have been taken."""
        async with asyncio.timeout(PATIENCE), self._heard:
            await self._heard.wait_for(lambda: len(self.taken) >= count)

    @property
    def taken(self) -> list[int]:
        """The chat of every message the platform accepted, in order."""
        return [int(r.params["chat_id"]) for r in self.receipts if r.method == "sendMessage"]


def noon_somewhere(now: datetime) -> str:
    """A zone where nobody sleeps now."""
    ahead = 12 - now.hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def publish_now(tx: Transaction, secretary: int, fallback: dict[str, str]) -> None:
    now = datetime.now(UTC)
    actor = actor_of(tx, Account("telegram", secretary, None, "zh"), now, fallback, root=False)
    form = TopicForm("学习基层工作条例", "第一章", now + timedelta(seconds=1), now + timedelta(days=7))
    draft = topic_drafts.from_form(tx, actor, form, (), "draft", now, fallback)
    topic_drafts.publish(tx, actor, draft.topic.id, now, fallback)


def deliveries(database: Database) -> dict[int, dict[str, Any]]:
    """Every delivery by the platform's number of its chat."""

    def ask(tx: Transaction) -> dict[int, dict[str, Any]]:
        table = Delivery.__table__.join(Chat.__table__, Chat.id == Delivery.chat_id)
        rows = tx.execute(table.select().with_only_columns(Chat.chat_id, Delivery.state, Delivery.message_id))
        return {row.chat_id: dict(row._mapping) for row in rows}

    return database.read_now(ask)


async def until(true: Callable[[], bool]) -> None:
    """Let the other process write its rows."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - another process tells us nothing
            await asyncio.sleep(0.05)


async def test_killed_in_the_middle_of_a_push(sqlite: Database, sqlite_url: str, tmp_path: Path) -> None:
    zone = noon_somewhere(datetime.now(UTC))
    world = World(sqlite, start=datetime.now(UTC))
    world.telegram = platform = Platform()
    branch = world.branch(members=[f"同志{n}" for n in range(MEMBERS)], secretary="王芳")
    sqlite.write_now(units.set_setting, branch.unit, "timezone", zone)
    sqlite.write_now(publish_now, branch["王芳"].id, {"timezone": zone, "locale": "zh"})
    everybody = {comrade.sim.id for comrade in branch.people.values()}

    async with serving(platform) as url:
        settings = {"BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": url, "DATABASE_URL": sqlite_url}
        async with bot_process(tmp_path, **settings) as running:
            await platform.sent(ANSWERED + 5)
            await until(lambda: Counter(d["state"] for d in deliveries(sqlite).values())["sent"] == ANSWERED)
            await running.kill()
        at_death = deliveries(sqlite)
        in_the_air = {chat for chat, d in at_death.items() if d["state"] == State.SENDING}
        taken_by_then = Counter(platform.taken)
        platform.mute = False

        async with bot_process(tmp_path, **settings) as running:
            done = {State.SENT, State.AMBIGUOUS}
            await until(lambda: {d["state"] for d in deliveries(sqlite).values()} <= done)
            assert await running.stop() == 0

    after = deliveries(sqlite)
    settled = {chat for chat, d in at_death.items() if d["state"] == State.SENT}
    assert set(after) == everybody
    assert len(settled) == ANSWERED
    assert 5 <= len(in_the_air) <= 30
    assert set(taken_by_then) <= settled | in_the_air  # nothing was written before it was committed
    assert {chat for chat, d in after.items() if d["state"] == State.AMBIGUOUS} == in_the_air
    receipts = Counter(platform.taken)
    assert all(receipts[chat] == 1 for chat in everybody - in_the_air)
    assert all(receipts[chat] <= 1 for chat in in_the_air)  # a topic in doubt is held, never sent again
    assert all(d["message_id"] for chat, d in after.items() if chat not in in_the_air)
    assert not [line for line in running.log if TOKEN in line]
