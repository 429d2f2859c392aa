"""A roster handed in as a file: read, compared with the record, shown, imported once that is confirmed."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Filter
from aiogram.fsm.context import FSMContext
from aiogram.types import BufferedInputFile, CallbackQuery, Document, Message

from domain.actors import Actor
from domain.errors import RosterNotPending, RosterTooLarge, RosterTooLong
from domain.names import parse_unit_path
from domain.roles import ALLOWED, Act
from domain.rosters import Roster
from handlers.database import UpdateDatabase
from handlers.parts import say_all
from handlers.screens import shown_in_place
from handlers.words import InPrivate
from messages import roster_files as words
from messages.roster_exports import ExportTap, cells, export_name
from messages.roster_files import DropRosterTap, ImportTap, TemplateTap
from messages.speech import _
from services import roster_exports, rosters

router = Router(name="rosters")
MEGABYTES = 1  # a real office's sheet of several thousand people; more belongs on the server
MOST_ROWS = 3_000  # they are imported in one act, and every other act waits for it: 0.3 s on two cores
LARGEST = MEGABYTES * 1_000_000  # bytes
UNPACKED = 30 * LARGEST  # bytes; the sheets of an office pack to a tenth
SPREADSHEETS = (".xlsx", ".xls", ".csv")
PENDING = "roster"  # in a conversation: the file whose difference is shown


@dataclass(frozen=True)
class Handed:
    """A file as the platform keeps it; `message` names it in the buttons below its difference."""

    message: int
    file_id: str
    name: str
    unit: str


class RosterFile(Filter):
    """A spreadsheet sent in private, or any file from those who may hand a roster in."""

    async def __call__(self, message: Message, actor: Actor) -> bool:
        file = message.document
        if file is None or message.chat.type != ChatType.PRIVATE:
            return False
        held = {appointment.role for appointment in actor.appointments}
        hands_in = actor.root or bool(held & ALLOWED[Act.IMPORT_ROSTER])
        return hands_in or (file.file_name or "").lower().endswith(SPREADSHEETS)


@router.message(RosterFile())
async def handed_in(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext, bot: Bot
) -> None:
    await db.read(rosters.may_hand_in, actor, now)
    handed = _handed(message)
    roster = await _read(bot, handed)
    plan = await db.read(rosters.compare, actor, roster, now)
    if plan.changes:
        await state.update_data({PENDING: vars(handed) | {"shown": plan.digest}})
    await say_all(bot, actor.account.user_id, words.difference(roster, plan, handed.message))


@router.callback_query(ImportTap.filter())
async def imports(
    query: CallbackQuery,
    callback_data: ImportTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    bot: Bot,
) -> None:
    handed, shown = await _pending(state, callback_data.message)
    await db.read(rosters.may_hand_in, actor, now)
    roster = await _read(bot, handed)
    await _forget(state)
    done = await db.write(rosters.import_shown, actor, roster, shown, now)
    if done.done:
        await shown_in_place(query, words.imported(done.plan))
        return
    if done.plan.changes:
        await state.update_data({PENDING: vars(handed) | {"shown": done.plan.digest}})
    await shown_in_place(query, words.difference(roster, done.plan, handed.message, again=True))


@router.callback_query(DropRosterTap.filter())
async def drops(query: CallbackQuery, callback_data: DropRosterTap, state: FSMContext) -> None:
    await _pending(state, callback_data.message)
    await _forget(state)
    await shown_in_place(query, words.dropped())


@router.callback_query(TemplateTap.filter())
async def asks_template(
    query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime, bot: Bot
) -> None:
    await db.read(rosters.may_hand_in, actor, now)
    await query.answer()
    await send_template(bot, actor, now)


@router.callback_query(ExportTap.filter(), InPrivate())
async def asks_export(
    query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime, bot: Bot
) -> None:
    rows = await db.read(roster_exports.export_for, actor, now)
    await query.answer()
    content = await asyncio.to_thread(_exported, cells(rows), now)
    await db.write(roster_exports.note_taken, actor, len(rows), now)
    await bot.send_document(actor.account.user_id, BufferedInputFile(content, export_name()))


def _exported(rows: tuple[tuple[str, ...], ...], now: datetime) -> bytes:
    from reports.roster_exports import to_xlsx  # noqa: PLC0415 - a heavy library, loaded where it is used

    return to_xlsx(rows, _, now)


async def send_template(bot: Bot, actor: Actor, now: datetime) -> None:
    """An empty roster with an example and how to fill it in."""
    content = await asyncio.to_thread(_template, now)
    await bot.send_document(actor.account.user_id, BufferedInputFile(content, words.template_name()))


def _template(now: datetime) -> bytes:
    from reports.roster_templates import to_xlsx  # noqa: PLC0415 - a heavy library, loaded where it is used

    return to_xlsx(_, now)


def _handed(message: Message) -> Handed:
    """The file of a message. Raises RosterTooLarge before anything is fetched."""
    file: Document = message.document  # type: ignore[assignment]  # RosterFile asked for it
    if (file.file_size or 0) > LARGEST:
        raise RosterTooLarge(MEGABYTES)
    return Handed(message.message_id, file.file_id, file.file_name or "", message.caption or "")


async def _read(bot: Bot, handed: Handed) -> Roster:
    """The roster in the file. Raises RosterTooLarge, RosterTooLong, RosterNotPending where it is lost."""
    try:
        found = await bot.get_file(handed.file_id)
    except TelegramBadRequest as lost:
        raise RosterNotPending from lost
    if (found.file_size or 0) > LARGEST or found.file_path is None:
        raise RosterTooLarge(MEGABYTES)
    content = await bot.download_file(found.file_path)
    if content is None:
        raise RosterNotPending
    roster = await asyncio.to_thread(_parsed, content.read(), handed)
    if len(roster.rows) > MOST_ROWS:
        raise RosterTooLong(MOST_ROWS)
    return roster


def _parsed(content: bytes, handed: Handed) -> Roster:
    from reports.rosters import read_file  # noqa: PLC0415 - a heavy library, loaded where it is used

    return read_file(content, handed.name, parse_unit_path(handed.unit), UNPACKED)


async def _pending(state: FSMContext, message: int) -> tuple[Handed, str]:
    """The file shown under a button, and the digest of what was shown. Raises RosterNotPending."""
    kept: dict[str, Any] = (await state.get_data()).get(PENDING) or {}
    if kept.get("message") != message:
        raise RosterNotPending
    shown = kept.pop("shown")
    return Handed(**kept), shown


async def _forget(state: FSMContext) -> None:
    data = await state.get_data()
    data.pop(PENDING, None)
    await state.set_data(data)
