"""/audit: the trail searched a page at a time, and taken away as a file."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aiogram import Bot, Router
from aiogram.filters import Command, CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from domain.actors import Actor
from domain.trail import Search
from handlers.database import UpdateDatabase
from handlers.screens import said_in_private, shown_in_place
from handlers.words import MenuTo
from messages import entries
from messages import trail as words
from messages.speech import _
from messages.trail import TrailFileTap, TrailTap
from services import trail as services
from services.actors import today

router = Router(name="trail")
SEARCH = "trail"  # in a conversation: what was looked for, as it was typed


@router.message(Command("audit"))
async def asked(
    message: Message,
    command: CommandObject,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    bot_username: str,
) -> None:
    await state.update_data({SEARCH: command.args or ""})
    page = await db.write(services.search, actor, await _search(state, actor, now), now)
    await said_in_private(message, words.screen(page), bot_username)


@router.callback_query(MenuTo("audit"))
async def chosen(
    query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext
) -> None:
    await state.update_data({SEARCH: ""})
    page = await db.write(services.search, actor, Search(), now)
    await shown_in_place(query, words.screen(page))


@router.callback_query(TrailTap.filter())
async def older(
    query: CallbackQuery,
    callback_data: TrailTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    search = await _search(state, actor, now)
    page = await db.read(services.further, actor, search, callback_data.before, now)
    await shown_in_place(query, words.screen(page))


@router.callback_query(TrailFileTap.filter())
async def taken(
    query: CallbackQuery,
    callback_data: TrailFileTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    bot: Bot,
) -> None:
    found = await db.write(services.take, actor, await _search(state, actor, now), now)
    await query.answer(words.preparing())
    rows = entries.rows(found, actor.zone)
    content = await asyncio.to_thread(_file, rows, callback_data.form, now)
    await bot.send_document(
        actor.account.user_id, BufferedInputFile(content, words.file_name(callback_data.form))
    )


async def _search(state: FSMContext, actor: Actor, now: datetime) -> Search:
    data: dict[str, Any] = await state.get_data()
    return entries.search_in(data.get(SEARCH, ""), today(now, actor.zone))


def _file(rows: Sequence[tuple[str, ...]], form: str, now: datetime) -> bytes:
    from reports import trail  # noqa: PLC0415 - a heavy library, loaded where it is used

    return trail.to_csv(rows, _) if form == "csv" else trail.to_xlsx(rows, entries.remark(len(rows)), now, _)
