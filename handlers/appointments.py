"""Roles on a unit: seen, given and ended after a confirmation."""

import secrets
from datetime import date, datetime
from typing import Any, assert_never

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from domain.appointments import Appoint, EndRole, RoleChange
from domain.errors import PastTime, Spent, TooFarAhead, UnreadableDate
from domain.moments import read_date
from domain.roles import Role
from handlers.database import UpdateDatabase
from handlers.presses import spend
from handlers.screens import shown_in_place
from handlers.writing import Writing, text_of
from messages import appointments as words
from messages import units as unit_words
from messages.appointments import EndRoleTap, GiveRoleTap, OtherDayTap, SureRoleTap
from messages.outgoing import Outgoing
from messages.questions import again
from messages.units import RolesTap
from services import appointments as services
from services.actors import today

router = Router(name="appointments")


class Asking(StatesGroup):
    """What was asked about a role; the unit and what was chosen so far are in the data."""

    person = State()
    sure = State()  # a change was weighed, and waits for its one press
    day = State()  # from which it holds


@router.callback_query(RolesTap.filter())
async def listed(
    query: CallbackQuery,
    callback_data: RolesTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    await state.clear()
    page = await db.read(services.held_on, actor, callback_data.unit, now)
    await shown_in_place(query, words.screen(page))


@router.callback_query(GiveRoleTap.filter())
async def gives(
    query: CallbackQuery,
    callback_data: GiveRoleTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    unit, role, person = callback_data.unit, callback_data.role, callback_data.person
    if role is None:
        page = await db.read(services.held_on, actor, unit, now)
        screen = words.roles_offered(page)
    elif person is None:
        await state.set_state(Asking.person)
        await state.set_data({"unit": unit, "role": role.value})
        screen = words.name_wanted(unit, role)
    else:
        change = Appoint(unit, person, role, today(now, actor.zone))
        screen = await _weighed(state, actor, db, change, now)
    await shown_in_place(query, screen)


@router.message(StateFilter(Asking.person), Writing())
async def person_named(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext
) -> None:
    data = await state.get_data()
    found = await db.read(services.candidates, actor, data["unit"], Role(data["role"]), text_of(message), now)
    await message.answer(**words.people_found(found).spoken())


@router.callback_query(EndRoleTap.filter())
async def ends(
    query: CallbackQuery,
    callback_data: EndRoleTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    change = EndRole(callback_data.appointment, today(now, actor.zone))
    await shown_in_place(query, await _weighed(state, actor, db, change, now))


@router.callback_query(OtherDayTap.filter())
async def asks_day(query: CallbackQuery, state: FSMContext) -> None:
    if await state.get_state() != Asking.sure.state:
        raise Spent
    await state.set_state(Asking.day)
    await shown_in_place(query, words.day_wanted((await state.get_data())["shown"]))


@router.message(StateFilter(Asking.day), Writing())
async def day_typed(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext
) -> None:
    data = await state.get_data()
    try:
        on = read_date(text_of(message), today(now, actor.zone))
        screen = await _weighed(state, actor, db, _change_in(data | {"on": on.isoformat()}), now)
    except (UnreadableDate, PastTime, TooFarAhead) as refusal:
        screen = again(refusal, words.day_wanted(data["shown"]))
    await message.answer(**screen.spoken())


@router.callback_query(SureRoleTap.filter())
async def confirmed(
    query: CallbackQuery,
    callback_data: SureRoleTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    data = await spend(state, Asking.sure, callback_data.once)
    page = await db.write(services.make, actor, _change_in(data), now)
    await shown_in_place(query, words.screen(page, unit_words.done()), unit_words.done())


async def _weighed(
    state: FSMContext, actor: Actor, db: UpdateDatabase, change: RoleChange, now: datetime
) -> Outgoing:
    """The change with whom it concerns, waiting for one press."""
    weighed = await db.read(services.weigh, actor, change, now)
    once = secrets.token_urlsafe(6)
    await state.set_state(Asking.sure)
    await state.set_data({"once": once, "shown": weighed.unit.id, **_kept(change)})
    return words.sure(weighed, once)


def _kept(change: RoleChange) -> dict[str, Any]:
    """The change as a conversation keeps it."""
    match change:
        case Appoint(unit, person, role, since):
            return {"unit": unit, "person": person, "role": role, "on": since.isoformat()}
        case EndRole(appointment, until):
            return {"appointment": appointment, "on": until.isoformat()}
        case _:
            assert_never(change)


def _change_in(data: dict[str, Any]) -> RoleChange:
    on = date.fromisoformat(data["on"])
    if "appointment" in data:
        return EndRole(data["appointment"], on)
    return Appoint(data["unit"], data["person"], Role(data["role"]), on)
