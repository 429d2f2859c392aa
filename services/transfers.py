"""Transfers (组织关系转接): one branch asks, the other agrees, and from the day on the member is there."""

from collections.abc import Sequence
from datetime import date, datetime

from domain.actors import Actor
from domain.deliveries import Cause, Destination, Kind
from domain.errors import (
    AlreadySo,
    ClaimSettled,
    Gone,
    HoldsRoles,
    NotForYou,
    NotTheirBranch,
    OnTheWay,
    PastTime,
    Refusal,
    TooFarAhead,
    ToOneBranch,
)
from domain.ids import MembershipId, PersonId, TransferId, UnitId
from domain.names import name_key, person_name
from domain.roles import RIGHTS, Act, Role
from domain.stays import Visitor
from domain.transfers import (
    FURTHEST,
    SHOWN,
    Ask,
    Side,
    Transfer,
    TransferAsked,
    TransferRow,
    TransfersPage,
    TransferState,
    TransferTold,
    WeighedTransfer,
)
from domain.units import FORMS, Matter, Unit, UnitKind
from services import deliveries
from services.actors import allows, known, permit, today, units_where
from services.stays import member_at_home
from services.units import must_deal_with
from storage import audit, obligations, people, stays, transfers, unit_changes, units
from storage.actors import holders_of
from storage.database import Transaction

SIDES = frozenset(RIGHTS[Act.MOVE_MEMBER]) - {Role.ADMINISTRATOR}  # who answers for a branch itself
MOST_NAMED = 50  # namesakes looked through, whole organisation
MOST_OPEN = 200  # transfers looked through for one reader


def page(tx: Transaction, actor: Actor, now: datetime) -> TransfersPage:
    """What is under way where the actor answers. Raises Stranger, NotForYou."""
    on = today(now, actor.zone)
    if not actor.root:
        known(actor)
    mine = units_where(actor, Act.MOVE_MEMBER)
    if not mine and not actor.root:
        raise NotForYou(Act.MOVE_MEMBER)
    found = (units.unit_with(tx, unit, on) for unit in mine)
    branches = tuple(unit for unit in found if unit and unit.kind is UnitKind.BRANCH and _deals(unit))
    above = [held.unit for held in actor.appointments if held.role is Role.ADMINISTRATOR]
    waiting = transfers.open_between(tx, None if actor.root else mine, above, on, MOST_OPEN)
    rows = sorted((_row(tx, actor, one, on) for one in waiting), key=lambda row: not row.answers)
    return TransfersPage(tuple(r for r in rows if r.answers or r.withdraws)[:SHOWN], branches)


def waiting_for(tx: Transaction, actor: Actor, now: datetime) -> tuple[TransferAsked, ...]:
    """The transfers that wait for the actor's word."""
    if not actor.root and not units_where(actor, Act.MOVE_MEMBER):
        return ()
    return tuple(TransferAsked(row.transfer) for row in page(tx, actor, now).rows if row.answers)


def targets(tx: Transaction, actor: Actor, membership: MembershipId, typed: str, now: datetime) -> list[Unit]:
    """Branches of that name to which the member could go. Raises as `weigh` does of the member."""
    on = today(now, actor.zone)
    member = member_at_home(tx, membership, on)
    permit(tx, actor, Act.MOVE_MEMBER, member.branch, now)
    found = unit_changes.named(tx, None, " ".join(typed.split()), on, MOST_NAMED)
    return [one for one in found if one.kind is UnitKind.BRANCH and one.id != member.branch and _deals(one)][
        :SHOWN
    ]


def taking(tx: Transaction, actor: Actor, unit: UnitId, now: datetime) -> Unit:
    """The branch for which the actor may take somebody in. Raises as `permit`."""
    return permit(tx, actor, Act.MOVE_MEMBER, unit, now)


def members_of(
    tx: Transaction, actor: Actor, unit: UnitId, name: str, branch: str, now: datetime
) -> list[Visitor]:
    """Members of exactly this name in branches of exactly that name: who asks knows both already.

    Raises NotTheirBranch where there is none, and as `permit`.
    """
    permit(tx, actor, Act.MOVE_MEMBER, unit, now)
    on, wanted = today(now, actor.zone), " ".join(branch.split())
    named = stays.visitors_named(tx, name_key(person_name(name)), on, MOST_NAMED)
    found = [one for one in named if one.home == wanted and one.branch != unit]
    if not found:
        raise NotTheirBranch
    return found[:SHOWN]


