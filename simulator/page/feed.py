"""What browsers see, as events with growing numbers, so that one that was away catches up exactly.

Of everything that stands (a message, a pin, a keyboard …) only its latest state is kept, under the number of
its last change. Who comes back with the number last seen gets what changed since; who comes anew gets
everything once. Messages are ordered by their ids, not by these numbers.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from secrets import token_urlsafe

from simulator.chats import JSON, Account, Chat, Message
from simulator.page.shapes import chat_shape, message_shape, readable
from simulator.people import SimPerson
from simulator.world import Witness, World

CALLS_KEPT = 500
MOMENTS_KEPT = 100  # toasts and the like, for those who were away for a moment
ANSWERS_KEPT = 1000  # what was done of late, for those who ask again because the answer was lost


@dataclass(frozen=True)
class Shown:
    """The latest state of one thing."""

    seq: int
    born: int  # when it first showed
    kind: str
    body: str  # its JSON without number and kind

    def told(self, since: int, *, greeted: bool) -> str | None:
        """The event for a browser that has seen everything up to `since`; None when it needs none."""
        kind = self.kind
        if kind == "message" and self.born <= since:
            kind = "edit"
        late = kind in FLEETING and since == 0
        if late or (kind == "delete" and self.born > since) or (kind == "clock" and not greeted):
            return None
        return f'{{"seq":{self.seq},"kind":"{kind}",{self.body}}}'


FLEETING = {"toast", "typing", "open"}


class Feed(Witness):
    """The witness of a simulated world; `follow` tells a browser what it saw."""

    def __init__(self) -> None:
        self.session = ""
        # Begins at the time of day, so that a browser of an earlier process has seen none of these numbers.
        self._seq = int(time.time() * 1000)
        self._shown: dict[Hashable, Shown] = {}
        self._calls: deque[Hashable] = deque()
        self._moments: deque[Hashable] = deque()
        self._waiting: dict[Hashable, Callable[[], None]] = {}
        self._answers: dict[str, JSON] = {}
        self._news = asyncio.Event()
        self._world: World | None = None
        self._seats: dict[int, SimPerson] = {}

    @property
    def seq(self) -> int:
        """The number of the latest event."""
        return self._seq

    def once(self, key: object, act: Callable[[], JSON]) -> JSON:
        """The act's answer; the earlier one where the same key was done before. Only words are keys."""
        if not isinstance(key, str):
            return act()
        if key not in self._answers:
            self._answers[key] = act()
            if len(self._answers) > ANSWERS_KEPT:
                del self._answers[next(iter(self._answers))]
        return self._answers[key]

    def begin(self, world: World, seats: Iterable[SimPerson]) -> None:
        """Witness a world from now on, and show what already stands in it. A new session."""
        self._shown.clear()
        self._waiting.clear()
        self._calls.clear()
        self._moments.clear()
        self._answers.clear()
        self._seats = {seat.id: seat for seat in seats}
        if self._world is not None:
            self._world.witness = Witness()
        self._world = world
        self.session = token_urlsafe(8)
        world.witness = self
        for chat in self.chats():
            self._show_chat(chat)
            for message in chat.messages.values():
                self._show_message(message)
        self._show_menus()
        self._wake()

    def chats(self) -> Sequence[Chat]:
        """The chats of the people on the page."""
        if self._world is None:
            return []
        private = [seat.private_chat for seat in self._seats.values()]
        return [*private, *(chat for chat in self._world.groups.values() if self._concerns(chat))]

    def chat_shapes(self) -> list[JSON]:
        """The same, as a browser lists them."""
        return [chat_shape(chat) for chat in self.chats()]

    # --- what is witnessed -----------------------------------------------------------------------

    def message(self, message: Message) -> None:
        self._soon(("message", message.chat.id, message.id), lambda: self._show_message(message))

    def chat(self, chat: Chat) -> None:
        self._soon(("chat", chat.id), lambda: self._show_chat(chat))

    def toast(self, person: Account, text: str, *, alert: bool) -> None:
        self._moment("toast", {"person": person.id, "text": text, "alert": alert})

    def opened(self, person: Account) -> None:
        self._moment("open", {"person": person.id, "chat": person.id})

    def typing(self, chat: Chat) -> None:
        self._moment("typing", {"chat": chat.id})

    def commands(self) -> None:
        self._soon("menus", self._show_menus)

    def called(self, method: str, params: JSON, answer: JSON) -> None:
        if method.lower() == "getupdates" or self._world is None:
            return
        body = {
            "method": method,
            "params": readable(params),
            "answer": answer,
            "at": self._world.clock.now().isoformat(),
            "warning": answer.get("error_code") == 404,
        }
        self._list(self._calls, CALLS_KEPT, "call", body)

    # --- what the page itself tells --------------------------------------------------------------

    def state(self, kind: str, body: JSON) -> None:
        """Show how something stands: the clock, what is due, the faults."""
        self._put(kind, kind, body)
        self._wake()

    # --- what is told ----------------------------------------------------------------------------

    async def follow(self, since: int) -> AsyncIterator[list[str]]:
        """Every event after a number, now and as they happen, until the session ends."""
        session, greeted = self.session, False
        cursor = since if since <= self._seq else 0
        while session == self.session:
            news = self._news
            found = self._after(cursor)
            told = [event for shown in found if (event := shown.told(cursor, greeted=greeted))]
            if found:
                cursor = found[-1].seq
            if told or not greeted:
                greeted = True
                yield told
            elif not found:
                await news.wait()

    def _after(self, since: int) -> list[Shown]:
        found: list[Shown] = []
        for shown in reversed(self._shown.values()):
            if shown.seq <= since:
                break
            found.append(shown)
        return found[::-1]

    # --- how it is kept --------------------------------------------------------------------------

    def _soon(self, key: Hashable, show: Callable[[], None]) -> None:
        """Look at it once the act that changes it is over."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._flush)
        self._waiting[key] = show

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for show in waiting.values():
            show()
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def _put(self, key: Hashable, kind: str, body: JSON) -> None:
        """Keep the state of a thing as the latest to change; nothing when nothing shows differently."""
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))[1:-1]
        known = self._shown.get(key)
        if known is not None and (known.kind, known.body) == (kind, text):
            return
        self._seq += 1
        self._shown.pop(key, None)
        self._shown[key] = Shown(self._seq, known.born if known else self._seq, kind, text)

    def _moment(self, kind: str, body: JSON) -> None:
        self._list(self._moments, MOMENTS_KEPT, kind, body)

    def _list(self, listed: deque[Hashable], kept: int, kind: str, body: JSON) -> None:
        self._flush()  # what happened before is told before
        key = (kind, self._seq)
        self._put(key, kind, body)
        listed.append(key)
        if len(listed) > kept:
            self._shown.pop(listed.popleft(), None)
        self._wake()

    # --- how things show -------------------------------------------------------------------------

    def _concerns(self, chat: Chat) -> bool:
        if chat.peer is not None:
            return chat.id in self._seats
        return not self._seats.keys().isdisjoint(chat.members)

    def _show_message(self, message: Message) -> None:
        chat = message.chat
        if not self._concerns(chat):
            return
        key = ("message", chat.id, message.id)
        if message.deleted:
            if key in self._shown:
                self._put(key, "delete", {"chat": chat.id, "ids": [message.id]})
            return
        if ("chat", chat.id) not in self._shown:  # a browser takes no message of a chat it does not know
            self._show_chat(chat)
        shape = message_shape(message)
        self._put(key, "message", {"chat": chat.id, "thread": message.thread or 0, "message": shape})

    def _show_chat(self, chat: Chat) -> None:
        if not self._concerns(chat):
            return
        self._put(("chat", chat.id), "chat", {"chat": chat_shape(chat)})
        pinned = next((i for i in reversed(chat.pins) if chat.message(i)), None)
        if pinned is not None or ("pin", chat.id) in self._shown:
            self._put(("pin", chat.id), "pin", {"chat": chat.id, "id": pinned})
        if chat.peer is not None:
            keyboard = {"rows": chat.reply_keyboard or None, "force_reply": chat.force_reply}
            self._put(("keyboard", chat.id), "keyboard", {"chat": chat.id, "person": chat.id} | keyboard)
            self._put(("block", chat.id), "block", {"person": chat.id, "blocked": chat.blocked})

    def _show_menus(self) -> None:
        for seat in self._seats.values():
            self._put(("menu", seat.id), "menu", {"person": seat.id, "commands": seat.commands})
