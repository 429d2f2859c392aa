"""[✅ 参加]: on the group's card and in private."""

from datetime import datetime

from aiogram import Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from domain.ids import ActivityId
from handlers.database import UpdateDatabase
from handlers.screens import shown_in_place
from handlers.writing import Intent
from messages import activities as words
from messages.rsvps import RsvpTap
from services import rsvps

router = Router(name="rsvps")


@router.callback_query(RsvpTap.filter())
async def answered(
    query: CallbackQuery,
    callback_data: RsvpTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    bot_username: str,
) -> None:
    if not actor.known:  # joining completes the tap
        await query.answer(url=f"https://t.me/{bot_username}?start=going-{callback_data.activity}")
        return
    receipt = await db.write(rsvps.answer, actor, callback_data.activity, callback_data.going, now)
    toast = words.rsvp_toast(receipt.notice, receipt.already)
    if query.message is not None and query.message.chat.type == ChatType.PRIVATE:
        await shown_in_place(query, words.card(receipt.notice), toast)
    else:
        await query.answer(toast)  # the group's card follows by itself


@router.message(Command("start"), Intent("going"))
async def linked(
    message: Message, intended: ActivityId, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    receipt = await db.write(rsvps.answer, actor, intended, True, now)
    await message.answer(words.rsvp_toast(receipt.notice, receipt.already))
    await message.answer(**words.card(receipt.notice).spoken())
