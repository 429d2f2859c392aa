"""A day with the log at its most talkative: no name, no text, no token and nobody's number stands in it."""

import io
import logging
from collections.abc import Iterator

import pytest

from storage.database import Database
from storage.tables import InboxUpdate
from tests.bot.logbook import written_log
from tests.journeys.test_privacy import branch_of, lived, me, taps
from tests.world import TOKEN, World

SAID = ("心得里的话", "我母亲住院", "学习基层工作条例", "第一章", "纪念馆", "说不通的话")
NAMES = ("李强", "张伟", "王芳")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the log holds at DEBUG."""
    with written_log("DEBUG") as written:
        yield written


async def test_nothing_anybody_said_or_is_called_stands_in_the_log(
    lines: io.StringIO, sqlite_url: str
) -> None:
    with Database.connect(sqlite_url) as database:
        world = World(database)
        branch = branch_of(world)
        await lived(world, branch)
        li, wang = branch["李强"], branch["王芳"]
        li.blocks_bot()
        await taps(world, wang, "批准")
        li.unblocks_bot()
        li.says("说不通的话")
        await world.settle()
        await me(world, li)
        for words in ("导出数据 JSON", "删除我的数据", "确认删除"):
            await taps(world, li, words)
        assert len(world.rows(InboxUpdate)) > 10
        numbers = [str(who.id) for who in (li, wang)]
    logging.getLogger("tests").debug("the log is open")
    written = lines.getvalue()
    assert "the log is open" in written
    assert '"event": "leading"' in written
    found = [word for word in (*SAID, *NAMES, *numbers, TOKEN, TOKEN.partition(":")[2]) if word in written]
    assert found == [], [line for line in written.splitlines() if any(word in line for word in found)][:3]
