"""Handlers speak without asking the pacer; what they say still counts, so the sender makes room."""

from contextvars import ContextVar

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import (
    CopyMessage,
    ForwardMessage,
    SendDocument,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    SendVideo,
    SendVoice,
    TelegramMethod,
)
from aiogram.methods.base import Response, TelegramType

from domain.clock import Clock
from scheduling.pacing import Pacer

COUNTED = (
    SendMessage,
    SendPhoto,
    SendVideo,
    SendVoice,
    SendDocument,
    SendMediaGroup,
    CopyMessage,
    ForwardMessage,
)

# Set inside the sender's own tasks, whose requests have a slot already.
PACED: ContextVar[bool] = ContextVar("paced", default=False)


class RepliesShare(BaseRequestMiddleware):
    """Tells the pacer of every message that did not ask it."""

    def __init__(self, pacer: Pacer, clock: Clock) -> None:
        self._pacer = pacer
        self._clock = clock

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        try:
            return await make_request(bot, method)
        finally:
            if not PACED.get() and isinstance(method, COUNTED) and isinstance(method.chat_id, int):
                self._pacer.replied(method.chat_id, self._clock.monotonic())
