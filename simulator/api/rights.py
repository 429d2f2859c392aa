"""What a bot may do in a chat, and the refusals when it may not."""

from simulator.chats import Chat, Message
from simulator.errors import bad_request, forbidden
from simulator.world import BotAccount

NAMES = {
    "text": "text messages",
    "photo": "photos",
    "video": "videos",
    "document": "documents",
    "voice": "voice messages",
    "audio": "audios",
    "poll": "polls",
}


def reachable(bot: BotAccount, chat: Chat) -> None:
    """The bot is in the chat, and the chat lets it speak at all."""
    if chat.peer is not None:
        if chat.peer.deactivated:
            raise forbidden("user is deactivated")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        return
    member = chat.members[bot.id]
    if member.status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    if not member.present:
        raise forbidden(f"bot is not a member of the {chat.kind} chat")


def may_send(bot: BotAccount, chat: Chat, what: str) -> None:
    reachable(bot, chat)
    if chat.peer is not None:
        return
    member = chat.members[bot.id]
    if member.status == "restricted" or (chat.silenced and not member.is_admin):
        raise bad_request(f"not enough rights to send {NAMES.get(what, what)} to the chat")


def may_pin(bot: BotAccount, chat: Chat) -> None:
    reachable(bot, chat)
    if chat.peer is None and not chat.members[bot.id].is_admin:
        raise bad_request("not enough rights to manage pinned messages in the chat")


def thread_for(chat: Chat, thread_id: int) -> int | None:
    """The forum thread a message goes to; None is the general one."""
    if not thread_id:
        return None
    thread = chat.threads.get(thread_id)
    if thread is None or thread.deleted:
        raise bad_request("message thread not found")
    if thread.closed:
        raise bad_request("TOPIC_CLOSED")
    return thread_id


def own_message(bot: BotAccount, chat: Chat, message_id: int) -> Message:
    """The bot's own message, for editing."""
    message = chat.message(message_id)
    if message is None or message.only_for is not None:
        raise bad_request("message to edit not found")
    if message.sender.id != bot.id or "forward_origin" in message.json:
        raise bad_request("message can't be edited")
    return message
