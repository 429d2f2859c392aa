"""A chart in a chat: drawn off the event loop, sent as a photo, or put where a button stood."""

import asyncio

from aiogram import Bot
from aiogram.types import BufferedInputFile, CallbackQuery, InputMediaPhoto, Message

from domain.charts import Chart
from messages.outgoing import Charted
from messages.speech import language

NAME = "chart.png"


async def send_chart(bot: Bot, chat: int, screen: Charted) -> None:
    """As a new message."""
    photo, caption = await _photo(screen.chart), screen.caption.as_caption_kwargs()
    await bot.send_photo(chat, photo, **caption, reply_markup=screen.keyboard)


async def chart_in_place(query: CallbackQuery, screen: Charted) -> None:
    """Answer the tap, and let the chart stand where the button stood: the platform adds it to a text too."""
    await query.answer()
    if isinstance(query.message, Message):
        photo, caption = await _photo(screen.chart), screen.caption.as_caption_kwargs()
        media = InputMediaPhoto(media=photo, **caption)
        await query.message.edit_media(media, reply_markup=screen.keyboard)
    elif query.message is not None and query.bot is not None:
        await send_chart(query.bot, query.message.chat.id, screen)


def shows_chart(query: CallbackQuery) -> bool:
    """Whether the button stands under a photo, which no text can take the place of."""
    return isinstance(query.message, Message) and query.message.photo is not None


async def _photo(chart: Chart) -> BufferedInputFile:
    return BufferedInputFile(await asyncio.to_thread(_drawn, chart, language()), NAME)


def _drawn(chart: Chart, spoken: str) -> bytes:
    from reports.charts import to_png  # noqa: PLC0415 - a heavy library, loaded where it is used

    return to_png(chart, spoken)
