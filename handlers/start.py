"""/start and joining: by link, by name, or by a word from above; /help."""

from collections.abc import Mapping
from datetime import datetime

from aiogram import Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message, User

from domain.activities import Activity
from domain.actors import Actor
from domain.errors import Spent
from domain.ids import LinkId, UnitId
from domain.joining import (
    AlreadyIn,
    Door,
    LinkSpent,
    NameWanted,
    Newcomer,
    Outcome,
    Waits,
    Welcome,
    intent_in,
)
from domain.reflections import Piece
from handlers.database import UpdateDatabase
from handlers.reflections import takes_writing
from handlers.screens import said_in_private, shown_in_place
from handlers.writing import Writing, text_of
from messages import home, joining, leaves, reflections
from messages.activities import heading
from messages.joining import AskTap, DisownTap, JoinTap
from services import claims, vouching
from services import joining as services
from services.actors import known_or_root

router = Router(name="start")
HELLO = frozenset({"", "hello"})  # payloads that only open the private chat


class Joining(StatesGroup):
    """What a newcomer was asked."""

    name = State()


@router.message(Command("start"))
async def start(
    message: Message,
    command: CommandObject,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
    bot_id: int,
    bot_username: str,
    admin_ids: frozenset[int],
) -> None:
    payload = command.args or ""
    if actor.known and intent_in(payload):
        raise SkipHandler  # the handler of that act takes it
    if payload in HELLO or message.chat.type != ChatType.PRIVATE:
        known_or_root(actor)
        await said_in_private(message, home.screen(actor), bot_username)
        return
    who = await _newcomer(message.from_user, actor, state, bot_id, admin_ids)
    if wanted := intent_in(payload):
        await state.update_data(intent=payload)
        outcome = await db.write(claims.ask_at_card, who, wanted, now)
    else:
        outcome = await db.write(services.open_link, who, payload, now, fallback)
    await _say(message, outcome, state)


@router.message(StateFilter(Joining.name), Writing())
async def name_typed(
    message: Message,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
    bot_id: int,
    admin_ids: frozenset[int],
) -> None:
    name = text_of(message)
    data = await state.get_data()
    link = data.get("link")
    door = Door(UnitId(data["unit"]), LinkId(link) if link else None)
    who = await _newcomer(message.from_user, actor, state, bot_id, admin_ids)
    await _say(message, await db.write(claims.claim_by_name, who, door, name, now, fallback), state)


@router.callback_query(AskTap.filter())
async def asks_in(
    query: CallbackQuery,
    callback_data: AskTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
    bot_id: int,
    admin_ids: frozenset[int],
) -> None:
    if (await state.get_data()).get("spent") != callback_data.link:
        raise Spent  # a forged button would ask about links that nobody showed them
    who = await _newcomer(query.from_user, actor, state, bot_id, admin_ids)
    outcome = await db.write(claims.ask_in, who, callback_data.link, now, fallback)
    await query.answer()
    if isinstance(query.message, Message):
        await query.message.edit_reply_markup(reply_markup=None)
        await _say(query.message, outcome, state)


@router.callback_query(JoinTap.filter())
async def decides(
    query: CallbackQuery,
    callback_data: JoinTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    bot_id: int,
    fallback: Mapping[str, str],
) -> None:
    person = callback_data.person
    name = await db.write(claims.decide, actor, callback_data.claim, person, bot_id, now, fallback)
    await shown_in_place(query, joining.decision(name, person is not None))


@router.callback_query(DisownTap.filter())
async def disowns(
    query: CallbackQuery,
    callback_data: DisownTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    bot_id: int,
) -> None:
    name = await db.write(vouching.disown, actor, callback_data.claim, bot_id, now)
    await shown_in_place(query, joining.disowned(name))


@router.message(Command("help"))
async def helps(message: Message, actor: Actor, bot_username: str) -> None:
    known_or_root(actor)
    await said_in_private(message, home.menu_screen(actor), bot_username)


async def _newcomer(
    user: User | None, actor: Actor, state: FSMContext, bot_id: int, admin_ids: frozenset[int]
) -> Newcomer:
    intent = (await state.get_data()).get("intent")
    return Newcomer(actor.account, user.full_name if user else "", bot_id, admin_ids, intent)


async def _say(message: Message, outcome: Outcome, state: FSMContext) -> None:
    """Tell the newcomer, and remember what was asked of them."""
    if isinstance(outcome, NameWanted):
        await state.set_state(Joining.name)
        await state.update_data(unit=outcome.door.unit, link=outcome.door.link)
    elif isinstance(outcome, LinkSpent):
        await state.update_data(spent=outcome.link)
    elif isinstance(outcome, Welcome | AlreadyIn | Waits):
        await state.clear()
    await message.answer(**joining.answer(outcome).spoken())
    if isinstance(outcome, Welcome) and isinstance(outcome.done, Piece):
        await takes_writing(state, outcome.done.reflection.topic)
        await message.answer(**reflections.screen(outcome.done).spoken())
    if isinstance(outcome, Welcome) and isinstance(outcome.done, Activity):
        await message.answer(**leaves.kinds_for(outcome.done, heading(outcome.done)).spoken())
