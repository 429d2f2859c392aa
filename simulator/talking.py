"""How a person's words reach a chat: Start and its links, messages, a block."""

import re
from urllib.parse import parse_qs, urlsplit

from simulator import markup
from simulator.api.chats import described
from simulator.chats import JSON, Account, Chat, Member, Message
from simulator.world import BotAccount, World

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


def press_start(world: World, bot: BotAccount, account: Account, payload: str = "") -> Message:
    """The person presses Start, perhaps after opening a deep link."""
    if not PAYLOAD.fullmatch(payload):
        raise ValueError(f"a start parameter is up to 64 of A-Z a-z 0-9 _ -, not {payload!r}")
    chat = world.private_chat(bot, account)
    if chat.blocked:
        set_blocked(world, bot, account, blocked=False)
    return talk(world, chat, account, {"text": f"/start {payload}".strip()})


def talk(
    world: World, chat: Chat, account: Account, content: JSON, *, reply_to: Message | None = None,
    thread: int | None = None,
) -> Message:  # fmt: skip
    """Put a person's message into a chat and tell the bots."""
    if chat.peer is not None:
        chat.started = True
        chat.force_reply = False
    content = spoken(content)
    message = world.post(chat, account, content, reply_to=reply_to, thread=thread)
    world.note(chat, account, "says", message=message)
    world.tell_bots(message)
    return message


def spoken(content: JSON) -> JSON:
    """Words as a client sends them: trimmed, with the commands and links it finds."""
    content = dict(content)
    for name, field in (("text", "entities"), ("caption", "caption_entities")):
        if name in content:
            formatted = markup.with_found(markup.trimmed(markup.Formatted(content[name], [])))
            content |= {name: formatted.text, field: formatted.entities}
    return content


def set_blocked(world: World, bot: BotAccount, account: Account, *, blocked: bool) -> None:
    chat = world.private_chat(bot, account)
    chat.blocked = blocked
    before, after = Member(bot.account, "member"), Member(bot.account, "kicked")
    if not blocked:
        before, after = after, before
    world.note(chat, account, "blocks" if blocked else "unblocks")
    bot.updates.put(
        "my_chat_member",
        {
            "chat": chat.as_chat(),
            "from": account.as_user(),
            "date": world.timestamp(),
            "old_chat_member": described(before),
            "new_chat_member": described(after),
        },
    )


def payload_of(link: str, bot: BotAccount) -> str:
    parts = urlsplit(link)
    if parts.path.strip("/") != bot.account.username:
        raise ValueError(f"{link} is not a link to @{bot.account.username}")
    return parse_qs(parts.query).get("start", [""])[0]


def pieces(text: str) -> list[str]:
    """A long text as a client sends it: in messages of at most 4096 units."""
    if markup.units(text) <= markup.TEXT_LIMIT:
        return [text]
    cut: list[str] = [""]
    length = 0
    for character in text:
        size = markup.units(character)
        if length + size > markup.TEXT_LIMIT:
            cut.append("")
            length = 0
        cut[-1] += character
        length += size
    return cut
