"""What the people on the page do: each act of a browser, checked as a client would let it be done."""

from collections.abc import Callable
from typing import Any

from simulator.chats import JSON, Chat, Message
from simulator.groups import SimGroup
from simulator.page.deck import Deck
from simulator.page.requests import Refused, number, numbers, words
from simulator.people import SimPerson
from simulator.world import Upload

KINDS = ("photo", "voice", "document", "video")


def say(deck: Deck, act: JSON) -> JSON:
    """Write a message, in a chat or in answer to one."""
    person, chat = _speaker(deck, act)
    text = words(act, "text")
    if not text.strip():
        raise Refused("an empty message is not sent")
    reply = _message(person, chat, number(act, "reply_to")) if act.get("reply_to") else None
    said = person.says(text, _group(deck, chat), reply, thread=_thread(chat, act))
    return {"message": said.id}


def tap(deck: Deck, act: JSON) -> JSON:
    """Press the button in a row and column of a message."""
    person, chat = _member(deck, act)
    message = _message(person, chat, number(act, "message"))
    row, column = number(act, "row"), number(act, "column")
    if not (0 <= row < len(message.rows) and 0 <= column < len(message.rows[row])):
        raise Refused("the message has no such button now")
    button = message.rows[row][column]
    if "copy_text" in button:
        return {"copy": button["copy_text"]["text"]}
    return _led(person, lambda: person.presses(message, button))


def link(deck: Deck, act: JSON) -> JSON:
    """Follow a link, or press Start with a payload."""
    person = _person(deck, act)
    payload = words(act, "payload")
    if "://" in payload:
        return _led(person, lambda: person.follows(payload))
    return _led(person, lambda: person.open_link(payload), chat=person.id)


def edit(deck: Deck, act: JSON) -> JSON:
    """Change one's own words."""
    person, chat = _speaker(deck, act)
    message = _message(person, chat, number(act, "message"))
    text = words(act, "text")
    if message.sender.id != person.id or not text.strip():
        raise Refused("people edit only their own messages, and not to nothing")
    person.edits(message, text)
    return {}


def delete(deck: Deck, act: JSON) -> JSON:
    """Delete a message: one's own, or any in private."""
    person, chat = _member(deck, act)
    message = _message(person, chat, number(act, "message"))
    if chat.peer is None and message.sender.id != person.id:
        raise Refused("in a group people delete only their own messages")
    person.deletes(message)
    return {}


def react(deck: Deck, act: JSON) -> JSON:
    """React with an emoji; an empty one takes the reaction back."""
    person, chat = _speaker(deck, act)
    emoji = words(act, "emoji")
    person.reacts(_message(person, chat, number(act, "message")), *([emoji] if emoji else []))
    return {}


def vote(deck: Deck, act: JSON) -> JSON:
    """Vote in a poll, once."""
    person, chat = _speaker(deck, act)
    message = _message(person, chat, number(act, "message"))
    poll = message.json.get("poll")
    options = numbers(act, "options")
    if poll is None or poll["is_closed"] or person.id in message.votes:
        raise Refused("there is no poll here that still takes your vote")
    if not options or not all(0 <= one < len(poll["options"]) for one in options):
        raise Refused("the poll has no such option")
    if len(set(options)) != len(options) or (len(options) > 1 and not poll["allows_multiple_answers"]):
        raise Refused("the poll takes one answer")
    person.votes(message, *options)
    return {}


def block(deck: Deck, act: JSON) -> JSON:
    """Block the bot."""
    person = _person(deck, act)
    if not person.private_chat.blocked:
        person.blocks_bot()
    return {}


def unblock(deck: Deck, act: JSON) -> JSON:
    """Let the bot write again."""
    person = _person(deck, act)
    if person.private_chat.blocked:
        person.unblocks_bot()
    return {}


ACTS: dict[str, Callable[[Deck, JSON], JSON]] = {
    "say": say,
    "tap": tap,
    "link": link,
    "edit": edit,
    "delete": delete,
    "react": react,
    "vote": vote,
    "block": block,
    "unblock": unblock,
}


def send_file(deck: Deck, act: JSON, kind: str, upload: Upload, caption: str) -> JSON:
    """Send an uploaded file as a photo, a voice note or a document."""
    person, chat = _speaker(deck, act)
    if kind not in KINDS:
        raise Refused(f"kind: expected one of {', '.join(KINDS)}")
    if not upload.data:
        raise Refused("the file is empty")
    sent = person.sends(kind, upload, caption, _group(deck, chat), thread=_thread(chat, act))
    return {"message": sent.id}


# --- who, where, which -------------------------------------------------------------------------------


def _person(deck: Deck, act: JSON) -> SimPerson:
    person = deck.person(number(act, "person"))
    if person is None:
        raise Refused("person: nobody on this page has that number")
    return person


def _member(deck: Deck, act: JSON) -> tuple[SimPerson, Chat]:
    """The person and a chat they are in."""
    person, chat_id = _person(deck, act), number(act, "chat")
    if chat_id == person.id:
        return person, person.private_chat
    chat = deck.telegram.groups.get(chat_id)
    member = chat.member(person.id) if chat else None
    if chat is None or member is None or not member.present or chat.migrated_to is not None:
        raise Refused(f"chat: {person.name} is in no such chat")
    return person, chat


def _speaker(deck: Deck, act: JSON) -> tuple[SimPerson, Chat]:
    """The person and a chat they may write in."""
    person, chat = _member(deck, act)
    member = chat.member(person.id)
    if chat.blocked:
        raise Refused(f"{person.name} has blocked the bot")
    if chat.silenced and not (member and member.is_admin):
        raise Refused("only administrators write here")
    return person, chat


def _group(deck: Deck, chat: Chat) -> SimGroup | None:
    return None if chat.peer else deck.group(chat.id)


def _thread(chat: Chat, act: JSON) -> int | None:
    if not act.get("thread"):
        return None
    thread = chat.threads.get(number(act, "thread"))
    if thread is None or thread.closed or thread.deleted:
        raise Refused("thread: this chat has no such open thread")
    return thread.id


def _message(person: SimPerson, chat: Chat, message_id: int) -> Message:
    message = chat.message(message_id)
    if message is None or message.only_for not in {None, person.id}:
        raise Refused("message: it is not there any more")
    return message


def _led(person: SimPerson, go: Callable[[], Any], chat: int | None = None) -> JSON:
    """Where a button or link leads: to the private chat, or out of the platform."""
    visited, said = len(person.visited), person.private_chat.last_id
    try:
        go()
    except (ValueError, LookupError) as error:
        raise Refused(str(error)) from None
    if len(person.visited) > visited:
        return {"url": person.visited[-1]}
    if chat is None and person.private_chat.last_id > said:
        chat = person.id
    return {"chat": chat} if chat is not None else {}
