"""Reading what was handed in; the secretary accepts it or returns it with a comment."""

from collections.abc import Mapping
from datetime import datetime

from aiogram import Bot, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from domain.ids import ReflectionId
from handlers.database import UpdateDatabase
from handlers.parts import say_all
from handlers.screens import shown_in_place
from handlers.writing import Writing, text_of
from messages import reflections as words
from messages.reflections import AcceptTap, PieceTap, ReturnTap
from messages.topics import PiecesTap
from services import reflection_readers

router = Router(name="reflection_readers")


class Returning(StatesGroup):
    """The next message is the comment with which the piece in `piece` is returned."""

    comment = State()


@router.callback_query(PiecesTap.filter())
async def listed(
    query: CallbackQuery, callback_data: PiecesTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    title, lines = await db.read(reflection_readers.pieces_on, actor, callback_data.topic, now)
    await shown_in_place(query, words.pieces(callback_data.topic, title, lines))


@router.callback_query(PieceTap.filter())
async def opened(
    query: CallbackQuery,
    callback_data: PieceTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
    bot: Bot,
) -> None:
    await state.clear()
    piece = await db.read(reflection_readers.piece_of, actor, callback_data.piece, now, fallback)
    await query.answer()
    await say_all(bot, actor.account.user_id, words.whole(piece))


@router.callback_query(AcceptTap.filter())
async def accepts(
    query: CallbackQuery,
    callback_data: AcceptTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
) -> None:
    piece = await db.write(reflection_readers.accept, actor, callback_data.piece, now, fallback)
    title, lines = await db.read(reflection_readers.pieces_on, actor, piece.reflection.topic, now)
    await shown_in_place(query, words.pieces(piece.reflection.topic, title, lines), words.accepted())


@router.callback_query(ReturnTap.filter())
async def returns(
    query: CallbackQuery,
    callback_data: ReturnTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
) -> None:
    piece = await db.read(reflection_readers.piece_of, actor, callback_data.piece, now, fallback)
    await state.set_state(Returning.comment)
    await state.set_data({"piece": piece.reflection.id})
    await shown_in_place(query, words.comment_wanted(piece))


@router.message(StateFilter(Returning.comment), Writing())
async def commented(
    message: Message,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
) -> None:
    why = text_of(message)
    wanted = ReflectionId((await state.get_data())["piece"])
    await state.clear()
    piece = await db.write(reflection_readers.give_back, actor, wanted, why, now, fallback)
    await message.answer(**words.given_back(piece).spoken())
