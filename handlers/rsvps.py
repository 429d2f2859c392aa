"""[✅ 参加]: on the group's card and in private."""

from datetime import datetime

from aiogram import Router
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery

from domain.actors import Actor
from handlers.database import UpdateDatabase
from handlers.screens import shown_in_place
from messages import activities as words
from messages.rsvps import RsvpTap
from services import rsvps

router = Router(name="rsvps")


@router.callback_query(RsvpTap.filter())
async def answered(
    query: CallbackQuery, callback_data: RsvpTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    receipt = await db.write(rsvps.answer, actor, callback_data.activity, callback_data.going, now)
    toast = words.rsvp_toast(receipt.notice, receipt.already)
    if query.message is not None and query.message.chat.type == ChatType.PRIVATE:
        await shown_in_place(query, words.card(receipt.notice), toast)
    else:
        await query.answer(toast)  # the group's card follows by itself
