"""Saying what may take several messages: long text in parts, then the files."""

from typing import assert_never

from aiogram import Bot
from aiogram.types import BufferedInputFile

from messages.outgoing import Outgoing, Upload
from messages.splitting import Spoken, parts_of


async def say_all(bot: Bot, chat_id: int, message: Outgoing) -> None:
    """Send every part in order; the buttons stand under the last text."""
    for part in parts_of(message):
        match part:
            case Spoken():
                await bot.send_message(
                    chat_id, part.text, entities=list(part.entities), reply_markup=part.keyboard
                )
            case Upload():
                await hand_over(bot, chat_id, part)
            case _:
                assert_never(part)


async def hand_over(bot: Bot, chat_id: int, upload: Upload) -> None:
    """Send one file: by the id the platform knows it under, or as bytes."""
    file = upload.file_id or BufferedInputFile(upload.content or b"", upload.name or "file")
    match upload.kind:
        case "photo":
            await bot.send_photo(chat_id, file)
        case "video":
            await bot.send_video(chat_id, file)
        case "voice":
            await bot.send_voice(chat_id, file)
        case _:
            await bot.send_document(chat_id, file)
