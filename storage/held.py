"""Deliveries that wait for a person, found by their state."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, or_, select

from domain.deliveries import Cause, Kind, State
from domain.held import PausedCause, Stuck, Subject
from domain.ids import DeliveryId, OccurrenceId
from storage.database import Transaction
from storage.tables import Account as accounts
from storage.tables import Activity as activities
from storage.tables import Chat as chats
from storage.tables import Delivery as deliveries
from storage.tables import Membership as memberships
from storage.tables import Occurrence as occurrences
from storage.tables import Topic as topics
from storage.tables import Unit as units

PRIVATE = "private"
UNREACHABLE = "unreachable"
UNDER_WAY = (State.LEASED, State.SENDING, State.AMBIGUOUS)
GIVEN_UP = (State.DEAD, State.CANCELLED)
ABOUT_TOPIC = (Kind.TOPIC_NOTICE, Kind.TOPIC_PUSH, Kind.TOPIC_REMINDER)
ABOUT_ACTIVITY = (
    Kind.ACTIVITY_NOTICE,
    Kind.ACTIVITY_REMINDER,
    Kind.ACTIVITY_ROSTER,
    Kind.ACTIVITY_CANCELLED,
)


def on_shelf(bot_id: int, state: State) -> ColumnElement[bool]:
    """Deliveries in a state. Written out, or SQLite would not see which index of few covers the question."""
    group = next((one for one in (UNDER_WAY, GIVEN_UP) if state in one), (state,))
    written = [
        deliveries.state.in_(
            bindparam("among", list(group), expanding=True, literal_execute=True, unique=True)
        )
        if len(group) > 1
        else deliveries.state == bindparam("state", state, literal_execute=True, unique=True)
    ]
    return and_(deliveries.bot_id == bot_id, *written, deliveries.state == state)


def count(tx: Transaction, bot_id: int, state: State, cause: OccurrenceId | None = None) -> int:
    """How many lie there, of one cause or of all."""
    of = () if cause is None else (deliveries.occurrence_id == cause,)
    asked = select(func.count()).select_from(deliveries).where(on_shelf(bot_id, state), *of)
    return tx.execute(asked).scalar_one()


def listed(
    tx: Transaction,
    bot_id: int,
    state: State,
    limit: int,
    offset: int = 0,
    causes: Collection[OccurrenceId] | None = None,
) -> list[Stuck]:
    """Some of what lies there, cause by cause, in the order it was owed."""
    of = () if causes is None else (deliveries.occurrence_id.in_(list(causes)),)
    asked = (
        _stuck()
        .where(on_shelf(bot_id, state), *of)
        .order_by(deliveries.occurrence_id, deliveries.id)
        .limit(limit)
        .offset(offset)
    )
    return [_as_stuck(row) for row in tx.execute(asked).all()]


def stuck_with(tx: Transaction, bot_id: int, delivery: DeliveryId) -> Stuck | None:
    """One delivery of the bot, whatever its state; nobody else changes it before this act ends."""
    asked = _stuck().where(deliveries.bot_id == bot_id, deliveries.id == delivery)
    row = tx.execute(asked.with_for_update(of=deliveries)).first()
    return None if row is None else _as_stuck(row)


def counts_of(
    tx: Transaction, bot_id: int, state: State, causes: Collection[OccurrenceId]
) -> dict[OccurrenceId, int]:
    """How many of each of these causes lie there."""
    found = tx.execute(
        select(deliveries.occurrence_id, func.count())
        .where(on_shelf(bot_id, state), deliveries.occurrence_id.in_(list(causes)))
        .group_by(deliveries.occurrence_id)
    ).all()
    return {row[0]: row[1] for row in found}


def sendable_now(now: datetime) -> ColumnElement[bool]:
    """Where the chat can be spoken in, or will again, and the time has not passed."""
    lost = select(chats.id).where(chats.id == deliveries.chat_id, chats.state == UNREACHABLE)
    return and_(~lost.exists(), or_(deliveries.expires_at.is_(None), deliveries.expires_at > now))


def sendable(tx: Transaction, bot_id: int, state: State, cause: OccurrenceId, now: datetime) -> int:
    """How many of a cause could be sent again to some purpose."""
    where = (on_shelf(bot_id, state), deliveries.occurrence_id == cause, sendable_now(now))
    return tx.execute(select(func.count()).select_from(deliveries).where(*where)).scalar_one()


def paused(tx: Transaction, bot_id: int) -> list[PausedCause]:
    """Causes that wait for somebody to look, with how many messages of the bot wait with them."""
    waiting = (
        select(func.count())
        .where(deliveries.occurrence_id == occurrences.id, on_shelf(bot_id, State.READY))
        .scalar_subquery()
    )
    asked = (
        _subjects(select(occurrences.paused_reason, waiting.label("waiting"), *_SUBJECT))
        .where(occurrences.paused_reason.is_not(None))
        .order_by(occurrences.id)
    )
    return [PausedCause(_as_subject(row), row.paused_reason, row.waiting) for row in tx.execute(asked).all()]


def subject_of(tx: Transaction, cause: OccurrenceId) -> Subject | None:
    """What a cause is about."""
    asked: Select[*tuple[Any, ...]] = select(*_SUBJECT)
    row = tx.execute(_subjects(asked).where(occurrences.id == cause)).first()
    return None if row is None else _as_subject(row)


def causes_called(
    tx: Transaction, series: str, slot: str | None, stage: str | None
) -> Sequence[OccurrenceId]:
    """The causes of a series, or of one slot or stage of it."""
    given = {occurrences.slot: slot, occurrences.stage: stage}
    narrower = [column == value for column, value in given.items() if value is not None]
    asked = select(occurrences.id).where(occurrences.series == series, *narrower).order_by(occurrences.id)
    return tx.execute(asked).scalars().all()


# What a cause is about, beside the columns of whatever is asked.
_SUBJECT = (
    occurrences.id.label("occurrence"),
    occurrences.series,
    occurrences.slot,
    occurrences.stage,
    occurrences.kind,
    func.coalesce(topics.title, activities.title).label("title"),
)


def _subjects(asked: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    about_topic = and_(topics.id == occurrences.subject_id, occurrences.kind.in_(ABOUT_TOPIC))
    about_activity = and_(activities.id == occurrences.subject_id, occurrences.kind.in_(ABOUT_ACTIVITY))
    return asked.outerjoin(topics, about_topic).outerjoin(activities, about_activity)


def _stuck() -> Select[*tuple[Any, ...]]:
    """A person's own unit for a private chat, else the unit a group stands for."""
    own = (
        select(memberships.branch_id)
        .join(accounts, accounts.person_id == memberships.person_id)
        .where(
            accounts.platform == chats.platform,
            accounts.user_id == chats.chat_id,
            accounts.unlinked_at.is_(None),
            memberships.until.is_(None),
            chats.kind == PRIVATE,
        )
        .order_by(memberships.id)
        .limit(1)
        .correlate(chats)
        .scalar_subquery()
    )
    unit = select(units.name).where(units.id == func.coalesce(own, chats.unit_id)).scalar_subquery()
    columns = (
        deliveries.id,
        deliveries.state,
        deliveries.settled_at,
        deliveries.not_before,
        deliveries.reason,
        deliveries.attempts,
        deliveries.maybe_repeat,
        deliveries.expires_at,
        chats.kind.label("chat_kind"),
        chats.state.label("chat_state"),
        unit.label("unit"),
    )
    asked = (
        select(*columns, *_SUBJECT)
        .select_from(deliveries)
        .join(occurrences, occurrences.id == deliveries.occurrence_id)
        .join(chats, chats.id == deliveries.chat_id)
    )
    return _subjects(asked)


def _as_stuck(row: Row[Any]) -> Stuck:
    return Stuck(
        row.id,
        State(row.state),
        _as_subject(row),
        row.unit,
        row.chat_kind == PRIVATE,
        row.chat_state != UNREACHABLE,
        row.settled_at or row.not_before,
        row.reason,
        row.attempts,
        row.maybe_repeat,
        row.expires_at,
    )


def _as_subject(row: Row[Any]) -> Subject:
    cause = Cause(row.series, row.slot, row.stage)
    return Subject(row.occurrence, cause, Kind(row.kind), row.title or None)
