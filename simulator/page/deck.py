"""What the page plays on: the platform, the sample organisation and the real bot, in real time."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

import structlog

from bot.app import App
from bot.process import running
from bot.settings import Settings, load
from simulator.clock import MovableClock
from simulator.groups import SimGroup
from simulator.page.faults import faults_shape
from simulator.page.feed import Feed
from simulator.page.foresight import Coming, foreseen
from simulator.people import SimPerson
from simulator.seed import FALLBACK, START, Planted, plant
from simulator.server import serving
from simulator.stage import TOKEN, USERNAME
from simulator.telegram import Telegram
from storage import forthcoming
from storage.database import Database
from storage.migrate import migrate

log = structlog.get_logger(__name__)

PATIENCE = 3.0  # seconds the bot is given at each stop of a moving calendar; it works on afterwards
GLANCE = 0.02  # seconds between looks at what is still to be sent
HEARTBEAT = 0.5  # seconds between looks at the clock
BETWEEN_LOOKS = 1.5  # seconds between looks at what is due, while things happen
NAME = "伴学"


class Deck:
    """One running world. `reset` puts up another; what the browsers see is told by `feed`."""

    telegram: Telegram
    clock: MovableClock
    planted: Planted
    app: App

    def __init__(self, folder: Path) -> None:
        self.feed = Feed()
        self._folder = folder
        self._moving = asyncio.Lock()  # the calendar, a restart and a reset: one at a time
        self._world = AsyncExitStack()
        self._bot = AsyncExitStack()
        self._up = False
        self._coming: list[Coming] = []
        self._looked_at = 0  # the number of the latest event then
        self._looked_when = 0.0

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: Path) -> AsyncIterator["Deck"]:
        """A fresh world in an empty folder, and everything stopped in the end."""
        deck = cls(folder)
        try:
            await deck._raise()
            beating = asyncio.create_task(deck._beat())
            try:
                yield deck
            finally:
                beating.cancel()
                with suppress(asyncio.CancelledError):
                    await beating
        finally:
            await deck._strike()

    # --- the people ------------------------------------------------------------------------------

    def person(self, number: int) -> SimPerson | None:
        """One of the people on the page."""
        return next((seat.person for seat in self.planted.seats if seat.person.id == number), None)

    def group(self, number: int) -> SimGroup | None:
        """A group as its members see it."""
        return next((group for group in self.planted.groups.values() if group.id == number), None)

    # --- the calendar ----------------------------------------------------------------------------

    def run_at(self, speed: float) -> None:
        """Let the calendar run, faster, or stand still."""
        self.clock.run_at(speed)
        self.tell_clock()

    async def advance(self, by: timedelta) -> None:
        """Let time pass at once, stopping wherever something comes due."""
        await self._move(lambda: self.clock.now() + by)

    async def next_due(self) -> bool:
        """Go to the next thing due; False when nothing is."""
        await self.look_ahead()
        moment = self._coming[0].at if self._coming else await self.app.next_due()
        if moment is not None:
            await self._move(lambda: moment)
        return moment is not None

    async def _move(self, goal: Callable[[], datetime]) -> None:
        async with self._moving:
            moment = goal()
            await self._settle()
            before = None
            while (due := await self.app.next_due()) is not None and due <= moment and due != before:
                before = due  # once only: what the bot cannot do now does not hold the calendar up
                self._turn_to(due)
                await self._settle()
            self._turn_to(moment)
            await self._settle()
            await self.look_ahead()

    def _turn_to(self, moment: datetime) -> None:
        now = self.clock.now()
        if moment > now:
            self.clock.move_to(moment)
        elif self.clock.speed == 0:
            self.clock.move_to(
                now + timedelta(microseconds=1)
            )  # what is due "after now" must not be it again
        self.tell_clock()

    async def _settle(self) -> None:
        """Let the bot answer and send what is due, as far as the platform lets it for now.

        Cards may follow a little later: the bot edits each at most once in six seconds.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                updates = self.telegram.bots[TOKEN].updates
                while True:
                    await updates.taken()
                    await self.app.workers.idle()
                    now = self.clock.now()
                    planned = await self.app.planner.plan(now)
                    self.app.wake()
                    if not (planned or updates.pending or await self.app.db.read(forthcoming.owed, now)):
                        return
                    await asyncio.sleep(GLANCE)

    # --- faults, restart, reset ------------------------------------------------------------------

    async def restart_bot(self) -> None:
        """Stop the bot as a supervisor does, and start it again on the same rows."""
        async with self._moving:
            await self._bot.aclose()
            await self._start_bot()

    async def reset(self) -> None:
        """Begin again: a fresh database, a fresh platform, a new session for the browsers."""
        async with self._moving:
            await self._strike()
            await self._raise()

    # --- what browsers are told ------------------------------------------------------------------

    def tell_clock(self) -> None:
        self.feed.state("clock", self.clock_shape())

    def tell_faults(self) -> None:
        self.feed.state("faults", faults_shape(self.telegram.faults))

    def clock_shape(self) -> dict[str, object]:
        """Now, and how fast it runs."""
        return {"now": self.clock.now().isoformat(), "speed": self.clock.speed}

    async def look_ahead(self) -> None:
        """Show what comes due next."""
        names = {person.id: person.name for person in self.planted.people.values()}
        names |= {chat.id: chat.title for chat in self.telegram.groups.values()}
        self._coming = await self.app.db.read(foreseen, self.clock.now())
        self.feed.state("due", {"items": [one.shape(names) for one in self._coming]})
        self._looked_at, self._looked_when = self.feed.seq, monotonic()

    async def _beat(self) -> None:
        """As the calendar runs on, wake the bot and keep what is shown up to date."""
        while True:
            await asyncio.sleep(HEARTBEAT)
            if not self._up or self._moving.locked():
                continue
            if self.clock.speed > 1:
                self.app.wake()
            try:
                await self._refresh()
            except Exception:
                log.exception("refresh_failed")

    async def _refresh(self) -> None:
        """Show the faults left, and what is due once that may have changed."""
        self.tell_faults()
        passed = bool(self._coming) and self._coming[0].at <= self.clock.now()
        rested = monotonic() - self._looked_when > BETWEEN_LOOKS
        if passed or (rested and self.feed.seq != self._looked_at):
            await self.look_ahead()

    # --- putting it up and taking it down --------------------------------------------------------

    async def _raise(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        url = f"sqlite:///{self._folder / 'banxue.db'}"
        await asyncio.to_thread(migrate, url)
        self.clock = MovableClock(START, virtual=False)
        self.clock.run_at(0)
        self.telegram = Telegram(self.clock, {TOKEN: USERNAME})
        self.telegram.bots[TOKEN].account.name = NAME
        with Database.connect(url) as rows:
            self.planted = await asyncio.to_thread(plant, self.telegram, rows)
        self.feed.begin(self.telegram, [seat.person for seat in self.planted.seats])
        self._coming = []
        base = await self._world.enter_async_context(serving(self.telegram))
        self._settings = settings(base, url)
        await self._start_bot()
        self.run_at(1)
        self._up = True

    async def _start_bot(self) -> None:
        self.app = await self._bot.enter_async_context(running(self._settings, self.clock))

    async def _strike(self) -> None:
        self._up = False
        await self._bot.aclose()
        await self._world.aclose()


def settings(base: str, url: str) -> Settings:
    """The deployment's settings with every value given here: neither environment nor `.env` has a say."""
    return load(
        _env_file=None,
        bot_token=TOKEN,
        telegram_api_url=base,
        database_url=url,
        webhook_url="",
        webhook_secret="",
        listen="127.0.0.1:0",
        admin_ids="",
        default_timezone=FALLBACK["timezone"],
        default_locale=FALLBACK["locale"],
        log_level="WARNING",
        log_format="console",
    )
