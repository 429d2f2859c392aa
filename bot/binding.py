"""The database bound to one update: what an act changes, what is being asked, and "done" commit together."""

from collections.abc import Callable
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from bot.conversations import Conversations
from bot.origin import Origin
from domain.clock import Clock
from storage import audit, chats, conversations, inbox
from storage.conversations import Place, Talk
from storage.database import Database, Transaction

P = ParamSpec("P")
T = TypeVar("T")


class BoundDatabase:
    """Reads freely, writes once. The chat the update came from is met before the act."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        bot_id: int,
        update_id: int,
        origin: Origin | None = None,
        talks: Conversations | None = None,
        *,
        meeting: bool = False,
    ) -> None:
        self._db = db
        self._clock = clock
        self._bot_id = bot_id
        self._update_id = update_id
        self._origin = origin if meeting else None
        self._room = _room(origin, bot_id) if origin else None
        self._talks = talks
        self.settled = False

    async def read(
        self, ask: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self._db.read(ask, *args, **kwargs)

    async def write(
        self, act: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        if self.settled:
            raise RuntimeError("an update is written once: compose a second act in a service")
        changes = self._talks.changes() if self._talks else {}
        now = self._clock.now()

        def whole(tx: Transaction) -> T:
            # First, for its row lock: a second worker waits here, then finds nothing left to do.
            inbox.settle(tx, self._bot_id, self._update_id, inbox.DONE, now)
            self._meet(tx, now)
            with audit.said_in(self._room):
                result = act(tx, *args, **kwargs)
            _keep(tx, changes, now)
            return result

        result = await self._db.write(whole)
        self.settled = True
        if self._talks:
            self._talks.kept(changes)
        return result

    async def finish(self) -> None:
        """The tail: settle what no act settled, and keep what was asked after it."""
        if not self.settled:
            await self.write(_nothing)
        elif self._talks and (changes := self._talks.changes()):
            await self._db.write(_keep, changes, self._clock.now())
            self._talks.kept(changes)

    def _meet(self, tx: Transaction, now: datetime) -> None:
        if self._origin is not None:
            account, chat = self._origin.account, self._origin.chat_id
            chats.meet(tx, account.platform, self._bot_id, chat, "private", now, language=account.language)


def _room(origin: Origin, bot_id: int) -> audit.Room:
    return audit.Room(origin.account.platform, bot_id, origin.chat_id, origin.thread_id)


def _keep(tx: Transaction, changes: dict[Place, Talk], now: datetime) -> None:
    for place, talk in changes.items():
        conversations.keep(tx, place, talk, now)


def _nothing(_: Transaction) -> None:
    """No act: the update changed nothing but the conversation."""
