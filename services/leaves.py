"""Asking to be excused, and answering."""

from datetime import datetime, time, timedelta
from typing import assert_never

from domain.activities import Activity, State
from domain.actors import Actor, Belonging
from domain.deliveries import Cause, Destination
from domain.deliveries import Kind as Delivered
from domain.errors import (
    Gone,
    LeaveAnswered,
    LeaveDecidedAlready,
    NoLeaveNeeded,
    NotForYou,
    OwnLeave,
    PastTime,
    SpanTooLong,
    TooLateForLeave,
    TooLong,
)
from domain.ids import ActivityId, LeaveId, MembershipId, UnitId
from domain.leaves import (
    LONGEST_SPAN,
    REASON_KEPT,
    REASON_LIMIT,
    Leave,
    LeaveAsked,
    LeaveDecided,
    LeaveReceipt,
    LeaveState,
)
from domain.moments import Span
from domain.participation import CountedAs, LeaveKind
from domain.roles import ALLOWED, Act
from domain.zones import to_instant
from services import attendance, cards, deliveries, gatherings
from services.actors import known, permit, today
from services.gatherings import Gathering
from storage import activities, audit, leaves, people, units
from storage.actors import holders_of
from storage.database import Transaction

PAGE = 20  # leaves shown as waiting: more than anybody decides at a sitting


def ask(
    tx: Transaction,
    actor: Actor,
    activity_id: ActivityId,
    kind: LeaveKind,
    reason: str | None,
    now: datetime,
) -> LeaveReceipt:
    """The actor asks to be excused from one activity. Asking again for the same changes nothing.

    Raises NotForYou, CalledOff, NoLeaveNeeded, TooLateForLeave, TooLong.
    """
    gathering = leavable(tx, actor, activity_id, now)
    activity = gathering.activity
    place = gatherings.own_place(actor, gathering)
    held = gathering.leaves.get(place.membership)
    if (
        held is not None
        and gathering.answer_of(place.membership).on_leave
        and (held.approved or held.activity is None or (held.kind, held.reason) == (kind, reason))
    ):
        return LeaveReceipt(held, activity, activity.zone, already=True, deciders=0)
    leave = leaves.ask(
        tx,
        place.membership,
        gathering.branch,
        activity_id,
        activity.starts_at,
        activity.ends_at,
        kind,
        _checked(reason),
        f"activity:{activity_id}",
        now,
    )
    cards.mark_stale(tx, "activity", activity_id)
    return _asked(tx, leave, activity, activity.zone, now)


def leavable(tx: Transaction, actor: Actor, activity_id: ActivityId, now: datetime) -> Gathering:
    """The activity, if the actor may ask leave from it. Raises as `ask` does."""
    gathering = gatherings.gathered(tx, gatherings.standing(tx, activity_id))
    place = gatherings.own_place(actor, gathering)
    if place.part is not CountedAs.EXPECTED:
        raise NoLeaveNeeded
    if now >= gathering.activity.starts_at:
        raise TooLateForLeave
    return gathering


def ask_span(
    tx: Transaction, actor: Actor, span: Span, kind: LeaveKind, reason: str | None, now: datetime
) -> tuple[LeaveReceipt, ...]:
    """The actor asks to be excused for whole days, in each branch they belong to.

    Raises Stranger, NotForYou, PastTime, SpanTooLong, TooLong.
    """
    known(actor)
    if not actor.belongings:
        raise NotForYou
    if span.last < span.first or span.last - span.first > LONGEST_SPAN:
        raise SpanTooLong
    return tuple(_ask_span(tx, place, span, kind, _checked(reason), now) for place in actor.belongings)


def _ask_span(
    tx: Transaction, place: Belonging, span: Span, kind: LeaveKind, reason: str | None, now: datetime
) -> LeaveReceipt:
    if span.last < today(now, place.zone):
        raise PastTime
    key = f"span:{span.first}:{span.last}"
    held = leaves.asked_as(tx, place.id, key)
    if held is not None and (
        held.approved or (held.undecided and (held.kind, held.reason) == (kind, reason))
    ):
        return LeaveReceipt(held, None, place.zone, already=True, deciders=0)
    # What has begun cannot be excused beforehand any more, so a span that began earlier counts from now.
    first = max(to_instant(datetime.combine(span.first, time()), place.zone), now)
    until = to_instant(datetime.combine(span.last + timedelta(days=1), time()), place.zone)
    leave = leaves.ask(tx, place.id, place.branch, None, first, until, kind, reason, key, now)
    receipt = _asked(tx, leave, None, place.zone, now)
    _mark_cards(tx, receipt.leave)
    return receipt


