"""`python -m tests.faults.tapper`: one of two processes whose people tap "check in" on the same counters."""

import asyncio
import json
import sys
from collections import Counter
from datetime import datetime

from domain.actors import Account
from domain.ids import TopicId
from services.actors import actor_of
from services.checkins import check_in
from storage.database import Database, Transaction
from tests.faults.oracle import FALLBACK

AT_ONCE = 64


async def main() -> None:
    """Ready, then wait for the word, then tap for everybody; prints how many acts came to what."""
    order = json.loads(sys.stdin.readline())
    now, told = datetime.fromisoformat(order["now"]), Counter[str]()
    queue = list(order["people"])

    def act(tx: Transaction, user: int) -> str:
        actor = actor_of(tx, Account("telegram", user, None, "zh"), now, FALLBACK, root=False)
        return str(check_in(tx, actor, TopicId(order["topic"]), now).outcome)

    async def taps(database: Database) -> None:
        while queue:
            try:
                told[await database.write(act, queue.pop())] += 1
            except Exception as failure:  # noqa: BLE001 - each is counted, none is expected
                told[type(failure).__name__] += 1

    with Database.connect(order["url"]) as database:
        database.ping_now()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.readline)
        await asyncio.gather(*(taps(database) for _ in range(AT_ONCE)))
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
