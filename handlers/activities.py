"""/activities: what a branch has planned, changed by those who planned it."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from domain.activities import Activity
from domain.actors import Actor
from domain.errors import Gone
from domain.ids import ActivityId
from handlers.database import UpdateDatabase
from handlers.screens import said_in_private, shown_in_place
from handlers.words import InPrivate, MenuTo, Said
from handlers.writing import text_of
from messages import activities as words
from messages.activities import ActivityTap
from messages.outgoing import Outgoing
from services import activities

router = Router(name="activities")
router.callback_query.filter(InPrivate())

CHANGES = {"cancel": activities.cancel, "end": activities.end_series}


class Changing(StatesGroup):
    """What the planner was asked to send."""

    move = State()
    place = State()
    agenda = State()


@router.message(Command("activities"))
async def listed(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, bot_username: str
) -> None:
    screen = words.listed(await db.read(activities.led_by, actor, now))
    await said_in_private(message, screen, bot_username)


@router.callback_query(MenuTo("activities"))
async def chosen(query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime) -> None:
    await shown_in_place(query, words.listed(await db.read(activities.led_by, actor, now)))


@router.callback_query(ActivityTap.filter())
async def tapped(
    query: CallbackQuery,
    callback_data: ActivityTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    activity_id, do = callback_data.activity, callback_data.do
    match do:
        case "list":
            screen = words.listed(await db.read(activities.led_by, actor, now))
        case "cancel!" | "end!":
            told = await db.write(CHANGES[do[:-1]], actor, activity_id, now)
            activity, _ = await db.read(activities.managed, actor, activity_id, now)
            screen = _managed(activity, words.told(told))
        case "unheld!":
            screen = _managed(await db.write(activities.not_held, actor, activity_id, now))
        case _:
            screen = await _screen(do, *await db.read(activities.managed, actor, activity_id, now), state)
    await shown_in_place(query, screen)


async def _screen(do: str, activity: Activity, going: int, state: FSMContext) -> Outgoing:
    match do:
        case "open":
            await state.clear()
            return _managed(activity)
        case "cancel" | "end" | "unheld":
            return words.sure(activity, do, going)
        case "move" | "place" | "agenda":
            await state.set_state(getattr(Changing, do))
            await state.update_data(activity=activity.id)
            return words.asked_for(activity, do)
        case _:
            raise Gone


@router.message(StateFilter(Changing), Said())
async def said(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext, raw_state: str
) -> None:
    text = text_of(message)
    activity_id = ActivityId((await state.get_data())["activity"])
    note = None
    match raw_state.partition(":")[2]:
        case "move":
            activity, told = await db.write(activities.move, actor, activity_id, text, now)
            note = words.told(told)
        case "place":
            activity = await db.write(activities.reword, actor, activity_id, now, place=text)
        case _:
            activity = await db.write(activities.reword, actor, activity_id, now, agenda=text)
    await state.clear()
    await message.answer(**_managed(activity, note).spoken())


def _managed(activity: Activity, note: str | None = None) -> Outgoing:
    return words.managed(activity, activity.schedule is not None, note)
