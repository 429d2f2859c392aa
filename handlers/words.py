"""Words of the reply keyboard, tapped or typed."""

from aiogram.enums import ChatType
from aiogram.filters import Filter
from aiogram.types import Message


class Words(Filter):
    """The whole message is one of these words, in a private chat."""

    def __init__(self, *words: str) -> None:
        self.words = frozenset(word.casefold() for word in words)

    async def __call__(self, message: Message) -> bool:
        return message.chat.type == ChatType.PRIVATE and (message.text or "").strip().casefold() in self.words


class Said(Filter):
    """Anything said in private that is no command: an answer to what was asked, or a sticker instead."""

    async def __call__(self, message: Message) -> bool:
        return message.chat.type == ChatType.PRIVATE and not (message.text or "").startswith("/")


class NoCommand(Filter):
    """Something said in private that is no command: the answer to what was asked."""

    async def __call__(self, message: Message) -> bool:
        return message.chat.type == ChatType.PRIVATE and not (message.text or "").startswith("/")
