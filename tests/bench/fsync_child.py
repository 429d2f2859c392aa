"""Run by `fsync`, with a slow disk preloaded: check-ins a second, together and one commit each."""

import asyncio
import json
import sys
import time
from datetime import UTC, datetime
from itertools import islice

from domain.actors import Account
from domain.ids import TopicId
from services.actors import actor_of
from services.checkins import check_in
from storage import inbox, sqlite
from storage.database import Database, Transaction
from tests.bench.frame import medians
from tests.bench.organisation import BOT_ID, FALLBACK, FIRST_USER, Organisation, found, sqlite_file

AT_ONCE = 64
BRANCHES, MEMBERS = 20, 40
Tap = tuple[int, int, TopicId]  # the update's number, the member's account, the topic


def main(quick: bool) -> None:
    """Print both rates."""
    rounds, many, few = (3, 400, 60) if quick else (5, 1000, 150)
    with sqlite_file() as url, Database.connect(url) as db, asyncio.Runner() as loop:
        taps = iter(_taps(db.write_now(found, BRANCHES, MEMBERS, rounds * 2 + 1)))
        loop.run(_rate(db, list(islice(taps, 100))))

        def alone() -> float:
            together, sqlite.BATCH = sqlite.BATCH, 1
            try:
                return loop.run(_rate(db, list(islice(taps, few))))
            finally:
                sqlite.BATCH = together

        figures = medians(rounds, lambda: loop.run(_rate(db, list(islice(taps, many)))), alone)
    sys.stdout.write(json.dumps(figures))


def _taps(organisation: Organisation) -> list[Tap]:
    people = range(FIRST_USER, FIRST_USER + organisation.branches * organisation.members)
    both = [(user, topic) for topic in organisation.topics for user in people]
    return [(number, user, topic) for number, (user, topic) in enumerate(both)]


async def _rate(db: Database, taps: list[Tap]) -> float:
    waiting = iter(taps)
    now = datetime.now(UTC)

    async def caller() -> None:
        for number, user, topic in waiting:
            await db.write(inbox.store, BOT_ID, [(number, "{}")], now)
            await db.write(_act, number, user, topic, now)

    started = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
    return len(taps) / (time.perf_counter() - started)


def _act(tx: Transaction, number: int, user: int, topic: TopicId, now: datetime) -> None:
    inbox.settle(tx, BOT_ID, number, inbox.DONE, now)
    actor = actor_of(tx, Account("telegram", user, None, "zh"), now, FALLBACK, root=False)
    check_in(tx, actor, topic, now)


if __name__ == "__main__":
    main(sys.argv[1] == "quick")
