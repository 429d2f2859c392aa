"""/burden: how often the bot writes to members unasked."""

from collections.abc import Mapping
from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from domain.meters import Meter
from domain.summaries import read_request
from handlers.database import UpdateDatabase
from handlers.screens import said_in_private, shown_in_place
from handlers.words import InPrivate, MenuTo
from messages import meters as messages
from messages.meters import MeterTap
from messages.outgoing import Outgoing
from services import meters
from services.actors import today

router = Router(name="meters")


@router.message(Command("burden"))
async def asked(
    message: Message,
    command: CommandObject,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
    bot_username: str,
) -> None:
    shown = await _asked(command.args or "", actor, db, now, fallback)
    await said_in_private(message, shown, bot_username)


@router.callback_query(MenuTo("burden"))
async def chosen(
    query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime, fallback: Mapping[str, str]
) -> None:
    await shown_in_place(query, await _asked("", actor, db, now, fallback))


@router.callback_query(MeterTap.filter(), InPrivate())
async def opened(
    query: CallbackQuery,
    callback_data: MeterTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
) -> None:
    meter = await db.read(meters.meter_of, actor, callback_data.unit, now, fallback)
    await shown_in_place(query, messages.screen(meter))


async def _asked(
    words: str, actor: Actor, db: UpdateDatabase, now: datetime, fallback: Mapping[str, str]
) -> Outgoing:
    request = read_request(words, today(now, actor.zone))
    found = await db.read(meters.meter_asked_for, actor, request, now, fallback)
    return messages.screen(found) if isinstance(found, Meter) else messages.choice(found)
