"""Groups as their members see them, and what their owners can do to the bot."""

from typing import TYPE_CHECKING

from simulator.api import chats
from simulator.chats import JSON, Account, Chat, Member, Message, Thread
from simulator.world import BotAccount, World

if TYPE_CHECKING:
    from simulator.people import SimPerson

ICON_COLOUR = 7322096  # the platform's default for a new forum thread


def told(world: World, message: Message) -> Message:
    """Show a service message and tell the bots of it."""
    world.tell_bots(message)
    return message


def change_member(world: World, chat: Chat, account: Account, status: str, by: Account) -> None:
    """Set how an account stands in a group; the bots hear of it as the platform tells them."""
    member = chat.members.setdefault(account.id, Member(account, "left"))
    before = chats.described(member)
    member.status = status  # type: ignore[assignment]  # callers name one of the literal standings
    payload: JSON = {
        "chat": chat.as_chat(),
        "from": by.as_user(),
        "date": world.timestamp(),
        "old_chat_member": before,
        "new_chat_member": chats.described(member),
    }
    world.witness.chat(chat)
    for bot in world.bots.values():
        if bot.id == account.id:
            bot.updates.put("my_chat_member", payload)
        elif (own := chat.member(bot.id)) is not None and own.is_admin:
            bot.updates.put("chat_member", payload)


class SimGroup:
    """A group chat; `chat` is its present self, also after it became a supergroup."""

    def __init__(self, world: World, bot: BotAccount, chat: Chat, owner: Account) -> None:
        self._world = world
        self._bot = bot
        self.chat = chat
        self.owner = owner

    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def messages(self) -> list[Message]:
        """Everything still to be seen by all, oldest first, service messages included."""
        return [m for m in self.chat.messages.values() if not m.deleted and m.only_for is None]

    @property
    def bot_messages(self) -> list[Message]:
        """What the bot said here (not its pins and other service messages)."""
        return [m for m in self.messages if m.sender.id == self._bot.id and (m.text or m.media)]

    @property
    def last_message(self) -> Message:
        """The latest thing the bot said here."""
        if not self.bot_messages:
            raise LookupError(f"the bot has said nothing in {self.chat.title}")
        return self.bot_messages[-1]

    @property
    def pinned(self) -> list[Message]:
        """The pinned messages, the latest last."""
        return [m for i in self.chat.pins if (m := self.chat.message(i)) is not None]

    def card(self, words: str) -> Message:
        """The latest message of the bot that says these words."""
        for message in reversed(self.bot_messages):
            if words in message.text:
                return message
        said = " | ".join(m.text[:40] for m in self.bot_messages[-5:])
        raise LookupError(f"nothing the bot said in {self.chat.title} says {words!r}; it said: {said}")

    # --- members ---------------------------------------------------------------------------------

    def admits(self, person: "SimPerson") -> None:
        """The person joins."""
        self._change(person.account, "member", by=person.account)
        service = self._world.post(
            self.chat, person.account, {"new_chat_members": [person.account.as_user()]}
        )
        self._world.note(self.chat, person.account, "joins")
        told(self._world, service)

    def loses(self, person: "SimPerson") -> None:
        """The person leaves."""
        self._change(person.account, "left", by=person.account)
        service = self._world.post(self.chat, person.account, {"left_chat_member": person.account.as_user()})
        self._world.note(self.chat, person.account, "leaves")
        told(self._world, service)

    def promotes(self, person: "SimPerson") -> None:
        """The person becomes an administrator of the group."""
        self._change(person.account, "administrator", by=self.owner)

    # --- the bot ---------------------------------------------------------------------------------

    def adds_bot(self, *, admin: bool = False) -> None:
        self._change(self._bot.account, "administrator" if admin else "member", by=self.owner)

    def removes_bot(self) -> None:
        """The bot is kicked; it may not even read the chat any more."""
        self._change(self._bot.account, "kicked", by=self.owner)

    def restricts_bot(self) -> None:
        """The bot stays but may not write."""
        self._change(self._bot.account, "restricted", by=self.owner)

    def _change(self, account: Account, status: str, *, by: Account) -> None:
        change_member(self._world, self.chat, account, status, by)

    # --- the group itself ------------------------------------------------------------------------

    def silences_members(self) -> None:
        """From now on only administrators may write."""
        self.chat.silenced = True

    def opens_thread(self, name: str) -> int:
        """Open a forum thread; its id."""
        content: JSON = {"forum_topic_created": {"name": name, "icon_color": ICON_COLOUR}}
        message = self._world.post(self.chat, self.owner, content)
        message.json |= {"message_thread_id": message.id, "is_topic_message": True}
        self.chat.threads[message.id] = Thread(message.id, name)
        self._world.witness.chat(self.chat)
        told(self._world, message)
        return message.id

    def closes_thread(self, thread_id: int) -> None:
        self.chat.threads[thread_id].closed = True

    def deletes_thread(self, thread_id: int) -> None:
        self.chat.threads[thread_id].deleted = True

    def migrates(self) -> int:
        """Become a supergroup under a new id, which is returned."""
        old = self.chat
        new = Chat(
            -1_000_000_000_000 + old.id - 1_000_000,
            "supergroup",
            old.title,
            forum=old.forum,
            members=old.members,
        )
        new.silenced = old.silenced
        self._world.groups[new.id] = new
        told(self._world, self._world.post(old, self.owner, {"migrate_to_chat_id": new.id}))
        told(self._world, self._world.post(new, self.owner, {"migrate_from_chat_id": old.id}))
        old.migrated_to = new.id
        self.chat = new
        self._world.witness.chat(old)
        self._world.witness.chat(new)
        return new.id
