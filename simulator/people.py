"""What a person does and sees. Every act only queues an update; the bot answers in its own time."""

import json
from urllib.parse import urlsplit

from simulator.api.files import described as file_content
from simulator.api.files import keep
from simulator.buttons import button_on, press, says_words, shown
from simulator.chats import GROUP_ANONYMOUS_BOT, JSON, Account, Chat, Message
from simulator.groups import SimGroup
from simulator.talking import payload_of, pieces, press_start, set_blocked, spoken, talk
from simulator.world import BotAccount, Upload, World


class SimPerson:
    """One person with one client, talking with one bot and in groups."""

    def __init__(self, world: World, bot: BotAccount, account: Account) -> None:
        self._world = world
        self._bot = bot
        self.account = account
        self.visited: list[str] = []  # links that led out of the platform

    @property
    def id(self) -> int:
        return self.account.id

    @property
    def name(self) -> str:
        return self.account.name

    # --- what they see ---------------------------------------------------------------------------

    @property
    def private_chat(self) -> Chat:
        return self._world.private_chat(self._bot, self.account)

    @property
    def messages(self) -> list[Message]:
        """What the bot has said to them in private, as it stands now, oldest first."""
        return [m for m in self.private_chat.messages.values() if self._shows(m)]

    @property
    def last_message(self) -> Message:
        """The latest thing the bot said in private."""
        if not self.messages:
            raise LookupError(f"the bot has said nothing to {self.name}")
        return self.messages[-1]

    @property
    def toasts(self) -> list[str]:
        return self.account.toasts

    @property
    def alerts(self) -> list[str]:
        return self.account.alerts

    @property
    def keyboard(self) -> list[list[str]]:
        """The reply keyboard below the private chat."""
        return self.private_chat.reply_keyboard

    @property
    def menu(self) -> list[str]:
        """The names of the commands their client lists in private."""
        return [str(command["command"]) for command in self.commands]

    @property
    def commands(self) -> list[JSON]:
        """The commands their client lists in private: the narrowest scope that has any, in their language."""
        scopes = [{"type": "chat", "chat_id": self.id}, {"type": "all_private_chats"}, {"type": "default"}]
        for scope in scopes:
            for language in ((self.account.language or "")[:2], ""):
                if commands := self._bot.commands.get((json.dumps(scope, sort_keys=True), language)):
                    return commands
        return []

    def screen(self) -> str:
        """The text of the bot's latest message in private."""
        return self.last_message.text

    def whispers_in(self, group: SimGroup) -> list[Message]:
        """Ephemeral messages in a group that only they can see."""
        return [m for m in group.chat.messages.values() if not m.deleted and m.only_for == self.id]

    def _shows(self, message: Message) -> bool:
        mine = message.only_for in {None, self.id}
        spoken = bool(message.text or message.media)
        return mine and spoken and not message.deleted and message.sender.id == self._bot.id

    # --- what they say ---------------------------------------------------------------------------

    def start(self, payload: str = "") -> Message:
        """Press Start in the private chat."""
        return press_start(self._world, self._bot, self.account, payload)

    def open_link(self, link: str) -> Message:
        """Follow a deep link of the bot, or a bare payload."""
        return self.start(payload_of(link, self._bot) if "://" in link or "?" in link else link)

    def says(
        self,
        text: str,
        in_chat: SimGroup | None = None,
        reply_to: Message | None = None,
        *,
        thread: int | None = None,
        anonymous: bool = False,
    ) -> Message:
        """Write a message; a client sends more than 4096 units as several, of which the last is returned."""
        chat = self._chat(in_chat)
        author, extra = self.account, dict[str, JSON]()
        if anonymous:
            author = Account(GROUP_ANONYMOUS_BOT, "Group", "GroupAnonymousBot", is_bot=True)
            extra = {"sender_chat": chat.as_chat()}
        for piece in pieces(text):
            last = talk(self._world, chat, author, {"text": piece} | extra, reply_to=reply_to, thread=thread)
        return last

    def sends_photo(
        self, caption: str = "", in_chat: SimGroup | None = None, data: bytes = b"\xff\xd8"
    ) -> Message:
        return self.sends("photo", Upload("photo.jpg", data), caption, in_chat)

    def sends_voice(self, in_chat: SimGroup | None = None, data: bytes = b"OggS") -> Message:
        return self.sends("voice", Upload("voice.ogg", data), "", in_chat)

    def sends_video(
        self, caption: str = "", in_chat: SimGroup | None = None, data: bytes = b"mp4"
    ) -> Message:
        return self.sends("video", Upload("video.mp4", data), caption, in_chat)

    def sends_document(
        self, filename: str, data: bytes = b"file", caption: str = "", in_chat: SimGroup | None = None, *,
        content_type: str = "application/octet-stream", size: int | None = None,
    ) -> Message:  # fmt: skip
        return self.sends("document", Upload(filename, data, content_type), caption, in_chat, size)

    def sends_sticker(self, in_chat: SimGroup | None = None) -> Message:
        return self.sends("sticker", Upload("sticker.webp", b"webp"), "", in_chat)

    def sends(
        self, kind: str, upload: Upload, caption: str = "", in_chat: SimGroup | None = None,
        size: int | None = None, *, thread: int | None = None,
    ) -> Message:  # fmt: skip
        """Send a file as a photo, a voice note, a document …"""
        content = file_content(keep(self._world, self._bot.id, kind, upload, size))
        content |= {"caption": caption} if caption else {}
        return talk(self._world, self._chat(in_chat), self.account, content, thread=thread)

    def edits(self, message: Message, text: str) -> None:
        """Change one of their own messages."""
        message.json |= spoken({"text" if "text" in message.json else "caption": text})
        message.json["edit_date"] = self._world.timestamp()
        self._world.note(message.chat, self.account, "edits", message=message)
        self._world.tell_bots(message, "edited_message")

    def deletes(self, message: Message) -> None:
        """Delete a message; the platform tells bots nothing of it."""
        message.deleted = True
        self._world.note(message.chat, self.account, "deletes", message.text, message)

    def _chat(self, group: SimGroup | None) -> Chat:
        if group is None:
            return self.private_chat
        member = group.chat.member(self.id)
        if member is None or not member.present:
            raise LookupError(f"{self.name} is not in {group.chat.title}")
        return group.chat

    # --- what they tap ---------------------------------------------------------------------------

    def taps(self, words: str, on: Message | None = None, in_chat: SimGroup | None = None) -> None:
        """Tap the button that says these words (or begins with them, after any emoji).

        Without `on`, the latest message that shows it: in `in_chat`, else in private, else on the reply
        keyboard, else in any group they are in.
        """
        if on is None and in_chat is None and not self._find(words, [self.private_chat]):
            label = self._on_keyboard(words)
            if label is not None:
                self.says(label)
                return
        found = button_on(on, words) if on is not None else self._find(words, self._places(in_chat))
        if found is None:
            raise LookupError(f"{self.name} sees no button {words!r}; {self._visible(on, in_chat)}")
        self.presses(*found)

    def presses(self, message: Message, button: JSON) -> None:
        """Press one button of a message."""
        self._world.note(message.chat, self.account, "taps", f"[{button['text']}]", message)
        if "callback_data" in button:
            press(self._world, self.account, str(button["callback_data"]), message)
        elif "url" in button:
            self.follows(str(button["url"]))
        else:
            self.visited.append(str(button.get("web_app", {}).get("url", "")))

    def taps_data(self, data: str, on: Message) -> None:
        """Send callback data of their own making, as a tampered client can."""
        self._world.note(on.chat, self.account, "taps", f"(forged) {data}", on)
        press(self._world, self.account, data, on)

    def follows(self, url: str) -> None:
        """Open a link: the bot's own leads to Start, any other out of the platform."""
        parts = urlsplit(url)
        ours = parts.netloc in {"t.me", "telegram.me"} and parts.path.strip("/") == self._bot.account.username
        if ours:
            self.open_link(url)
        else:
            self.visited.append(url)

    def _on_keyboard(self, words: str) -> str | None:
        labels = [label for row in self.keyboard for label in row]
        return next((label for label in labels if says_words(label, words)), None)

    def _places(self, in_chat: SimGroup | None) -> list[Chat]:
        if in_chat is not None:
            return [self._chat(in_chat)]
        groups = [g for g in self._world.groups.values() if (m := g.member(self.id)) and m.present]
        return [self.private_chat, *groups]

    def _find(self, words: str, places: list[Chat]) -> tuple[Message, JSON] | None:
        for chat in places:
            for message in reversed(chat.messages.values()):
                if self._shows(message) and (found := button_on(message, words)):
                    return found
        return None

    def _visible(self, on: Message | None, in_chat: SimGroup | None) -> str:
        if on is not None:
            return f"the message shows {shown([on])}"
        recent = [m for m in self._places(in_chat)[0].messages.values() if self._shows(m)][-3:]
        return f"the latest messages show {shown(recent)}; keyboard {self.keyboard}"

    def reacts(self, message: Message, *emoji: str) -> None:
        """React to a message, or take the reaction back; bots hear of it only where they asked to."""
        before = message.reactions.pop(self.id, [])
        if emoji:
            message.reactions[self.id] = list(emoji)
        self._world.note(message.chat, self.account, "reacts", " ".join(emoji), message)
        member = message.chat.member(self._bot.id)
        if message.chat.peer is None and not (member and member.is_admin):
            return
        described = [[{"type": "emoji", "emoji": one} for one in shown] for shown in (before, emoji)]
        self._bot.updates.put(
            "message_reaction",
            {
                "chat": message.chat.as_chat(),
                "message_id": message.id,
                "user": self.account.as_user(),
                "date": self._world.timestamp(),
                "old_reaction": described[0],
                "new_reaction": described[1],
            },
        )

    # --- comings and goings ----------------------------------------------------------------------

    def blocks_bot(self) -> None:
        set_blocked(self._world, self._bot, self.account, blocked=True)

    def unblocks_bot(self) -> None:
        set_blocked(self._world, self._bot, self.account, blocked=False)

    def deletes_account(self) -> None:
        """Their account is gone; the platform tells bots only when they write to it."""
        self.account.deactivated = True

    def joins(self, group: SimGroup) -> None:
        group.admits(self)

    def leaves(self, group: SimGroup) -> None:
        group.loses(self)

    def votes(self, poll: Message, *options: int) -> None:
        """Vote in a poll; bots hear of votes in polls that are not anonymous."""
        poll.votes[self.id] = list(options)
        state: JSON = dict(poll.json["poll"])
        state["options"] = [
            {**o, "voter_count": o["voter_count"] + (i in options)} for i, o in enumerate(state["options"])
        ]
        state["total_voter_count"] += 1
        poll.json["poll"] = state
        self._world.witness.message(poll)
        self._bot.updates.put("poll", state)
        if not state["is_anonymous"]:
            ids = [state["options"][i]["persistent_id"] for i in options]
            answer = {"poll_id": state["id"], "user": self.account.as_user(), "option_ids": list(options)}
            self._bot.updates.put("poll_answer", answer | {"option_persistent_ids": ids})
