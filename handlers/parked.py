"""Updates that failed three times: looked at, tried again or dropped, in private."""

from datetime import datetime

from aiogram import Router
from aiogram.types import CallbackQuery

from domain.actors import Actor
from handlers.admin import Screen
from handlers.database import UpdateDatabase
from handlers.screens import shown_in_place
from handlers.words import InPrivate
from messages import parked as words
from messages.admin import AdminTap, outcome
from messages.parked import ParkedTap
from services import parked

router = Router(name="parked")


@router.callback_query(AdminTap.filter(), Screen("parked"))
async def looked_at(
    query: CallbackQuery,
    callback_data: AdminTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    bot_id: int,
) -> None:
    page = await db.read(parked.page, actor, bot_id, callback_data.page, now)
    await shown_in_place(query, words.screen(page))


@router.callback_query(ParkedTap.filter(), InPrivate())
async def decided(
    query: CallbackQuery,
    callback_data: ParkedTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    bot_id: int,
) -> None:
    result = await db.write(parked.decide, actor, bot_id, callback_data.update, callback_data.do, now)
    page = await db.read(parked.page, actor, bot_id, callback_data.page, now)
    await shown_in_place(query, words.screen(page), outcome(result))
