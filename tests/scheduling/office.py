"""A branch with an outbox: a simulated platform, a record and a sender, and nothing else of the bot."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from aiogram import Bot
from sqlalchemy import select, update

from domain.deliveries import Cause, Kind
from domain.ids import ChatId, PersonId, UnitId
from domain.roles import Role
from domain.units import UnitKind
from scheduling.sender import Sender
from scheduling.watch import never
from services import deliveries
from simulator.clock import MovableClock
from simulator.groups import SimGroup
from simulator.people import SimPerson
from simulator.session import InProcessSession
from simulator.telegram import Telegram
from storage import chats, people, units
from storage.database import Database, Transaction
from storage.tables import BotLease, Chat, Delivery

TOKEN = "4242:simulated"
BOT_ID = 4242
NOON = datetime(2026, 11, 6, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai, nobody sleeps
DAY = date(2026, 1, 1)
FALLBACK = {"timezone": "Asia/Shanghai", "locale": "zh"}


async def until(happened: Callable[[], object]) -> None:
    """Let everybody work until it has happened."""
    while not happened():  # noqa: ASYNC110 - what is awaited is a row or a message, and nobody announces those
        await asyncio.sleep(0)


@dataclass
class Member:
    """A member with a private chat."""

    sim: SimPerson
    person: PersonId
    chat: ChatId

    @property
    def heard(self) -> list[str]:
        """What the bot said to them."""
        return [message.text for message in self.sim.messages if message.sender.is_bot]


class Office:
    """Sends a notice that is owed whenever `quarrel`, the group in question, is suspended."""

    def __init__(self, db: Database, *, strict: bool = False, start: datetime = NOON) -> None:
        self.db = db
        self.clock = MovableClock(start)
        self.telegram = Telegram(self.clock, {TOKEN: "banxue_bot"}, strict_limits=strict)
        self.branch = db.write_now(units.found_unit, "东城支部", UnitKind.BRANCH, None, DAY, start)
        self.subject = self._quarrel()
        self.sender = self.new_sender()

    def _quarrel(self) -> ChatId:
        def seed(tx: Transaction) -> ChatId:
            elsewhere = units.found_unit(tx, "西城支部", UnitKind.BRANCH, None, DAY, self.clock.now())
            someone = people.add_person(tx, "某人", "某人", self.clock.now())
            chat = chats.meet(tx, "telegram", BOT_ID, -77, "group", self.clock.now())
            chats.bind(tx, chat, elsewhere, someone, self.clock.now())
            tx.execute(update(Chat).where(Chat.id == chat).values(state="suspended"))
            return chat

        return self.db.write_now(seed)

    def new_sender(self, held: Callable[[], Awaitable[bool]] = never) -> Sender:
        """Another process that would send for the same bot."""
        bot = Bot(TOKEN, session=InProcessSession(self.telegram))
        return Sender(self.db, bot, self.clock, BOT_ID, FALLBACK, held)

    async def drain(self) -> int:
        return await self.sender.drain(self.clock.now())

    def member(self, name: str = "王芳", *, role: Role | None = None) -> Member:
        sim = self.telegram.person(name)
        sim.private_chat.started = True

        def seed(tx: Transaction) -> tuple[PersonId, ChatId]:
            person = people.add_person(tx, name, name, self.clock.now())
            people.enrol(tx, person, self.branch, DAY)
            people.link_account(tx, person, "telegram", sim.id, None, self.clock.now())
            if role is not None:
                people.appoint(tx, person, self.branch, role, DAY)
            return person, chats.meet(tx, "telegram", BOT_ID, sim.id, "private", self.clock.now())

        return Member(sim, *self.db.write_now(seed))

    def group(self, by: Member, **how: Any) -> tuple[SimGroup, ChatId]:
        """The branch's group, bound."""
        group = self.telegram.group("东城支部群", members=[by.sim], **how)
        return group, self.bind(group.id, group.chat.kind, by.person, self.branch)

    def bind(self, number: int, kind: str, by: PersonId, unit: UnitId, thread: int = 0) -> ChatId:
        def seed(tx: Transaction) -> ChatId:
            chat = chats.meet(tx, "telegram", BOT_ID, number, kind, self.clock.now(), thread)
            chats.bind(tx, chat, unit, by, self.clock.now())
            return chat

        return self.db.write_now(seed)

    def owe(self, to: Iterable[ChatId], stage: str = "a", **when: Any) -> None:
        """Something to say to these chats, once."""
        self.db.write_now(
            deliveries.owe_chats,
            Cause("test", "-", stage),
            Kind.CHAT_SUSPENDED,
            self.subject,
            list(to),
            self.clock.now(),
            **when,
        )

    def lease_runs_out(self) -> None:
        """Its time passes, by whichever clock the database goes."""
        long_ago = datetime(2000, 1, 1, tzinfo=UTC)
        self.db.write_now(lambda tx: tx.execute(update(BotLease).values(expires_at=long_ago)).rowcount)

    def rows(self, *columns: Any) -> list[Any]:
        """Of every delivery, in the order they were owed."""
        wanted = columns or (Delivery.state,)
        return [
            tuple(row) if len(wanted) > 1 else row[0]
            for row in self.db.read_now(lambda tx: tx.execute(select(*wanted).order_by(Delivery.id)).all())
        ]

    def chat_state(self, chat: ChatId) -> str:
        return self.db.read_now(lambda tx: tx.execute(select(Chat.state).where(Chat.id == chat)).scalar_one())
