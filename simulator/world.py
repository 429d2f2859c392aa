"""The state of the simulated platform, and the few things that change it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from domain.clock import Clock
from simulator.chats import JSON, Account, Chat, Message
from simulator.errors import bad_request, forbidden
from simulator.limits import Limits
from simulator.transcript import Line, Transcript
from simulator.updates import UpdateQueue


@dataclass(frozen=True)
class Upload:
    """A file as it arrives in a request."""

    filename: str
    data: bytes
    content_type: str = "application/octet-stream"


@dataclass(frozen=True)
class StoredFile:
    """A file the platform keeps; its id is good for one bot only."""

    file_id: str
    unique_id: str
    kind: str
    filename: str
    data: bytes
    size: int
    content_type: str

    @property
    def path(self) -> str:
        return f"{self.kind}s/{self.unique_id}_{self.filename}"


@dataclass(frozen=True)
class Receipt:
    """A request the platform accepted."""

    bot_id: int
    method: str
    params: JSON
    at: datetime
    result: Any


@dataclass(eq=False)
class Query:
    """A tap on a callback button that waits for its answer."""

    id: str
    person: Account
    message: Message
    at: datetime
    answered: bool = False


@dataclass(eq=False)
class BotAccount:
    """A bot: its account, its updates, its commands."""

    account: Account
    token: str
    updates: UpdateQueue
    privacy: bool = True
    commands: dict[tuple[str, str], list[JSON]] = field(default_factory=dict)
    queries: dict[str, Query] = field(default_factory=dict)

    @property
    def id(self) -> int:
        return self.account.id


class Witness:
    """Hears of everything that shows to people; a page overrides what it passes on."""

    def message(self, message: Message) -> None:
        """A message is new, or shows differently now."""

    def chat(self, chat: Chat) -> None:
        """Members, pins, the keyboard or the standing of a chat may have changed."""

    def toast(self, person: Account, text: str, *, alert: bool) -> None:
        """A tap was answered in a toast, or in an alert that must be closed."""

    def opened(self, person: Account) -> None:
        """The client was told to open the private chat."""

    def typing(self, chat: Chat) -> None:
        """The bot is writing."""

    def commands(self) -> None:
        """The menus of commands changed."""

    def called(self, method: str, params: JSON, answer: JSON) -> None:
        """A method was called; `answer` is the envelope, or what became of it."""


class World:
    """Everybody, every chat and file, and the record of what happened."""

    def __init__(self, clock: Clock, *, strict_limits: bool = False) -> None:
        self.clock = clock
        self.limits = Limits() if strict_limits else None
        self.accounts: dict[int, Account] = {}
        self.bots: dict[str, BotAccount] = {}
        self.private: dict[tuple[int, int], Chat] = {}
        self.groups: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.polls: dict[str, Message] = {}
        self.receipts: list[Receipt] = []
        self.transcript = Transcript()
        self.opened: list[tuple[BotAccount, Account, str]] = []  # links an answer told a client to open
        self.witness = Witness()
        self._numbers = count(1)

    def number(self) -> int:
        """A fresh number, for whatever needs one."""
        return next(self._numbers)

    def timestamp(self) -> int:
        return int(self.clock.now().timestamp())

    # --- who and where ---------------------------------------------------------------------------

    def private_chat(self, bot: BotAccount, person: Account) -> Chat:
        """The chat of a person with a bot, made at first use (and not thereby started)."""
        key = (bot.id, person.id)
        if key not in self.private:
            self.private[key] = Chat(person.id, "private", person.name, peer=person)
        return self.private[key]

    def chat_for(self, bot: BotAccount, reference: Any) -> Chat:
        """The chat a request names, which the bot must know."""
        if reference in (None, ""):
            raise bad_request("chat_id is empty")
        try:
            chat_id = int(reference)
        except (TypeError, ValueError, OverflowError):
            raise bad_request("chat not found") from None
        if chat_id > 0:
            return self._private_for(bot, chat_id)
        chat = self.groups.get(chat_id)
        if chat is None or bot.id not in chat.members:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            raise bad_request(
                "group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to
            )
        return chat

    def _private_for(self, bot: BotAccount, person_id: int) -> Chat:
        person = self.accounts.get(person_id)
        if person is None:
            raise bad_request("chat not found")
        if person.is_bot:
            raise forbidden("bot can't send messages to bots")
        if not self._acquainted(bot, person):
            raise bad_request("chat not found")
        return self.private_chat(bot, person)

    def _acquainted(self, bot: BotAccount, person: Account) -> bool:
        """A bot knows those who wrote to it and those it met in a group; others do not exist for it."""
        chat = self.private.get((bot.id, person.id))
        if chat is not None and (chat.started or chat.messages):
            return True
        return any(bot.id in c.members and person.id in c.members for c in self.groups.values())

    def bots_in(self, chat: Chat) -> Iterator[BotAccount]:
        for bot in self.bots.values():
            if chat.peer is not None:
                if self.private.get((bot.id, chat.id)) is chat:
                    yield bot
            elif (member := chat.member(bot.id)) is not None and member.present:
                yield bot

    # --- what happens ----------------------------------------------------------------------------

    def post(
        self,
        chat: Chat,
        sender: Account,
        content: JSON,
        *,
        thread: int | None = None,
        reply_to: Message | None = None,
        only_for: int | None = None,
    ) -> Message:
        """Put a message into a chat and on record. Telling the bots is the caller's business."""
        message_id = chat.next_id()
        json: JSON = {
            "message_id": message_id,
            "from": sender.as_user(),
            "chat": chat.as_chat(),
            "date": self.timestamp(),
            **content,
        }
        if thread is not None:
            json |= {"message_thread_id": thread, "is_topic_message": True}
        if reply_to is not None:
            json["reply_to_message"] = reply_to.snapshot(with_reply=False)
        message = Message(chat, message_id, sender, self.clock.now(), json, only_for=only_for)
        chat.messages[message_id] = message
        self.witness.message(message)
        return message

    def tell_bots(self, message: Message, kind: str = "message") -> None:
        """Give the bots of the chat the update, as far as privacy mode lets them see it."""
        for bot in self.bots_in(message.chat):
            if bot.id != message.sender.id and sees(bot, message):
                bot.updates.put(kind, message.snapshot())

    def note(
        self, chat: Chat, who: Account, kind: str, text: str = "", message: Message | None = None
    ) -> None:
        """Write a line of the transcript."""
        shown = message is not None and kind in {"says", "edits"}
        if message is not None:
            self.witness.message(message)
        self.witness.chat(chat)
        self.transcript.append(
            Line(
                at=self.clock.now(),
                chat=f"{chat.peer.name} ↔ bot" if chat.peer else chat.title,
                chat_id=chat.id,
                who=who.name,
                kind=kind,
                text=message.text if message is not None and shown and not text else text,
                buttons=[[str(b["text"]) for b in row] for row in message.rows] if message and shown else [],
                media=message.media if message and shown else None,
                message_id=message.id if message else None,
            )
        )


def sees(bot: BotAccount, message: Message) -> bool:
    """Whether a message reaches the bot: privacy mode hides talk among members from it."""
    chat, json = message.chat, message.json
    member = chat.member(bot.id)
    if chat.peer is not None or not bot.privacy or (member is not None and member.is_admin):
        return True
    if not (message.media or "text" in json):
        return True  # a service message
    replied = json.get("reply_to_message")
    if replied is not None and replied["from"]["id"] == bot.id:
        return True
    username = (bot.account.username or "").lower()
    first_word = message.text.split(maxsplit=1)[0].lower() if message.text.strip() else ""
    if first_word.startswith("/"):
        _, _, addressed = first_word.partition("@")
        return addressed == username if addressed else True
    return f"@{username}" in message.text.lower()
