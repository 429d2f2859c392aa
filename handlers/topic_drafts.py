"""Posting a topic, in one message or through the composer; the list of what was posted."""

from collections.abc import Mapping
from datetime import datetime

from aiogram import Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from domain.topic_forms import read_form
from domain.topics import TopicState
from handlers.composer import Composing, ask
from handlers.database import UpdateDatabase
from handlers.screens import said_in_private, shown_in_place
from handlers.words import MenuTo
from handlers.writing import attachment_in
from messages import home
from messages import topic_drafts as words
from messages.topic_drafts import PostedTap, PostedTopicTap, PublishTap, WithdrawTap
from services import topic_drafts, topic_lists, topics

router = Router(name="topic_drafts")


@router.message(Command("newtopic"))
async def new(
    message: Message,
    command: CommandObject,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
    bot_id: int,
    bot_username: str,
) -> None:
    if message.chat.type != ChatType.PRIVATE:
        await message.reply(**home.way_in(bot_username).spoken())
        return
    await state.clear()
    key = f"{bot_id}:{message.chat.id}:{message.message_id}"  # the same message again makes the same draft
    if not command.args:
        topic = await db.write(topic_drafts.begin, actor, key, now)
        await ask(state, Composing.title, topic, composing=True)
        await message.answer(**words.title_wanted(topic).spoken())
        return
    form = read_form(command.args, now, actor.zone)
    files = [file] if (file := attachment_in(message, bot_id)) else []
    preview = await db.write(topic_drafts.from_form, actor, form, files, key, now, fallback)
    broadcast = await db.read(topic_drafts.broadcast, actor, preview.topic.id, now, fallback)
    await message.answer(**words.preview(preview, broadcast).spoken())


@router.callback_query(MenuTo("newtopic"))
async def new_chosen(
    query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext, bot_id: int
) -> None:
    await state.clear()
    topic = await db.write(topic_drafts.begin, actor, f"{bot_id}:tap:{query.id}", now)
    await ask(state, Composing.title, topic, composing=True)
    await shown_in_place(query, words.title_wanted(topic))


@router.callback_query(PublishTap.filter())
async def publishes(
    query: CallbackQuery,
    callback_data: PublishTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
) -> None:
    broadcast = await db.read(topic_drafts.broadcast, actor, callback_data.topic, now, fallback)
    if broadcast is not None and broadcast.is_large and not callback_data.sure:
        await shown_in_place(query, words.sure_to_publish(callback_data.topic, broadcast))
        return
    await state.clear()
    published = await db.write(topic_drafts.publish, actor, callback_data.topic, now, fallback)
    await shown_in_place(query, words.published(published.preview))


@router.message(Command("topics"))
async def posted(
    message: Message,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
    bot_username: str,
) -> None:
    await state.clear()
    lines, more = await db.read(topic_lists.posted, actor, 0, now, fallback)
    await said_in_private(message, words.posted_list(lines, 0, more), bot_username)


@router.callback_query(MenuTo("topics"))
async def posted_chosen(
    query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime, fallback: Mapping[str, str]
) -> None:
    lines, more = await db.read(topic_lists.posted, actor, 0, now, fallback)
    await shown_in_place(query, words.posted_list(lines, 0, more))


@router.callback_query(PostedTap.filter())
async def turned(
    query: CallbackQuery,
    callback_data: PostedTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
) -> None:
    page = max(callback_data.page, 0)
    lines, more = await db.read(topic_lists.posted, actor, page, now, fallback)
    await shown_in_place(query, words.posted_list(lines, page, more))


@router.callback_query(PostedTopicTap.filter())
async def opened(
    query: CallbackQuery,
    callback_data: PostedTopicTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
) -> None:
    page = await db.read(topic_lists.page_of, actor, callback_data.topic, now, fallback)
    if page.line.state is TopicState.DRAFT:
        preview = await db.read(topic_drafts.preview, actor, callback_data.topic, now, fallback)
        broadcast = await db.read(topic_drafts.broadcast, actor, callback_data.topic, now, fallback)
        screen = words.preview(preview, broadcast)
    else:
        screen = words.page(page)
    await shown_in_place(query, screen)


@router.callback_query(WithdrawTap.filter())
async def withdraws(
    query: CallbackQuery,
    callback_data: WithdrawTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
) -> None:
    page = await db.read(topic_lists.page_of, actor, callback_data.topic, now, fallback)
    if not callback_data.sure:
        await shown_in_place(query, words.sure_to_withdraw(page))
        return
    await db.write(topics.withdraw, actor, callback_data.topic, now, fallback)
    await shown_in_place(query, words.withdrawn(page.line.title))
