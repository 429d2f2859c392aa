"""Where chats are and whether they can be spoken in; what happens to a chat happens to its queue."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import delete, exists, or_, select, update

from domain.deliveries import State
from domain.ids import ChatId, DeliveryId, PersonId
from domain.roles import Role
from storage.database import Transaction
from storage.tables import Appointment as appointments
from storage.tables import Card as cards
from storage.tables import Chat as chats
from storage.tables import Delivery as deliveries
from storage.tables import Unit as units

WAITING = (State.READY, State.LEASED)


def lose(tx: Transaction, chat: ChatId, reason: str, now: datetime) -> int:
    """The chat cannot be spoken in until somebody opens it again; its queue is cancelled: how many."""
    _set_state(tx, chat, "unreachable", reason, now)
    return tx.execute(
        update(deliveries)
        .where(deliveries.chat_id == chat, deliveries.state.in_(WAITING))
        .values(state=State.CANCELLED, reason=reason, settled_at=now)
    ).rowcount


def end_if_lost(tx: Transaction, ids: Collection[DeliveryId], now: datetime) -> None:
    """What is ready again to a chat that was lost meanwhile shares the end of its queue."""
    lost = select(chats.id).where(chats.id == deliveries.chat_id, chats.state == "unreachable")
    tx.execute(
        update(deliveries)
        .where(deliveries.id.in_(list(ids)), deliveries.state == State.READY, lost.exists())
        .values(state=State.CANCELLED, reason="lost meanwhile", settled_at=now)
    )


def suspend(tx: Transaction, chat: ChatId, reason: str, now: datetime) -> None:
    """The bot may not write in the chat for now; its queue waits."""
    _set_state(tx, chat, "suspended", reason, now)


def find(tx: Transaction, chat: ChatId, now: datetime) -> None:
    """The chat can be spoken in again."""
    _set_state(tx, chat, "reachable", None, now)


def _set_state(tx: Transaction, chat: ChatId, state: str, reason: str | None, now: datetime) -> None:
    tx.execute(
        update(chats)
        .where(chats.id == chat, chats.state != state)
        .values(state=state, state_reason=reason, state_since=now)
    )


def pause(tx: Transaction, chat: ChatId, until: datetime) -> None:
    """The platform asked for patience in this chat; kept, so that a restart is patient too."""
    tx.execute(update(chats).where(chats.id == chat).values(paused_until=until))


def threads_at(tx: Transaction, bot_id: int, platform_chat_id: int) -> list[ChatId]:
    """Our keys of a group and all its threads."""
    return list(
        tx.execute(
            select(chats.id)
            .where(chats.bot_id == bot_id, chats.chat_id == platform_chat_id)
            .order_by(chats.id)
        ).scalars()
    )


def move(
    tx: Transaction, chat: ChatId, platform_chat_id: int, thread_id: int | None, now: datetime
) -> ChatId:
    """The chat has another number now (thread None: the same); merged with the one already known by it."""
    old = tx.execute(select(chats).where(chats.id == chat)).one()
    thread = old.thread_id if thread_id is None else thread_id
    there = tx.execute(
        select(chats.id, chats.unit_id).where(
            chats.platform == old.platform,
            chats.bot_id == old.bot_id,
            chats.chat_id == platform_chat_id,
            chats.thread_id == thread,
            chats.id != chat,
        )
    ).first()
    kind = "supergroup" if platform_chat_id != old.chat_id else old.kind
    if platform_chat_id != old.chat_id:
        _leave_cards(tx, chat)
    if there is None:
        tx.execute(
            update(chats)
            .where(chats.id == chat)
            .values(chat_id=platform_chat_id, thread_id=thread, kind=kind)
        )
        return chat
    _merge(tx, chat, there.id, now)
    if there.unit_id is None and old.unit_id is not None:
        tx.execute(
            update(chats)
            .where(chats.id == there.id)
            .values(unit_id=old.unit_id, bound_at=old.bound_at, bound_by=old.bound_by)
        )
    tx.execute(update(chats).where(chats.id == chat).values(unit_id=None))
    lose(tx, chat, "moved", now)
    return ChatId(there.id)


def _leave_cards(tx: Transaction, chat: ChatId) -> None:
    """Messages are numbered anew where the chat goes: the old number is another message there."""
    left = {"message_id": None, "shown": None, "stale": False, "pinned_at": None}
    tx.execute(update(cards).where(cards.chat_id == chat).values(**left))


def _merge(tx: Transaction, old: ChatId, new: ChatId, now: datetime) -> None:
    """What is owed to and stands in the old chat belongs to the new one, unless it has its own already."""
    twin = deliveries.__table__.alias("twin")
    doubled = exists().where(
        twin.c.chat_id == new,
        twin.c.occurrence_id == deliveries.occurrence_id,
        twin.c.part == deliveries.part,
        twin.c.op == deliveries.op,
    )
    tx.execute(update(deliveries).where(deliveries.chat_id == old, ~doubled).values(chat_id=new))
    tx.execute(
        update(deliveries)
        .where(deliveries.chat_id == old, deliveries.state.in_(WAITING))
        .values(state=State.CANCELLED, reason="merged", settled_at=now)
    )
    own = cards.__table__.alias("own")
    has_own = exists().where(
        own.c.chat_id == new, own.c.subject_kind == cards.subject_kind, own.c.subject_id == cards.subject_id
    )
    tx.execute(delete(cards).where(cards.chat_id == old, has_own))
    tx.execute(update(cards).where(cards.chat_id == old).values(chat_id=new))


def secretaries_of(tx: Transaction, chat: ChatId, on: date) -> list[PersonId]:
    """Who keeps the branch a chat is bound to."""
    return list(
        tx.execute(
            select(appointments.person_id)
            .distinct()
            .join(chats, chats.unit_id == appointments.unit_id)
            .where(
                chats.id == chat,
                appointments.role.in_([Role.SECRETARY, Role.DEPUTY]),
                appointments.since <= on,
                or_(appointments.until.is_(None), appointments.until > on),
            )
        ).scalars()
    )


def closed_branch(tx: Transaction, chat: ChatId) -> tuple[str, bool] | None:
    """Name of the branch whose chat the bot may not write in, and whether it is out; None where it may."""
    row = tx.execute(
        select(units.name, chats.state)
        .join(chats, chats.unit_id == units.id)
        .where(chats.id == chat, chats.state.in_(("suspended", "unreachable")))
    ).first()
    return None if row is None else (row.name, row.state == "unreachable")
