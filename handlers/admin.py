"""/admin: how the bot is doing, and what waits for an administrator."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, Filter
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from handlers.database import UpdateDatabase
from handlers.screens import said_in_private, shown_in_place
from handlers.words import InPrivate, MenuTo
from messages import admin as words
from messages.admin import AdminTap
from services import admin

router = Router(name="admin")


class Screen(Filter):
    """A button that leads to one of these screens, in the private chat: elsewhere it was forged."""

    def __init__(self, *names: str) -> None:
        self.names = frozenset(names)

    async def __call__(self, query: CallbackQuery, callback_data: AdminTap) -> bool:
        return callback_data.screen in self.names and await InPrivate()(query)


@router.message(Command("admin"))
async def typed(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, bot_id: int, bot_username: str
) -> None:
    facts = await db.read(admin.overview, actor, bot_id, now)
    await said_in_private(message, words.screen(facts), bot_username)


@router.callback_query(MenuTo("admin"))
async def chosen(query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime, bot_id: int) -> None:
    await shown_in_place(query, words.screen(await db.read(admin.overview, actor, bot_id, now)))


@router.callback_query(AdminTap.filter(), Screen("all"))
async def refreshed(
    query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime, bot_id: int
) -> None:
    await shown_in_place(query, words.screen(await db.read(admin.overview, actor, bot_id, now)))
