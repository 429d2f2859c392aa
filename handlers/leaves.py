"""Asking for leave, from the card in two taps or for a span of days, and answering it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from aiogram import Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from domain.errors import Gone, PastTime, UnreadableDate
from domain.ids import ActivityId
from domain.leave_words import read_leave
from domain.moments import Span, read_span
from domain.participation import LeaveKind
from handlers.database import UpdateDatabase
from handlers.screens import said_in_private, shown_in_place
from handlers.words import InPrivate, MenuTo, Said, Words
from handlers.writing import Intent, text_of
from messages import leaves as words
from messages.activities import heading
from messages.leaves import DecideTap, LeaveKindTap, LeaveTap, SpanTap, WithdrawTap
from messages.outgoing import Outgoing
from messages.questions import again
from services import activities, leaves
from services.actors import known

router = Router(name="leaves")
PAYLOAD = "leave-"


class Asking(StatesGroup):
    """What one who asks for leave was asked."""

    reason = State()
    days = State()


@router.callback_query(LeaveTap.filter())
async def wanted(
    query: CallbackQuery,
    callback_data: LeaveTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    bot_username: str,
) -> None:
    if not actor.known:  # joining completes the tap
        await query.answer(url=f"https://t.me/{bot_username}?start={PAYLOAD}{callback_data.activity}")
        return
    activity = (await db.read(leaves.leavable, actor, callback_data.activity, now)).activity
    if query.message is not None and query.message.chat.type == ChatType.PRIVATE:
        await shown_in_place(query, words.kinds_for(activity, heading(activity)))
    else:  # why somebody is away is nobody else's business
        await query.answer(url=f"https://t.me/{bot_username}?start={PAYLOAD}{activity.id}")


@router.message(Command("start"), Intent("leave"))
async def wanted_from_card(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, intended: ActivityId
) -> None:
    activity = (await db.read(leaves.leavable, actor, intended, now)).activity
    await message.answer(**words.kinds_for(activity, heading(activity)).spoken())


@router.callback_query(LeaveKindTap.filter(), InPrivate())
async def kind_chosen(
    query: CallbackQuery,
    callback_data: LeaveKindTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    activity_id, kind = callback_data.activity, callback_data.kind
    if kind is LeaveKind.OTHER:
        await db.read(leaves.leavable, actor, activity_id, now)
        await state.set_state(Asking.reason)
        await state.set_data({"activity": activity_id})
        await shown_in_place(query, words.reason_wanted())
        return
    receipt = await db.write(leaves.ask, actor, activity_id, kind, None, now)
    await shown_in_place(query, words.receipts([receipt]))


@router.message(Command("leave"))
async def leave(
    message: Message,
    command: CommandObject,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    bot_username: str,
) -> None:
    if message.chat.type != ChatType.PRIVATE or command.args is None:
        await said_in_private(message, await _menu(actor, db, now), bot_username)
        return
    asked = read_leave(command.args, _today(actor, now))
    if asked.kind is None or (asked.kind is LeaveKind.OTHER and asked.reason is None):
        await state.clear()
        screen = words.kinds_for_span(asked.span.first, asked.span.last)
    else:
        done = await db.write(leaves.ask_span, actor, asked.span, asked.kind, asked.reason, now)
        screen = words.receipts(done)
    await message.answer(**screen.spoken())


@router.callback_query(MenuTo("leave"))
async def leave_chosen(query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime) -> None:
    await shown_in_place(query, await _menu(actor, db, now))


@router.message(Words("请假", "Leave"))
async def leave_word(message: Message, actor: Actor, db: UpdateDatabase, now: datetime) -> None:
    await message.answer(**(await _menu(actor, db, now)).spoken())


@router.callback_query(SpanTap.filter(), InPrivate())
async def span(
    query: CallbackQuery,
    callback_data: SpanTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    known(actor)
    if not callback_data.kind:
        await state.set_state(Asking.days)
        await shown_in_place(query, words.days_wanted())
        return
    days = _span(callback_data)
    kind = LeaveKind(callback_data.kind)
    if kind is LeaveKind.OTHER:
        await state.set_state(Asking.reason)
        await state.set_data({"first": days.first.isoformat(), "last": days.last.isoformat()})
        await shown_in_place(query, words.reason_wanted())
        return
    done = await db.write(leaves.ask_span, actor, days, kind, None, now)
    await shown_in_place(query, words.receipts(done))


@router.message(StateFilter(Asking.days), Said())
async def days_said(message: Message, actor: Actor, now: datetime, state: FSMContext) -> None:
    said = text_of(message)
    try:
        days = read_span(said, _today(actor, now))
    except (UnreadableDate, PastTime) as refusal:
        await message.answer(**again(refusal, words.days_wanted()).spoken())
        return
    await state.clear()
    await message.answer(**words.kinds_for_span(days.first, days.last).spoken())


@router.message(StateFilter(Asking.reason), Said())
async def reason_said(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext
) -> None:
    reason = text_of(message)
    data = await state.get_data()
    await state.clear()
    if "activity" in data:
        activity_id = ActivityId(data["activity"])
        done = [await db.write(leaves.ask, actor, activity_id, LeaveKind.OTHER, reason, now)]
    else:
        days = Span(date.fromisoformat(data["first"]), date.fromisoformat(data["last"]))
        done = [*await db.write(leaves.ask_span, actor, days, LeaveKind.OTHER, reason, now)]
    await message.answer(**words.receipts(done).spoken())


@router.callback_query(DecideTap.filter(), InPrivate())
async def decided(
    query: CallbackQuery, callback_data: DecideTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    done = await db.write(leaves.decide, actor, callback_data.leave, callback_data.approve, now)
    name = await db.read(leaves.name_of, done.leave)
    await shown_in_place(query, words.answered(done, name))


@router.callback_query(WithdrawTap.filter(), InPrivate())
async def withdrawn(
    query: CallbackQuery, callback_data: WithdrawTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    done = await db.write(leaves.withdraw, actor, callback_data.leave, now)
    await shown_in_place(query, words.decided(done))


async def _menu(actor: Actor, db: UpdateDatabase, now: datetime) -> Outgoing:
    mine = await db.read(leaves.mine, actor, now)
    coming = await db.read(activities.leavable, actor, now)
    return words.menu(mine, [(one, heading(one)) for one in coming])


def _today(actor: Actor, now: datetime) -> date:
    return now.astimezone(ZoneInfo(actor.zone)).date()


def _span(tap: SpanTap) -> Span:
    """The days in a button; data that anybody could have forged. Raises Gone."""
    try:
        return Span(date.fromisoformat(tap.first), date.fromisoformat(tap.last))
    except ValueError as error:
        raise Gone from error
