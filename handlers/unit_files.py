"""A sheet of units sent with the caption 组织: read, rehearsed, shown, made once that is confirmed."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Filter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from domain.errors import RosterTooLarge, RosterTooLong, Spent, Unreadable
from domain.rosters import Reason, Sheet
from domain.unit_files import MOST_ROWS, UnitRow, UnitsDone, UnitsRead, UnitsRehearsed, read_units
from handlers.database import UpdateDatabase
from handlers.screens import shown_in_place
from handlers.words import InPrivate
from messages import unit_files as words
from messages.unit_files import MakeUnitsTap
from services import unit_files
from services.actors import today

router = Router(name="unit_files")
CAPTIONS = frozenset({"组织", "组织变动", "units"})
MEGABYTES = 1
PENDING = "unit_file"  # in a conversation: the file whose changes are shown


class UnitFile(Filter):
    """A file sent in private that says it holds units."""

    async def __call__(self, message: Message) -> bool:
        said = (message.caption or "").strip().casefold()
        return message.document is not None and message.chat.type == ChatType.PRIVATE and said in CAPTIONS


@router.message(UnitFile())
async def handed_in(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext, bot: Bot
) -> None:
    unit_files.may_hand_in(actor)
    file = message.document
    if file is None or (file.file_size or 0) > MEGABYTES * 1_000_000:
        raise RosterTooLarge(MEGABYTES)
    kept = {"message": message.message_id, "file": file.file_id, "name": file.file_name or ""}
    read = await _read(bot, kept, actor, now)
    done = UnitsDone((), 0, read.problems) if read.problems else await _rehearsed(db, actor, read.rows, now)
    done = replace(done, ignored=read.ignored)
    if done.changes and not done.problems:
        await state.update_data({PENDING: kept})
    await message.answer(**words.difference(done, message.message_id).spoken())


@router.callback_query(MakeUnitsTap.filter(), InPrivate())
async def makes(
    query: CallbackQuery,
    callback_data: MakeUnitsTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    bot: Bot,
) -> None:
    data = await state.get_data()
    kept = data.pop(PENDING, None)
    if kept is None or kept["message"] != callback_data.message:
        raise Spent
    read = await _read(bot, kept, actor, now)
    await state.set_data(data)  # kept with the act itself, so that a second press finds nothing
    try:
        done = await db.write(unit_files.make, actor, read.rows, now)
    except UnitsRehearsed as changed:  # something stands otherwise by now
        await shown_in_place(query, words.difference(changed.done, kept["message"]))
        return
    await shown_in_place(query, words.made(done))


async def _rehearsed(db: UpdateDatabase, actor: Actor, rows: Sequence[UnitRow], now: datetime) -> UnitsDone:
    try:
        await db.write(unit_files.rehearse, actor, rows, now)
    except UnitsRehearsed as rehearsed:
        return rehearsed.done
    raise AssertionError("a rehearsal is always taken back")


async def _read(bot: Bot, kept: dict[str, Any], actor: Actor, now: datetime) -> UnitsRead:
    """What the file holds. Raises Spent where the platform has it no more, RosterTooLong, Unreadable."""
    try:
        content = await bot.download(kept["file"])
    except TelegramBadRequest as lost:
        raise Spent from lost
    if content is None:
        raise Spent
    sheets = await asyncio.to_thread(_sheets, content.read(), kept["name"])
    if isinstance(sheets, Reason):
        raise Unreadable
    read = read_units(sheets, today(now, actor.zone))
    if len(read.rows) > MOST_ROWS:
        raise RosterTooLong(MOST_ROWS)
    return read


def _sheets(content: bytes, name: str) -> tuple[Sheet, ...] | Reason:
    from reports.rosters import read_sheets  # noqa: PLC0415 - a heavy library, loaded where it is used

    return read_sheets(content, name)