def weigh(tx: Transaction, actor: Actor, ask: Ask, now: datetime) -> WeighedTransfer:
    """Whether it can be asked for; nothing is changed.

    Raises Gone, Stranger, NotForYou, ToOneBranch, HasNoPartIn, HoldsRoles, AlreadySo, OnTheWay, PastTime,
    TooFarAhead.
    """
    on = today(now, actor.zone)
    member = member_at_home(tx, ask.membership, on)
    origin = units.unit_with(tx, member.branch, on)
    if origin is None:
        raise Gone
    permit(tx, actor, Act.MOVE_MEMBER, origin.id if ask.side is Side.LEAVES else ask.target, now)
    if ask.on < on:
        raise PastTime
    if ask.on > on + FURTHEST:
        raise TooFarAhead
    if transfers.open_of(tx, ask.membership) is not None:
        raise OnTheWay
    target = _possible(tx, member, ask.target, ask.on)
    return WeighedTransfer(ask, member.name, origin, target)


def ask(tx: Transaction, actor: Actor, wanted: Ask, now: datetime) -> tuple[Transfer, int]:
    """Ask the other branch; the transfer, and how many who could answer are reached.

    Raises what `weigh` raises.
    """
    people.hold(tx, wanted.membership)
    weighed = weigh(tx, actor, wanted, now)
    made = transfers.ask(tx, wanted, weighed.origin.id, actor.person, now)
    day = wanted.on.isoformat()
    detail: dict[str, int | str | None] = {"from": weighed.origin.id, "to": wanted.target, "on": day}
    own = weighed.origin.id if wanted.side is Side.LEAVES else wanted.target
    audit.note(tx, actor.person, "transfer_asked", "transfer", made, now, own, detail)
    asked = _with(tx, made)
    on = today(now, actor.zone)
    cause = Cause(f"transfer:{made}", "-", "asked")
    other = asked.unit_of(asked.answering)
    deciding = _deciders(tx, asked, other, on) or _administrators(tx, asked, other, on)
    return asked, deliveries.owe_people(tx, cause, Kind.TRANSFER_ASKED, made, deciding, now)


def answer(
    tx: Transaction,
    actor: Actor,
    transfer: TransferId,
    agree: bool,
    now: datetime,
) -> Transfer:
    """The other branch's word; the first stands. Nobody answers for themselves.

    Raises Gone, NotForYou, ClaimSettled, and where it has become impossible what `weigh` raises.
    """
    asked = _with(tx, transfer)
    permit(tx, actor, Act.MOVE_MEMBER, asked.unit_of(asked.answering), now)
    if actor.person == asked.person:
        raise NotForYou(Act.MOVE_MEMBER, asked.target)
    people.hold(tx, asked.membership)
    on = max(asked.on, today(now, actor.zone))
    state = TransferState.AGREED if agree else TransferState.DECLINED
    if agree and _with(tx, transfer).state is TransferState.ASKED:
        _possible(tx, member_at_home(tx, asked.membership, today(now, actor.zone)), asked.target, on)
    if not transfers.settle(tx, transfer, state, [TransferState.ASKED], actor.person, now, on):
        raise ClaimSettled
    own = asked.unit_of(asked.answering)
    audit.note(tx, actor.person, f"transfer_{state}", "transfer", transfer, now, own)
    deliveries.withdraw(tx, f"transfer:{transfer}", now)
    settled = _with(tx, transfer)
    tell(tx, settled, now, but=actor.person)
    return settled


def withdraw(tx: Transaction, actor: Actor, transfer: TransferId, now: datetime) -> Transfer:
    """Who asked takes it back; once agreed either branch may, until its day.

    Raises Gone, NotForYou, ClaimSettled.
    """
    asked = _with(tx, transfer)
    on = today(now, actor.zone)
    if not _row(tx, actor, asked, on).withdraws:
        permit(tx, actor, Act.MOVE_MEMBER, asked.unit_of(asked.asked_by), now)
    state = TransferState.WITHDRAWN
    among = [TransferState.ASKED, TransferState.AGREED]
    if not transfers.settle(tx, transfer, state, among, actor.person, now):
        raise ClaimSettled
    audit.note(tx, actor.person, "transfer_withdrawn", "transfer", transfer, now, asked.origin)
    deliveries.withdraw(tx, f"transfer:{transfer}", now)
    settled = _with(tx, transfer)
    if asked.state is TransferState.AGREED:
        tell(tx, settled, now, but=actor.person)
    return settled


