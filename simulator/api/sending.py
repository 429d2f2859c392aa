"""Methods that put a message into a chat."""

from simulator import keyboards, markup
from simulator.api.files import attached, group_item
from simulator.api.params import Params, whole
from simulator.api.rights import may_send, reachable, thread_for
from simulator.chats import JSON, Chat, Message
from simulator.errors import bad_request
from simulator.world import BotAccount, World

COPIED = ("text", "entities", "caption", "caption_entities", "photo", "video", "document", "voice", "audio",
          "sticker", "poll")  # fmt: skip
ALBUM_LIMIT = 10  # items


def send_message(world: World, bot: BotAccount, p: Params) -> JSON:
    return deliver(world, bot, p, "text", text_content(p)).snapshot()


def text_content(p: Params) -> JSON:
    if not p.text("text"):
        raise bad_request("message text is empty")
    formatted = markup.read(p.text("text"), p.text("parse_mode"), p.objects("entities"))
    if not formatted.text:
        raise bad_request("text must be non-empty")
    markup.limited(formatted, markup.TEXT_LIMIT, "message is too long")
    return {"text": formatted.text} | ({"entities": formatted.entities} if formatted.entities else {})


def caption_content(raw: JSON) -> JSON:
    p = Params(raw, {})
    formatted = markup.read(p.text("caption"), p.text("parse_mode"), p.objects("caption_entities"))
    markup.limited(formatted, markup.CAPTION_LIMIT, "message caption is too long")
    if not formatted.text:
        return {}
    return {"caption": formatted.text} | (
        {"caption_entities": formatted.entities} if formatted.entities else {}
    )


def send_photo(world: World, bot: BotAccount, p: Params) -> JSON:
    return send_media(world, bot, p, "photo")


def send_video(world: World, bot: BotAccount, p: Params) -> JSON:
    return send_media(world, bot, p, "video")


def send_voice(world: World, bot: BotAccount, p: Params) -> JSON:
    return send_media(world, bot, p, "voice")


def send_audio(world: World, bot: BotAccount, p: Params) -> JSON:
    return send_media(world, bot, p, "audio")


def send_document(world: World, bot: BotAccount, p: Params) -> JSON:
    return send_media(world, bot, p, "document")


def send_media(world: World, bot: BotAccount, p: Params, kind: str) -> JSON:
    content = attached(world, bot, p, kind, p.raw.get(kind)) | caption_content(p.raw)
    return deliver(world, bot, p, kind, content).snapshot()


def send_media_group(world: World, bot: BotAccount, p: Params) -> list[JSON]:
    items = p.objects("media")
    if not items:
        raise bad_request("there are no messages to send")
    if len(items) > ALBUM_LIMIT:
        raise bad_request("too many messages to send as an album")
    contents = [group_item(world, bot, p, item) | caption_content(item) for item in items]
    album = {"media_group_id": str(world.number())}
    first = deliver(world, bot, p, items[0]["type"], contents[0] | album, messages=len(contents))
    rest = [deliver(world, bot, p, "album", content | album, messages=0) for content in contents[1:]]
    return [message.snapshot() for message in (first, *rest)]


def deliver(
    world: World, bot: BotAccount, p: Params, kind: str, content: JSON, *, messages: int = 1
) -> Message:
    """Check chat, rights, thread, reply, keyboard and rates; then post."""
    chat = world.chat_for(bot, p.raw.get("chat_id"))
    may_send(bot, chat, kind)
    thread = thread_for(chat, p.integer("message_thread_id"))
    answered = replied(chat, p)
    keyboard = keyboards.parse(p.json("reply_markup"), chat.kind)
    if keyboard and "inline_keyboard" in keyboard:
        content = content | {"reply_markup": keyboard}
    if world.limits is not None and messages:
        world.limits.pass_or_refuse(bot.id, chat, world.clock.monotonic(), messages)
    receiver = ephemeral_receiver(chat, p)
    message = world.post(chat, bot.account, content, thread=thread, reply_to=answered, only_for=receiver)
    if receiver is not None:
        message.json |= {"message_id": 0, "ephemeral_message_id": message.id}
        message.json["receiver_user"] = world.accounts[receiver].as_user()
    change_reply_keyboard(chat, keyboard)
    world.note(chat, bot.account, "says", message=message)
    return message