def decide(tx: Transaction, actor: Actor, leave_id: LeaveId, approve: bool, now: datetime) -> LeaveDecided:
    """Approve or decline; the first answer wins, and the member is told.

    Raises Gone, NotForYou, OwnLeave, LeaveDecidedAlready.
    """
    leave = leaves.leave_with(tx, leave_id)
    if leave is None:
        raise Gone
    permit(tx, actor, Act.DECIDE_LEAVE, leave.branch, now)
    if leave.person == actor.person:
        raise OwnLeave
    state = LeaveState.APPROVED if approve else LeaveState.DECLINED
    if not leaves.decide(tx, leave_id, state, known(actor), now):
        raise _answered(tx, leave_id)
    audit.note(tx, known(actor), f"leave_{state}", "leave", leave_id, now, leave.branch)
    deliveries.withdraw(tx, f"leave:{leave_id}", now)
    cause = Cause(f"leave:{leave_id}:decided", now.isoformat(), "decided")
    deliveries.owe_people(tx, cause, Delivered.LEAVE_DECIDED, leave_id, [leave.person], now)
    _mark_cards(tx, leave)
    if approve:
        for activity in _begun(tx, leave):
            attendance.excuse(tx, activity, leave.person)
    return _decided(tx, leaves.leave_with(tx, leave_id) or leave, actor.zone, now)


def _answered(tx: Transaction, leave_id: LeaveId) -> LeaveDecidedAlready:
    """Who was quicker, where it was not the member who took it back."""
    leave = leaves.leave_with(tx, leave_id)
    by = leave.decided_by if leave and leave.state is not LeaveState.WITHDRAWN else None
    return LeaveAnswered(people.names_of(tx, [by])[by]) if by else LeaveDecidedAlready()


def withdraw(tx: Transaction, actor: Actor, leave_id: LeaveId, now: datetime) -> LeaveDecided:
    """The member takes a leave back while it is not over. Doing it again changes nothing.

    Raises Gone, NotForYou, TooLateForLeave.
    """
    leave = leaves.leave_with(tx, leave_id)
    if leave is None:
        raise Gone
    if leave.person != known(actor):
        raise NotForYou
    if leave.ends_at <= now or (leave.activity is not None and leave.starts_at <= now):
        raise TooLateForLeave
    leaves.withdraw(tx, leave_id)
    deliveries.withdraw(tx, f"leave:{leave_id}", now)
    _mark_cards(tx, leave)
    return _decided(tx, leaves.leave_with(tx, leave_id) or leave, actor.zone, now)


def carry(
    tx: Transaction,
    leave: Leave,
    to: tuple[MembershipId, UnitId] | None,
    at: datetime,
    zone: str,
    now: datetime,
) -> None:
    """From `at` on the one on leave is in another branch (None: in none): the rest of a span goes along.

    What was approved stays approved; what was not answered is asked anew, of those who decide there.
    """
    deliveries.withdraw(tx, f"leave:{leave.id}", now)
    if leave.starts_at >= at:
        leaves.withdraw(tx, leave.id)
    else:
        leaves.cut(tx, leave.id, at)
    if to is None or leave.activity is not None:
        return
    approver = leave.decided_by if leave.approved else None
    made = leaves.ask(
        tx,
        *to,
        None,
        max(leave.starts_at, at),
        leave.ends_at,
        leave.kind,
        leave.reason if approver is None else None,
        f"moved:{leave.id}",
        now,
    )
    if approver is not None:
        leaves.decide(tx, made, LeaveState.APPROVED, approver, now)
    else:
        _asked(tx, made, None, zone, now)


def waiting_for(tx: Transaction, actor: Actor) -> tuple[LeaveAsked, ...]:
    """The leaves that the actor may decide, the longest waiting first; never their own."""
    roles = ALLOWED[Act.DECIDE_LEAVE]
    inside = [held.unit for held in actor.appointments if held.role in roles]
    found = leaves.waiting_in(tx, inside, PAGE)
    return tuple(_waiting(tx, leave, actor.zone) for leave in found if leave.person != actor.person)


