"""Buttons on messages: finding the one that says some words, and pressing it."""

import re

from simulator.chats import JSON, Account, Message
from simulator.world import Query, World

LEADING_SIGNS = re.compile(r"^[\W_]+")  # an emoji or arrow before a button's words


def says_words(label: str, words: str) -> bool:
    return label.startswith(words) or LEADING_SIGNS.sub("", label).startswith(words)


def button_on(message: Message, words: str) -> tuple[Message, JSON] | None:
    """The button that says the words exactly, else the first that begins with them."""
    buttons = [button for row in message.rows for button in row]
    exact = [b for b in buttons if words in (b["text"], LEADING_SIGNS.sub("", b["text"]))]
    begun = [b for b in buttons if says_words(str(b["text"]), words)]
    return next(((message, button) for button in exact + begun), None)


def shown(messages: list[Message]) -> str:
    """What can be seen, for a person who looked for a button in vain."""
    return "; ".join(f"{m.text[:60]!r} {m.buttons}" for m in messages) or "nothing"


def press(world: World, account: Account, data: str, message: Message) -> None:
    """Send callback data from a message to the bot that posted it."""
    if message.deleted:
        raise LookupError("the message is gone")
    bot = next(b for b in world.bots.values() if b.id == message.sender.id)
    query = Query(str(9_000_000 + world.number()), account, message, world.clock.now())
    bot.queries[query.id] = query
    bot.updates.put(
        "callback_query",
        {
            "id": query.id,
            "from": account.as_user(),
            "message": message.snapshot(),
            "chat_instance": str(message.chat.id),
            "data": data,
        },
    )
