"""Messages held or dead, and causes that are paused: looked at and decided about, in private."""

from datetime import datetime

from aiogram import Router
from aiogram.types import CallbackQuery

from domain.actors import Actor
from domain.held import Shelf
from handlers.admin import Screen
from handlers.database import UpdateDatabase
from handlers.screens import shown_in_place
from handlers.words import InPrivate
from messages import held as words
from messages.admin import AdminTap, outcome
from messages.held import CauseTap, HeldTap, ResumeTap
from services import held

router = Router(name="held")


@router.callback_query(AdminTap.filter(), Screen("held", "dead"))
async def looked_at(
    query: CallbackQuery,
    callback_data: AdminTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    bot_id: int,
) -> None:
    shelf = Shelf(callback_data.screen)
    page = await db.read(held.page, actor, bot_id, shelf, callback_data.page, now)
    await shown_in_place(query, words.screen(page))


@router.callback_query(HeldTap.filter(), InPrivate())
async def decided(
    query: CallbackQuery,
    callback_data: HeldTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    bot_id: int,
) -> None:
    tapped = callback_data
    result = await db.write(held.decide, actor, bot_id, tapped.delivery, tapped.do, now)
    page = await db.read(held.page, actor, bot_id, tapped.shelf, tapped.page, now)
    await shown_in_place(query, words.screen(page), outcome(result))


@router.callback_query(CauseTap.filter(), InPrivate())
async def all_decided(
    query: CallbackQuery,
    callback_data: CauseTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    bot_id: int,
) -> None:
    tapped = callback_data
    subject = (actor, bot_id, tapped.cause, tapped.shelf, tapped.do)
    done = await db.write(held.decide_all, *subject, tapped.count, now) if tapped.count else None
    if done is None and (batch := await db.read(held.batch, *subject, now)).count:
        await shown_in_place(query, words.confirmation(batch))
        return
    page = await db.read(held.page, actor, bot_id, tapped.shelf, 0, now)
    await shown_in_place(query, words.screen(page), words.decided(done) if done else words.nothing_left())


@router.callback_query(AdminTap.filter(), Screen("paused"))
async def paused(query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime, bot_id: int) -> None:
    causes = await db.read(held.paused, actor, bot_id, now)
    await shown_in_place(query, words.paused_screen(causes))


@router.callback_query(ResumeTap.filter(), InPrivate())
async def resumed(
    query: CallbackQuery,
    callback_data: ResumeTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    bot_id: int,
) -> None:
    done = await db.write(held.resume, actor, callback_data.cause, now)
    causes = await db.read(held.paused, actor, bot_id, now)
    await shown_in_place(query, words.paused_screen(causes), words.resumed(done))
