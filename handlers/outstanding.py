"""Who is outstanding: asked for anywhere, answered in private."""

from collections.abc import Mapping
from datetime import datetime

from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from domain.errors import NothingOpen, NotThatMany
from domain.ids import TopicId, UnitId
from handlers.checkins import number_in
from handlers.database import UpdateDatabase
from handlers.screens import shown_in_place
from handlers.words import MenuTo
from messages import home
from messages import outstanding as words
from messages.moments import clock
from messages.outgoing import Outgoing
from messages.outstanding import EVERYBODY, MissingTap, ProxyTap, RemindTap
from services import checkins, outstanding

router = Router(name="outstanding")


@router.message(Command("missing"))
async def typed(
    message: Message,
    command: CommandObject,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
    bot: Bot,
    bot_username: str,
) -> None:
    screen = await _asked(number_in(command.args), actor, db, now, fallback)
    if message.chat.type != ChatType.PRIVATE:
        await message.reply(**home.way_in(bot_username).spoken())
    await bot.send_message(actor.account.user_id, **screen.spoken())


@router.callback_query(MenuTo("missing"))
async def chosen(
    query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime, fallback: Mapping[str, str]
) -> None:
    await shown_in_place(query, await _asked(None, actor, db, now, fallback))


@router.callback_query(MissingTap.filter())
async def paged(
    query: CallbackQuery,
    callback_data: MissingTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
) -> None:
    topic, branch = callback_data.topic, callback_data.branch
    await shown_in_place(query, await _screen(topic, branch, actor, db, now, fallback, callback_data.page))


@router.callback_query(RemindTap.filter())
async def reminds(
    query: CallbackQuery,
    callback_data: RemindTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
    bot: Bot,
) -> None:
    only = None if callback_data.membership == EVERYBODY else callback_data.membership
    topic, branch = callback_data.topic, callback_data.branch
    done = await db.write(outstanding.remind, actor, topic, branch, only, now, fallback)
    said = words.reminded(done)
    await query.answer(said)
    await bot.send_message(actor.account.user_id, said)


@router.callback_query(ProxyTap.filter())
async def checks_in_for(
    query: CallbackQuery,
    callback_data: ProxyTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
) -> None:
    topic, branch = callback_data.topic, callback_data.branch
    receipt = await db.write(checkins.check_in_for, actor, topic, callback_data.membership, now, fallback)
    screen = await _screen(topic, branch, actor, db, now, fallback, 0)
    await shown_in_place(query, screen, words.checked_in_for(clock(receipt.at, receipt.zone)))


async def _asked(
    n: int | None, actor: Actor, db: UpdateDatabase, now: datetime, fallback: Mapping[str, str]
) -> Outgoing:
    choices = await db.read(outstanding.choices, actor, now)
    if not choices:
        raise NothingOpen
    if n is None and len(choices) > 1:
        return words.which(choices)
    if n is not None and not 1 <= n <= len(choices):
        raise NotThatMany(n, len(choices))
    chosen = choices[(n or 1) - 1]
    return await _screen(chosen.topic, chosen.branch, actor, db, now, fallback, 0)


async def _screen(
    topic: TopicId,
    branch: UnitId,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
    page: int,
) -> Outgoing:
    facts = await db.read(outstanding.outstanding_of, actor, topic, branch, now, fallback)
    return words.screen(facts, page)
