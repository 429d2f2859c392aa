"""Takes stored updates in order within a lane, lanes side by side; parks what fails three times."""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import structlog
from aiogram.exceptions import TelegramRetryAfter

from bot.lanes import Lane, lane_of
from bot.logs import describe
from bot.updates import Updates
from domain.clock import Clock
from services import parked
from storage import inbox
from storage.database import Database
from storage.inbox import AlreadySettledError, Waiting

log = structlog.get_logger(__name__)

SIDE_BY_SIDE = 64  # updates in work at once; a crowd in one group is many lanes
TRIES = 3  # failures, restarts included, before an update is parked
PAUSE = 0.5  # seconds before it is tried again, doubled each time
AHEAD = 500  # updates in hand from which on no more are fetched: the platform keeps them as safely
AT_ONCE = 100  # left updates taken up by one act
LEFT_AFTER = timedelta(minutes=1)  # who stored an update and lives has long begun with it
LONGEST_PAUSE = 30.0  # seconds, while the database itself does not answer


class Workers:
    """Each lane is one task while it holds updates."""

    def __init__(
        self, db: Database, updates: Updates, clock: Clock, bot_id: int, settled: Callable[[], None]
    ) -> None:
        """`settled` is called whenever an update has been dealt with."""
        self._settled = settled
        self._db = db
        self._updates = updates
        self._clock = clock
        self._bot_id = bot_id
        self._in_hand: set[int] = set()
        self._light = asyncio.Event()  # fewer than AHEAD are in hand
        self._light.set()
        self._lanes: dict[Lane, deque[tuple[Waiting, bool]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._resting: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(SIDE_BY_SIDE)
        self._stopping = False

    def give(self, updates: Iterable[tuple[Waiting, Lane]], *, resumed: bool = False) -> None:
        """Queue each in its lane. `resumed` ones may have ended a process: their tries are counted first."""
        for waiting, lane in updates:
            if waiting.update_id in self._in_hand:
                continue
            self._hold(waiting)
            queue = self._lanes.get(lane)
            if queue is not None:
                queue.append((waiting, resumed))
                continue
            self._lanes[lane] = deque([(waiting, resumed)])
            task = asyncio.create_task(self._walk(lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def resume(self) -> int:
        """Take up what an earlier process left; returns how many.

        What another took up just now is its own: of processes that start together one alone begins with it,
        or their tries would add up to a parking.
        """
        taken = 0
        while left := await self._take_up(came_by=self._clock.now()):
            taken += left
        return taken

    async def take_left(self) -> int:
        """Take up what a process that died, or an administrator, left to whoever lives; returns how many."""
        return await self._take_up(came_by=self._clock.now() - LEFT_AFTER)

    async def _take_up(self, came_by: datetime) -> int:
        now = self._clock.now()
        left = await self._db.write(
            inbox.take_left,
            self._bot_id,
            list(self._in_hand),
            came_by=came_by,
            taken_by=now - LEFT_AFTER,
            now=now,
            limit=AT_ONCE,
        )
        self.give([(waiting, lane_of(json.loads(waiting.raw))) for waiting in left], resumed=True)
        return len(left)

    @property
    def in_hand(self) -> int:
        """How many updates are queued or in work."""
        return len(self._in_hand)

    async def room(self) -> None:
        """Wait until there is room for more."""
        await self._light.wait()

    async def idle(self) -> None:
        """Wait until nothing is queued or in work."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def stop(self, patience: float) -> None:
        """Start nothing more; what is in work may finish. The rest stays stored for the next start."""
        self._stopping = True
        for task in self._resting:
            task.cancel()
        if self._tasks:
            _, unfinished = await asyncio.wait(self._tasks, timeout=patience)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)

    def _hold(self, waiting: Waiting) -> None:
        self._in_hand.add(waiting.update_id)
        if len(self._in_hand) >= AHEAD:
            self._light.clear()

    def _let_go(self, waiting: Waiting) -> None:
        self._in_hand.discard(waiting.update_id)
        if len(self._in_hand) < AHEAD:
            self._light.set()

    async def _walk(self, lane: Lane) -> None:
        queue = self._lanes[lane]
        while queue and not self._stopping:
            waiting, resumed = queue.popleft()
            try:
                await self._take(waiting, counted=resumed)
            finally:
                self._let_go(waiting)
            self._settled()
        del self._lanes[lane]

    async def _take(self, waiting: Waiting, *, counted: bool) -> None:
        """Handle it until it is settled, parked or the process stops."""
        tries = 0
        while not self._stopping:
            tries += 1
            async with self._room:
                fault = await self._try(waiting, counted=counted)
            if fault is None:
                return
            await self._rest(_pause(fault, tries))

    async def _try(self, waiting: Waiting, *, counted: bool) -> Exception | None:
        """Handle it once; the fault after which it is to be tried again."""
        try:
            if counted and await self._count(waiting, None) > TRIES:
                await self._park(waiting)
            else:
                await self._updates.handle(waiting)
        except AlreadySettledError:
            return None
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this update's own fault
            return None if await self._failed(waiting, error, counted=counted) else error
        return None

    async def _rest(self, seconds: float) -> None:
        """Between two tries. Its lane waits, the others have the room."""
        task = asyncio.current_task()
        assert task is not None
        self._resting.add(task)
        try:
            await self._clock.sleep(seconds)
        finally:
            self._resting.discard(task)

    async def _failed(self, waiting: Waiting, error: Exception, *, counted: bool) -> bool:
        """Note the failure; whether the update is over."""
        self._updates.faults += 1
        log.error("update_failed", update_id=waiting.update_id, fault=describe(error))
        try:
            attempts = await self._count(waiting, describe(error), by=0 if counted else 1)
            if attempts < TRIES:
                return False
            await self._park(waiting)
        except AlreadySettledError:
            return True
        except Exception as trouble:  # noqa: BLE001 - the database is away: nothing is charged, all is kept
            log.warning("database_unreachable", fault=describe(trouble))
            return False
        return True

    async def _count(self, waiting: Waiting, error: str | None, by: int = 1) -> int:
        return await self._db.write(inbox.charge, self._bot_id, waiting.update_id, error, by)

    async def _park(self, waiting: Waiting) -> None:
        await self._db.write(parked.park, self._bot_id, waiting.update_id, self._clock.now())
        log.error("update_parked", update_id=waiting.update_id)
        await self._updates.apologise(waiting)


def _pause(error: Exception, tries: int) -> float:
    if isinstance(error, TelegramRetryAfter):
        return float(error.retry_after)
    return float(min(PAUSE * 2 ** (tries - 1), LONGEST_PAUSE))
