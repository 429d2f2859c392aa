"""Words of the reply keyboard, tapped or typed."""

from aiogram.enums import ChatType
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from messages.home import MenuTap


class Words(Filter):
    """The whole message is one of these words, in a private chat."""

    def __init__(self, *words: str) -> None:
        self.words = frozenset(word.casefold() for word in words)

    async def __call__(self, message: Message) -> bool:
        return message.chat.type == ChatType.PRIVATE and (message.text or "").strip().casefold() in self.words


# The reply keyboard always leads where it says, whatever was asked just before.
KEYBOARD = frozenset({"学习", "打卡", "请假", "帮助", "study", "check in", "leave", "help"})


class Said(Filter):
    """An answer in private to what was asked, or a sticker instead; no command, no word of the keyboard."""

    async def __call__(self, message: Message) -> bool:
        text = (message.text or "").strip()
        led_away = text.startswith("/") or text.casefold() in KEYBOARD
        return message.chat.type == ChatType.PRIVATE and not led_away


class MenuTo(Filter):
    """The menu's button for a command. The menu stands in private; elsewhere it was forged."""

    def __init__(self, command: str) -> None:
        self.data = MenuTap(to=command).pack()

    async def __call__(self, query: CallbackQuery) -> bool:
        return query.data == self.data and await InPrivate()(query)


class InPrivate(Filter):
    """A button in the private chat: one that edits its screen must never edit a group's card."""

    async def __call__(self, query: CallbackQuery) -> bool:
        return query.message is not None and query.message.chat.type == ChatType.PRIVATE
