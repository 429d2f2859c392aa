"""One's own data: taken away as a file, the bot stopped, everything deleted after one more press."""

import asyncio
import secrets
from datetime import datetime

from aiogram import Bot, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import BufferedInputFile, CallbackQuery

from domain.actors import Actor
from domain.erasures import OwnData
from handlers.database import UpdateDatabase
from handlers.presses import spend
from handlers.screens import shown_in_place
from handlers.words import InPrivate
from messages import erased
from messages import erasures as words
from messages.erasures import EraseTap, OwnDataTap, UnlinkTap
from messages.own_data import said
from messages.speech import _
from services import erasures as services
from services import records

router = Router(name="erasures")
router.callback_query.filter(InPrivate())


class Asking(StatesGroup):
    """What waits for its one press; the word that is good for it is in the data."""

    unlink = State()
    erase = State()


@router.callback_query(OwnDataTap.filter())
async def takes(
    query: CallbackQuery,
    callback_data: OwnDataTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    bot: Bot,
) -> None:
    data = await db.write(records.take_own_data, actor, now)
    await query.answer(words.preparing())
    content = await asyncio.to_thread(_file, data, callback_data.form, actor.zone)
    await bot.send_document(
        actor.account.user_id, BufferedInputFile(content, words.file_name(callback_data.form))
    )


@router.callback_query(UnlinkTap.filter())
async def unlinks(
    query: CallbackQuery,
    callback_data: UnlinkTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    if callback_data.once is None:
        await db.read(services.look, actor, now)
        await shown_in_place(query, words.sure_to_unlink(await _ask(state, Asking.unlink)))
        return
    await spend(state, Asking.unlink, callback_data.once)
    await db.write(services.unlink, actor, now)
    await shown_in_place(query, words.unlinked())


@router.callback_query(EraseTap.filter())
async def erases(
    query: CallbackQuery,
    callback_data: EraseTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    if callback_data.once is None:
        going = await db.read(services.look, actor, now)
        await shown_in_place(query, words.sure_to_erase(going, await _ask(state, Asking.erase)))
        return
    await spend(state, Asking.erase, callback_data.once)
    name = await db.write(services.erase, actor, erased.anonymous(), now)
    await shown_in_place(query, words.erased(name))


async def _ask(state: FSMContext, what: State) -> str:
    """A word that is good for one press."""
    once = secrets.token_urlsafe(6)
    await state.set_state(what)
    await state.set_data({"once": once})
    return once


def _file(data: OwnData, form: str, zone: str) -> bytes:
    from reports import own_data  # noqa: PLC0415 - loaded where it is used

    if form == "json":
        return own_data.to_json(data)
    return own_data.to_document(data, _, lambda column, value: said(column, value, zone))
