"""Statements compiled once: the same rows and the same errors as by the long way, on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from storage.database import Database, Transaction
from storage.prepared import Prepared
from storage.tables import InboxUpdate as inbox
from storage.upserts import upsert

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=timezone(timedelta(hours=8)))
KEPT = Prepared(
    lambda _: (
        select(inbox.update_id, inbox.received_at, inbox.error)
        .where(inbox.bot_id == bindparam("bot"), inbox.state == "new")
        .order_by(inbox.update_id)
    )
)


def put(tx: Transaction) -> Prepared:
    keep = {"raw": "{}", "state": "new", "attempts": 0}
    return Prepared(
        lambda tx: (
            upsert(tx, inbox)
            .values(bot_id=1, update_id=bindparam("number"), received_at=bindparam("at"), **keep)
            .on_conflict_do_nothing()
            .returning(inbox.update_id)
        )
    )


def test_values_and_rows_keep_their_types(database: Database) -> None:
    def act(tx: Transaction) -> list[object]:
        keep = put(tx)
        assert keep.rows(tx, number=2, at=NOON) == [(2,)]
        assert keep.first(tx, number=2, at=NOON) is None
        assert keep.first(tx, number=1, at=NOON) == (1,)
        return KEPT.rows(tx, bot=1)

    noon = NOON.astimezone(UTC)
    rows = database.write_now(act)
    assert rows == [(1, noon, None), (2, noon, None)]
    assert {row[1].tzinfo for row in rows} == {UTC}  # type: ignore[index]
    assert database.read_now(lambda tx: KEPT.rows(tx, bot=1)) == rows
    assert database.read_now(lambda tx: KEPT.first(tx, bot=2)) is None


def test_a_naive_time_is_refused_here_too(database: Database) -> None:
    with pytest.raises(ValueError, match="aware"):
        database.write_now(lambda tx: put(tx).rows(tx, number=1, at=NOON.replace(tzinfo=None)))


def test_a_missing_value_is_noticed(database: Database) -> None:
    with pytest.raises(KeyError):
        database.read_now(KEPT.rows)


def test_errors_are_those_of_the_long_way_and_quote_nobody(database: Database) -> None:
    strict = Prepared(
        lambda _: insert(inbox).values(
            bot_id=1, update_id=7, raw=bindparam("said"), received_at=NOON, state="new", attempts=0
        )
    )
    assert database.write_now(lambda tx: strict.touched(tx, said="first")) == 1
    with pytest.raises(IntegrityError) as failed:
        database.write_now(lambda tx: strict.touched(tx, said="dear diary"))
    assert "dear diary" not in str(failed.value)
    assert database.read_now(lambda tx: KEPT.rows(tx, bot=1)) != []


def test_defaults_that_only_sqlalchemy_fills_in_are_not_forgotten(database: Database) -> None:
    half = Prepared(lambda _: insert(inbox).values(bot_id=1, update_id=7, raw="{}", received_at=NOON))
    with pytest.raises(ValueError, match="spell every column"):
        database.write_now(half.touched)
