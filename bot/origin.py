"""Where an update comes from: who, in which chat and thread."""

from dataclasses import dataclass

from aiogram.types import (
    CallbackQuery,
    ChatMemberUpdated,
    InaccessibleMessage,
    Message,
    PollAnswer,
    Update,
    User,
)
from aiogram.types import Chat as TelegramChat
from aiogram.types.update import UpdateTypeLookupError

from domain.actors import Account
from messages.speech import nearest_locale
from storage.conversations import Place

PLATFORM = "telegram"
GROUP_ANONYMOUS_BOT = 1087968824  # stands for any administrator who hides their name


@dataclass(frozen=True)
class Origin:
    """The account and the chat behind an update. A poll answer has no chat: it is taken as private."""

    account: Account
    chat_id: int
    chat_kind: str
    thread_id: int
    query_id: str | None  # of a tap, which waits for its answer
    message_id: int | None

    @property
    def private(self) -> bool:
        return self.chat_kind == "private"

    def place(self, bot_id: int) -> Place:
        return Place(bot_id, self.chat_id, self.account.user_id, self.thread_id)


def origin_of(update: Update) -> Origin | None:
    """None where nobody stands behind the update whom the bot could answer."""
    try:
        event = update.event
    except UpdateTypeLookupError:  # a kind newer than the library
        return None
    match event:
        case Message(from_user=User() as user):
            thread = (event.message_thread_id or 0) if event.is_topic_message else 0
            return _origin(user, event.chat, thread, message_id=event.message_id)
        case CallbackQuery(message=Message() | InaccessibleMessage() as message):
            thread = 0
            if isinstance(message, Message) and message.is_topic_message:
                thread = message.message_thread_id or 0
            return _origin(event.from_user, message.chat, thread, query_id=event.id)
        case ChatMemberUpdated():
            return _origin(event.from_user, event.chat, 0)
        case PollAnswer(user=User() as user):
            return _origin(user, TelegramChat(id=user.id, type="private"), 0)
        case _:
            return None


def hidden(update: Update) -> bool:
    """Whether a message comes from an anonymous administrator or in the name of a chat."""
    message = update.message
    if message is None or message.sender_chat is None:
        return False
    return not message.is_automatic_forward


def _origin(
    user: User, chat: TelegramChat, thread: int, query_id: str | None = None, message_id: int | None = None
) -> Origin:
    account = Account(PLATFORM, user.id, user.username, nearest_locale(user.language_code))
    return Origin(account, chat.id, chat.type, thread, query_id, message_id)
