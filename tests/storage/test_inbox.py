"""Stored updates and conversations, on both databases."""

from datetime import UTC, datetime

import pytest

from storage import inbox
from storage.conversations import Place, Talk, keep, talk_at
from storage.database import Database
from storage.inbox import DONE, PARKED, AlreadySettledError, Waiting

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
BOT, OTHER_BOT = 1, 2
WANG = Place(BOT, 700, 700)


def waiting(database: Database) -> tuple[Waiting, ...]:
    """What a process that starts long after finds."""
    late = NOW.replace(year=2027)
    return database.write_now(inbox.take_left, BOT, [], came_by=late, taken_by=late, now=late, limit=10)


def test_an_update_is_kept_once_for_each_bot(database: Database) -> None:
    pair = [(5, "five"), (6, "six")]
    assert [w.update_id for w in database.write_now(inbox.store, BOT, pair, NOW)] == [5, 6]
    assert database.write_now(inbox.store, BOT, [(6, "changed"), (7, "seven")], NOW)[0].raw == "seven"
    assert [w.update_id for w in database.write_now(inbox.store, OTHER_BOT, pair, NOW)] == [5, 6]
    assert [w.raw for w in waiting(database)] == ["five", "six", "seven"]


def test_numbers_that_start_lower_come_after_what_was_there(database: Database) -> None:
    database.write_now(inbox.store, BOT, [(900, "before")], NOW)
    database.write_now(inbox.store, BOT, [(3, "after")], NOW.replace(hour=2))
    assert [w.update_id for w in waiting(database)] == [900, 3]


@pytest.mark.parametrize("state", [DONE, PARKED])
def test_what_is_settled_is_settled_once(database: Database, state: str) -> None:
    database.write_now(inbox.store, BOT, [(5, "five")], NOW)
    database.write_now(inbox.settle, BOT, 5, state, NOW)
    assert waiting(database) == ()
    with pytest.raises(AlreadySettledError):
        database.write_now(inbox.settle, BOT, 5, DONE, NOW)
    with pytest.raises(AlreadySettledError):
        database.write_now(inbox.charge, BOT, 5, None)


def test_failures_are_counted(database: Database) -> None:
    database.write_now(inbox.store, BOT, [(5, "five")], NOW)
    assert [database.write_now(inbox.charge, BOT, 5, "KeyError") for _ in range(3)] == [1, 2, 3]
    assert database.write_now(inbox.charge, BOT, 5, None, 0) == 3
    assert waiting(database)[0].attempts == 3


def test_a_conversation_is_kept_changed_and_forgotten(database: Database) -> None:
    assert database.read_now(talk_at, WANG) == Talk()
    for talk in (Talk("asked", {"topic": 7, "words": "学习"}), Talk("asked again"), Talk(None, {"topic": 8})):
        database.write_now(keep, WANG, talk, NOW)
        assert database.read_now(talk_at, WANG) == talk
    assert database.read_now(talk_at, Place(BOT, 700, 700, 9)) == Talk()
    database.write_now(keep, WANG, Talk(), NOW)
    assert database.read_now(talk_at, WANG) == Talk()
