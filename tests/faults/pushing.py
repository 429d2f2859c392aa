"""A topic on its way to many people, over HTTP, while processes come and go."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from domain.actors import Account
from domain.deliveries import State
from domain.ids import PersonId, TopicId, UnitId
from domain.people import Standing
from domain.roles import Role
from domain.topic_forms import TopicForm
from domain.units import UnitKind
from services import topic_drafts
from services.actors import actor_of
from simulator.chats import JSON
from simulator.clock import MovableClock
from simulator.people import SimPerson
from simulator.server import serving
from simulator.telegram import Telegram
from simulator.world import Upload
from storage import people, units
from storage import tables as t
from storage.database import Database, Transaction
from tests.faults.oracle import ENDS, MESSAGES, calm, in_flight, states
from tests.world import BOT_ID, TOKEN, USERNAME

PATIENCE = 90.0  # seconds for anything a living bot is waited for
LATENCY = 0.03  # seconds, at most: so that something is always in the air
ENROLLED = date(2020, 1, 1)
CHECK_IN = "打卡"


class Platform(Telegram):
    """Counts what it takes, answers after a moment, and lets some people tap what they get."""

    def __init__(self) -> None:
        super().__init__(MovableClock(datetime.now(UTC), virtual=False), {TOKEN: USERNAME})
        self.chance = random.Random(1921)
        self.latency = LATENCY
        self.taken = 0  # messages accepted
        self.in_the_air = 0  # messages accepted whose answer is not yet written
        self.tapping = 0.0  # share of people who tap at once, twice
        self.tapped: set[int] = set()
        self._turn = asyncio.Condition()

    async def call(
        self, token: str, method: str, params: JSON, files: dict[str, Upload] | None = None
    ) -> JSON:
        answer = await super().call(token, method, params, files)
        if method not in MESSAGES or not answer["ok"]:
            return answer
        self.taken += 1
        async with self._turn:
            self._turn.notify_all()
        self._tap(int(params["chat_id"]))
        self.in_the_air += 1
        try:
            await asyncio.sleep(self.chance.uniform(0, self.latency))
        finally:
            self.in_the_air -= 1
        return answer

    def _tap(self, chat: int) -> None:
        """Somebody taps "check in" as soon as it is there, and once more: a tap of its own to the bot."""
        if chat in self.tapped or self.chance.random() >= self.tapping:
            return
        person = SimPerson(self, next(iter(self.bots.values())), self.accounts[chat])
        person.taps(CHECK_IN)
        person.taps(CHECK_IN)
        self.tapped.add(chat)

    async def until_taken(self, count: int) -> None:
        """Until so many messages have been accepted in all."""
        async with asyncio.timeout(PATIENCE), self._turn:
            await self._turn.wait_for(lambda: self.taken >= count)

    def taken_by(self) -> list[int]:
        """The chat of every message accepted, in order."""
        return [int(receipt.params["chat_id"]) for receipt in self.receipts if receipt.method in MESSAGES]


@dataclass
class Push:
    """An organisation, its platform, and the topic that everybody is owed."""

    database: Database
    platform: Platform
    url: str  # of the platform
    everybody: dict[int, PersonId] = field(default_factory=dict)  # by the platform's number
    chief: int = 0  # who publishes
    fallback: dict[str, str] = field(default_factory=dict)
    topics: list[TopicId] = field(default_factory=list)
    tapped: set[tuple[TopicId, PersonId]] = field(default_factory=set)

    def settings(self, database_url: str) -> dict[str, str]:
        return {"BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": self.url, "DATABASE_URL": database_url}

    def publish(self) -> None:
        """Owe everybody one more topic."""
        self.tapped |= self.taps()
        self.platform.tapped.clear()
        named, now = title(len(self.topics) + 1), datetime.now(UTC)

        def act(tx: Transaction) -> TopicId:
            actor = actor_of(tx, Account("telegram", self.chief, None, "zh"), now, self.fallback, root=False)
            form = TopicForm(named, "第一章", now, now + timedelta(days=7))
            topic = topic_drafts.from_form(tx, actor, form, (), named, now, self.fallback).topic.id
            topic_drafts.publish(tx, actor, topic, now, self.fallback)
            return topic

        self.topics.append(self.database.write_now(act))

    def taps(self) -> set[tuple[TopicId, PersonId]]:
        """Who tapped, as the oracle counts them."""
        return self.tapped | {(self.topics[-1], self.everybody[chat]) for chat in self.platform.tapped}

    async def quiet(self, or_else: Callable[[], bool] = lambda: False) -> None:
        """Until every message owed has its end and every tap has been dealt with."""
        try:
            await until(lambda: or_else() or self.is_quiet())
        except TimeoutError:
            stand = f"{dict(states(self.database))}, made for all: {self.fanned_out()}"
            raise AssertionError(f"not quiet: {stand}; updates left: {self.updates_left()}") from None

    def is_quiet(self) -> bool:
        return self.fanned_out() and calm(self.database) and not self.updates_left()

    def left(self) -> int:
        """How many people are still to be written to; what was in the air at a death is not."""
        stand = states(self.database)
        return len(self.everybody) - sum(stand[state] for state in (*ENDS, State.SENDING))

    def fanned_out(self) -> bool:
        """Whether every branch has been given the topic."""

        def ask(tx: Transaction) -> bool:
            waiting = t.TopicBranch.__table__.select().where(t.TopicBranch.pushed_at.is_(None))
            return tx.execute(waiting).first() is None

        return self.database.read_now(ask)

    def updates_left(self) -> list[int]:
        """Updates that are not taken, or not dealt with."""
        new = select(t.InboxUpdate.update_id).where(t.InboxUpdate.state == "new")
        untaken = [update["update_id"] for update in next(iter(self.platform.bots.values())).updates.pending]
        return untaken + self.database.read_now(lambda tx: list(tx.execute(new).scalars()))

    def owed(self) -> int:
        """How many deliveries have been made so far."""
        return self.database.read_now(lambda tx: len(tx.execute(t.Delivery.__table__.select()).all()))

    def sending(self) -> set[int]:
        """The chats of what is in the air, as the record has it."""

        def ask(tx: Transaction) -> set[int]:
            joined = t.Delivery.__table__.join(t.Chat.__table__, t.Chat.id == t.Delivery.chat_id)
            found = joined.select().with_only_columns(t.Chat.chat_id)
            return set(tx.execute(found.where(t.Delivery.state == State.SENDING)).scalars())

        return self.database.read_now(ask)

    def lapse(self) -> int:
        """The dead leader's lease is over at once; how many messages it left in the air.

        A lease of fifteen seconds for each of two hundred lives would be fifty minutes of waiting.
        """
        left = in_flight(self.database)
        long_ago = datetime.now(UTC) - timedelta(minutes=5)
        self.database.write_now(
            lambda tx: tx.execute(update(t.BotLease).values(expires_at=long_ago)) and None
        )
        return left


@asynccontextmanager
async def pushing(database: Database, members: int, branches: int = 1) -> AsyncIterator[Push]:
    """Everybody below a committee is owed a topic, which is open already."""
    platform = Platform()
    async with serving(platform) as url:
        push = Push(database, platform, url)
        database.write_now(_seed, push, members, branches)
        push.publish()
        yield push


def _seed(tx: Transaction, push: Push, members: int, branches: int) -> None:
    now = datetime.now(UTC)
    committee = units.found_unit(tx, "机关党委", UnitKind.COMMITTEE, None, ENROLLED, now)
    fallback = {"timezone": noon_somewhere(now), "locale": "zh"}
    units.set_setting(tx, committee, "timezone", fallback["timezone"])
    for number in range(branches):
        name = f"第{number + 1}党支部"
        branch = units.found_unit(tx, name, UnitKind.BRANCH, committee, ENROLLED, now)
        here = members // branches + (number < members % branches)
        push.everybody |= _enrol(tx, push.platform, branch, [f"{name}{n}" for n in range(here)], now)
    chief = push.platform.person("王芳")
    person = people.add_person(tx, chief.name, chief.name, now)
    people.link_account(tx, person, "telegram", chief.id, None, now)
    people.appoint(tx, person, committee, Role.ADMINISTRATOR, ENROLLED)
    push.chief, push.fallback = chief.id, fallback


def _enrol(
    tx: Transaction, platform: Platform, branch: UnitId, names: list[str], now: datetime
) -> dict[int, PersonId]:
    """Members with an open private chat, a statement for each table rather than for each member."""
    sims = [platform.person(name) for name in names]
    for sim in sims:
        sim.private_chat.started = True
    made = _insert(tx, t.Person, [{"name": name, "name_key": name, "created_at": now} for name in names])
    held = _insert(tx, t.Membership, [{"person_id": p, "branch_id": branch, "since": ENROLLED} for p in made])
    standing = {"standing": Standing.FULL, "since": ENROLLED}
    _insert(tx, t.MembershipStanding, [{"membership_id": m} | standing for m in held])
    pairs = list(zip(sims, made, strict=True))
    linked = {"platform": "telegram", "linked_at": now}
    _insert(tx, t.Account, [{"person_id": p, "user_id": sim.id} | linked for sim, p in pairs])
    place = {"platform": "telegram", "bot_id": BOT_ID, "kind": "private", "language": "zh"}
    _insert(tx, t.Chat, [{"chat_id": sim.id} | place for sim in sims])
    return {sim.id: PersonId(p) for sim, p in pairs}


def _insert(tx: Transaction, table: Any, rows: list[dict[str, Any]]) -> list[int]:
    statement = insert(table).returning(table.id, sort_by_parameter_order=True)
    return list(tx.execute(statement, rows).scalars())


def title(number: int) -> str:
    """What the n-th topic is called."""
    return f"学习基层工作条例（{number}）"


def noon_somewhere(now: datetime) -> str:
    """A zone where nobody sleeps now."""
    ahead = 12 - now.hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


async def until(true: Callable[[], bool], every: float = 0.05) -> None:
    """Let other processes work until it is so."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - another process tells us nothing
            await asyncio.sleep(every)
