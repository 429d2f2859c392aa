"""/bind and /unbind, sent in the group or forum thread itself."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from domain.bindings import Room
from domain.errors import Gone
from handlers.database import UpdateDatabase
from handlers.screens import shown_in_place
from messages import bindings
from messages.bindings import BindTap
from services import bindings as services

router = Router(name="bindings")


@router.message(Command("bind"))
async def bind(
    message: Message, command: CommandObject, actor: Actor, db: UpdateDatabase, now: datetime, bot_id: int
) -> None:
    room = _room(message, actor, bot_id)
    outcome = await db.write(services.bind, actor, room, command.args or "", now)
    await message.answer(**bindings.answer(outcome).spoken())


@router.callback_query(BindTap.filter())
async def binds(
    query: CallbackQuery,
    callback_data: BindTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    bot_id: int,
) -> None:
    if not isinstance(query.message, Message):
        raise Gone
    room = _room(query.message, actor, bot_id)
    outcome = await db.write(services.bind_to, actor, room, callback_data.unit, now)
    await shown_in_place(query, bindings.answer(outcome))


@router.message(Command("unbind"))
async def unbind(message: Message, actor: Actor, db: UpdateDatabase, now: datetime, bot_id: int) -> None:
    unit = await db.write(services.unbind, actor, _room(message, actor, bot_id), now)
    await message.answer(**bindings.unbound(unit).spoken())


def _room(message: Message, actor: Actor, bot_id: int) -> Room:
    thread = message.message_thread_id if message.is_topic_message else None
    return Room(actor.account.platform, bot_id, message.chat.id, thread or 0, message.chat.type)
