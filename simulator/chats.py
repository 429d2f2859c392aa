"""Who and where: accounts, chats, their members, threads and messages."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

JSON = dict[str, Any]
ChatKind = Literal["private", "group", "supergroup"]

GROUP_ANONYMOUS_BOT = 1087968824  # the account the platform shows for an anonymous administrator


@dataclass(eq=False)
class Account:
    """A person, as the platform knows them, and what their client has shown them."""

    id: int
    name: str
    username: str | None = None
    language: str | None = None
    is_bot: bool = False
    deactivated: bool = False
    toasts: list[str] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)

    def as_user(self) -> JSON:
        user: JSON = {"id": self.id, "is_bot": self.is_bot, "first_name": self.name}
        if self.username:
            user["username"] = self.username
        if self.language:
            user["language_code"] = self.language
        return user


@dataclass(eq=False)
class Member:
    """How an account stands in a group."""

    account: Account
    status: Literal["creator", "administrator", "member", "restricted", "left", "kicked"]

    @property
    def present(self) -> bool:
        return self.status not in {"left", "kicked"}

    @property
    def is_admin(self) -> bool:
        return self.status in {"creator", "administrator"}


@dataclass(eq=False)
class Thread:
    """A topic of a forum."""

    id: int
    name: str
    closed: bool = False
    deleted: bool = False


@dataclass(eq=False)
class Message:
    """A message as it stands now; edits change it in place."""

    chat: "Chat"
    id: int
    sender: Account
    sent_at: datetime
    json: JSON
    deleted: bool = False
    only_for: int | None = None  # an ephemeral message is seen by this account alone
    reactions: dict[int, list[str]] = field(default_factory=dict)  # by account
    votes: dict[int, list[int]] = field(default_factory=dict)  # by account: options of a poll

    @property
    def text(self) -> str:
        return str(self.json.get("text") or self.json.get("caption") or "")

    @property
    def thread(self) -> int | None:
        return self.json.get("message_thread_id")

    @property
    def rows(self) -> list[list[JSON]]:
        """The inline keyboard, row by row."""
        rows: list[list[JSON]] = self.json.get("reply_markup", {}).get("inline_keyboard", [])
        return rows

    @property
    def buttons(self) -> list[str]:
        """The words on the inline keyboard, in reading order."""
        return [str(button["text"]) for row in self.rows for button in row]

    @property
    def media(self) -> str | None:
        """The kind of file it carries, if any."""
        kinds = ("photo", "video", "document", "voice", "audio", "sticker", "poll")
        return next((kind for kind in kinds if kind in self.json), None)

    def snapshot(self, *, with_reply: bool = True) -> JSON:
        """The message as sent in an update or an answer, now; later edits do not reach it."""
        copy = dict(self.json)
        if not with_reply:
            copy.pop("reply_to_message", None)
        return copy


@dataclass(eq=False)
class Chat:
    """A private chat with one bot, or a group."""

    id: int
    kind: ChatKind
    title: str
    peer: Account | None = None  # the person of a private chat
    forum: bool = False
    members: dict[int, Member] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    threads: dict[int, Thread] = field(default_factory=dict)
    pins: list[int] = field(default_factory=list)
    reply_keyboard: list[list[str]] = field(default_factory=list)
    force_reply: bool = False  # the client has been asked to open a reply
    started: bool = False  # private: the person has pressed Start
    blocked: bool = False  # private: the person has blocked the bot
    silenced: bool = False  # group: only administrators may write
    migrated_to: int | None = None
    last_id: int = 0

    def as_chat(self) -> JSON:
        chat: JSON = {"id": self.id, "type": self.kind}
        if self.peer is not None:
            chat["first_name"] = self.peer.name
            if self.peer.username:
                chat["username"] = self.peer.username
        else:
            chat["title"] = self.title
        if self.forum:
            chat["is_forum"] = True
        return chat

    def member(self, account_id: int) -> Member | None:
        return self.members.get(account_id)

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def message(self, message_id: int) -> Message | None:
        """The message, unless it was deleted."""
        found = self.messages.get(message_id)
        return None if found is None or found.deleted else found