def ephemeral_receiver(chat: Chat, p: Params) -> int | None:
    """The one person who will see an ephemeral message; these exist in groups only."""
    chosen = p.object("ephemeral_message_parameters").get("receiver_user_id")
    receiver = whole(chosen or p.integer("receiver_user_id"), "receiver_user_id")
    if not receiver:
        return None
    member = chat.member(receiver)
    if member is None or not member.present:
        raise bad_request("user not found")
    return receiver


def replied(chat: Chat, p: Params) -> Message | None:
    parameters = p.object("reply_parameters")
    message_id = whole(parameters.get("message_id") or p.integer("reply_to_message_id"), "message_id")
    if not message_id:
        return None
    message = chat.message(message_id)
    if message is None and not (
        parameters.get("allow_sending_without_reply") or p.flag("allow_sending_without_reply")
    ):
        raise bad_request("message to be replied not found")
    return message


def change_reply_keyboard(chat: Chat, keyboard: JSON | None) -> None:
    chat.force_reply = bool(keyboard and keyboard.get("force_reply"))
    if keyboard and "keyboard" in keyboard:
        chat.reply_keyboard = keyboards.labels(keyboard)
    elif keyboard and keyboard.get("remove_keyboard"):
        chat.reply_keyboard = []


def source(world: World, bot: BotAccount, p: Params, verb: str) -> Message:
    chat = world.chat_for(bot, p.raw.get("from_chat_id"))
    reachable(bot, chat)
    message = chat.message(p.integer("message_id"))
    if message is None:
        raise bad_request(f"message to {verb} not found")
    if not any(name in message.json for name in COPIED):
        raise bad_request(f"the message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return message


def copy_message(world: World, bot: BotAccount, p: Params) -> JSON:
    original = source(world, bot, p, "copy")
    content = {name: original.json[name] for name in COPIED if name in original.json}
    if p.raw.get("caption") is not None and original.media:
        content = {k: v for k, v in content.items() if not k.startswith("caption")}
        content |= caption_content(p.raw)
    return {"message_id": deliver(world, bot, p, original.media or "text", content).id}


def forward_message(world: World, bot: BotAccount, p: Params) -> JSON:
    original = source(world, bot, p, "forward")
    content: JSON = {name: original.json[name] for name in COPIED if name in original.json}
    content["forward_origin"] = {
        "type": "user",
        "date": original.json["date"],
        "sender_user": original.sender.as_user(),
    }
    return deliver(world, bot, p, original.media or "text", content).snapshot()


def send_poll(world: World, bot: BotAccount, p: Params) -> JSON:
    options = p.array("options")
    texts = [str(option.get("text", "") if isinstance(option, dict) else option) for option in options]
    if not p.text("question"):
        raise bad_request("poll question must be non-empty")
    if not 1 <= len(texts) <= 12:
        raise bad_request(
            "poll must have at least 2 option" if not texts else "poll can't have more than 12 options"
        )
    poll: JSON = {
        "id": str(7_000_000 + world.number()),
        "question": p.text("question"),
        "options": [
            {"persistent_id": str(i), "text": text, "voter_count": 0} for i, text in enumerate(texts)
        ],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": p.text("is_anonymous").lower() != "false",
        "type": p.text("type") or "regular",
        "allows_multiple_answers": p.flag("allows_multiple_answers"),
        "allows_revoting": p.flag("allows_revoting"),
        "members_only": False,
    }
    right = p.array("correct_option_ids") or (
        [p.integer("correct_option_id")] if p.raw.get("correct_option_id") else []
    )
    if poll["type"] == "quiz":
        if not right:
            raise bad_request("quiz must have a correct option")
        poll |= {"correct_option_ids": right, "correct_option_id": right[0]}
    message = deliver(world, bot, p, "poll", {"poll": poll})
    world.polls[poll["id"]] = message
    return message.snapshot()
