"""From a part of a message to the request that sends it."""

from aiogram.methods import SendDocument, SendMessage, SendPhoto, SendVideo, SendVoice, TelegramMethod
from aiogram.types import BufferedInputFile, Message

from domain.deliveries import Destination
from messages.outgoing import Upload
from messages.splitting import Spoken


def request_for(part: Spoken | Upload, to: Destination) -> TelegramMethod[Message]:
    """The request; in quiet hours it makes no sound."""
    chat, thread, silent = to.platform_chat_id, to.thread_id or None, to.quiet or None
    if isinstance(part, Spoken):
        return SendMessage(
            chat_id=chat,
            message_thread_id=thread,
            text=part.text,
            entities=list(part.entities),
            parse_mode=None,
            reply_markup=part.keyboard,
            disable_notification=silent,
        )
    file = part.file_id or BufferedInputFile(part.content or b"", part.name or part.kind)
    match part.kind:
        case "photo":
            return SendPhoto(chat_id=chat, message_thread_id=thread, photo=file, disable_notification=silent)
        case "video":
            return SendVideo(chat_id=chat, message_thread_id=thread, video=file, disable_notification=silent)
        case "voice":
            return SendVoice(chat_id=chat, message_thread_id=thread, voice=file, disable_notification=silent)
        case _:
            return SendDocument(
                chat_id=chat, message_thread_id=thread, document=file, disable_notification=silent
            )
