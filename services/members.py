"""Listing the members of a branch to those who lead it; names stay in the branch."""

from datetime import datetime

from domain.actors import Actor
from domain.errors import Gone, NotForYou, Refusal
from domain.ids import MembershipId, UnitId
from domain.members import PAGE, MemberPage, Members
from domain.roles import Act
from domain.units import Unit, UnitKind
from services.actors import allows, known, permit, today, units_where
from services.rosters import may_hand_in
from storage import members, people, units
from storage.database import Transaction

ON_MEMBERS = (Act.INVITE, Act.RECORD_STANDING, Act.MOVE_MEMBER)


def asked_for(tx: Transaction, actor: Actor, now: datetime) -> Members | None:
    """The members of the reader's first branch; None for those who may only hand a roster in.

    Raises Stranger, NotForYou.
    """
    own = _own(tx, actor, now)
    if own:
        return listed(tx, actor, own[0].id, 0, now)
    if not _hands_in(tx, actor, now):
        known(actor)
        raise NotForYou(Act.SEE_NAMES)
    return None


def listed(tx: Transaction, actor: Actor, unit: UnitId, page: int, now: datetime) -> Members:
    """A page of a unit's members. Raises Gone, Stranger, NotForYou."""
    found, on = permit(tx, actor, Act.SEE_NAMES, unit, now), today(now, actor.zone)
    total, linked = members.count_of(tx, unit, on)
    at = min(max(page, 0), max(total - 1, 0) // PAGE)
    shown = members.members_of(tx, unit, on, PAGE, at * PAGE)
    others = tuple(other for other in _own(tx, actor, now) if other.id != unit)
    line = units.line_above(tx, unit, on)
    opens = any(allows(actor, act, line) for act in ON_MEMBERS)
    exports = actor.root or bool(units_where(actor, Act.EXPORT_ROSTER))
    return Members(found, others, shown, total, linked, at, _hands_in(tx, actor, now), opens, exports)


def one(tx: Transaction, actor: Actor, membership: MembershipId, now: datetime) -> MemberPage:
    """A member, and what the reader may do with their belonging. Raises Gone, Stranger, NotForYou."""
    on = today(now, actor.zone)
    span = people.span_of(tx, membership)
    found = members.member_with(tx, membership, on)
    if span is None or found is None:
        raise Gone
    person, branch, since, until = span
    unit = permit(tx, actor, Act.SEE_NAMES, branch, now)
    line, guest = units.line_above(tx, branch, on), members.is_guest(tx, membership)
    acts = frozenset(act for act in ON_MEMBERS if allows(actor, act, line))
    if guest:  # who belongs elsewhere moves from there
        acts -= {Act.MOVE_MEMBER, Act.RECORD_STANDING}
    return MemberPage(unit, person, found, since, until, guest, acts)


def _own(tx: Transaction, actor: Actor, now: datetime) -> list[Unit]:
    """Where the reader leads and people belong: an appointment above a branch shows no names of it."""
    on = today(now, actor.zone)
    found = (units.unit_with(tx, unit, on) for unit in units_where(actor, Act.SEE_NAMES))
    return [unit for unit in found if unit and unit.kind in (UnitKind.BRANCH, UnitKind.GROUP)]


def _hands_in(tx: Transaction, actor: Actor, now: datetime) -> bool:
    try:
        may_hand_in(tx, actor, now)
    except Refusal:
        return False
    return True
