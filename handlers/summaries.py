"""/summary: a period's figures as a chart, down the tree, up again, and as a workbook."""

import asyncio
from collections.abc import Mapping
from datetime import date, datetime

from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from domain.actors import Actor
from domain.ids import UnitId
from domain.periods import parse_period
from domain.summaries import Choice, Summary, read_request
from handlers.charts import chart_in_place, send_chart, shows_chart
from handlers.database import UpdateDatabase
from handlers.screens import shown_in_place
from handlers.words import MenuTo
from messages import home
from messages import summaries as messages
from messages import summary_charts as charts
from messages.outgoing import Outgoing
from messages.speech import _
from messages.summaries import BelowTap, OpenNamesTap, SummaryFile, SummaryTap
from services import summaries
from services.actors import today

router = Router(name="summaries")


@router.message(Command("summary"))
async def asked(
    message: Message,
    command: CommandObject,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
    bot: Bot,
    bot_username: str,
) -> None:
    on = today(now, actor.zone)
    request = read_request(command.args or "", on)
    found = await db.read(summaries.summary_asked_for, actor, request, now, fallback)
    if message.chat.type != ChatType.PRIVATE:
        await message.reply(**home.way_in(bot_username).spoken())
    to = actor.account.user_id
    if isinstance(found, Summary) and charts.is_drawn(found):
        await send_chart(bot, to, charts.screen(found, on))
    else:
        await bot.send_message(to, **_text(found, on).spoken())


@router.callback_query(MenuTo("summary"))
async def chosen(
    query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime, fallback: Mapping[str, str]
) -> None:
    on = today(now, actor.zone)
    found = await db.read(summaries.summary_asked_for, actor, read_request("", on), now, fallback)
    await _show(query, found, on)


@router.callback_query(SummaryTap.filter())
async def opened(
    query: CallbackQuery,
    callback_data: SummaryTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
) -> None:
    summary = await _figures(callback_data, actor, db, now, fallback)
    await _show(query, summary, today(now, actor.zone))


@router.callback_query(BelowTap.filter())
async def below(
    query: CallbackQuery,
    callback_data: BelowTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
) -> None:
    summary = await _figures(callback_data, actor, db, now, fallback)
    page = callback_data.page
    if charts.is_drawn(summary) or shows_chart(query):
        await chart_in_place(query, charts.below_screen(summary, page))
    else:
        await shown_in_place(query, messages.below_screen(summary, page))


@router.callback_query(OpenNamesTap.filter())
async def names_opened(
    query: CallbackQuery,
    callback_data: OpenNamesTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
) -> None:
    unit = UnitId(callback_data.unit)
    period = parse_period(callback_data.period, today(now, actor.zone))
    summary = await db.write(summaries.open_names, actor, unit, period, now, fallback)
    await query.answer()
    if query.bot is not None:  # to the person, wherever the button stood
        await query.bot.send_message(actor.account.user_id, **messages.names_screen(summary).spoken())


@router.callback_query(SummaryFile.filter())
async def taken(
    query: CallbackQuery,
    callback_data: SummaryFile,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
) -> None:
    unit = UnitId(callback_data.unit)
    period = parse_period(callback_data.period, today(now, actor.zone))
    summary = await db.read(summaries.summary_for, actor, unit, period, now, fallback)
    if summary.names is not None:
        await db.write(summaries.note_names_taken, actor, unit, period, now)
    await query.answer(messages.preparing())
    file = BufferedInputFile(await asyncio.to_thread(_workbook, summary), messages.file_name(summary))
    if query.bot is not None:  # to the person, wherever the button stood: it may hold names
        await query.bot.send_document(actor.account.user_id, file, caption=messages.caption(summary))


async def _show(query: CallbackQuery, found: Summary | Choice, on: date) -> None:
    """Where the button stood; under a photo even what has little to draw is drawn."""
    if isinstance(found, Summary) and (charts.is_drawn(found) or shows_chart(query)):
        await chart_in_place(query, charts.screen(found, on))
    else:
        await shown_in_place(query, _text(found, on))


def _text(found: Summary | Choice, on: date) -> Outgoing:
    return messages.choice(found) if isinstance(found, Choice) else messages.screen(found, on)


async def _figures(
    tapped: SummaryTap | BelowTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    fallback: Mapping[str, str],
) -> Summary:
    period = parse_period(tapped.period, today(now, actor.zone))
    return await db.read(summaries.figures_for, actor, UnitId(tapped.unit), period, now, fallback)


def _workbook(summary: Summary) -> bytes:
    from reports.summaries import to_xlsx  # noqa: PLC0415 - a heavy library, loaded where it is used

    return to_xlsx(summary, _)
