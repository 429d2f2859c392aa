"""Guests of a branch: seen, taken in and let go."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from handlers.database import UpdateDatabase
from handlers.screens import shown_in_place
from handlers.writing import Writing, text_of
from messages import stays as words
from messages import units as unit_words
from messages.stays import LetGoTap, TakeInTap
from messages.units import GuestsTap
from services import stays as services

router = Router(name="stays")


class Asking(StatesGroup):
    """Whose name was asked for; the unit is in the data."""

    guest = State()


@router.callback_query(GuestsTap.filter())
async def listed(
    query: CallbackQuery,
    callback_data: GuestsTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    await state.clear()
    page = await db.read(services.guests, actor, callback_data.unit, now, callback_data.page)
    await shown_in_place(query, words.screen(page))


@router.callback_query(TakeInTap.filter())
async def takes_in(
    query: CallbackQuery,
    callback_data: TakeInTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    unit, membership = callback_data.unit, callback_data.membership
    await state.clear()
    if membership is None:
        await db.read(services.guests, actor, unit, now)
        await state.set_state(Asking.guest)
        await state.set_data({"unit": unit})
        await shown_in_place(query, words.name_wanted(unit))
    elif not callback_data.sure:
        found = await db.read(services.visitor, actor, unit, membership, now)
        await shown_in_place(query, words.sure(*found))
    else:
        page = await db.write(services.begin, actor, unit, membership, now)
        await shown_in_place(query, words.screen(page), unit_words.done())


@router.message(StateFilter(Asking.guest), Writing())
async def named(message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext) -> None:
    name = text_of(message)
    unit = (await state.get_data())["unit"]
    found = await db.read(services.visitors, actor, unit, name, now)
    await message.answer(**words.found(found).spoken())


@router.callback_query(LetGoTap.filter())
async def lets_go(
    query: CallbackQuery, callback_data: LetGoTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    if not callback_data.sure:
        found = await db.read(services.staying, actor, callback_data.stay, now)
        await shown_in_place(query, words.sure_to_end(*found))
        return
    page = await db.write(services.end, actor, callback_data.stay, now)
    await shown_in_place(query, words.screen(page), unit_words.done())
