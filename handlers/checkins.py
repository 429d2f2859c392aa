"""Check-ins: the tap on a card, the command, undo. The busiest hour of the week, so asked first."""

from collections.abc import Mapping
from datetime import datetime

from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from domain.errors import Unreadable
from domain.ids import TopicId
from handlers.database import UpdateDatabase
from handlers.screens import shown_in_place
from handlers.words import Words
from handlers.writing import Intent
from messages import checkins as words
from messages import topics as cards
from messages.checkins import CheckInTap, UndoTap
from messages.outgoing import Outgoing
from services import checkins, topic_lists, topics

router = Router(name="checkins")


@router.callback_query(CheckInTap.filter())
async def tapped(
    query: CallbackQuery,
    callback_data: CheckInTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    bot_username: str,
    fallback: Mapping[str, str],
) -> None:
    if not actor.known:  # joining completes the tap
        await query.answer(url=f"https://t.me/{bot_username}?start=checkin-{callback_data.topic}")
        return
    receipt = await db.write(checkins.check_in, actor, callback_data.topic, now)
    await _answer(query, callback_data.topic, words.toast(receipt), actor, db, now, fallback)


@router.callback_query(UndoTap.filter())
async def undone(
    query: CallbackQuery,
    callback_data: UndoTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
) -> None:
    await db.write(checkins.undo, actor, callback_data.topic, now)
    toast = words.undone(now, actor.zone)
    await _answer(query, callback_data.topic, toast, actor, db, now, fallback)


@router.message(Command("checkin"))
async def typed(
    message: Message, command: CommandObject, actor: Actor, db: UpdateDatabase, now: datetime, bot: Bot
) -> None:
    await _check_in_nth(message, number_in(command.args), actor, db, now, bot)


@router.message(Command("start"), Intent("checkin"))
async def linked(
    message: Message,
    intended: TopicId,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
) -> None:
    receipt = await db.write(checkins.check_in, actor, intended, now)
    card = await db.read(topics.card_for, actor, intended, now, fallback)
    await message.answer(words.toast(receipt))
    await message.answer(**cards.card(card).spoken())


@router.message(Words("打卡", "Check in"))
async def said(message: Message, actor: Actor, db: UpdateDatabase, now: datetime, bot: Bot) -> None:
    await _check_in_nth(message, None, actor, db, now, bot)


def number_in(args: str | None) -> int | None:
    """The n of `/checkin n`. Raises Unreadable for anything else."""
    if args is None or not args.strip():
        return None
    if not args.strip().isdecimal() or len(args.strip()) > 3:
        raise Unreadable
    return int(args.strip())


async def _check_in_nth(
    message: Message, n: int | None, actor: Actor, db: UpdateDatabase, now: datetime, bot: Bot
) -> None:
    lines = await db.read(topic_lists.open_topics, actor, now)
    closed = [] if lines else await db.read(topic_lists.lately_closed, actor, now)
    if closed and n is None:
        await _say(message, actor, bot, cards.open_list([], closed, []))
        return
    chosen = topic_lists.choose(lines, n)
    if chosen is None:
        taps = [words.choice_button(line) for line in lines]
        await _say(message, actor, bot, cards.which(lines, taps))
        return
    receipt = await db.write(checkins.check_in, actor, chosen.id, now)
    await _say(message, actor, bot, words.receipt(receipt, chosen))


async def _say(message: Message, actor: Actor, bot: Bot, screen: Outgoing) -> None:
    """In private, wherever the command was typed: a group has its card."""
    chat = message.chat.id if message.chat.type == ChatType.PRIVATE else actor.account.user_id
    await bot.send_message(chat, **screen.spoken())


async def _answer(
    query: CallbackQuery,
    topic: TopicId,
    toast: str,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
) -> None:
    """A toast; in private the card in its new state as well. A group's card follows with everybody's taps."""
    if query.message is None or query.message.chat.type != ChatType.PRIVATE:
        await query.answer(toast)
        return
    card = await db.read(topics.card_for, actor, topic, now, fallback)
    await shown_in_place(query, cards.card(card), toast)
