"""PostgreSQL goes away in the midst of a push: restarted, cut off at a commit, slow, or silent."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, suppress

import pytest
from aiogram import Bot
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from scheduling.sender import Sender
from simulator.session import InProcessSession
from storage.database import Database
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
    """Its way there outlasts a lease, or hangs open and silent: another follows, nothing is doubled."""
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
                wire.open.clear()
            in_the_air = SLOTS  # what is on its way to the record cannot be told from what is in the air
            await until(lambda: bool(second.said("leading")))
            await push.quiet()
            wire.delay = 0.0
            wire.open.set()
            wire.hang_up()
            push.publish()
            await push.quiet()
            assert [await life.stop() for life in (first, second)] == [0, 0]
        figures = judge_messages(postgresql, push.platform, doubts=in_the_air, chats=push.everybody)
    shown(f"{weather} postgresql: {figures}")
