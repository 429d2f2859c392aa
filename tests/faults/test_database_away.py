"""PostgreSQL goes away in the midst of a push: restarted, cut off at a commit, slow, or silent."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, suppress
from typing import Any

import pytest
from aiogram import Bot
from sqlalchemy import make_url, select
from sqlalchemy.exc import DBAPIError

from scheduling.sender import Sender
from services.leases import TTL
from simulator.session import InProcessSession
from storage.database import Database, Transaction
from storage.migrate import migrate
from tests import postgres
from tests.faults.lives import Family, leader
from tests.faults.oracle import calm, judge_messages, judge_updates, states
from tests.faults.proxy import Wire, wired
from tests.faults.pushing import pushing, until
from tests.scheduling.office import BOT_ID, FALLBACK, TOKEN, Office

# Nothing here cuts the power of the machine, so what was handed to it is kept.
DURABLE = postgres.QUICK.replace("synchronous_commit=off", "synchronous_commit=on")
SLOTS = 30  # messages that can be in flight at once
Families = Callable[[dict[str, str]], AbstractContextManager[Family]]


@pytest.fixture
async def wire(postgres_host: str) -> AsyncIterator[Wire]:
    """What the bot speaks to PostgreSQL through."""
    async with wired(postgres_host) as wire:
        yield wire


@pytest.fixture
def name(postgres_url: str) -> str:
    """What the database is called."""
    return make_url(postgres_url).database or ""


async def test_commit_unknown(
    postgresql: Database,
    wire: Wire,
    name: str,
    family: Families,
    long: bool,
    shown: Callable[[str], None],
) -> None:
    """The connection is lost during COMMIT, which was made or was not: the bot cannot know, and goes on."""
    members, cuts = (600, 60) if long else (100, 8)
    async with pushing(postgresql, members, members // 20) as push:
        push.platform.tapping = 0.3
        with family(push.settings(wire.url(name))) as bots:
            life = bots.begin(wide={}, reaping={})
            await life.running()  # one that cannot start is started again by whoever watches over it
            wire.cuts, wire.share = cuts, 0.1
            await push.quiet()
            while wire.cuts:
                push.publish()
                await push.quiet()
            assert await life.stop() == 0
        figures = judge_messages(postgresql, push.platform, doubts=cuts, chats=push.everybody)
        counted = judge_updates(postgresql, push.platform, push.taps())
    assert wire.kept
    assert wire.lost
    shown(
        f"commit_unknown postgresql: {wire.kept} commits made and {wire.lost} not made, nobody told;"
        f" {figures}; {counted} people checked in, twice each"
    )


@pytest.mark.parametrize("keep", [True, False], ids=["made", "not made"])
async def test_commit_unknown_at_each_commit(
    postgresql: Database, wire: Wire, name: str, *, keep: bool
) -> None:
    """Of what is said to three people the n-th commit loses its answer: the same process ends it all."""
    office = Office(postgresql)
    members = [office.member(f"同志{number}") for number in range(3)]
    wire.keep = keep
    database = Database.connect(wire.url(name))
    bot = Bot(TOKEN, session=InProcessSession(office.telegram))
    sender = Sender(database, bot, office.clock, BOT_ID, FALLBACK)
    lost = (0, 0, 1, 2, 3, 4, 5, 6)  # the first time of none the lease is asked for, the second it is there
    for number, spared in enumerate(lost):
        office.owe([member.chat for member in members], stage=str(number))
        wire.spared, wire.cuts = spared, 1
        for _ in range(4):
            with suppress(DBAPIError):
                await sender.drain(office.clock.now())
        assert not wire.cuts
        assert calm(postgresql), f"{states(postgresql)} after {spared} commits, number {number}"
    await sender.stop()
    await asyncio.to_thread(database.close)
    judge_messages(postgresql, office.telegram, doubts=len(lost), chats=[member.sim.id for member in members])


@pytest.fixture
def server() -> Iterator[tuple[str, str]]:
    """A PostgreSQL that forgets nothing it committed: its socket folder, and the address of its database."""
    with postgres.server(DURABLE) as host:
        url = f"postgresql://postgres@/postgres?host={host}"
        migrate(url)
        yield host, url


async def test_pg_restart_loop(
    server: tuple[str, str], family: Families, long: bool, shown: Callable[[str], None]
) -> None:
    """The server is ended and started again and again: the bot waits for it, and no message is in doubt."""
    host, url = server
    members, restarts = (1500, 15) if long else (150, 2)
    with Database.connect(url) as before:
        async with pushing(before, members, members // 30) as push:
            push.platform.tapping = 0.2
            with family(push.settings(url)) as bots:
                life = bots.begin(wide={})
                for number in range(restarts):
                    await push.platform.until_taken((number + 1) * members // (restarts + 1))
                    await asyncio.to_thread(postgres.restart, host)
                with Database.connect(url) as database:
                    push.database = database
                    await push.quiet()
                    assert await life.stop() == 0
                    figures = judge_messages(database, push.platform, chats=push.everybody)
                    counted = judge_updates(database, push.platform, push.taps())
    shown(f"pg_restart_loop: {restarts} restarts, {figures}; {counted} people checked in, twice each")


@pytest.mark.long
@pytest.mark.parametrize("weather", ["slow_renew", "half_open_db"])
async def test_the_leader_alone_loses_the_database(
    weather: str,
    postgresql: Database,
    postgres_url: str,
    wire: Wire,
    name: str,
    family: Families,
    shown: Callable[[str], None],
) -> None:
    """Its way there outlasts a lease, or falls silent: another follows, nothing is doubled, it recovers."""
    members = 600
    async with pushing(postgresql, members, members // 30) as push:
        with family(push.settings(postgres_url)) as bots:
            first = bots.begin({"DATABASE_URL": wire.url(name)}, wide={})
            await push.platform.until_taken(members // 4)
            assert leader(first) is first
            second = bots.begin(wide={})
            if weather == "slow_renew":
                wire.delay = 15.0
            else:
                wire.vanish()
            in_the_air = SLOTS  # what is on its way to the record cannot be told from what is in the air
            await until(lambda: bool(second.said("leading")))
            await push.quiet()
            if weather == "slow_renew":
                wire.delay = 0.0
            else:
                wire.come_back()  # but what was forgotten stays so
            assert await second.stop() == 0
            push.publish()  # nobody but the first is left to send it
            await push.quiet()
            assert await first.stop() == 0
        figures = judge_messages(postgresql, push.platform, doubts=in_the_air, chats=push.everybody)
    shown(f"{weather} postgresql: {figures}")


async def test_a_way_that_fell_silent_is_given_up(wire: Wire, name: str) -> None:
    """A router forgets the connection in the midst of an act: the act is made over another one."""
    hurried = f"{wire.url(name)}?tcp_user_timeout=500"
    async with connected(hurried) as database:
        await database.write(_number)

        def act(tx: Transaction) -> int:
            acts.append(_number(tx))
            if len(acts) == 1:
                wire.forget()
            return _number(tx)

        acts: list[int] = []
        assert await asyncio.wait_for(database.write(act), 20) == 1
        assert acts == [1, 1]


async def test_who_cannot_get_there_is_told(wire: Wire, name: str) -> None:
    """While the server is nowhere each ask fails within seconds; afterwards all is as before."""
    hurried = f"{wire.url(name)}?tcp_user_timeout=500&connect_timeout=2"
    async with connected(hurried) as database:
        await database.ping()
        wire.vanish()
        with pytest.raises(DBAPIError):
            await asyncio.wait_for(database.ping(), 20)
        wire.come_back()
        await asyncio.wait_for(database.ping(), 20)


async def test_silence_is_measured_as_it_comes(wire: Wire, name: str) -> None:
    """Every connection is given up before a lease would end, unless the address says otherwise."""

    def limits(tx: Transaction) -> list[int]:
        driver: Any = tx.connection.driver_connection
        with socket.socket(fileno=os.dup(driver.fileno())) as end:
            names = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT, socket.TCP_USER_TIMEOUT)
            return [end.getsockopt(socket.IPPROTO_TCP, option) for option in names]

    async with connected(wire.url(name)) as database:
        for idle, between, times, unheard in (await database.read(limits), await database.write(limits)):
            assert idle + between * times < TTL.total_seconds()
            assert 0 < unheard < TTL.total_seconds() * 1000
    async with connected(f"{wire.url(name)}?keepalives_idle=77") as database:
        assert (await database.read(limits))[0] == 77


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Database]:
    """Closed in a thread: what it waits for comes through this loop."""
    database = Database.connect(url)
    try:
        yield database
    finally:
        await asyncio.to_thread(database.close)


def _number(tx: Transaction) -> int:
    return int(tx.execute(select(1)).scalar_one())
