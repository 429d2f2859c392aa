"""/handover: a role passes to a successor; those above confirm, authors are asked."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from aiogram import Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from domain.errors import Gone, PastTime, Spent, TooFarAhead, UnreadableDate
from domain.handovers import HandoverPlan
from domain.moments import read_date
from handlers.database import UpdateDatabase
from handlers.presses import spend
from handlers.screens import said_in_private, shown_in_place
from handlers.words import InPrivate, MenuTo, Words
from handlers.writing import Writing, text_of
from messages import handovers as words
from messages.handovers import (
    ConfirmHandOverTap,
    ConsentTap,
    HandOverDayTap,
    HandOverTap,
    KeepDraftsTap,
    SureHandOverTap,
    TakeBackTap,
)
from messages.outgoing import Outgoing
from messages.questions import again
from services import consents
from services import handovers as services
from services.actors import today

router = Router(name="handovers")


class HandingOver(StatesGroup):
    """What the one who hands over was asked; the plan so far is in the data."""

    person = State()
    day = State()
    sure = State()  # weighed, and waits for its one press


@router.message(Command("handover"))
async def typed(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext, bot_username: str
) -> None:
    await state.clear()
    screen = words.screen(await db.read(services.mine, actor, now))
    await said_in_private(message, screen, bot_username)


@router.message(Words("移交", "Hand over"))
async def word(message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext) -> None:
    await state.clear()
    await message.answer(**words.screen(await db.read(services.mine, actor, now)).spoken())


@router.callback_query(MenuTo("handover"))
async def chosen(
    query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext
) -> None:
    await state.clear()
    await shown_in_place(query, words.screen(await db.read(services.mine, actor, now)))


@router.callback_query(HandOverTap.filter(), InPrivate())
async def begins(
    query: CallbackQuery,
    callback_data: HandOverTap,
    actor: Actor,
    now: datetime,
    state: FSMContext,
) -> None:
    appointment, person = callback_data.appointment, callback_data.person
    await state.set_state(HandingOver.person if person is None else HandingOver.day)
    await state.set_data({"appointment": appointment, "person": person})
    screen = words.name_wanted() if person is None else words.day_wanted(today(now, actor.zone))
    await shown_in_place(query, screen)


@router.message(StateFilter(HandingOver.person), Writing())
async def person_named(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext
) -> None:
    data = await state.get_data()
    found = await db.read(services.successors, actor, data["appointment"], text_of(message), now)
    await message.answer(**words.people_found(found).spoken())


@router.callback_query(HandOverDayTap.filter(), InPrivate())
async def day_chosen(
    query: CallbackQuery,
    callback_data: HandOverDayTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    if await state.get_state() not in (HandingOver.day.state, HandingOver.sure.state):
        raise Spent
    if callback_data.day:
        screen = await _weighed(state, actor, db, now, on=_day(callback_data.day).isoformat())
    else:
        await state.set_state(HandingOver.day)
        screen = words.day_wanted(today(now, actor.zone))
    await shown_in_place(query, screen)


@router.message(StateFilter(HandingOver.day), Writing())
async def day_typed(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext
) -> None:
    on = today(now, actor.zone)
    try:
        wanted = read_date(text_of(message), on)
        screen = await _weighed(state, actor, db, now, on=wanted.isoformat())
    except (UnreadableDate, PastTime, TooFarAhead) as refusal:
        screen = again(refusal, words.day_wanted(on))
    await message.answer(**screen.spoken())


@router.callback_query(KeepDraftsTap.filter(), InPrivate())
async def drafts_turned(
    query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext
) -> None:
    if await state.get_state() != HandingOver.sure.state:
        raise Spent
    drafts = not (await state.get_data())["drafts"]
    await shown_in_place(query, await _weighed(state, actor, db, now, drafts=drafts))


@router.callback_query(SureHandOverTap.filter(), InPrivate())
async def submitted(
    query: CallbackQuery,
    callback_data: SureHandOverTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    bot_id: int,
    admin_ids: frozenset[int],
) -> None:
    data = await spend(state, HandingOver.sure, callback_data.once)
    done = await db.write(services.ask, actor, _plan(data), bot_id, admin_ids, now)
    await shown_in_place(query, words.submitted(done))


@router.callback_query(TakeBackTap.filter(), InPrivate())
async def taken_back(
    query: CallbackQuery, callback_data: TakeBackTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    roles = await db.write(services.withdraw, actor, callback_data.handover, now)
    await shown_in_place(query, words.screen(roles))


@router.callback_query(ConfirmHandOverTap.filter(), InPrivate())
async def decided(
    query: CallbackQuery,
    callback_data: ConfirmHandOverTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
) -> None:
    handover, yes = callback_data.handover, callback_data.yes
    done = await db.write(services.decide, actor, handover, yes, now, fallback)
    await shown_in_place(query, words.answered(done))


@router.callback_query(ConsentTap.filter(), InPrivate())
async def consented(
    query: CallbackQuery, callback_data: ConsentTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    said = await db.write(consents.answer, actor, callback_data.appointment, callback_data.agreed, now)
    await shown_in_place(query, words.consent(said))


async def _weighed(
    state: FSMContext, actor: Actor, db: UpdateDatabase, now: datetime, **chosen: Any
) -> Outgoing:
    """The hand-over with what passes, waiting for one press."""
    data = {"drafts": True} | await state.get_data() | chosen | {"once": secrets.token_urlsafe(6)}
    weighed = await db.read(services.weigh, actor, _plan(data), now)
    await state.set_state(HandingOver.sure)
    await state.set_data(data)
    return words.sure(weighed, data["once"])


def _plan(data: dict[str, Any]) -> HandoverPlan:
    return HandoverPlan(data["appointment"], data["person"], date.fromisoformat(data["on"]), data["drafts"])


def _day(written: str) -> date:
    """The day of a button; data that anybody could have forged. Raises Gone."""
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise Gone from error
