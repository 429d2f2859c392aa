"""/me: my record this year."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from handlers.database import UpdateDatabase
from handlers.screens import said_in_private, shown_in_place
from handlers.words import MenuTo
from messages import records
from services import records as services

router = Router(name="records")


@router.message(Command("me"))
async def me(message: Message, actor: Actor, db: UpdateDatabase, now: datetime, bot_username: str) -> None:
    record = await db.read(services.record_of, actor, now)
    await said_in_private(message, records.screen(record), bot_username)


@router.callback_query(MenuTo("me"))
async def me_chosen(query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime) -> None:
    await shown_in_place(query, records.screen(await db.read(services.record_of, actor, now)))
