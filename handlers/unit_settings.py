"""Settings of a unit: shown with where each comes from, changed by a tap or typed."""

from collections.abc import Mapping
from datetime import datetime

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from domain.errors import NotASetting
from domain.roles import Act
from domain.unit_settings import READERS
from handlers.database import UpdateDatabase
from handlers.screens import shown_in_place
from handlers.writing import Writing, text_of
from messages import unit_settings as words
from messages import units as unit_words
from messages.unit_settings import InheritTap, SettingTap
from messages.units import SettingsTap
from services import unit_settings as services
from services.actors import permit

router = Router(name="unit_settings")


class Asking(StatesGroup):
    """Which value was asked for; the unit and the setting's name are in the data."""

    value = State()


@router.callback_query(SettingsTap.filter())
async def listed(
    query: CallbackQuery,
    callback_data: SettingsTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
) -> None:
    await state.clear()
    page = await db.read(services.settings_page, actor, callback_data.unit, now, fallback)
    await shown_in_place(query, words.screen(page))


@router.callback_query(SettingTap.filter())
async def chooses(
    query: CallbackQuery,
    callback_data: SettingTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
) -> None:
    unit, name, value = callback_data.unit, callback_data.name, callback_data.value
    if name not in READERS:
        raise NotASetting
    if value is not None:
        await state.clear()
        page = await db.write(services.choose, actor, unit, name, value, now, fallback)
        await shown_in_place(query, words.screen(page), unit_words.done())
        return
    await db.read(permit, actor, Act.CHANGE_SETTINGS, unit, now)
    page = await db.read(services.settings_page, actor, unit, now, fallback)
    await state.set_state(Asking.value)
    await state.set_data({"unit": unit, "name": name})
    await shown_in_place(query, words.one(page, name))


@router.message(StateFilter(Asking.value), Writing())
async def typed(
    message: Message,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
) -> None:
    value = text_of(message)
    data = await state.get_data()
    await state.clear()
    page = await db.write(services.choose, actor, data["unit"], data["name"], value, now, fallback)
    await message.answer(**words.screen(page).spoken())


@router.callback_query(InheritTap.filter())
async def inherits(
    query: CallbackQuery,
    callback_data: InheritTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
) -> None:
    await state.clear()
    page = await db.write(services.inherit, actor, callback_data.unit, callback_data.name, now, fallback)
    await shown_in_place(query, words.screen(page), unit_words.done())
