"""INSERT … ON CONFLICT, which both databases know and SQLAlchemy spells once for each."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Transaction
from storage.tables import Base


def upsert(tx: Transaction, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that takes `.on_conflict_do_nothing(…)` and `.on_conflict_do_update(…)`."""
    return upsert_on(tx.dialect.name, table)


def upsert_on(database: str, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """The same, for statements that are spelled once for each database."""
    insert: Any = postgresql.insert if database == "postgresql" else sqlite.insert
    statement: postgresql.Insert | sqlite.Insert = insert(table)
    return statement
