"""The one way in, for webhook and polling alike: stored first, then acknowledged, then worked on."""

import json
from collections.abc import Iterable

from bot.workers import Workers
from domain.clock import Clock
from storage import inbox
from storage.database import Database


class Intake:
    """Keeps raw updates; one that was kept before is acknowledged and otherwise ignored."""

    def __init__(self, db: Database, workers: Workers, clock: Clock, bot_id: int) -> None:
        self._db = db
        self._workers = workers
        self._clock = clock
        self._bot_id = bot_id

    async def take(self, raws: Iterable[str]) -> int:
        """Store the updates and hand over the new ones; returns how many. ValueError for nonsense."""
        numbered = [(number_of(raw), raw) for raw in raws]
        fresh = await self._db.write(inbox.store, self._bot_id, numbered, self._clock.now())
        self._workers.give(fresh)
        return len(fresh)


def number_of(raw: str) -> int:
    """The update's id. Raises ValueError when the text is no update."""
    update = json.loads(raw)
    number = update.get("update_id") if isinstance(update, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**63:
        raise ValueError("an update is an object with a whole update_id")
    return number
