"""Topics before members: the list, one topic, its files."""

from collections.abc import Mapping
from datetime import datetime

from aiogram import Bot, Router
from aiogram.filters import Command, CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from handlers.checkins import number_in
from handlers.database import UpdateDatabase
from handlers.parts import hand_over
from handlers.reflections import Reflecting
from handlers.screens import said_in_private, shown_in_place
from handlers.words import MenuTo, Words
from messages import topics as words
from messages.outgoing import Outgoing
from messages.topics import FilesTap, OpenTopicsTap, TopicTap
from services import topic_lists, topics

router = Router(name="topics")


@router.message(Command("topic"))
async def typed(
    message: Message,
    command: CommandObject,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
    bot_username: str,
) -> None:
    await _look_up(state)
    n = number_in(command.args)
    await said_in_private(message, await _screen(actor, db, now, fallback, n), bot_username)


@router.message(Words("学习", "Study"))
async def said(
    message: Message,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
) -> None:
    await _look_up(state)
    await message.answer(**(await _screen(actor, db, now, fallback, None)).spoken())


@router.callback_query(MenuTo("topic"))
async def chosen(
    query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime, fallback: Mapping[str, str]
) -> None:
    await shown_in_place(query, await _screen(actor, db, now, fallback, None))


@router.callback_query(OpenTopicsTap.filter())
async def listed(query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime) -> None:
    await shown_in_place(query, await _list(actor, db, now))


@router.callback_query(TopicTap.filter())
async def opened(
    query: CallbackQuery,
    callback_data: TopicTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
) -> None:
    await state.clear()
    card = await db.read(topics.card_for, actor, callback_data.topic, now, fallback)
    await shown_in_place(query, words.card(card))


@router.callback_query(FilesTap.filter())
async def files(
    query: CallbackQuery,
    callback_data: FilesTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
    bot: Bot,
) -> None:
    card = await db.read(topics.card_for, actor, callback_data.topic, now, fallback)
    await query.answer()
    for upload in words.uploads(card.attachments):
        await hand_over(bot, actor.account.user_id, upload)


async def _look_up(state: FSMContext) -> None:
    """Who is writing a piece reads the topic and goes on with it; whatever else was asked is over."""
    if await state.get_state() != Reflecting.writing.state:
        await state.clear()


async def _screen(
    actor: Actor, db: UpdateDatabase, now: datetime, fallback: Mapping[str, str], n: int | None
) -> Outgoing:
    """The n-th open topic, or the only one; else the list."""
    lines = await db.read(topic_lists.open_topics, actor, now)
    chosen = topic_lists.choose(lines, n) if lines or n is not None else None
    if chosen is None:
        return await _list(actor, db, now)
    return words.card(await db.read(topics.card_for, actor, chosen.id, now, fallback))


async def _list(actor: Actor, db: UpdateDatabase, now: datetime) -> Outgoing:
    return words.open_list(
        await db.read(topic_lists.open_topics, actor, now),
        await db.read(topic_lists.lately_closed, actor, now),
        await db.read(topic_lists.coming, actor, now),
    )
