"""Planning an activity: /newactivity in one message, or one question at a time."""

from collections.abc import Callable, Mapping
from datetime import datetime

from aiogram import Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from domain.activities import Draft, Kind
from domain.activity_forms import read_form
from domain.actors import Actor
from domain.ids import ActivityId
from handlers.database import UpdateDatabase
from handlers.screens import said_in_private, shown_in_place
from handlers.words import InPrivate, MenuTo, Said
from handlers.writing import text_of
from messages import activity_drafts as words
from messages import home
from messages.activity_drafts import DraftKindTap, DraftRepeatTap, DraftTap
from messages.outgoing import Outgoing
from services import activity_drafts as plans

router = Router(name="activity_drafts")
router.callback_query.filter(InPrivate())


class Planning(StatesGroup):
    """What the maker of a plan was asked."""

    time = State()
    place = State()
    agenda = State()
    title = State()
    repeat = State()


QUESTIONS: Mapping[str, tuple[State, Callable[[Draft], Outgoing]]] = {
    "time": (Planning.time, words.time_wanted),
    "place": (Planning.place, words.place_wanted),
    "agenda": (Planning.agenda, words.agenda_wanted),
    "title": (Planning.title, words.title_wanted),
    "repeat": (Planning.repeat, words.repeat_wanted),
}
FOLLOWS = {"time": "place", "place": "agenda", "agenda": "repeat"}


@router.message(Command("newactivity"))
async def newactivity(
    message: Message,
    command: CommandObject,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
    bot_username: str,
) -> None:
    if message.chat.type != ChatType.PRIVATE:
        await said_in_private(message, home.screen(actor), bot_username)
        return
    await state.clear()
    key = f"{message.chat.id}:{message.message_id}"
    if command.args is None:
        draft = await db.write(plans.begin, actor, Kind.THEME_DAY, key, now, fallback)
        await message.answer(**words.kinds(draft).spoken())
        return
    draft = await db.write(plans.compose, actor, read_form(command.args), key, now, fallback)
    screen = words.preview(draft) if draft.starts_at else await _asked("time", draft, state)
    await message.answer(**screen.spoken())


@router.callback_query(MenuTo("newactivity"))
async def chosen(
    query: CallbackQuery,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
) -> None:
    await state.clear()
    draft = await db.write(plans.begin, actor, Kind.THEME_DAY, f"tap:{query.id}", now, fallback)
    await shown_in_place(query, words.kinds(draft))


@router.callback_query(DraftKindTap.filter())
async def kind_chosen(
    query: CallbackQuery,
    callback_data: DraftKindTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    draft = await db.write(plans.set_kind, actor, callback_data.draft, callback_data.kind, now)
    if draft.starts_at is not None:
        await shown_in_place(query, words.preview(draft))
        return
    await shown_in_place(query, await _asked("time", draft, state, chain=True))


@router.callback_query(DraftRepeatTap.filter())
async def repeat_chosen(
    query: CallbackQuery,
    callback_data: DraftRepeatTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    draft = await db.read(plans.preview, actor, callback_data.draft, now)
    rule = words.offered(draft).get(callback_data.choice, "")
    draft = await db.write(plans.set_repeat, actor, draft.id, rule, now)
    await state.clear()
    await shown_in_place(query, words.preview(draft))


@router.callback_query(DraftTap.filter())
async def tapped(
    query: CallbackQuery,
    callback_data: DraftTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
) -> None:
    match callback_data.do:
        case "publish":
            done = await db.write(plans.publish, actor, callback_data.draft, now)
            await state.clear()
            await shown_in_place(query, words.published(done))
        case "discard":
            await db.write(plans.discard, actor, callback_data.draft)
            await state.clear()
            await shown_in_place(query, words.discarded())
        case "unit":
            draft = await db.write(plans.next_unit, actor, callback_data.draft, now, fallback)
            await shown_in_place(query, words.editing(draft))
        case wanted:
            draft = await db.read(plans.preview, actor, callback_data.draft, now)
            await shown_in_place(query, await _screen(wanted, draft, state))


async def _screen(wanted: str, draft: Draft, state: FSMContext) -> Outgoing:
    """The screen for a part of the plan; remembers what is asked."""
    if wanted in QUESTIONS:
        return await _asked(wanted, draft, state)
    match wanted:
        case "kind":
            return words.kinds(draft)
        case "skip_place" | "skip_agenda":
            return await _after(wanted.removeprefix("skip_"), draft, state)
        case "edit":
            return words.editing(draft)
        case _:
            await state.clear()
            return words.preview(draft)


async def _asked(what: str, draft: Draft, state: FSMContext, *, chain: bool | None = None) -> Outgoing:
    """Ask for one part, and remember it; `chain` when others follow."""
    asking, question = QUESTIONS[what]
    await state.set_state(asking)
    await state.update_data({"draft": draft.id} if chain is None else {"draft": draft.id, "chain": chain})
    return question(draft)


async def _after(answered: str, draft: Draft, state: FSMContext) -> Outgoing:
    """The question after this one while a plan is made for the first time; else the preview."""
    chain = bool((await state.get_data()).get("chain"))
    follows = FOLLOWS.get(answered) if chain else None
    if follows is not None:
        return await _asked(follows, draft, state)
    await state.clear()
    return words.preview(draft)


@router.message(StateFilter(Planning), Said())
async def said(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext, raw_state: str
) -> None:
    text = text_of(message)
    asked = raw_state.partition(":")[2]
    draft_id = ActivityId((await state.get_data())["draft"])
    match asked:
        case "time":
            draft = await db.write(plans.set_time, actor, draft_id, text, now)
        case "repeat":
            draft = await db.write(plans.set_repeat, actor, draft_id, text, now)
        case "place":
            draft = await db.write(plans.reword, actor, draft_id, now, place=text)
        case "agenda":
            draft = await db.write(plans.reword, actor, draft_id, now, agenda=text)
        case _:
            draft = await db.write(plans.reword, actor, draft_id, now, title=text)
    await message.answer(**(await _after(asked, draft, state)).spoken())
