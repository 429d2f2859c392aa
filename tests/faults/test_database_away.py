"""PostgreSQL goes away in the midst of a push: restarted, cut off at a commit, slow, or silent."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import make_url

from storage.database import Database
from tests.faults.lives import Family
from tests.faults.oracle import judge_messages, judge_updates
from tests.faults.proxy import Wire, wired
from tests.faults.pushing import pushing

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
    members, cuts = (1000, 100) if long else (100, 8)
    async with pushing(postgresql, members, members // 20) as push:
        push.platform.tapping = 0.3
        wire.cuts, wire.share = cuts, 0.1
        with family(push.settings(wire.url(name))) as bots:
            life = bots.begin(wide={})
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
