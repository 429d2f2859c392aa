"""INSERT … ON CONFLICT, which both databases know and SQLAlchemy spells once for each."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Transaction
from storage.tables import Base


def upsert(tx: Transaction, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that takes `.on_conflict_do_nothing(…)` and `.on_conflict_do_update(…)`."""
    insert: Any = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    statement: postgresql.Insert | sqlite.Insert = insert(table)
    return statement
