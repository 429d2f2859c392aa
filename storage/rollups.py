"""Sums by branch and period; they move in the same act as the facts they count."""

from collections.abc import Mapping

from domain.ids import UnitId
from domain.periods import periods_with
from domain.rollups import Counted
from storage.database import Transaction
from storage.tables import Rollup as rollups
from storage.upserts import upsert


def move(tx: Transaction, branch: UnitId, month: str, kind: Counted, by: int) -> None:
    """Add `by`, which may be negative, to the branch's count of that month ("2026-11")."""
    move_all(tx, branch, month, {kind: by})


def move_all(tx: Transaction, branch: UnitId, month: str, changes: Mapping[Counted, int]) -> None:
    """Add to several counts of a month at once, and so to those of its quarter and its year."""
    moved = {kind.value: by for kind, by in changes.items() if by}
    if not moved:
        return
    start = upsert(tx, rollups)
    columns = rollups.__table__.c
    tx.execute(
        start.on_conflict_do_update(
            index_elements=["branch_id", "period"],
            set_={name: columns[name] + start.excluded[name] for name in moved},
        ),
        [{"branch_id": branch, "period": period, **moved} for period in periods_with(month)],
    )
