"""Transfers between branches: asked, agreed, and due on their day."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from domain.ids import MembershipId, PersonId, TransferId, UnitId
from domain.people import Standing
from domain.transfers import OPEN, Ask, Former, Side, Transfer, TransferState
from storage.database import Transaction
from storage.tables import Membership as memberships
from storage.tables import MembershipStanding as standings
from storage.tables import Person as people
from storage.tables import Transfer as transfers
from storage.tables import Unit as units
from storage.units import below


def ask(tx: Transaction, wanted: Ask, origin: UnitId, by: PersonId | None, now: datetime) -> TransferId:
    """Set down that one branch asks."""
    made: TransferId = tx.execute(
        insert(transfers)
        .values(
            membership_id=wanted.membership,
            from_id=origin,
            to_id=wanted.target,
            effective_on=wanted.on,
            state=TransferState.ASKED,
            asked_by_to=wanted.side is Side.TAKES,
            asked_at=now,
            asked_by=by,
        )
        .returning(transfers.id)
    ).scalar_one()
    return made


def transfer_with(tx: Transaction, transfer: TransferId) -> Transfer | None:
    """The transfer as it stands."""
    found = _found(tx, transfers.id == transfer)
    return found[0] if found else None


def open_of(tx: Transaction, membership: MembershipId) -> Transfer | None:
    """The transfer of a membership that is neither made nor given up."""
    found = _found(tx, transfers.membership_id == membership, transfers.state.in_(sorted(OPEN)))
    return found[0] if found else None


def open_between(
    tx: Transaction, branches: Collection[UnitId] | None, above: Iterable[UnitId], on: date, limit: int
) -> list[Transfer]:
    """Open transfers from or to one of these (None: any) branches or what is below the units `above` them.

    What waits for an answer first, then the next to take effect.
    """
    conditions: list[ColumnElement[bool]] = [transfers.state.in_(sorted(OPEN))]
    if branches is not None:
        reach = [select(below(root, on).c.unit_id) for root in above]
        sides = (transfers.from_id, transfers.to_id)
        own = [side.in_(list(branches)) for side in sides]
        conditions.append(or_(*own, *(side.in_(one) for side in sides for one in reach)))
    waits = case((transfers.state == TransferState.ASKED, 0), else_=1)
    return _found(tx, *conditions, order=(waits,), limit=limit)


def agreed_by(tx: Transaction, on: date, limit: int) -> list[Transfer]:
    """Agreed, and due by that day."""
    return _found(tx, transfers.state == TransferState.AGREED, transfers.effective_on <= on, limit=limit)


def next_day(tx: Transaction) -> tuple[date, UnitId] | None:
    """The nearest day on which an agreed transfer takes effect, and the branch whose calendar tells it."""
    row = tx.execute(
        select(transfers.effective_on, transfers.to_id)
        .where(transfers.state == TransferState.AGREED)
        .order_by(transfers.effective_on, transfers.id)
        .limit(1)
    ).first()
    return None if row is None else (row.effective_on, row.to_id)


def settle(
    tx: Transaction,
    transfer: TransferId,
    state: TransferState,
    among: Iterable[TransferState],
    by: PersonId | None,
    now: datetime,
    on: date | None = None,
) -> bool:
    """Set an answer down where the transfer stands in one of these states; False when not."""
    values: dict[str, Any] = {"state": state, "settled_at": now, "settled_by": by}
    if on is not None:
        values["effective_on"] = on
    done = (
        update(transfers).where(transfers.id == transfer, transfers.state.in_(sorted(among))).values(**values)
    )
    return tx.execute(done).rowcount == 1


def make(tx: Transaction, transfer: TransferId, membership: MembershipId, now: datetime) -> bool:
    """It took effect: the member goes on by this membership; False when it did before."""
    done = (
        update(transfers)
        .where(transfers.id == transfer, transfers.state == TransferState.AGREED)
        .values(state=TransferState.MADE, made_at=now, new_membership_id=membership)
    )
    return tx.execute(done).rowcount == 1


def formers_named(tx: Transaction, branch: UnitId, key: str, on: date, limit: int) -> list[Former]:
    """Who of that name belonged to the branch, and belongs nowhere on that day or later."""
    return _formers(tx, branch, on, people.name_key == key, limit)


def former_with(tx: Transaction, branch: UnitId, person: PersonId, on: date) -> Former | None:
    """The person, if they belonged to the branch, and belong nowhere on that day or later."""
    found = _formers(tx, branch, on, people.id == person, 1)
    return found[0] if found else None


def last_standing(tx: Transaction, branch: UnitId, person: PersonId) -> tuple[Standing, str | None]:
    """With what standing and exemption the person last belonged to the branch."""
    row = tx.execute(
        select(standings.standing, standings.exempt)
        .join(memberships, memberships.id == standings.membership_id)
        .where(
            memberships.person_id == person,
            memberships.branch_id == branch,
            memberships.home_id.is_(None),
        )
        .order_by(memberships.id.desc(), standings.since.desc())
        .limit(1)
    ).one()
    return Standing(row.standing), row.exempt


def _formers(tx: Transaction, branch: UnitId, on: date, who: ColumnElement[bool], limit: int) -> list[Former]:
    again = aliased(memberships)
    elsewhere = select(again.id).where(
        again.person_id == memberships.person_id, or_(again.until.is_(None), again.until > on)
    )
    found = tx.execute(
        select(people.id, people.name, func.max(memberships.until).label("until"))
        .join(memberships, memberships.person_id == people.id)
        .where(
            who,
            people.erased_at.is_(None),
            memberships.branch_id == branch,
            memberships.home_id.is_(None),
            memberships.until <= on,
            ~elsewhere.exists(),
        )
        .group_by(people.id, people.name)
        .order_by(people.id)
        .limit(limit)
    )
    return [Former(row.id, row.name, row.until) for row in found]


def _found(
    tx: Transaction,
    *conditions: ColumnElement[bool],
    order: Sequence[ColumnElement[int]] = (),
    limit: int | None = None,
) -> list[Transfer]:
    origin, target = aliased(units), aliased(units)
    asked = (
        select(
            transfers.__table__,
            memberships.person_id,
            people.name,
            origin.name.label("origin_name"),
            target.name.label("target_name"),
        )
        .join(memberships, memberships.id == transfers.membership_id)
        .join(people, people.id == memberships.person_id)
        .join(origin, origin.id == transfers.from_id)
        .join(target, target.id == transfers.to_id)
        .where(*conditions)
        .order_by(*order, transfers.effective_on, transfers.id)
        .limit(limit)
    )
    return [_transfer(row) for row in tx.execute(asked)]


def _transfer(row: Row[Any]) -> Transfer:
    return Transfer(
        row.id,
        row.membership_id,
        row.person_id,
        row.name,
        row.from_id,
        row.origin_name,
        row.to_id,
        row.target_name,
        row.effective_on,
        TransferState(row.state),
        Side.TAKES if row.asked_by_to else Side.LEAVES,
    )
