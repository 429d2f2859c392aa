"""A whole bot in this process, a wire that is watched, and what goes wrong on it in the midst of a push."""

import asyncio
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

from sqlalchemy import select

from domain.activity_forms import read_form
from domain.actors import Account
from domain.ids import ActivityId, ChatId, PersonId, TopicId
from domain.topic_forms import TopicForm
from services import activity_drafts, outstanding, topic_drafts
from services.actors import actor_of
from simulator.chats import JSON
from simulator.clock import MovableClock
from simulator.errors import ConnectionLostError, GatewayError
from simulator.faults import Fault
from simulator.groups import SimGroup
from simulator.telegram import Telegram
from simulator.world import Upload
from storage import chats
from storage.database import Database, Transaction
from tests.faults.oracle import MESSAGES
from tests.world import BOT_ID, FALLBACK, START, TOKEN, USERNAME, Branch, World

HURRY = 10  # times as fast as it is: a minute's pause takes six seconds


class Hurried(MovableClock):
    """Both clocks run on by themselves, and fast: what is in flight stays in flight while others wait."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start, virtual=False)
        self.run_at(HURRY)

    def monotonic(self) -> float:
        return time.monotonic() * HURRY

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / HURRY)


class Turned(MovableClock):
    """A calendar that somebody can turn back, as on a machine whose clock is set."""

    def turn_back(self, by: timedelta) -> None:
        self._calendar -= by


@dataclass(frozen=True)
class Call:
    """A message on the wire: when it came, for whom, and what the bot was answered."""

    at: float
    chat: int
    error: int  # 0: taken; 429, 500 and the like; LOST where no answer came
    wait: float = 0.0  # the patience that was asked for


LOST = -1  # written, and the connection was gone
NEVER = -2  # nothing was written


class Wire(Telegram):
    """Remembers every message asked of it, and lets things happen at the n-th."""

    def __init__(self, clock: MovableClock, *, strict: bool = False) -> None:
        super().__init__(clock, {TOKEN: USERNAME}, strict_limits=strict)
        self.calls: list[Call] = []
        self._moments: list[tuple[int, Callable[[], object]]] = []

    def at_call(self, count: int, happen: Callable[[], object]) -> None:
        """Let it happen just before that message is taken."""
        self._moments.append((count, happen))

    async def call(
        self, token: str, method: str, params: JSON, files: dict[str, Upload] | None = None
    ) -> JSON:
        if method not in MESSAGES:
            return await super().call(token, method, params, files)
        for due in [moment for moment in self._moments if moment[0] <= len(self.calls)]:
            self._moments.remove(due)
            due[1]()
        at, chat = self.clock.monotonic(), int(params["chat_id"])
        place = len(self.calls)
        self.calls.append(Call(at, chat, LOST))  # until it is answered
        try:
            answer = await super().call(token, method, params, files)
        except ConnectionLostError as lost:
            self.calls[place] = Call(at, chat, LOST if lost.written else NEVER)
            raise
        except GatewayError as gateway:
            self.calls[place] = Call(at, chat, gateway.status)
            raise
        wait = float(answer.get("parameters", {}).get("retry_after", 0))
        self.calls[place] = Call(at, chat, answer.get("error_code", 0), wait)
        return answer

    @property
    def unknown(self) -> int:
        """How many requests were written and told nobody what became of them."""
        return sum(call.error == LOST or call.error >= 500 for call in self.calls)

    @property
    def never_written(self) -> int:
        return sum(call.error == NEVER for call in self.calls)

    def scatter(self, kinds: Sequence[Fault], count: int, over: int, chance: random.Random) -> None:
        """Let so many of the next messages go wrong, taken at random, in each of these ways."""
        begin = len(self.calls)
        places = chance.sample(range(begin, begin + over), count)
        for place, kind in zip(places, cycle(kinds), strict=False):
            self.at_call(place, lambda kind=kind: self.fail_next("*", kind, seconds=0.05))  # type: ignore[misc]


class Weather(World):
    """A deployment whose wire is watched."""

    def __init__(
        self,
        database: Database,
        *,
        hurried: bool = False,
        strict: bool = False,
        start: datetime = START,
        admins: frozenset[int] = frozenset(),
    ) -> None:
        super().__init__(database, start)
        self.clock = Hurried(start) if hurried else Turned(start)
        self.telegram = self.wire = Wire(self.clock, strict=strict)
        self.app = self.new_app(admins)

    def crowd(self, count: int, name: str = "第一党支部") -> Branch:
        """A branch without a group: each of its people is written to in private."""
        members = [f"{name}{number}" for number in range(count - 1)]
        return self.branch(name, members=members, secretary=f"{name}书记")

    def publish(self, branch: Branch, title: str = "学习基层工作条例", days: float = 7) -> TopicId:
        """A topic that is pushed at once and closes after so many days."""
        now = self.clock.now()
        return self._publish(branch, TopicForm(title, "第一章", now, now + timedelta(days=days)))

    def publish_at(self, branch: Branch, title: str, *, days: float, closes: float) -> TopicId:
        """A topic that is pushed after so many days."""
        now = self.clock.now()
        opens, over = now + timedelta(days=days), now + timedelta(days=closes)
        return self._publish(branch, TopicForm(title, "第一章", opens, over))

    def _publish(self, branch: Branch, form: TopicForm) -> TopicId:
        assert branch.secretary is not None
        now, account = self.clock.now(), Account("telegram", branch.secretary.sim.id, None, "zh")

        def act(tx: Transaction) -> TopicId:
            actor = actor_of(tx, account, now, FALLBACK, root=False)
            draft = topic_drafts.from_form(tx, actor, form, (), form.title, now, FALLBACK)
            topic_drafts.publish(tx, actor, draft.topic.id, now, FALLBACK)
            return draft.topic.id

        return self.database.write_now(act)

    def publish_in_slot(self, branch: Branch, title: str = "每周一学") -> TopicId:
        """A topic for the branch's usual slot."""
        return self._publish(branch, TopicForm(title, "第一章"))

    def plans(self, branch: Branch, text: str) -> ActivityId:
        """An activity in one message, published by the secretary."""
        assert branch.secretary is not None
        now, account = self.clock.now(), Account("telegram", branch.secretary.sim.id, None, "zh")

        def act(tx: Transaction) -> ActivityId:
            actor = actor_of(tx, account, now, FALLBACK, root=False)
            draft = activity_drafts.compose(tx, actor, read_form(text), text, now, FALLBACK)
            return activity_drafts.publish(tx, actor, draft.id, now).activity.id

        return self.database.write_now(act)

    def remind(self, branch: Branch, topic: TopicId) -> None:
        """The secretary reminds everybody else, each in private."""
        assert branch.secretary is not None
        now, account = self.clock.now(), Account("telegram", branch.secretary.sim.id, None, "zh")

        def act(tx: Transaction) -> None:
            actor = actor_of(tx, account, now, FALLBACK, root=False)
            outstanding.remind(tx, actor, topic, branch.unit, None, now, FALLBACK)

        self.database.write_now(act)

    def join(self, branch: Branch, group: SimGroup) -> None:
        """Bind a group to a branch, as its secretary would."""
        assert branch.secretary is not None
        chat, by = self.meet(group.id, group.chat.kind), branch.secretary.person
        self.database.write_now(chats.bind, chat, branch.unit, by, self.clock.now())

    def meet(self, number: int, kind: str = "supergroup") -> ChatId:
        """The bot has seen a chat of this number."""
        return self.database.write_now(chats.meet, "telegram", BOT_ID, number, kind, self.clock.now())

    def columns(self, *wanted: Any) -> list[Any]:
        """These columns of every row, in the order of its first."""
        found = self.database.read_now(lambda tx: tx.execute(select(*wanted).order_by(wanted[0])).all())
        return [row[0] if len(wanted) == 1 else tuple(row) for row in found]


def everybody(*branches: Branch) -> set[int]:
    """The platform's numbers of these branches' people."""
    return {comrade.sim.id for branch in branches for comrade in branch.people.values()}


def taps_of(topic: TopicId, people: Iterable[PersonId]) -> set[tuple[TopicId, PersonId]]:
    """Those who checked in to a topic, as the oracle counts them."""
    return {(topic, person) for person in people}
