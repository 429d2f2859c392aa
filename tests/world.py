"""A whole deployment in one process: a simulated Telegram, a movable calendar, a database and the bot."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from aiogram import Bot, Dispatcher

from bot.app import App
from domain.ids import MembershipId, PersonId, UnitId
from domain.names import name_key
from domain.people import Standing
from domain.roles import Role
from domain.units import UnitKind
from simulator.buttons import button_on
from simulator.clock import MovableClock
from simulator.groups import SimGroup
from simulator.people import SimPerson
from simulator.session import InProcessSession
from simulator.telegram import Telegram
from storage import chats, people, units
from storage.database import Database, Transaction

TOKEN = "123456:simulated-token-of-a-test"
BOT_ID = 123456
USERNAME = "banxue_bot"
START = datetime.fromisoformat("2026-11-02T09:00:00+08:00")  # a Monday
FALLBACK = {"timezone": "Asia/Shanghai", "locale": "zh"}
ENROLLED = date(2020, 1, 1)


@dataclass(frozen=True)
class Comrade:
    """A person on the roster and the client they hold."""

    sim: SimPerson
    person: PersonId
    membership: MembershipId | None = None

    @property
    def name(self) -> str:
        return self.sim.name


@dataclass(frozen=True)
class Branch:
    """A branch with its people by name; `group` is its bound group chat, if it has one."""

    unit: UnitId
    name: str
    people: dict[str, Comrade]
    secretary: Comrade | None
    group: SimGroup | None

    def __getitem__(self, name: str) -> SimPerson:
        return self.people[name].sim


class World:
    """What a journey holds in its hands."""

    def __init__(self, database: Database, start: datetime = START, admins: frozenset[int] = frozenset()):
        self.database = database
        self.clock = MovableClock(start)
        self.telegram = Telegram(self.clock, {TOKEN: USERNAME})
        self.app = self.new_app(admins)

    def new_app(self, admins: frozenset[int] = frozenset(), answering: Dispatcher | None = None) -> App:
        """Another process on the same rows, as after a restart."""
        bot = Bot(TOKEN, session=InProcessSession(self.telegram))
        app = App(self.database, bot, self.clock, FALLBACK, admins, answering)
        app.updates.username = USERNAME
        return app

    # --- time ------------------------------------------------------------------------------------

    async def settle(self) -> None:
        """Let the bot answer everything, in the order it was said, and do everything that is due now."""
        while True:
            updates = self.telegram.updates_for(TOKEN)
            for update in updates:
                await self.app.intake.take([json.dumps(update, ensure_ascii=False)])
                await self.app.workers.idle()
            done = await self.app.settle()
            if not updates and not done:
                return

    async def does(self, who: SimPerson, *steps: str) -> str:
        """Each step is a button where one of the latest messages has it, else it is said; the last screen."""
        for step in steps:
            latest = [one for one in who.messages[-3:] if button_on(one, step)]
            if latest:
                who.taps(step, on=latest[-1])
            else:
                who.says(step)
            await self.settle()
        return who.screen()

    async def move_to(self, moment: datetime) -> None:
        """Let time pass, stopping wherever something comes due."""
        await self.settle()
        while (due := await self.app.next_due()) is not None and due <= moment:
            self.clock.move_to(max(due, self.clock.now() + timedelta(microseconds=1)))
            await self.settle()
        self.clock.move_to(moment)
        await self.settle()

    async def advance(self, by: timedelta) -> None:
        await self.move_to(self.clock.now() + by)

    # --- people ----------------------------------------------------------------------------------

    def branch(
        self,
        name: str = "第一党支部",
        members: Sequence[str] = (),
        secretary: str | None = None,
        *,
        group_chat: bool = False,
        under: UnitId | None = None,
        exempt: Sequence[str] = (),
        unlinked: Sequence[str] = (),
        languages: dict[str, str] | None = None,
    ) -> Branch:
        """A branch on the roster. All but the `unlinked` are linked and have opened the private chat."""
        names = list(dict.fromkeys([*([secretary] if secretary else []), *members]))
        sims = {n: self.telegram.person(n, language=(languages or {}).get(n, "zh")) for n in names}

        def seed(tx: Transaction) -> tuple[UnitId, dict[str, Comrade]]:
            unit = units.found_unit(tx, name, UnitKind.BRANCH, under, ENROLLED, self.clock.now())
            comrades = {
                n: self._enrol(
                    tx, sims[n], unit, exempt="年老体弱" if n in exempt else None, linked=n not in unlinked
                )
                for n in names
            }
            if secretary:
                people.appoint(tx, comrades[secretary].person, unit, Role.SECRETARY, ENROLLED)
            return unit, comrades

        unit, comrades = self.database.write_now(seed)
        self._open_private_chats([sims[n] for n in names if n not in unlinked])
        group = self.group(f"{name}群", list(sims.values()), unit, comrades) if group_chat else None
        return Branch(unit, name, comrades, comrades[secretary] if secretary else None, group)

    def committee(self, name: str = "机关党委", under: UnitId | None = None) -> UnitId:
        """A unit above branches."""
        return self.database.write_now(
            units.found_unit, name, UnitKind.COMMITTEE, under, ENROLLED, self.clock.now()
        )

    def official(self, name: str, unit: UnitId, role: Role, language: str = "zh") -> Comrade:
        """Somebody appointed on a unit who is a member nowhere: a coordinator, an administrator."""
        sim = self.telegram.person(name, language=language)

        def seed(tx: Transaction) -> Comrade:
            person = self._person(tx, sim, linked=True)
            people.appoint(tx, person, unit, role, ENROLLED)
            return Comrade(sim, person)

        comrade = self.database.write_now(seed)
        self._open_private_chats([sim])
        return comrade

    def stranger(self, name: str = "路人", language: str = "zh") -> SimPerson:
        """Somebody on no roster."""
        return self.telegram.person(name, language=language)

    def group(
        self, title: str, members: Sequence[SimPerson], unit: UnitId | None, comrades: dict[str, Comrade]
    ) -> SimGroup:
        """A group chat with the bot in it, bound to the unit if one is given."""
        group = self.telegram.group(title, members=members)
        self.telegram.updates_for(TOKEN)

        def seed(tx: Transaction) -> None:
            chat = chats.meet(tx, "telegram", BOT_ID, group.id, "supergroup", self.clock.now())
            if unit is not None:
                chats.bind(tx, chat, unit, next(iter(comrades.values())).person, self.clock.now())

        self.database.write_now(seed)
        return group

    def set(self, unit: UnitId, name: str, value: str) -> None:
        """One setting of a unit, as an administrator would set it."""
        self.database.write_now(units.set_setting, unit, name, value)

    # --- rows ------------------------------------------------------------------------------------

    def rows(self, table: Any) -> list[dict[str, Any]]:
        """Every row of a table, for looking at what was really set down."""

        def ask(tx: Transaction) -> list[dict[str, Any]]:
            return [dict(row) for row in tx.execute(table.__table__.select()).mappings()]

        return self.database.read_now(ask)

    def _enrol(
        self, tx: Transaction, sim: SimPerson, unit: UnitId, *, exempt: str | None, linked: bool
    ) -> Comrade:
        person = self._person(tx, sim, linked=linked)
        membership = people.enrol(tx, person, unit, ENROLLED, Standing.FULL, exempt)
        return Comrade(sim, person, membership)

    def _person(self, tx: Transaction, sim: SimPerson, *, linked: bool) -> PersonId:
        person = people.add_person(tx, sim.name, name_key(sim.name), self.clock.now())
        if linked:
            people.link_account(tx, person, "telegram", sim.id, sim.account.username, self.clock.now())
            speaks = sim.account.language
            chats.meet(tx, "telegram", BOT_ID, sim.id, "private", self.clock.now(), language=speaks)
        return person

    def _open_private_chats(self, sims: Sequence[SimPerson]) -> None:
        for sim in sims:
            sim.private_chat.started = True
