"""The one way in, for webhook and polling alike: stored first, then acknowledged, then worked on."""

import asyncio
import json
from collections.abc import Iterable, Sequence

from bot.lanes import Lane, lane_of
from bot.workers import Workers
from domain.clock import Clock
from storage import inbox
from storage.database import Database

TOGETHER = 100  # updates stored by one act
FULL = 5_000  # updates in hand from which on more must come again later: each takes memory

Opened = tuple[int, str, Lane]
Arrival = tuple[Sequence[Opened], asyncio.Future[int]]


class FullError(Exception):
    """Nothing was stored: what came before is to be answered first."""


class Intake:
    """Keeps raw updates; one that was kept before is acknowledged and otherwise ignored.

    What arrives while an act commits is stored by the next one, all together.
    """

    def __init__(self, db: Database, workers: Workers, clock: Clock, bot_id: int) -> None:
        self._db = db
        self._workers = workers
        self._clock = clock
        self._bot_id = bot_id
        self._arrived: list[Arrival] = []
        self._storing: asyncio.Task[None] | None = None

    async def take(self, raws: Iterable[str]) -> int:
        """Store the updates and hand over the new ones; returns how many.

        Raises ValueError for nonsense, FullError while too many wait to be answered.
        """
        opened = [_opened(raw) for raw in raws]
        if self._workers.in_hand >= FULL:
            raise FullError
        kept: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._arrived.append((opened, kept))
        if self._storing is None:
            self._storing = asyncio.create_task(self._store())
        return await kept

    async def room(self) -> None:
        """Wait until it is time to fetch more."""
        await self._workers.room()

    async def _store(self) -> None:
        try:
            while self._arrived:
                together = _some_of(self._arrived)
                del self._arrived[: len(together)]
                await self._keep(together)
        finally:
            self._storing = None

    async def _keep(self, together: Sequence[Arrival]) -> None:
        came = [one for opened, _ in together for one in opened]
        updates = [(number, raw) for number, raw, _ in came]
        try:
            fresh = await self._db.write(inbox.store, self._bot_id, updates, self._clock.now())
        except Exception as fault:  # noqa: BLE001 - whatever it is, nothing was stored and each caller is told
            for _, kept in together:
                if not kept.done():
                    kept.set_exception(fault)
            return
        new = {waiting.update_id for waiting in fresh}
        lanes = {number: lane for number, _, lane in reversed(came)}  # of one that came twice, the first
        self._workers.give((waiting, lanes[waiting.update_id]) for waiting in fresh)
        for opened, kept in together:
            own = new.intersection(number for number, _, _ in opened)
            new -= own
            if not kept.done():
                kept.set_result(len(own))


def _opened(raw: str) -> Opened:
    """The update's id and lane beside its text. Raises ValueError when the text is no update."""
    try:
        update = json.loads(raw)
    except RecursionError as deep:
        raise ValueError("brackets without end are no update") from deep
    number = update.get("update_id") if isinstance(update, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**63:
        raise ValueError("an update is an object with a whole update_id")
    return number, raw, lane_of(update)


def _some_of(arrived: Sequence[Arrival]) -> Sequence[Arrival]:
    """The first of them, and as many more as fit into one act."""
    size = 0
    for n, (opened, _) in enumerate(arrived):
        size += len(opened)
        if n and size > TOGETHER:
            return arrived[:n]
    return list(arrived)