def mine(tx: Transaction, actor: Actor, now: datetime) -> tuple[LeaveDecided, ...]:
    """The actor's leaves that are not over."""
    return tuple(_decided(tx, leave, actor.zone, now) for leave in leaves.standing_of(tx, known(actor), now))


def name_of(tx: Transaction, leave: Leave) -> str:
    """Whose leave it is."""
    return people.names_of(tx, [leave.person])[leave.person]


def asked_facts(tx: Transaction, leave_id: int, to: Destination) -> LeaveAsked | None:
    """What those who decide are told; None once it is decided or withdrawn, or to the one who asked."""
    leave = leaves.leave_with(tx, LeaveId(leave_id))
    if leave is None or not leave.undecided or leave.person == to.person:
        return None
    return _waiting(tx, leave, to.zone)


def decided_facts(tx: Transaction, leave_id: int, to: Destination, now: datetime) -> LeaveDecided | None:
    """What the one who asked is told; None when they have withdrawn it meanwhile."""
    leave = leaves.leave_with(tx, LeaveId(leave_id))
    if leave is None or leave.person != to.person or leave.state is LeaveState.WITHDRAWN:
        return None
    return _decided(tx, leave, to.zone, now)


def forget_reasons(tx: Transaction, now: datetime, limit: int) -> int:
    """Delete some of what people wrote thirty days ago; how many."""
    return leaves.forget_reasons(tx, now - REASON_KEPT, limit)


def _asked(
    tx: Transaction, leave_id: LeaveId, activity: Activity | None, zone: str, now: datetime
) -> LeaveReceipt:
    leave = leaves.leave_with(tx, leave_id)
    if leave is None:
        raise Gone
    roles = ALLOWED[Act.DECIDE_LEAVE]
    deciders = set(holders_of(tx, leave.branch, roles, today(now, zone))) - {leave.person}
    cause = Cause(f"leave:{leave_id}", now.isoformat(), "asked")
    reached = deliveries.owe_people(tx, cause, Delivered.LEAVE_ASKED, leave_id, sorted(deciders), now)
    return LeaveReceipt(leave, activity, zone, already=False, deciders=reached)


def _checked(reason: str | None) -> str | None:
    typed = (reason or "").strip()
    if len(typed) > REASON_LIMIT:
        raise TooLong(len(typed), REASON_LIMIT)
    return typed or None


def _waiting(tx: Transaction, leave: Leave, zone: str) -> LeaveAsked:
    return LeaveAsked(leave, name_of(tx, leave), *_where(tx, leave, zone))


def _decided(tx: Transaction, leave: Leave, zone: str, now: datetime) -> LeaveDecided:
    activity, zone = _where(tx, leave, zone)
    match leave.state:
        case LeaveState.APPROVED | LeaveState.ASKED:
            make_up = activity is not None and activity.starts_at <= now
        case LeaveState.DECLINED | LeaveState.WITHDRAWN:
            make_up = False
        case _:
            assert_never(leave.state)
    return LeaveDecided(leave, activity, zone, make_up)


def _where(tx: Transaction, leave: Leave, zone: str) -> tuple[Activity | None, str]:
    """The activity a leave is for, and the zone to tell its times in: of a span, the reader's."""
    if leave.activity is not None:
        activity = gatherings.planned(tx, leave.activity)
        return activity, activity.zone
    return None, zone


def _covered(tx: Transaction, leave: Leave) -> list[Activity]:
    if leave.activity is not None:
        found = activities.activity_with(tx, leave.activity)
        return [found] if found else []
    on = leave.starts_at.date()
    held_by = [leave.branch, *(unit.id for unit in units.children_of(tx, leave.branch, on))]
    return activities.between(tx, held_by, leave.starts_at, leave.ends_at)


def _begun(tx: Transaction, leave: Leave) -> list[Activity]:
    return [one for one in _covered(tx, leave) if one.state in {State.STARTED, State.CONFIRMED}]


def _mark_cards(tx: Transaction, leave: Leave) -> None:
    for activity in _covered(tx, leave):
        cards.mark_stale(tx, "activity", activity.id)
