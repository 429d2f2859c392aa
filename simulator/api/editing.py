"""Methods that change or remove a message, or answer a tap on one."""

from datetime import timedelta

from simulator import keyboards
from simulator.api.files import group_item
from simulator.api.params import Params
from simulator.api.rights import may_pin, own_message, reachable
from simulator.api.sending import caption_content, text_content
from simulator.chats import JSON, Chat, Message
from simulator.errors import bad_request
from simulator.world import BotAccount, World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a"
    " current content and reply markup of the message"
)
STALE_QUERY = "query is too old and response timeout expired or query ID is invalid"
DELETABLE_FOR = timedelta(hours=48)  # documented: older messages can no longer be deleted
# The platform does not publish how long a tap may wait; ten minutes is generous, and minutes is observed.
ANSWERABLE_FOR = timedelta(minutes=10)
TOAST_LIMIT = 200  # characters
CONTENT = (
    "text",
    "entities",
    "caption",
    "caption_entities",
    "photo",
    "video",
    "document",
    "audio",
    "reply_markup",
)


def editable(world: World, bot: BotAccount, p: Params) -> Message:
    chat = world.chat_for(bot, p.raw.get("chat_id"))
    reachable(bot, chat)
    return own_message(bot, chat, p.integer("message_id"))


def change(world: World, bot: BotAccount, p: Params, message: Message, content: JSON) -> JSON:
    """Replace the named content and the keyboard; refuse when nothing shows differently."""
    keyboard = keyboards.parse(p.json("reply_markup"), message.chat.kind)
    if keyboard is not None:
        content = content | {"reply_markup": keyboard}
    before = {name: message.json.get(name) for name in CONTENT}
    if before == {name: content.get(name) for name in CONTENT}:
        raise bad_request(NOT_MODIFIED)
    for name in CONTENT:
        message.json.pop(name, None)
    message.json |= content | {"edit_date": world.timestamp()}
    world.note(message.chat, bot.account, "edits", message=message)
    return message.snapshot()


def kept(message: Message, *dropped: str) -> JSON:
    return {name: message.json[name] for name in CONTENT if name in message.json and name not in dropped}


def edit_message_text(world: World, bot: BotAccount, p: Params) -> JSON:
    message = editable(world, bot, p)
    content = text_content(p)
    if "text" not in message.json:
        raise bad_request("there is no text in the message to edit")
    return change(world, bot, p, message, content)


def edit_message_caption(world: World, bot: BotAccount, p: Params) -> JSON:
    message = editable(world, bot, p)
    if message.media in {None, "poll", "sticker"}:
        raise bad_request("there is no caption in the message to edit")
    content = kept(message, "caption", "caption_entities", "reply_markup") | caption_content(p.raw)
    return change(world, bot, p, message, content)


def edit_message_media(world: World, bot: BotAccount, p: Params) -> JSON:
    message = editable(world, bot, p)
    item = p.object("media")
    return change(world, bot, p, message, group_item(world, bot, p, item) | caption_content(item))


def edit_message_reply_markup(world: World, bot: BotAccount, p: Params) -> JSON:
    message = editable(world, bot, p)
    return change(world, bot, p, message, kept(message, "reply_markup"))


def delete_message(world: World, bot: BotAccount, p: Params) -> bool:
    chat = world.chat_for(bot, p.raw.get("chat_id"))
    reachable(bot, chat)
    message = chat.message(p.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    member = chat.member(bot.id)
    if member is None or not member.is_admin:
        if chat.peer is None and message.sender.id != bot.id:
            raise bad_request("message can't be deleted")
        if world.clock.now() - message.sent_at > DELETABLE_FOR:
            raise bad_request("message can't be deleted for everyone")
    message.deleted = True
    if message.id in chat.pins:
        chat.pins.remove(message.id)
    world.note(chat, bot.account, "deletes", text=message.text, message=message)
    return True


def pin_chat_message(world: World, bot: BotAccount, p: Params) -> bool:
    chat = world.chat_for(bot, p.raw.get("chat_id"))
    may_pin(bot, chat)
    message = chat.message(p.integer("message_id"))
    if message is None:
        raise bad_request("message to pin not found")
    if message.id not in chat.pins:
        chat.pins.append(message.id)
        note_pin(world, bot, chat, message)
    return True


def note_pin(world: World, bot: BotAccount, chat: Chat, message: Message) -> None:
    """A pin shows as a service message, which the pinning bot receives as well."""
    world.note(chat, bot.account, "pins", text=message.text, message=message)
    service = world.post(chat, bot.account, {"pinned_message": message.snapshot(with_reply=False)})
    bot.updates.put("message", service.snapshot())
    world.tell_bots(service)


def unpin_chat_message(world: World, bot: BotAccount, p: Params) -> bool:
    chat = world.chat_for(bot, p.raw.get("chat_id"))
    may_pin(bot, chat)
    message_id = p.integer("message_id") or (chat.pins[-1] if chat.pins else 0)
    if message_id not in chat.pins:
        raise bad_request("message to unpin not found")
    chat.pins.remove(message_id)
    world.witness.chat(chat)
    return True


def answer_callback_query(world: World, bot: BotAccount, p: Params) -> bool:
    query = bot.queries.get(p.text("callback_query_id"))
    if query is None or world.clock.now() - query.at > ANSWERABLE_FOR:
        raise bad_request(STALE_QUERY)
    text, url = p.text("text"), p.text("url")
    if len(text) > TOAST_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    deep_link = f"https://t.me/{bot.account.username}?start="
    if url and not url.startswith((deep_link, deep_link.replace("https://", ""))):
        raise bad_request("URL_INVALID")
    if not query.answered and text:
        kind = "alert" if p.flag("show_alert") else "toast"
        (query.person.alerts if kind == "alert" else query.person.toasts).append(text)
        world.note(query.message.chat, query.person, kind, text)
        world.witness.toast(query.person, text, alert=kind == "alert")
    if not query.answered and url:
        world.opened.append((bot, query.person, url.partition("?start=")[2]))
    query.answered = True
    return True


def stop_poll(world: World, bot: BotAccount, p: Params) -> JSON:
    message = editable(world, bot, p)
    poll = message.json.get("poll")
    if poll is None:
        raise bad_request("message with poll to stop not found")
    if poll["is_closed"]:
        raise bad_request("poll has already been closed")
    closed: JSON = {**poll, "is_closed": True}
    message.json["poll"] = closed
    world.witness.message(message)
    return closed
