"""What is asked at every update, tick or takeover finds its rows by an index, however many there are."""

import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, event

from domain.actors import Account, Actor
from domain.held import Shelf
from domain.ids import PersonId
from domain.sending import Lease
from services import admin, held, leases, parked, planning, retention
from services.actors import actor_of
from storage import actors, records, sending, takeovers
from storage.database import Database, Transaction

NOW = datetime(2026, 11, 6, 4, 0, tzinfo=UTC)
FALLBACK: Mapping[str, str] = {"timezone": "Asia/Shanghai", "locale": "zh"}
LEASE = Lease(1, "me", 1)
ADMINISTRATOR = Actor(Account("telegram", 7, None, "zh"), None, (), (), "zh", "Asia/Shanghai", root=True)
LARGE = ("inbox", "memberships", "appointments", "accounts", "deliveries", "attempts", "activities", "leaves")
LARGER = ("topic_expected", "checkins", "attendance", "reflections")

Ask = Callable[[Transaction], object]


def somebody(tx: Transaction) -> object:
    person, today = PersonId(1), NOW.date()
    actor = actor_of(tx, Account("telegram", 7, None, "zh"), NOW, FALLBACK, root=False)
    return actor, actors.belongings_of(tx, person, today, ""), actors.appointments_of(tx, person, today)


def their_record(tx: Transaction) -> object:
    year = (PersonId(1), NOW.replace(month=1), NOW)
    return (
        records.topics_given(tx, *year),
        records.checked_in(tx, *year),
        records.reflected(tx, *year),
        records.attended(tx, *year),
    )


def planned(tx: Transaction) -> object:
    return [plan(tx, NOW, FALLBACK) for plan in planning.PLANS]


def looked_at(tx: Transaction) -> object:
    shelves = [held.page(tx, ADMINISTRATOR, 1, shelf, 0, NOW) for shelf in Shelf]
    return shelves, held.paused(tx, ADMINISTRATOR, 1, NOW), parked.page(tx, ADMINISTRATOR, 1, 0, NOW)


ASKS: dict[str, Ask] = {
    "who acts": somebody,
    "one's own record": their_record,
    "what is due to be planned": planned,
    "what is due to be sent": lambda tx: sending.claim(tx, LEASE, [], NOW, 100),
    "what another sender left": lambda tx: leases.take_over(tx, LEASE, NOW),
    "what we claimed ourselves": lambda tx: takeovers.leased_under(tx, LEASE),
    "how the bot is doing": lambda tx: admin.overview(tx, ADMINISTRATOR, 1, NOW),
    "what waits for an administrator": looked_at,
    "what has been kept long enough": lambda tx: retention.forget(tx, NOW),
}


@pytest.mark.parametrize("name", ASKS)
def test_no_large_table_is_walked_through(sqlite: Database, name: str) -> None:
    """Told twice: as SQLAlchemy asks it, since an index of a few rows is found only where its condition is
    written out, and as it arrives below SQLAlchemy, which the busiest paths go past, with its values in it.
    """
    asked: list[str] = []
    walked: list[str] = []

    def explain(driver: sqlite3.Connection, statement: str, values: Any = ()) -> None:
        plan = driver.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
        walked.extend(step for *_, step in plan if step.startswith("SCAN"))

    def ask(tx: Transaction) -> None:
        driver = tx.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)

        def through(_: Connection, __: Any, statement: str, values: Any, *___: Any) -> None:
            explain(driver, statement, values)

        event.listen(tx, "before_cursor_execute", through)
        driver.set_trace_callback(asked.append)
        try:
            ASKS[name](tx)
        finally:
            driver.set_trace_callback(None)
            event.remove(tx, "before_cursor_execute", through)
        for statement in asked:
            if not statement.startswith("EXPLAIN"):
                explain(driver, statement)

    sqlite.write_now(ask)
    assert asked
    assert [step for step in walked if step.split()[1] in LARGE + LARGER] == []
