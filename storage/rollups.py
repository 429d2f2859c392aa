"""Sums by branch and period; they move in the same act as the facts they count."""

from collections.abc import Mapping, Sequence
from functools import cache

from sqlalchemy import BindParameter, ColumnElement, Executable, bindparam, literal_column

from domain.ids import UnitId
from domain.periods import periods_with
from domain.rollups import Counted
from storage.database import Transaction
from storage.prepared import Prepared, given_to_several, several
from storage.tables import Rollup as rollups
from storage.upserts import upsert

PERIODS = ("month", "quarter", "year")


def move(tx: Transaction, branch: UnitId, month: str, kind: Counted, by: int) -> None:
    """Add `by`, which may be negative, to the branch's count of that month ("2026-11")."""
    move_all(tx, branch, month, {kind: by})


def move_each(tx: Transaction, branches: Sequence[UnitId], month: str, kind: Counted, by: int) -> None:
    """`move` for some tens of branches."""
    _move_each(len(branches), kind.value).touched(
        tx,
        **given_to_several("branch", sorted(branches)),
        **dict(zip(PERIODS, periods_with(month), strict=True)),
        **{kind.value: by},
    )


def move_all(tx: Transaction, branch: UnitId, month: str, changes: Mapping[Counted, int]) -> None:
    """Add to several counts of a month at once, and so to those of its quarter and its year."""
    moved = {kind.value: by for kind, by in changes.items() if by}
    if not moved:
        return
    periods = dict(zip(PERIODS, periods_with(month), strict=True))
    _move(tuple(moved)).touched(tx, branch=branch, **periods, **moved)


@cache
def _move(names: tuple[str, ...]) -> Prepared:
    """One statement for the month, its quarter and its year; nought for what does not move."""
    return _moving([bindparam("branch")], names)


@cache
def _move_each(many: int, name: str) -> Prepared:
    return _moving(several("branch", many), (name,))


def _moving(branches: Sequence[BindParameter[int]], names: tuple[str, ...]) -> Prepared:
    counts: dict[str, ColumnElement[int]] = {
        column.name: bindparam(column.name) if column.name in names else literal_column("0")
        for column in rollups.__table__.columns
        if not column.primary_key
    }

    def spell(tx: Transaction) -> Executable:
        start = upsert(tx, rollups)
        columns = rollups.__table__.c
        return start.values(
            [
                {"branch_id": branch, "period": bindparam(period), **counts}
                for branch in branches
                for period in PERIODS
            ]
        ).on_conflict_do_update(
            index_elements=["branch_id", "period"],
            set_={name: columns[name] + start.excluded[name] for name in names},
        )

    return Prepared(spell)
