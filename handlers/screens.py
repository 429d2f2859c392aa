"""How a screen replaces the one whose button was pressed."""

from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message

from messages import home
from messages.outgoing import Outgoing


async def shown_in_place(query: CallbackQuery, screen: Outgoing, toast: str | None = None) -> None:
    """Answer the tap, and let the new screen stand where its button stood.

    A message too old for the platform to let us see is left alone, and so is a photo, which no text can
    take the place of; the screen then comes as a new one.
    """
    await query.answer(toast)
    if isinstance(query.message, Message) and query.message.photo is None:
        await query.message.edit_text(**screen.spoken())
    elif query.message is not None and query.bot is not None:
        await query.bot.send_message(query.message.chat.id, **screen.spoken())


async def said_in_private(message: Message, screen: Outgoing, bot_username: str) -> None:
    """Answer in the private chat what is nobody else's business; a group is shown the way there."""
    if message.chat.type == ChatType.PRIVATE:
        await message.answer(**screen.spoken())
    else:
        await message.reply(**home.way_in(bot_username).spoken())
