"""The parts of a running bot, wired: the same for the process, the tests and the simulator."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from aiogram import Bot, Dispatcher

from bot.intake import Intake
from bot.updates import Updates
from bot.voice import Courtesy
from bot.workers import Workers
from domain.clock import Clock
from scheduling.planner import Planner
from scheduling.retention import Retention
from scheduling.sender import Sender
from scheduling.watch import never
from services import planning
from storage.database import Database


class App:
    """Database, bot and clock come from outside: they are the seams."""

    def __init__(
        self,
        db: Database,
        bot: Bot,
        clock: Clock,
        fallback: Mapping[str, str],
        admins: frozenset[int] = frozenset(),
        answering: Dispatcher | None = None,
        held: Callable[[], Awaitable[bool]] = never,
    ) -> None:
        bot.session.middleware(Courtesy())
        self.db = db
        self.bot = bot
        self.clock = clock
        self.fallback = fallback
        self.updates = Updates(db, bot, clock, fallback, admins, answering)
        self.sender = Sender(db, bot, clock, bot.id, fallback, held)
        self.planner = Planner(db, clock, fallback, self.sender.wake, held)
        self.retention = Retention(db, clock, held)
        self.workers = Workers(db, self.updates, clock, bot.id, self.wake)
        self.intake = Intake(db, self.workers, clock, bot.id)

    def wake(self) -> None:
        """Something changed: it may have made something due, or owed somebody a message."""
        self.planner.wake()
        self.sender.wake()

    async def introduce(self) -> None:
        """Learn the bot's own name, for links that lead to it."""
        me = await self.bot.get_me()
        self.updates.username = me.username or ""

    async def settle(self) -> int:
        """Work until nothing is left to do at `clock.now()`; returns how much was planned and sent."""
        done = 0
        while True:
            await self.workers.idle()
            now = self.clock.now()
            progress = await self.planner.plan(now) + await self.sender.drain(now)
            if not progress:
                await self.retention.sweep(now)
                return done
            done += progress

    async def next_due(self) -> datetime | None:
        """The next moment at which the clock will ask for something."""
        return await self.db.read(planning.next_due, self.clock.now(), self.fallback)
