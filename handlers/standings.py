"""How a member stands: seen from their page in /roster, and changed after a confirmation."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from domain.errors import Gone, Spent, TextWanted
from domain.standings import NewStanding, StandingPage
from handlers.database import UpdateDatabase
from handlers.screens import shown_in_place
from handlers.words import InPrivate
from handlers.writing import Writing
from messages import standings as words
from messages import units as unit_words
from messages.members import StandingTap
from messages.standings import AGAIN, OWN_WORDS, BecomesTap, ExemptTap, SureExemptTap
from services import standings as services

router = Router(name="standings")


class Exempting(StatesGroup):
    """Why was asked; who is in the data, and then the words."""

    reason = State()
    sure = State()


@router.callback_query(StandingTap.filter(), InPrivate())
async def opened(
    query: CallbackQuery,
    callback_data: StandingTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    await state.clear()
    page = await db.read(services.page, actor, callback_data.membership, now)
    await shown_in_place(query, words.screen(page))


@router.callback_query(BecomesTap.filter(), InPrivate())
async def becomes(
    query: CallbackQuery, callback_data: BecomesTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    page = await db.read(services.page, actor, callback_data.membership, now)
    new = NewStanding(page.membership, callback_data.standing, page.now.exempt)
    await _weighed_or_done(query, callback_data.sure, page, new, callback_data, actor, db, now)


@router.callback_query(ExemptTap.filter(), InPrivate())
async def exempts(
    query: CallbackQuery,
    callback_data: ExemptTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    page = await db.read(services.page, actor, callback_data.membership, now)
    if callback_data.reason == OWN_WORDS:
        await state.set_state(Exempting.reason)
        await state.set_data({"membership": page.membership})
        await shown_in_place(query, words.reason_wanted(page))
        return
    reason = None if callback_data.reason == AGAIN else words.reason_of(callback_data.reason)
    if reason == "":
        raise Gone
    new = NewStanding(page.membership, page.now.standing, reason)
    await _weighed_or_done(query, callback_data.sure, page, new, callback_data, actor, db, now)


@router.message(StateFilter(Exempting.reason), Writing())
async def reason_typed(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext
) -> None:
    reason = " ".join((message.text or "").split())
    if not reason:
        raise TextWanted
    membership = (await state.get_data())["membership"]
    page = await db.read(services.page, actor, membership, now)
    new = NewStanding(membership, page.now.standing, reason)
    await db.read(services.weigh, actor, new, now)
    await state.set_state(Exempting.sure)
    await state.update_data(reason=reason)
    await message.answer(**words.sure(page, new, SureExemptTap(membership=membership)).spoken())


@router.callback_query(SureExemptTap.filter(), InPrivate())
async def reason_confirmed(
    query: CallbackQuery,
    callback_data: SureExemptTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    data = await state.get_data()
    if await state.get_state() != Exempting.sure.state or data["membership"] != callback_data.membership:
        raise Spent
    page = await db.read(services.page, actor, callback_data.membership, now)
    await state.clear()
    new = NewStanding(page.membership, page.now.standing, data["reason"])
    done = await db.write(services.record, actor, new, now)
    await shown_in_place(query, words.screen(done, unit_words.done()), unit_words.done())


async def _weighed_or_done(
    query: CallbackQuery,
    sure: bool,
    page: StandingPage,
    new: NewStanding,
    tap: BecomesTap | ExemptTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
) -> None:
    """Ask once whether it is to be recorded, or record it."""
    if not sure:
        await db.read(services.weigh, actor, new, now)
        await shown_in_place(query, words.sure(page, new, tap.model_copy(update={"sure": True})))
        return
    done = await db.write(services.record, actor, new, now)
    await shown_in_place(query, words.screen(done, unit_words.done()), unit_words.done())
