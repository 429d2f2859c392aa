"""[📍 到场] for members, the roster for its keepers, [已补学] afterwards."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from domain.ids import ActivityId
from handlers.database import UpdateDatabase
from handlers.screens import shown_in_place
from handlers.words import InPrivate
from handlers.writing import Intent
from messages import attendance as words
from messages.activities import heading
from messages.attendance import (
    AddingTap,
    AddTap,
    ArriveTap,
    ConfirmTap,
    MadeUpTap,
    RosterTap,
    TurnTap,
    UnsaidTap,
)
from services import attendance

router = Router(name="attendance")


@router.callback_query(ArriveTap.filter())
async def arrived(
    query: CallbackQuery,
    callback_data: ArriveTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    bot_username: str,
) -> None:
    if not actor.known:  # joining completes the tap
        await query.answer(url=f"https://t.me/{bot_username}?start=arrive-{callback_data.activity}")
        return
    arrival = await db.write(attendance.arrive, actor, callback_data.activity, now)
    await query.answer(words.arrival(arrival))


@router.message(Command("start"), Intent("arrive"))
async def linked(
    message: Message, intended: ActivityId, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    arrival = await db.write(attendance.arrive, actor, intended, now)
    await message.answer(words.arrival(arrival))


@router.callback_query(RosterTap.filter(), InPrivate())
async def shown(
    query: CallbackQuery, callback_data: RosterTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    roster = await db.read(attendance.roster, actor, callback_data.activity, now)
    await shown_in_place(query, words.roster(roster, heading(roster.activity), callback_data.page))


@router.callback_query(TurnTap.filter(), InPrivate())
async def turned(
    query: CallbackQuery, callback_data: TurnTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    person, page = callback_data.person, callback_data.page
    roster = await db.write(attendance.turn, actor, callback_data.activity, person, now)
    screen = words.roster(roster, heading(roster.activity), page)
    await shown_in_place(query, screen, words.turned(roster, person))


@router.callback_query(UnsaidTap.filter(), InPrivate())
async def rest_present(
    query: CallbackQuery, callback_data: UnsaidTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    roster = await db.write(attendance.unsaid_came, actor, callback_data.activity, now)
    await shown_in_place(query, words.roster(roster, heading(roster.activity)))


@router.callback_query(ConfirmTap.filter(), InPrivate())
async def confirmed(
    query: CallbackQuery, callback_data: ConfirmTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    roster = await db.write(attendance.confirm, actor, callback_data.activity, now)
    await shown_in_place(query, words.roster(roster, heading(roster.activity)), words.confirmed(roster))


@router.callback_query(AddingTap.filter(), InPrivate())
async def adding(
    query: CallbackQuery, callback_data: AddingTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    roster = await db.read(attendance.roster, actor, callback_data.activity, now)
    await shown_in_place(query, words.adding(roster, callback_data.page))


@router.callback_query(AddTap.filter(), InPrivate())
async def added(
    query: CallbackQuery, callback_data: AddTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    roster = await db.write(attendance.add, actor, callback_data.activity, callback_data.person, now)
    await shown_in_place(query, words.roster(roster, heading(roster.activity)))


@router.callback_query(MadeUpTap.filter())
async def made_up(
    query: CallbackQuery, callback_data: MadeUpTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    await db.write(attendance.make_up, actor, callback_data.activity, now)
    await query.answer(words.made_up())
