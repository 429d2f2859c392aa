"""Several processes for one bot: one sends, another follows it, and one that was paused says nothing more."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from storage.database import Database, Transaction
from storage.migrate import migrate
from storage.tables import BotLease
from tests import postgres
from tests.contract.process import free_port
from tests.faults.lives import Family, Life, leader
from tests.faults.oracle import is_message, judge_messages, judge_updates
from tests.faults.pushing import Push, pushing, title, until
from tests.faults.relay import SECRET, relaying

Families = Callable[[dict[str, str]], AbstractContextManager[Family]]
SLOTS = 30  # messages that can be in flight at once
PROMISED = 15.0  # seconds in which a sender that died is followed


async def test_two_replicas(
    database: Database, database_url: str, family: Families, long: bool, shown: Callable[[str], None]
) -> None:
    """Two whole processes; on PostgreSQL each gets every update. Who sends is killed, the other follows."""
    members = 2000 if long else 150
    lease: dict[str, dict[str, Any]] = {} if long else {"lease": {"seconds": 3}}
    ports = (free_port(), free_port())
    async with pushing(database, members, members // 50) as push, relaying(ports) as url:
        push.platform.tapping = 0.2
        by_webhook = (
            {"WEBHOOK_URL": url, "WEBHOOK_SECRET": SECRET} if database.dialect == "postgresql" else {}
        )
        own = [by_webhook | {"LISTEN": f"127.0.0.1:{port}"} for port in ports]
        with family(push.settings(database_url)) as bots:
            pair = [bots.begin(settings, wide={}, **lease) for settings in own]
            await push.platform.until_taken(members // 3)
            first = leader(*pair)
            assert first is not None
            other = pair[1 - pair.index(first)]
            await looked_on(other, database)
            await first.kill()
            in_the_air = len(push.sending())
            assert not other.said("leading")
            await until(lambda: bool(other.said("leading")))
            pair = [other, bots.begin(own[pair.index(first)], wide={}, **lease)]
            await push.quiet()
            assert [await life.stop() for life in pair] == [0, 0]
        figures = judge_messages(database, push.platform, doubts=in_the_air, chats=push.everybody)
        counted = judge_updates(database, push.platform, push.taps())
    assert in_the_air <= SLOTS
    shown(f"two_replicas {database.dialect}: {figures}; {counted} people checked in, twice each")


async def test_takeover(
    database: Database, database_url: str, family: Families, shown: Callable[[str], None]
) -> None:
    """Who sends is killed just after it renewed its lease, and leaves it all: the other sends before 15 s."""
    async with pushing(database, 600, 12) as push:
        with family(push.settings(database_url)) as bots:
            pair = [bots.begin(), bots.begin()]
            await push.platform.until_taken(40)
            first = leader(*pair)
            assert first is not None
            other = pair[1 - pair.index(first)]
            await looked_on(other, database)
            dead_at = time.monotonic()
            await first.kill()
            assert not other.said("leading")
            await until(lambda: bool(other.said("leading")))
            led = time.monotonic() - dead_at
            await push.platform.until_taken(push.platform.taken + 1)
            took = time.monotonic() - dead_at
            assert took < PROMISED
            assert await other.stop() == 0
    shown(f"takeover {database.dialect}: another led after {led:.1f} s, its first message after {took:.1f} s")


async def looked_on(other: Life, database: Database) -> None:
    """Until it runs, has asked for the lease, which it does every second, and was refused: it is renewed."""
    await other.running()
    renewed = lease_of(database)
    await until(lambda: lease_of(database) != renewed, every=0.01)


def lease_of(database: Database) -> datetime:
    """Until when who sends may."""
    return database.read_now(lambda tx: tx.execute(select(BotLease.expires_at)).scalar_one())


@pytest.fixture
def roomy_url() -> Iterator[str]:
    """A PostgreSQL that takes the connections of twenty processes."""
    with postgres.server(postgres.QUICK.replace("max_connections=60", "max_connections=300")) as host:
        url = f"postgresql://postgres@/postgres?host={host}"
        migrate(url)
        yield url


@pytest.mark.long
@pytest.mark.parametrize("engine", ["sqlite", "roomy"])
async def test_twenty_boot(
    engine: str, request: pytest.FixtureRequest, family: Families, shown: Callable[[str], None]
) -> None:
    """Twenty processes start at once: one sends, and everybody is written to once."""
    members = 400
    url: str = request.getfixturevalue(f"{engine}_url")
    with Database.connect(url) as database:
        async with pushing(database, members, members // 20) as push:
            with family(push.settings(url)) as bots:
                many = [bots.begin(wide={}) for _ in range(20)]
                await push.quiet()
                changes = sum(len(life.said("leading")) for life in many) - 1
                assert [await life.stop() for life in many] == [0] * 20
            figures = judge_messages(database, push.platform, doubts=SLOTS * changes, chats=push.everybody)
    # Twenty wait for one file at once: who sends may be kept from its lease. A server has no such queue.
    assert changes == 0 or engine == "sqlite"
    shown(f"twenty_boot {database.dialect}: {figures}; the sender changed {changes} times")


async def frozen(push: Push, life: Life) -> set[int]:
    """Stop it, though not while it holds a file that nobody can take from it; the chats it is writing to."""
    while True:
        life.freeze()
        if push.database.dialect != "sqlite" or not is_locked(push.database):
            return push.sending()
        life.wake()


def is_locked(database: Database) -> bool:
    def file(tx: Transaction) -> str:
        return str(tx.engine.url.database)

    with closing(sqlite3.connect(database.read_now(file), isolation_level=None, timeout=0.1)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        other.execute("ROLLBACK")
        return False


async def test_leader_sigstop(
    database: Database, database_url: str, family: Families, long: bool, shown: Callable[[str], None]
) -> None:
    """Who sends is paused for longer than its lease; another follows. Awake again, it says nothing more."""
    members, pauses = (500, 5) if long else (120, 1)
    lease: dict[str, dict[str, Any]] = {} if long else {"lease": {"seconds": 3}}
    in_the_air, late = 0, 0
    async with pushing(database, members, members // 20) as push:
        push.platform.latency = 0.3
        with family(push.settings(database_url)) as bots:
            pair = [bots.begin(wide={}, **lease) for _ in range(2)]
            for number in range(pauses):
                if number:
                    push.publish()
                await push.platform.until_taken(push.platform.taken + members // 3)
                paused = leader(*pair)
                assert paused is not None
                unsure = await frozen(push, paused)
                assert len(unsure) <= SLOTS
                in_the_air += len(unsure)
                await push.quiet()
                by_then = len(push.platform.receipts)
                paused.wake()
                push.publish()
                await push.quiet()
                words = [one for one in push.platform.receipts[by_then:] if is_message(one)]
                stale = [one for one in words if title(len(push.topics)) not in one.params["text"]]
                late += len(stale)
                assert {int(one.params["chat_id"]) for one in stale} <= unsure
            await push.quiet()
            assert [await life.stop() for life in pair] == [0, 0]
        figures = judge_messages(database, push.platform, doubts=in_the_air, chats=push.everybody)
    shown(f"leader_sigstop {database.dialect}: {pauses} pauses, {figures}, {late} of them after the pause")
