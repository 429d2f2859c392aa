"""Which updates must be taken one after another."""

from collections.abc import Mapping
from typing import Any

Lane = tuple[str, int, int]

PER_CHAT = ("my_chat_member", "chat_member", "chat_join_request")
MOVES = ("migrate_to_chat_id", "migrate_from_chat_id")


def lane_of(update: Mapping[str, Any]) -> Lane:
    """Per person in a chat; poll answers per person; moves and membership changes per chat."""
    kind = next((name for name in update if name != "update_id"), "")
    event = update.get(kind)
    if not isinstance(event, dict):
        return ("other", 0, 0)
    message = event.get("message") if kind == "callback_query" else event
    chat = _id(message.get("chat")) if isinstance(message, dict) else 0
    person = _id(event.get("from") or event.get("user"))
    if any(name in event for name in MOVES) or (kind in PER_CHAT and chat != person):
        return ("chat", chat, 0)
    if not chat:
        return ("person", 0, person)
    return ("seat", chat, person)


def _id(thing: Any) -> int:
    number = thing.get("id") if isinstance(thing, dict) else None
    return number if isinstance(number, int) else 0
