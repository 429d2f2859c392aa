"""/roster: the members of my branch, or how a roster is handed in."""

from datetime import datetime

from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from handlers.database import UpdateDatabase
from handlers.rosters import send_template
from handlers.screens import shown_in_place
from handlers.words import MenuTo
from messages import home, roster_files
from messages import members as words
from messages.members import MembersTap, MemberTap
from services import members

router = Router(name="members")


@router.message(Command("roster"))
async def typed(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, bot: Bot, bot_username: str
) -> None:
    found = await db.read(members.asked_for, actor, now)
    if message.chat.type != ChatType.PRIVATE:
        await message.reply(**home.way_in(bot_username).spoken())
    screen = words.screen(found) if found else roster_files.how()
    await bot.send_message(actor.account.user_id, **screen.spoken())
    if found is None:
        await send_template(bot, actor, now)


@router.callback_query(MenuTo("roster"))
async def chosen(query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime) -> None:
    found = await db.read(members.asked_for, actor, now)
    await shown_in_place(query, words.screen(found) if found else roster_files.how())


@router.callback_query(MemberTap.filter())
async def opened(
    query: CallbackQuery, callback_data: MemberTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    found = await db.read(members.one, actor, callback_data.membership, now)
    await shown_in_place(query, words.page(found))


@router.callback_query(MembersTap.filter())
async def turned(
    query: CallbackQuery, callback_data: MembersTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    found = await db.read(members.listed, actor, callback_data.unit, callback_data.page, now)
    await shown_in_place(query, words.screen(found))
