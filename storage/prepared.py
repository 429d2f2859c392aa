"""Statements of the busiest paths: spelled and compiled once, then handed to the database's own driver.

To spell a statement, look it up and wrap its rows takes SQLAlchemy several times as long as a database
takes to run it. These are still Core expressions; only the way from there to the driver is shorter.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Dialect, Executable, bindparam
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from storage.database import Transaction

Spell = Callable[[Transaction], Executable]
Change = Callable[[Any], Any] | None


def several(name: str, many: int, kind: TypeEngine[Any] | None = None) -> list[BindParameter[Any]]:
    """So many values of one name: such a statement is spelled once for each number of them."""
    return [bindparam(f"{name}_{place}", type_=kind) for place in range(many)]


def given_to_several(name: str, values: Sequence[object]) -> dict[str, object]:
    """What to call a statement with that was spelled with `several`."""
    return {f"{name}_{place}": value for place, value in enumerate(values)}


class Prepared:
    """One statement with named values. Give each of them at every call; rows come as plain tuples."""

    def __init__(self, spell: Spell) -> None:
        self._spell = spell
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, tx: Transaction, /, **values: object) -> list[Any]:
        """All rows of a SELECT or a RETURNING."""
        return self._for(tx).rows(tx, values)

    def first(self, tx: Transaction, /, **values: object) -> Any | None:
        """The first row; None where there is none."""
        rows = self._for(tx).rows(tx, values)
        return rows[0] if rows else None

    def touched(self, tx: Transaction, /, **values: object) -> int:
        """Run a statement that returns nothing; how many rows it touched."""
        return self._for(tx).touched(tx, values)

    def _for(self, tx: Transaction) -> "_Compiled":
        compiled = self._compiled.get(tx.dialect.name)
        if compiled is None:
            compiled = self._compiled[tx.dialect.name] = _Compiled(self._spell(tx), tx.dialect)
        return compiled


class _Compiled:
    """What one dialect makes of a statement: its text, and how values and rows are changed on the way."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # every statement compiles
        assert isinstance(compiled, SQLCompiler)
        if compiled.insert_prefetch or compiled.update_prefetch:
            raise ValueError("SQLAlchemy's own defaults are not filled in here: spell every column")
        self._dialect = dialect
        self._text = str(compiled)
        self._positions = tuple(compiled.positiontup) if compiled.positiontup is not None else None
        self._fixed: dict[str, Any] = {}
        self._given: list[tuple[str, str, Change]] = []
        for bind, name in compiled.bind_names.items():
            change = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if bind.required:
                self._given.append((name, bind.key, change))
            else:
                value = bind.effective_value
                self._fixed[name] = change(value) if change else value
        columns = getattr(statement, "exported_columns", ())
        changes = [_result_change(column.type, dialect) for column in columns]
        self._changes = changes if any(changes) else None

    def rows(self, tx: Transaction, values: Mapping[str, object]) -> list[Any]:
        cursor = self._run(tx, values)
        rows: list[Any] = cursor.fetchall()
        cursor.close()
        changes = self._changes
        if changes is None:
            return rows
        return [
            tuple(
                change(value) if change is not None else value
                for change, value in zip(changes, row, strict=True)
            )
            for row in rows
        ]

    def touched(self, tx: Transaction, values: Mapping[str, object]) -> int:
        cursor = self._run(tx, values)
        count: int = cursor.rowcount
        cursor.close()
        return count

    def _run(self, tx: Transaction, values: Mapping[str, object]) -> Any:
        bound = self._fixed.copy()
        for name, key, change in self._given:
            value = values[key]
            bound[name] = change(value) if change is not None else value
        driver: Any = tx.connection.driver_connection
        positions = self._positions
        try:
            return driver.execute(self._text, bound if positions is None else [bound[n] for n in positions])
        except self._dialect.loaded_dbapi.Error as error:  # as SQLAlchemy would: callers know its classes
            lost = self._dialect.is_disconnect(error, driver, None)
            raise DBAPIError.instance(
                self._text, None, error, type(error), True, connection_invalidated=lost, dialect=self._dialect
            ) from error


def _result_change(kind: TypeEngine[Any], dialect: Dialect) -> Change:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
