"""Hand-overs set down, and what a role has open."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update

from domain.activities import Kind, State
from domain.handovers import Duty, Handover, HandoverPlan, HandoverState, OpenDuty
from domain.ids import AppointmentId, HandoverId, PersonId, UnitId
from domain.joining import UNDECIDED
from domain.leaves import LeaveState
from domain.roles import Role
from domain.topics import TopicState
from domain.transfers import OPEN as UNDER_WAY
from storage.database import Transaction
from storage.tables import Activity as activities
from storage.tables import Appointment as appointments
from storage.tables import Chat as chats
from storage.tables import Claim as claims
from storage.tables import Handover as handovers
from storage.tables import Leave as leaves
from storage.tables import Membership as memberships
from storage.tables import Person as people
from storage.tables import Schedule as schedules
from storage.tables import Topic as topics
from storage.tables import TopicBranch as given
from storage.tables import Transfer as transfers

LISTED = 200  # of one kind on a sheet
PRIVATE = "private"
OPEN = (HandoverState.ASKED, HandoverState.CONFIRMED)


def ask(tx: Transaction, plan: HandoverPlan, unit: UnitId, now: datetime) -> HandoverId:
    """Set one down that waits for a word from above."""
    made: HandoverId = tx.execute(
        insert(handovers)
        .values(
            appointment_id=plan.appointment,
            unit_id=unit,
            successor_id=plan.successor,
            effective_on=plan.on,
            drafts=plan.drafts,
            state=HandoverState.ASKED,
            asked_at=now,
        )
        .returning(handovers.id)
    ).scalar_one()
    return made


def handover_with(tx: Transaction, handover: HandoverId) -> Handover | None:
    """A hand-over as it stands."""
    found = _handovers(tx, handovers.id == handover)
    return found[0] if found else None


def waiting_for(tx: Transaction, appointment: AppointmentId) -> Handover | None:
    """The one that waits, for a word or its day."""
    found = _handovers(tx, handovers.appointment_id == appointment, handovers.state.in_(OPEN))
    return found[0] if found else None


def asked(tx: Transaction, limit: int) -> list[Handover]:
    """Those that wait for a word, the longest waiting first."""
    return _handovers(tx, handovers.state == HandoverState.ASKED, limit=limit)


def due(tx: Transaction, now: datetime, limit: int) -> list[Handover]:
    """Confirmed ones whose day has come."""
    come = (handovers.state == HandoverState.CONFIRMED, handovers.takes_effect_at <= now)
    return _handovers(tx, *come, limit=limit)


def next_moment(tx: Transaction, now: datetime) -> datetime | None:
    """When the next one takes effect."""
    asked = select(func.min(handovers.takes_effect_at)).where(
        handovers.state == HandoverState.CONFIRMED, handovers.takes_effect_at > now
    )
    moment: datetime | None = tx.execute(asked).scalar()
    return moment


def settle(
    tx: Transaction, handover: HandoverId, was: HandoverState, now: HandoverState, **more: Any
) -> bool:
    """From one state to another; False where somebody was quicker."""
    change = (
        update(handovers).where(handovers.id == handover, handovers.state == was).values(state=now, **more)
    )
    return tx.execute(change).rowcount == 1


def move_drafts(
    tx: Transaction, unit: UnitId, giver: PersonId, successor: PersonId, handover: HandoverId
) -> int:
    """Unfinished work of the giver on that unit is the successor's; under keys of its own. How many."""
    moved = 0
    for table, draft in ((topics, TopicState.DRAFT), (activities, State.DRAFT)):
        mine = (table.unit_id == unit, table.created_by == giver, table.state == draft)
        for key in tx.execute(select(table.id).where(*mine).order_by(table.id)).scalars().all():
            values = {"created_by": successor, "draft_key": f"handover:{handover}:{key}"}
            tx.execute(update(table).where(table.id == key).values(values))
            moved += 1
    return moved


def duties_of(
    tx: Transaction, units: Collection[UnitId], giver: PersonId | None, now: datetime
) -> list[OpenDuty]:
    """What is open on the units, the nearest first of each kind; drafts are the giver's."""
    here = list(units)
    return [
        *_leaves(tx, here),
        *_joins(tx, here),
        *_transfers(tx, here),
        *_topics(tx, here, now),
        *_activities(tx, here, now),
        *_others(tx, here),
        *(_drafts(tx, here, giver) if giver is not None else ()),
    ]


def _leaves(tx: Transaction, units: list[UnitId]) -> list[OpenDuty]:
    found = tx.execute(
        select(people.name, leaves.starts_at)
        .join(memberships, memberships.id == leaves.membership_id)
        .join(people, people.id == memberships.person_id)
        .where(leaves.branch_id.in_(units), leaves.state == LeaveState.ASKED)
        .order_by(leaves.starts_at, leaves.id)
        .limit(LISTED)
    )
    return [OpenDuty(Duty.REQUEST, row.name, row.starts_at) for row in found]