def tell(tx: Transaction, transfer: Transfer, now: datetime, but: PersonId | None = None) -> None:
    """Owe word of what became of it: both branches and the member; of a refusal only who asked.

    `but`: who decided, and sees it on the card.
    """
    on = now.date()
    if transfer.state is TransferState.DECLINED:
        concerned: Sequence[PersonId] = _deciders(tx, transfer, transfer.unit_of(transfer.asked_by), on)
    else:
        sides = (transfer.origin, transfer.target)
        told = [person for unit in sides for person in _deciders(tx, transfer, unit, on)]
        concerned = list(dict.fromkeys([*told, transfer.person]))
    cause = Cause(f"transfer:{transfer.id}", "-", transfer.state)
    others = [one for one in concerned if one != but]
    deliveries.owe_people(tx, cause, Kind.TRANSFER_TOLD, transfer.id, others, now)


def asked_facts(tx: Transaction, subject: int) -> TransferAsked | None:
    """What the other branch is asked; None once it is answered."""
    found = transfers.transfer_with(tx, TransferId(subject))
    return TransferAsked(found) if found and found.state is TransferState.ASKED else None


def told_facts(tx: Transaction, subject: int, to: Destination) -> TransferTold | None:
    """What became of it."""
    found = transfers.transfer_with(tx, TransferId(subject))
    if found is None or found.state is TransferState.ASKED:
        return None
    return TransferTold(found, to.person == found.person)


def is_possible(tx: Transaction, transfer: Transfer, on: date) -> bool:
    """Whether an agreed transfer can be made on its day."""
    found = stays.home_of(tx, transfer.membership, on)
    if found is None:
        return False
    try:
        _possible(tx, found[0], transfer.target, on)
    except Refusal:
        return False
    return True


def _possible(tx: Transaction, member: Visitor, to: UnitId, on: date) -> Unit:
    """The branch the member would go to. Raises what stands against it."""
    target = units.unit_with(tx, to, on)
    if target is None:
        raise Gone
    if target.kind is not UnitKind.BRANCH or target.id == member.branch:
        raise ToOneBranch
    for unit in (member.branch, to):
        must_deal_with(tx, unit, Matter.TRANSFERS, on)
    if (
        target.archived_on is not None
    ):  # also one whose end is only set: they would be left in what is no more
        raise ToOneBranch
    if to in stays.homes_of(tx, member.person, on):
        raise AlreadySo
    if obligations.holds_role(tx, member.person, member.branch, on):
        raise HoldsRoles
    return target


def _with(tx: Transaction, transfer: TransferId) -> Transfer:
    found = transfers.transfer_with(tx, transfer)
    if found is None:
        raise Gone
    return found


def _row(tx: Transaction, actor: Actor, transfer: Transfer, on: date) -> TransferRow:
    mine = {
        side: allows(actor, Act.MOVE_MEMBER, units.line_above(tx, transfer.unit_of(side), on))
        for side in Side
    }
    answers = transfer.state is TransferState.ASKED and mine[transfer.answering]
    agreed = transfer.state is TransferState.AGREED and any(mine.values())
    asked = transfer.state is TransferState.ASKED and mine[transfer.asked_by]
    return TransferRow(transfer, answers and actor.person != transfer.person, agreed or asked)


def _deciders(tx: Transaction, transfer: Transfer, unit: UnitId, on: date) -> tuple[PersonId, ...]:
    """Who answers for a branch; never the member themselves."""
    return tuple(one for one in holders_of(tx, unit, SIDES, on) if one != transfer.person)


def _administrators(tx: Transaction, transfer: Transfer, unit: UnitId, on: date) -> tuple[PersonId, ...]:
    """Where a branch has nobody, whoever administers it."""
    for above in units.line_above(tx, unit, on):
        found = holders_of(tx, above, frozenset({Role.ADMINISTRATOR}), on)
        if others := tuple(one for one in found if one != transfer.person):
            return others
    return ()


def _deals(unit: Unit) -> bool:
    return unit.archived_on is None and Matter.TRANSFERS not in FORMS[unit.form].without
