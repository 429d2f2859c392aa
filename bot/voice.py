"""Direct replies: answered once, said elsewhere where a chat refuses them, never a fault of their own."""

from contextvars import ContextVar
from typing import Any

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageCaption,
    EditMessageMedia,
    EditMessageReplyMarkup,
    EditMessageText,
    PinChatMessage,
    SendDocument,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    SendVideo,
    SendVoice,
    SetMessageReaction,
    TelegramMethod,
    UnpinChatMessage,
)
from aiogram.methods.base import Response, TelegramType
from aiogram.types import InputMediaPhoto

from bot.origin import Origin

log = structlog.get_logger(__name__)

TOAST = 200  # characters the platform shows in the answer to a tap
SENDS = (SendMessage, SendDocument, SendPhoto, SendVideo, SendVoice, SendMediaGroup)
NICETIES = (PinChatMessage, UnpinChatMessage, DeleteMessage, SetMessageReaction)
EDITS = (EditMessageText, EditMessageCaption, EditMessageMedia, EditMessageReplyMarkup)
MISSING = ("message to edit not found", "message can't be edited", "message_id_invalid")
SILENCED = ("not enough rights", "have no rights", "chat_write_forbidden", "topic_closed", "chat_restricted")


class UnsaidError(Exception):
    """A reply could be made nowhere; `text` is what it said."""

    def __init__(self, text: str) -> None:
        super().__init__("the chat and the private chat refuse the reply")
        self.text = text


class Voice:
    """How the bot speaks while it answers one update."""

    def __init__(self, bot: Bot, origin: Origin) -> None:
        self._bot = bot
        self._origin = origin
        self.answered = origin.query_id is None
        self.unreachable = False  # the private chat turned out to be closed to the bot

    async def say(self, text: str) -> None:
        """Say it where it will be seen: over the button that was tapped, else in the chat."""
        if not self.answered:
            await self.answer(text, alert=True)
            return
        try:
            await self._bot.send_message(
                self._origin.chat_id, text, message_thread_id=self._origin.thread_id or None
            )
        except UnsaidError:
            log.warning("unsaid", chat_kind=self._origin.chat_kind)

    async def answer(self, text: str | None = None, *, alert: bool = False, url: str | None = None) -> None:
        """Answer the tap, if there is one that still waits."""
        if not self.answered and self._origin.query_id is not None:
            shown = text if text is None or len(text) <= TOAST else text[: TOAST - 1] + "…"
            await self._bot.answer_callback_query(
                self._origin.query_id, shown, show_alert=alert or None, url=url
            )

    def heard(self, method: TelegramMethod[Any]) -> None:
        """Notice that the tap has its answer."""
        if isinstance(method, AnswerCallbackQuery) and method.callback_query_id == self._origin.query_id:
            self.answered = True

    def instead(
        self, method: TelegramMethod[Any], refused: TelegramBadRequest | TelegramForbiddenError
    ) -> TelegramMethod[Any] | None:
        """What to try in place of a refused reply; None when it is as good as done."""
        reason = refused.message.lower()
        if isinstance(method, AnswerCallbackQuery) and "query" in reason:
            return None
        if isinstance(method, EDITS) and "not modified" in reason:
            return None
        if any(words in reason for words in MISSING):
            if isinstance(method, EditMessageText):
                return self._anew(method)
            if isinstance(method, EditMessageMedia) and isinstance(method.media, InputMediaPhoto):
                return self._photo_anew(method, method.media)
        if isinstance(method, NICETIES) and "not enough rights" in reason:
            return None
        closed = isinstance(refused, TelegramForbiddenError) or any(words in reason for words in SILENCED)
        if closed and isinstance(method, SENDS):
            return self._in_private(method, refused)
        raise refused

    def _in_private(self, method: Any, refused: TelegramAPIError) -> TelegramMethod[Any]:
        if method.chat_id == self._origin.account.user_id:
            self.unreachable = True
            raise UnsaidError(getattr(method, "text", None) or "") from refused
        if method.chat_id != self._origin.chat_id:
            raise refused
        aside = {"message_thread_id": None, "reply_parameters": None, "reply_to_message_id": None}
        known = {name: value for name, value in aside.items() if name in type(method).model_fields}
        moved: TelegramMethod[Any] = method.model_copy(
            update={"chat_id": self._origin.account.user_id, **known}
        )
        return moved

    def _anew(self, method: EditMessageText) -> SendMessage:
        return SendMessage(
            chat_id=self._origin.chat_id,
            text=method.text or "",
            message_thread_id=self._origin.thread_id or None,
            entities=method.entities,
            parse_mode=method.parse_mode,
            reply_markup=method.reply_markup,
        )

    def _photo_anew(self, method: EditMessageMedia, photo: InputMediaPhoto) -> SendPhoto:
        return SendPhoto(
            chat_id=self._origin.chat_id,
            photo=photo.media,
            message_thread_id=self._origin.thread_id or None,
            caption=photo.caption,
            caption_entities=photo.caption_entities,
            parse_mode=photo.parse_mode,
            reply_markup=method.reply_markup,
        )


SPEAKING: ContextVar[Voice | None] = ContextVar("voice", default=None)


class Courtesy(BaseRequestMiddleware):
    """Lets the voice of the update being answered mend what the platform refuses."""

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        voice = SPEAKING.get()
        if voice is None:
            return await make_request(bot, method)
        attempt: Any = method
        while True:
            try:
                result = await make_request(bot, attempt)
            except (TelegramBadRequest, TelegramForbiddenError) as refused:
                voice.heard(attempt)
                attempt = voice.instead(attempt, refused)
                if attempt is None:
                    nothing: Any = True
                    return nothing  # type: ignore[no-any-return]
            else:
                voice.heard(attempt)
                return result


async def best_effort(saying: Any) -> None:
    """Await something said after the fact; a platform that fails then is only logged."""
    try:
        await saying
    except (TelegramAPIError, UnsaidError) as failure:
        log.warning("unsaid", fault=type(failure).__name__)
