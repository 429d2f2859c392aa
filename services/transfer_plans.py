"""What the clock does for transfers: on the day, the member belongs to the new branch."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from domain.actors import Actor
from domain.ids import TransferId
from domain.transfers import Transfer, TransferState
from domain.zones import to_instant
from services import obligations
from services.actors import settings_at, today
from services.transfers import answer, is_possible, tell
from storage import audit, people, rosters, stays, transfers
from storage import obligations as kept
from storage.database import Transaction

BATCH = 10  # transfers made in one act: each settles some rows
WIDEST_ZONE = timedelta(hours=14)


def plan_due(tx: Transaction, now: datetime, fallback: Mapping[str, str]) -> int:
    """Make what has come to its day; how many."""
    due = transfers.agreed_by(tx, (now + WIDEST_ZONE).date(), BATCH)
    return sum(make(tx, one.id, now, fallback) for one in due)


def next_due(tx: Transaction, now: datetime, fallback: Mapping[str, str]) -> datetime | None:
    """When the next transfer takes effect."""
    found = transfers.next_day(tx)
    return None if found is None else _start(found[0], settings_at(tx, found[1], now, fallback).zone)


def answered(
    tx: Transaction,
    actor: Actor,
    transfer: TransferId,
    agree: bool,
    now: datetime,
    fallback: Mapping[str, str],
) -> Transfer:
    """The other branch's word; where the day has come, the member is there at once. Raises as `answer`."""
    settled = answer(tx, actor, transfer, agree, now)
    make(tx, transfer, now, fallback)
    return settled


def make(tx: Transaction, transfer: TransferId, now: datetime, fallback: Mapping[str, str]) -> bool:
    """Make an agreed transfer if its day has come by the new branch's calendar; whether anything was done."""
    wanted = transfers.transfer_with(tx, transfer)
    if wanted is None:
        return False
    zone = settings_at(tx, wanted.target, now, fallback).zone
    people.hold(tx, wanted.membership)
    wanted = transfers.transfer_with(tx, transfer)  # another process may have been at it meanwhile
    if wanted is None or wanted.state is not TransferState.AGREED or today(now, zone) < wanted.on:
        return False
    if not is_possible(tx, wanted, wanted.on):
        transfers.settle(tx, transfer, TransferState.FAILED, [TransferState.AGREED], None, now)
        audit.note(tx, None, "transfer_failed", "transfer", transfer, now, wanted.target)
        failed = transfers.transfer_with(tx, transfer)
        if failed is not None:
            tell(tx, failed, now)
        return True
    _move(tx, wanted, zone, now)
    return True


def _move(tx: Transaction, transfer: Transfer, zone: str, now: datetime) -> None:
    """The old membership ends and a new one begins; both stay on record with their dates."""
    on, old = transfer.on, transfer.membership
    found = stays.home_of(tx, old, on)
    assert found is not None  # is_possible looked
    member, standing, exempt = found
    guest_at = kept.stays_of(tx, old, on)
    rosters.end_membership(tx, old, on)
    stays.end_of(tx, member.person, transfer.target, on)
    new = people.enrol(tx, member.person, transfer.target, on, standing, exempt)
    for host, until in guest_at:
        if host != transfer.target:
            people.enrol(tx, member.person, host, on, standing, exempt, home=new, until=until)
    transfers.make(tx, transfer.id, new, now)
    detail: dict[str, int | str | None] = {"from": transfer.origin, "old": old, "on": on.isoformat()}
    audit.note(tx, None, "transferred", "membership", new, now, transfer.target, detail)
    at = max(_start(on, zone), now) if on == today(now, zone) else _start(on, zone)
    obligations.let_go(tx, member.person, old, transfer.origin, at, zone, now, (new, transfer.target))
    obligations.take_in(tx, member.person, transfer.target, now)


def _start(on: date, zone: str) -> datetime:
    return to_instant(datetime.combine(on, time()), zone)
