"""Sums by branch, month and kind; they move in the same act as the facts they count."""

from collections.abc import Iterable

from sqlalchemy import func, select

from domain.ids import UnitId
from domain.rollups import Counted
from storage.database import Transaction
from storage.tables import Rollup as rollups
from storage.upserts import upsert


def move(tx: Transaction, branch: UnitId, month: str, kind: Counted, by: int) -> None:
    """Add `by`, which may be negative, to the branch's count of that month ("2026-11")."""
    if by == 0:
        return
    start = upsert(tx, rollups).values(branch_id=branch, month=month, kind=kind, amount=by)
    tx.execute(
        start.on_conflict_do_update(
            index_elements=["branch_id", "month", "kind"], set_={"amount": rollups.amount + by}
        )
    )


def sums_of(
    tx: Transaction, branches: Iterable[UnitId], months: Iterable[str]
) -> dict[UnitId, dict[Counted, int]]:
    """The sums of those branches over those months; a count that never moved is missing."""
    found = tx.execute(
        select(rollups.branch_id, rollups.kind, func.sum(rollups.amount).label("amount"))
        .where(rollups.branch_id.in_(list(branches)), rollups.month.in_(list(months)))
        .group_by(rollups.branch_id, rollups.kind)
    ).all()
    sums: dict[UnitId, dict[Counted, int]] = {}
    for row in found:
        sums.setdefault(row.branch_id, {})[Counted(row.kind)] = int(row.amount)
    return sums