def _joins(tx: Transaction, units: list[UnitId]) -> list[OpenDuty]:
    found = tx.execute(
        select(func.coalesce(people.name, claims.typed_name).label("name"), claims.asked_at)
        .outerjoin(people, people.id == claims.person_id)
        .where(claims.unit_id.in_(units), claims.state.in_(sorted(UNDECIDED)))
        .order_by(claims.id)
        .limit(LISTED)
    )
    return [OpenDuty(Duty.JOIN, row.name or "", row.asked_at) for row in found]


def _transfers(tx: Transaction, units: list[UnitId]) -> list[OpenDuty]:
    found = tx.execute(
        select(people.name)
        .select_from(transfers)
        .join(memberships, memberships.id == transfers.membership_id)
        .join(people, people.id == memberships.person_id)
        .where(
            transfers.from_id.in_(units) | transfers.to_id.in_(units),
            transfers.state.in_(sorted(UNDER_WAY)),
        )
        .order_by(transfers.id)
        .limit(LISTED)
    )
    return [OpenDuty(Duty.TRANSFER, name) for name in found.scalars()]


def _topics(tx: Transaction, units: list[UnitId], now: datetime) -> list[OpenDuty]:
    found = tx.execute(
        select(topics.title, func.max(given.closes_at).label("until"))
        .join(given, given.topic_id == topics.id)
        .where(
            topics.unit_id.in_(units) | given.branch_id.in_(units),
            topics.state == TopicState.SCHEDULED,
            given.closes_at > now,
        )
        .group_by(topics.id, topics.title)
        .order_by(func.max(given.closes_at), topics.id)
        .limit(LISTED)
    )
    return [OpenDuty(Duty.TOPIC, row.title, row.until) for row in found]


def _activities(tx: Transaction, units: list[UnitId], now: datetime) -> list[OpenDuty]:
    found = tx.execute(
        select(activities.title, activities.kind, activities.starts_at, activities.state)
        .where(
            activities.unit_id.in_(units),
            ((activities.state == State.PLANNED) & (activities.ends_at > now))
            | (activities.state == State.STARTED),
        )
        .order_by(activities.starts_at, activities.id)
        .limit(LISTED)
    )
    return [
        OpenDuty(
            Duty.ROLL if row.state == State.STARTED else Duty.ACTIVITY,
            row.title,
            row.starts_at,
            Kind(row.kind),
        )
        for row in found
    ]


def _others(tx: Transaction, units: list[UnitId]) -> list[OpenDuty]:
    going_on = tx.execute(
        select(schedules.title, schedules.kind)
        .where(schedules.unit_id.in_(units), schedules.ended_at.is_(None))
        .order_by(schedules.id)
        .limit(LISTED)
    )
    bound = tx.execute(
        select(chats.bound_at)
        .where(chats.unit_id.in_(units), chats.kind != PRIVATE)
        .order_by(chats.id)
        .limit(LISTED)
    )
    return [
        *(OpenDuty(Duty.SCHEDULE, row.title, kind=Kind(row.kind)) for row in going_on),
        *(OpenDuty(Duty.CHAT, "", since=at) for at in bound.scalars()),
    ]


def _drafts(tx: Transaction, units: list[UnitId], giver: PersonId) -> list[OpenDuty]:
    mine = (topics.unit_id.in_(units), topics.created_by == giver, topics.state == TopicState.DRAFT)
    written = tx.execute(select(topics.title).where(*mine).order_by(topics.id).limit(LISTED))
    own = (activities.unit_id.in_(units), activities.created_by == giver, activities.state == State.DRAFT)
    planned = tx.execute(
        select(activities.title, activities.starts_at, activities.kind)
        .where(*own)
        .order_by(activities.id)
        .limit(LISTED)
    )
    return [
        *(OpenDuty(Duty.DRAFT, title) for title in written.scalars()),
        *(OpenDuty(Duty.DRAFT, row.title, row.starts_at, Kind(row.kind)) for row in planned),
    ]


def _handovers(tx: Transaction, *which: ColumnElement[bool], limit: int | None = None) -> list[Handover]:
    found = tx.execute(
        select(
            handovers.id,
            handovers.appointment_id,
            appointments.person_id,
            handovers.unit_id,
            appointments.role,
            handovers.successor_id,
            handovers.effective_on,
            handovers.drafts,
            handovers.state,
            handovers.decided_by,
            handovers.takes_effect_at,
            handovers.successor_appointment_id,
        )
        .join(appointments, appointments.id == handovers.appointment_id)
        .where(*which)
        .order_by(handovers.id)
        .limit(limit)
    )
    return [
        Handover(key, held, giver, unit, Role(role), to, on, drafts, HandoverState(state), by, at, made)
        for key, held, giver, unit, role, to, on, drafts, state, by, at, made in found
    ]
