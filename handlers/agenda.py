"""/agenda: what is coming, with one's answer in private and nobody's in a group."""

from datetime import datetime

from aiogram import Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.activities import Notice
from domain.actors import Actor
from handlers.database import UpdateDatabase
from handlers.screens import shown_in_place
from handlers.words import InPrivate, MenuTo
from messages import activities as cards
from messages import agenda as words
from messages.agenda import AgendaTap, CardTap
from messages.outgoing import Outgoing
from services import activities, attendance, notices

router = Router(name="agenda")
router.callback_query.filter(InPrivate())


@router.message(Command("agenda"))
async def agenda(message: Message, actor: Actor, db: UpdateDatabase, bot_id: int, now: datetime) -> None:
    if message.chat.type == ChatType.PRIVATE:
        await message.answer(**(await _mine(actor, db, now)).spoken())
        return
    # A reply outside a forum carries a thread number too, which is no thread of ours.
    thread = (message.message_thread_id or 0) if message.is_topic_message else 0
    place = (actor.account.platform, bot_id, message.chat.id, thread)
    coming = await db.read(activities.agenda_here, *place, now)
    await message.reply(**words.agenda_for_all(coming).spoken())


@router.callback_query(MenuTo("agenda"))
@router.callback_query(AgendaTap.filter())
async def back(query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime) -> None:
    await shown_in_place(query, await _mine(actor, db, now))


@router.callback_query(CardTap.filter())
async def opened(
    query: CallbackQuery, callback_data: CardTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    notice: Notice = await db.read(notices.card, actor, callback_data.activity, now)
    await shown_in_place(query, cards.card(notice))


async def _mine(actor: Actor, db: UpdateDatabase, now: datetime) -> Outgoing:
    coming = await db.read(activities.agenda, actor, now)
    return words.agenda(coming, await db.read(attendance.to_make_up, actor, now))
