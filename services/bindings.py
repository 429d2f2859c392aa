"""/bind and /unbind: a group, or one thread of a forum, stands for one branch."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice

from domain.actors import Actor
from domain.bindings import Bound, ChooseUnit, Room
from domain.errors import Gone, GroupWanted, NotBound, NothingToBind, OtherUnitBound
from domain.ids import UnitId
from domain.names import name_key, parse_unit_path
from domain.roles import Act
from domain.units import Unit
from services.actors import known, permit, today, units_where
from storage import audit, chats, units
from storage.database import Transaction

OFFERED = 8  # units on one screen; whoever may bind more names one: /bind 第一党支部


def bind(tx: Transaction, actor: Actor, room: Room, asked: str, now: datetime) -> Bound | ChooseUnit:
    """Bind the chat to the only branch the actor may bind, or to the one named; else let them choose.

    Raises GroupWanted in private, NothingToBind without the right anywhere, OtherUnitBound.
    """
    known(actor)
    if not room.is_group:
        raise GroupWanted
    found = tuple(islice(_bindable(tx, actor, asked, today(now, actor.zone)), OFFERED))
    if not found:
        raise NothingToBind
    if len(found) > 1:
        return ChooseUnit(found)
    return bind_to(tx, actor, room, found[0].id, now)


def bind_to(tx: Transaction, actor: Actor, room: Room, unit: UnitId, now: datetime) -> Bound:
    """Bind the chat to this unit. Raises NotForYou, GroupWanted, OtherUnitBound."""
    person = known(actor)
    found = permit(tx, actor, Act.BIND_CHAT, unit, now)
    if not room.is_group:
        raise GroupWanted
    chat = chats.meet(tx, room.platform, room.bot_id, room.chat_id, room.kind, now, room.thread)
    stands_for = chats.unit_of(tx, chat)
    if stands_for == unit:
        return Bound(found, before=True)
    if stands_for is not None:
        other = units.unit_with(tx, stands_for, today(now, actor.zone))
        raise OtherUnitBound(other.name if other else "")
    chats.bind(tx, chat, unit, person, now)
    audit.note(tx, person, "bound", "chat", chat, now, unit)
    return Bound(found)


def unbind(tx: Transaction, actor: Actor, room: Room, now: datetime) -> Unit:
    """Let the chat stand for nothing; the branch it stood for. Raises NotBound, NotForYou."""
    person = known(actor)
    if not room.is_group:
        raise GroupWanted
    chat = chats.chat_with(tx, room.platform, room.bot_id, room.chat_id, room.thread)
    unit = chats.unit_of(tx, chat) if chat is not None else None
    if chat is None or unit is None:
        raise NotBound
    found = permit(tx, actor, Act.BIND_CHAT, unit, now)
    chats.unbind(tx, chat)
    audit.note(tx, person, "unbound", "chat", chat, now, unit)
    return found


def _bindable(tx: Transaction, actor: Actor, asked: str, on: date) -> Iterator[Unit]:
    """One after another: who keeps thousands is offered the first few, or names one."""
    path = parse_unit_path(asked)
    branches: dict[UnitId, str] = {}
    for unit in units_where(actor, Act.BIND_CHAT):
        branches |= units.names_of_branches(tx, unit, on)
    for branch, name in branches.items():
        if path and name_key(name) != name_key(path[-1]):
            continue
        found = units.unit_with(tx, branch, on)
        if found is None:
            raise Gone
        ends_so = [*map(name_key, found.path[-len(path) :])] == [*map(name_key, path)]
        if not path or ends_so:
            yield found
