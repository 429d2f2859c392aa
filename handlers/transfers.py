"""/transfer: members moving between branches, leaving, and coming back."""

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
from domain.errors import NotTheirBranch, PastTime, Spent, TooFarAhead, UnreadableDate
from domain.moments import read_date
from domain.transfers import Ask, Side
from handlers.database import UpdateDatabase
from handlers.presses import spend
from handlers.screens import said_in_private, shown_in_place
from handlers.words import MenuTo
from handlers.writing import Writing, text_of
from messages import transfers as words
from messages.members import LeftTap, MoveTap
from messages.outgoing import Outgoing
from messages.questions import again
from messages.transfers import AnswerMoveTap, BackTap, DropMoveTap, OtherMoveDayTap, SureMoveTap, TakeTap
from services import departures, transfer_plans, transfers
from services.actors import today

router = Router(name="transfers")


class Moving(StatesGroup):
    """What was asked; who, and to where, is in the data."""

    target = State()
    name = State()
    branch = State()
    sure = State()  # a transfer was weighed, and waits for its one press
    day = State()


@router.message(Command("transfer"))
async def typed(message: Message, actor: Actor, db: UpdateDatabase, now: datetime, bot_username: str) -> None:
    page = await db.read(transfers.page, actor, now)
    await said_in_private(message, words.screen(page), bot_username)


@router.callback_query(MenuTo("transfer"))
async def chosen(
    query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext
) -> None:
    await state.clear()
    await shown_in_place(query, words.screen(await db.read(transfers.page, actor, now)))


@router.callback_query(MoveTap.filter())
async def moves(
    query: CallbackQuery,
    callback_data: MoveTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    member, target = callback_data.membership, callback_data.target
    if target is None:
        await db.read(departures.weigh, actor, member, now)
        await state.set_state(Moving.target)
        await state.set_data({"member": member})
        await shown_in_place(query, words.target_wanted(member))
        return
    if callback_data.taken and member not in (await state.get_data()).get("found", []):
        raise Spent  # a forged number would name people of other branches
    side = Side.TAKES if callback_data.taken else Side.LEAVES
    ask = Ask(member, target, today(now, actor.zone), side)
    await shown_in_place(query, await _weighed(state, actor, db, ask, now))


@router.message(StateFilter(Moving.target), Writing())
async def target_typed(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext
) -> None:
    member = (await state.get_data())["member"]
    found = await db.read(transfers.targets, actor, member, text_of(message), now)
    await message.answer(**words.targets_found(member, found).spoken())


@router.callback_query(TakeTap.filter())
async def takes(
    query: CallbackQuery,
    callback_data: TakeTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    await db.read(transfers.taking, actor, callback_data.unit, now)
    if not callback_data.elsewhere:
        await state.set_state(Moving.name)
        await state.set_data({"unit": callback_data.unit})
        await shown_in_place(query, words.name_wanted())
        return
    data = await state.get_data()
    if data.get("unit") != callback_data.unit or "name" not in data:
        raise Spent
    await state.set_state(Moving.branch)
    await shown_in_place(query, words.branch_wanted(data["name"]))


@router.message(StateFilter(Moving.name), Writing())
async def name_typed(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext
) -> None:
    unit = (await state.get_data())["unit"]
    found = await db.read(departures.formers, actor, unit, text_of(message), now)
    await state.update_data(name=found.name)
    await message.answer(**words.formers_found(found).spoken())


@router.message(StateFilter(Moving.branch), Writing())
async def branch_typed(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext
) -> None:
    data = await state.get_data()
    try:
        found = await db.read(transfers.members_of, actor, data["unit"], data["name"], text_of(message), now)
    except NotTheirBranch as refusal:
        await message.answer(**again(refusal, words.branch_wanted(data["name"])).spoken())
        return
    await state.update_data(found=[one.membership for one in found])
    await message.answer(**words.members_found(data["unit"], found).spoken())


@router.callback_query(OtherMoveDayTap.filter())
async def asks_day(query: CallbackQuery, state: FSMContext) -> None:
    if await state.get_state() != Moving.sure.state:
        raise Spent
    await state.set_state(Moving.day)
    await shown_in_place(query, words.day_wanted())


@router.message(StateFilter(Moving.day), Writing())
async def day_typed(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext
) -> None:
    kept = _kept(await state.get_data())
    try:
        on = read_date(text_of(message), today(now, actor.zone))
        ask = Ask(kept.membership, kept.target, on, kept.side)
        screen = await _weighed(state, actor, db, ask, now)
    except (UnreadableDate, PastTime, TooFarAhead) as refusal:
        screen = again(refusal, words.day_wanted())
    await message.answer(**screen.spoken())


@router.callback_query(SureMoveTap.filter())
async def asks(
    query: CallbackQuery,
    callback_data: SureMoveTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    data = await spend(state, Moving.sure, callback_data.once)
    transfer, reached = await db.write(transfers.ask, actor, _kept(data), now)
    page = await db.read(transfers.page, actor, now)
    await shown_in_place(query, words.screen(page, words.was_asked(transfer, reached)))


@router.callback_query(AnswerMoveTap.filter())
async def answers(
    query: CallbackQuery,
    callback_data: AnswerMoveTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
) -> None:
    transfer, agree = callback_data.transfer, callback_data.agree
    settled = await db.write(transfer_plans.answered, actor, transfer, agree, now, fallback)
    await shown_in_place(query, words.settled(settled))


@router.callback_query(DropMoveTap.filter())
async def drops(
    query: CallbackQuery, callback_data: DropMoveTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    await shown_in_place(
        query, words.settled(await db.write(transfers.withdraw, actor, callback_data.transfer, now))
    )


@router.callback_query(LeftTap.filter())
async def leaves(
    query: CallbackQuery, callback_data: LeftTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    if not callback_data.sure:
        going = await db.read(departures.weigh, actor, callback_data.membership, now)
        await shown_in_place(query, words.sure_left(going))
        return
    going = await db.write(departures.leave, actor, callback_data.membership, now)
    await shown_in_place(query, words.has_left(going))


@router.callback_query(BackTap.filter())
async def comes_back(
    query: CallbackQuery, callback_data: BackTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    unit, person = callback_data.unit, callback_data.person
    if not callback_data.sure:
        await shown_in_place(
            query, words.sure_back(*await db.read(departures.returning, actor, unit, person, now))
        )
        return
    former = await db.write(departures.come_back, actor, unit, person, now)
    await shown_in_place(query, words.is_back(unit, former))


async def _weighed(state: FSMContext, actor: Actor, db: UpdateDatabase, ask: Ask, now: datetime) -> Outgoing:
    """The transfer before it is asked for, waiting for one press."""
    weighed = await db.read(transfers.weigh, actor, ask, now)
    once = secrets.token_urlsafe(6)
    await state.set_state(Moving.sure)
    kept = {"member": ask.membership, "target": ask.target, "on": ask.on.isoformat(), "side": ask.side}
    await state.set_data({"once": once, **kept})
    return words.sure(weighed, once)


def _kept(data: Mapping[str, Any]) -> Ask:
    return Ask(data["member"], data["target"], date.fromisoformat(data["on"]), Side(data["side"]))
