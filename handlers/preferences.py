"""/settings: language, quiet hours, pushes in private."""

from collections.abc import Mapping
from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from domain.quiet import parse_quiet_hours
from handlers.database import UpdateDatabase
from handlers.screens import said_in_private, shown_in_place
from handlers.words import MenuTo
from handlers.writing import Writing, text_of
from messages import preferences
from messages.preferences import LanguageTap, MuteTap, PrivateTap, QuietTap, TypeQuietTap
from messages.speech import nearest_locale, speaking
from services import preferences as services

router = Router(name="preferences")


class Asking(StatesGroup):
    """What was asked on the settings screen."""

    quiet = State()


@router.message(Command("settings"))
async def settings(
    message: Message,
    command: CommandObject,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
    bot_username: str,
) -> None:
    if command.args:
        quiet = parse_quiet_hours(command.args)
        chosen = await db.write(services.choose_quiet, actor, quiet, now, fallback)
    else:
        chosen = await db.read(services.preferences_of, actor, now, fallback)
    await said_in_private(message, preferences.screen(chosen), bot_username)


@router.callback_query(MenuTo("settings"))
async def chosen(
    query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime, fallback: Mapping[str, str]
) -> None:
    await shown_in_place(
        query, preferences.screen(await db.read(services.preferences_of, actor, now, fallback))
    )


@router.callback_query(LanguageTap.filter())
async def language(
    query: CallbackQuery,
    callback_data: LanguageTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
) -> None:
    chosen = await db.write(
        services.choose_language, actor, nearest_locale(callback_data.locale), now, fallback
    )
    with speaking(chosen.speaks):
        await shown_in_place(query, preferences.screen(chosen))


@router.callback_query(QuietTap.filter())
async def quiet_hours(
    query: CallbackQuery,
    callback_data: QuietTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
) -> None:
    hours = parse_quiet_hours(callback_data.hours) if callback_data.hours else None
    chosen = await db.write(services.choose_quiet, actor, hours, now, fallback)
    await shown_in_place(query, preferences.screen(chosen))


@router.callback_query(TypeQuietTap.filter())
async def asks_hours(query: CallbackQuery, state: FSMContext) -> None:
    await state.set_state(Asking.quiet)
    await query.answer()
    if query.message is not None and query.bot is not None:
        await query.bot.send_message(query.message.chat.id, preferences.hours_wanted())


@router.message(StateFilter(Asking.quiet), Writing())
async def hours_typed(
    message: Message,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
) -> None:
    quiet = parse_quiet_hours(text_of(message))
    await state.clear()
    chosen = await db.write(services.choose_quiet, actor, quiet, now, fallback)
    await message.answer(**preferences.screen(chosen).spoken())


@router.callback_query(PrivateTap.filter())
async def private_push(
    query: CallbackQuery,
    callback_data: PrivateTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
) -> None:
    chosen = await db.write(services.choose_private, actor, callback_data.wanted, now, fallback)
    await shown_in_place(query, preferences.screen(chosen))


@router.callback_query(MuteTap.filter())
async def reminders(
    query: CallbackQuery,
    callback_data: MuteTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
) -> None:
    kind, wanted = callback_data.kind, callback_data.wanted
    chosen = await db.write(services.choose_muted, actor, kind, wanted, now, fallback)
    await shown_in_place(query, preferences.screen(chosen))
