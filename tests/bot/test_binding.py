"""One update, one transaction: the act, the conversation and "done", on both databases."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.binding import BoundDatabase
from bot.clock import SystemClock
from bot.conversations import Conversations, key_of
from bot.origin import Origin
from domain.actors import Account
from domain.errors import Gone
from storage import audit, inbox
from storage.conversations import Place, Talk, talk_at
from storage.database import Database, Transaction
from storage.inbox import NEW, AlreadySettledError
from storage.tables import AuditEntry, Chat, InboxUpdate

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
BOT, UPDATE, WANG = 1, 5, 700
HERE = Place(BOT, WANG, WANG)
ORIGIN = Origin(Account("telegram", WANG, None, "zh"), WANG, "private", 0, None, None)


def acts(tx: Transaction) -> str:
    audit.note(tx, None, "acted", "test", None, NOW)
    return "done"


def refuses(tx: Transaction) -> None:
    acts(tx)
    raise Gone


def count(tx: Transaction) -> tuple[int, int, int]:
    """Traces of acts, chats met, updates waiting."""
    return (
        len(tx.execute(select(AuditEntry.id)).all()),
        len(tx.execute(select(Chat.id)).all()),
        len(tx.execute(select(InboxUpdate.update_id).where(InboxUpdate.state == NEW)).all()),
    )


@pytest.fixture
async def talks(database: Database) -> Conversations:
    await database.write(inbox.store, BOT, [(UPDATE, "{}")], NOW)
    return Conversations(database, HERE, Talk())


def bound(database: Database, talks: Conversations) -> BoundDatabase:
    return BoundDatabase(database, SystemClock(), BOT, UPDATE, ORIGIN, talks, meeting=True)


async def test_everything_commits_together(database: Database, talks: Conversations) -> None:
    db = bound(database, talks)
    await talks.set_state(key_of(HERE), "asked")
    await talks.update_data(key_of(HERE), {"topic": 7})
    assert await database.read(talk_at, HERE) == Talk()
    assert await db.write(acts) == "done"
    assert await database.read(count) == (1, 1, 0)
    assert await database.read(talk_at, HERE) == Talk("asked", {"topic": 7})


async def test_a_refused_act_leaves_nothing_and_another_may_follow(
    database: Database, talks: Conversations
) -> None:
    db = bound(database, talks)
    await talks.set_state(key_of(HERE), "asked")
    with pytest.raises(Gone):
        await db.write(refuses)
    assert await database.read(count) == (0, 0, 1)
    talks.forget()
    await db.finish()
    assert await database.read(count) == (0, 1, 0)
    assert await database.read(talk_at, HERE) == Talk()


async def test_what_is_asked_after_the_act_is_kept_at_the_end(
    database: Database, talks: Conversations
) -> None:
    db = bound(database, talks)
    await db.write(acts)
    await talks.set_state(key_of(HERE), "asked")
    await db.finish()
    assert await database.read(talk_at, HERE) == Talk("asked")
    with pytest.raises(RuntimeError, match="written once"):
        await db.write(acts)


async def test_of_two_workers_with_one_update_only_one_acts(database: Database, talks: Conversations) -> None:
    outcomes = await asyncio.gather(
        *(bound(database, talks).write(acts) for _ in range(4)), return_exceptions=True
    )
    assert sorted(map(str, outcomes)) == ["", "", "", "done"]
    assert sum(isinstance(o, AlreadySettledError) for o in outcomes) == 3
    assert (await database.read(count))[0] == 1


async def test_what_a_handler_was_given_cannot_change_what_is_stored(
    database: Database, talks: Conversations
) -> None:
    await talks.set_data(key_of(HERE), {"list": [1]})
    talks.kept(talks.changes())
    data = await talks.get_data(key_of(HERE))
    data["list"].append(2)
    assert talks.changes() == {}
    await talks.set_data(key_of(HERE), data)
    assert talks.changes() == {HERE: Talk(None, {"list": [1, 2]})}
