"""The real bot at work over HTTP, in this process; the calendar moves only when it is told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from bot.app import App
from bot.polling import Poller
from simulator.clock import MovableClock
from simulator.server import serving
from simulator.telegram import Telegram
from storage.database import Database
from storage.migrate import migrate

TOKEN = "100200:a-token-of-the-simulator"  # noqa: S105 - known to the simulator alone
USERNAME = "banxue_demo_bot"
FALLBACK = {"timezone": "Asia/Shanghai", "locale": "zh"}


@dataclass(frozen=True)
class Stage:
    """A platform, a calendar, a database and the bot between them."""

    telegram: Telegram
    clock: MovableClock
    database: Database
    app: App

    async def settle(self) -> None:
        """Let the bot answer everything and do all that is due now."""
        updates = self.telegram.bots[TOKEN].updates
        while True:
            await updates.taken()
            done = await self.app.settle()
            if not done and not updates.pending:
                return

    async def move_to(self, moment: datetime) -> None:
        """Let time pass, stopping wherever something comes due."""
        await self.settle()
        while (due := await self.app.next_due()) is not None and due <= moment:
            self.clock.move_to(max(due, self.clock.now() + timedelta(microseconds=1)))
            await self.settle()
        self.clock.move_to(moment)
        await self.settle()


@asynccontextmanager
async def open_stage(database_file: Path, start: datetime) -> AsyncIterator[Stage]:
    """Raise the curtain on a fresh database file; nothing outside the loopback address is reached."""
    url = f"sqlite:///{database_file}"
    migrate(url)
    clock = MovableClock(start)
    telegram = Telegram(clock, {TOKEN: USERNAME})
    with Database.connect(url) as database:
        async with serving(telegram) as base:
            session = AiohttpSession(api=TelegramAPIServer.from_base(base))
            async with Bot(TOKEN, session=session) as bot:
                app = App(database, bot, clock, FALLBACK)
                await app.introduce()
                poller = Poller(f"{base}/bot{TOKEN}/getUpdates", app.intake, clock)
                polling = asyncio.create_task(poller.run())
                try:
                    yield Stage(telegram, clock, database, app)
                finally:
                    polling.cancel()
                    with suppress(asyncio.CancelledError):
                        await polling
