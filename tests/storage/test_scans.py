"""What is asked at every update, tick or takeover finds its rows by an index, however many there are."""

import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest

from domain.actors import Account
from domain.ids import PersonId
from domain.sending import Lease
from services import leases, planning
from services.actors import actor_of
from storage import actors, records, sending
from storage.database import Database, Transaction

NOW = datetime(2026, 11, 6, 4, 0, tzinfo=UTC)
FALLBACK: Mapping[str, str] = {"timezone": "Asia/Shanghai", "locale": "zh"}
LEASE = Lease(1, "me", 1)
LARGE = ("memberships", "appointments", "accounts", "deliveries", "attempts", "activities", "leaves")
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


ASKS: dict[str, Ask] = {
    "who acts": somebody,
    "one's own record": their_record,
    "what is due to be planned": planned,
    "what is due to be sent": lambda tx: sending.claim(tx, LEASE, [], NOW, 100),
    "what another sender left": lambda tx: leases.take_over(tx, LEASE, NOW),
    "what we claimed ourselves": lambda tx: sending.leased_under(tx, LEASE),
}


@pytest.mark.parametrize("name", ASKS)
def test_no_large_table_is_walked_through(sqlite: Database, name: str) -> None:
    asked: list[str] = []
    walked: list[str] = []

    def ask(tx: Transaction) -> None:
        driver = tx.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_trace_callback(asked.append)  # below SQLAlchemy, which hot paths go past
        try:
            ASKS[name](tx)
        finally:
            driver.set_trace_callback(None)
        for statement in asked:
            plan = driver.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
            walked.extend(step for *_, step in plan if step.startswith("SCAN"))

    sqlite.write_now(ask)
    assert asked
    assert [step for step in walked if step.split()[1] in LARGE + LARGER] == []
