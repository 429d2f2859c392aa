"""How people, chats and messages look on the wire to the browser."""

import json
from typing import Any
from urllib.parse import quote

from simulator.chats import JSON, Chat, Message

MEDIA = ("photo", "video", "voice", "audio", "document", "sticker")
BUTTONS = {"callback_data": "callback", "url": "url", "web_app": "web_app", "copy_text": "copy"}


def chat_shape(chat: Chat) -> JSON:
    """A chat as the list on the left needs it. `gone`: it became another chat, or nobody is in it."""
    people = [chat.id] if chat.peer else [m.account.id for m in chat.members.values() if m.present]
    return {
        "id": chat.id,
        "title": chat.title,
        "kind": "private" if chat.peer else "forum" if chat.forum else "group",
        "people": people,
        "threads": [{"id": t.id, "name": t.name} for t in chat.threads.values() if not t.deleted],
        "started": chat.started,
        "gone": chat.migrated_to is not None,
    }


def message_shape(message: Message) -> JSON:
    """A message as it stands now."""
    json_ = message.json
    reply = json_.get("reply_to_message")
    return {
        "id": message.id,
        "from": _sender(message),
        "at": message.sent_at.isoformat(),
        "text": message.text,
        "entities": json_.get("entities") or json_.get("caption_entities") or [],
        "rows": [[_button(button) for button in row] for row in message.rows],
        "media": _media(json_),
        "album": json_.get("media_group_id"),
        "reply_to": reply["message_id"] if reply else None,
        "edited": "edit_date" in json_,
        "only_for": message.only_for,
        "poll": json_["poll"] | {"votes": message.votes} if "poll" in json_ else None,
        "reactions": [{"person": who, "emoji": emoji} for who, emoji in message.reactions.items() if emoji],
        "service": _service(message),
    }


def readable(params: JSON) -> JSON:
    """The parameters of a call; a form carries structures as text."""
    return {name: _unpacked(value) for name, value in params.items()}


def _unpacked(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):  # too deep, or a number too long, is no structure either
            return value
    return value


def _sender(message: Message) -> JSON:
    if "sender_chat" in message.json:
        return {"id": message.chat.id, "name": message.chat.title, "bot": False}
    sender = message.sender
    return {"id": sender.id, "name": sender.name, "bot": sender.is_bot}


def _button(button: JSON) -> JSON:
    """Callback data stay here: the browser says which button, never what it means."""
    kind = next((shown for name, shown in BUTTONS.items() if button.get(name)), "other")
    shape: JSON = {"text": button["text"], "kind": kind, "style": button.get("style")}
    return shape | ({"url": button["url"]} if kind == "url" else {})


def _media(json_: JSON) -> JSON | None:
    kind = next((kind for kind in MEDIA if kind in json_), None)
    if kind is None:
        return None
    file = json_[kind][-1] if kind == "photo" else json_[kind]
    return {
        "kind": kind,
        "name": file.get("file_name", ""),
        "size": file["file_size"],
        "url": f"/files/{quote(file['file_id'])}",
    }


def _service(message: Message) -> dict[str, str] | None:
    """What happened to the chat itself, in the words of each language."""
    json_, name = message.json, message.sender.name
    match json_:
        case {"new_chat_members": _}:
            return {"zh": f"{name} 加入了群", "en": f"{name} joined the group"}
        case {"left_chat_member": _}:
            return {"zh": f"{name} 退出了群", "en": f"{name} left the group"}
        case {"pinned_message": pinned}:
            what = _first_words(pinned)
            return {"zh": f"{name} 置顶了“{what}”", "en": f"{name} pinned “{what}”"}
        case {"forum_topic_created": topic}:
            return {"zh": f"新话题“{topic['name']}”", "en": f"New topic “{topic['name']}”"}
        case {"migrate_to_chat_id": _} | {"migrate_from_chat_id": _}:
            return {"zh": "群已升级为超级群", "en": "The group became a supergroup"}
        case _:
            return None


def _first_words(pinned: JSON) -> str:
    text = str(pinned.get("text") or pinned.get("caption") or "")
    return text if len(text) <= 24 else text[:23] + "…"
