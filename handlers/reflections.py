"""Reflections: written in private, handed in, read, returned or accepted."""

from datetime import datetime

from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from domain.errors import PieceWanted, TooLongInAll
from domain.ids import TopicId
from domain.reflections import Piece
from handlers.database import UpdateDatabase
from handlers.parts import say_all
from handlers.screens import shown_in_place
from handlers.writing import Intent, Writing, attachment_in, is_rest, leave_out, may_be_cut
from messages import home, refusals
from messages import reflections as words
from messages import topics as cards
from messages.reflections import DropTap, ReadOwnTap, RewriteTap, SubmitTap, VisibilityTap
from messages.topics import ReflectTap
from services import reflections, topic_lists

router = Router(name="reflections")


class Reflecting(StatesGroup):
    """The bot takes what is sent as part of the piece on the topic in `topic`."""

    writing = State()
    choosing = State()  # `text` waits for the topic it is about


@router.message(Command("reflect"))
async def typed(
    message: Message,
    command: CommandObject,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    bot_username: str,
) -> None:
    if message.chat.type != ChatType.PRIVATE:
        await message.reply(**home.way_in(bot_username).spoken())
        return
    lines = await db.read(topic_lists.open_topics, actor, now)
    chosen = topic_lists.choose(lines, None)
    if chosen is None:
        await state.set_state(Reflecting.choosing)
        await state.set_data({"text": command.args or ""})
        await message.answer(**cards.which(lines, [cards.choice_to_reflect(line) for line in lines]).spoken())
    elif command.args and may_be_cut(message):  # what a client cut is not handed in before its rest is there
        await _add(message, command.args, chosen.id, actor, db, now, state)
    elif command.args:
        piece = await db.write(reflections.hand_in_text, actor, chosen.id, command.args, now)
        await message.answer(**words.handed_in(piece).spoken())
    else:
        piece = await _begin(chosen.id, actor, db, now, state)
        await message.answer(**words.screen(piece).spoken())


@router.message(Command("start"), Intent("reflect"))
async def linked(
    message: Message, intended: TopicId, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext
) -> None:
    piece = await _begin(intended, actor, db, now, state)
    await message.answer(**words.screen(piece).spoken())


@router.callback_query(ReflectTap.filter())
async def tapped(
    query: CallbackQuery,
    callback_data: ReflectTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    bot_username: str,
) -> None:
    topic = callback_data.topic
    if not actor.known or query.message is None or query.message.chat.type != ChatType.PRIVATE:
        await query.answer(url=f"https://t.me/{bot_username}?start=reflect-{topic}")
        return
    text = (await state.get_data()).get("text")
    await takes_writing(state, topic)
    piece = await (
        db.write(reflections.write, actor, topic, text, now)
        if text
        else db.write(reflections.begin, actor, topic, now)
    )
    await shown_in_place(query, words.screen(piece))


@router.message(StateFilter(Reflecting.writing), Writing())
async def writes(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext, bot_id: int
) -> None:
    topic = TopicId((await state.get_data())["topic"])
    file = attachment_in(message, bot_id)
    if file is not None:
        piece = await db.write(reflections.add_file, actor, topic, file, message.caption or "", now)
        await message.answer(**words.screen(piece).spoken())
    elif message.text is not None:
        await _add(message, message.text, topic, actor, db, now, state)
    else:
        raise PieceWanted


@router.callback_query(SubmitTap.filter())
async def submits(
    query: CallbackQuery,
    callback_data: SubmitTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    await state.clear()
    piece = await db.write(reflections.hand_in, actor, callback_data.topic, now)
    await shown_in_place(query, words.handed_in(piece))


@router.callback_query(ReadOwnTap.filter())
async def reads_own(
    query: CallbackQuery,
    callback_data: ReadOwnTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    bot: Bot,
) -> None:
    piece = await db.read(reflections.own, actor, callback_data.topic, now)
    await query.answer()
    await say_all(bot, actor.account.user_id, words.whole(piece))


@router.callback_query(VisibilityTap.filter())
async def shows_to(
    query: CallbackQuery, callback_data: VisibilityTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    topic, to = callback_data.topic, callback_data.to
    piece = await db.write(reflections.set_visibility, actor, topic, to, now)
    await shown_in_place(query, words.screen(piece))


@router.callback_query(RewriteTap.filter())
async def begins_again(
    query: CallbackQuery,
    callback_data: RewriteTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    await takes_writing(state, callback_data.topic)
    piece = await db.write(reflections.rewrite, actor, callback_data.topic, now)
    await shown_in_place(query, words.screen(piece))


@router.callback_query(DropTap.filter())
async def drops(
    query: CallbackQuery,
    callback_data: DropTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    await state.clear()
    standing = await db.write(reflections.discard, actor, callback_data.topic, now)
    await shown_in_place(query, words.screen(standing) if standing else words.dropped())


async def _add(
    message: Message,
    text: str,
    topic: TopicId,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
) -> None:
    """Add to the piece; what a client cut in two is put together again."""
    data = await state.get_data()
    began = int(data.get("began", 0))
    rest = is_rest(message, data.get("cut"))
    await takes_writing(state, topic)
    if may_be_cut(message):
        if not rest:
            began = await db.read(reflections.length_of, actor, topic)
        await state.update_data(cut=message.date.isoformat(), began=began)
    done = await (
        db.write(reflections.go_on, actor, topic, text, began, now)
        if rest
        else db.write(reflections.write, actor, topic, text, now)
    )
    if isinstance(done, TooLongInAll):
        await leave_out(state, message)
        await message.answer(refusals.words(done))
    else:
        await message.answer(**words.screen(done).spoken())


async def takes_writing(state: FSMContext, topic: TopicId) -> None:
    """From here on what is sent is part of the piece. Set before the act, so that both are kept together."""
    await state.set_state(Reflecting.writing)
    await state.set_data({"topic": topic})


async def _begin(topic: TopicId, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext) -> Piece:
    await takes_writing(state, topic)
    return await db.write(reflections.begin, actor, topic, now)
