"""A branch of named people for the tests of activities, seeded through storage."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from domain.activity_forms import read_form
from domain.actors import Account, Actor
from domain.deliveries import Destination
from domain.ids import ActivityId, ChatId, PersonId, UnitId
from domain.people import Standing
from domain.roles import Role
from domain.rollups import Counted
from domain.units import UnitKind
from services import activity_drafts, activity_plans
from services.actors import actor_of
from storage import chats, people, units
from storage.database import Database, Transaction
from storage.tables import Delivery, Occurrence, Rollup

SINCE = date(2020, 1, 1)
NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)  # a Monday, 09:00 in Shanghai
STARTS = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)  # a Friday, 15:00 in Shanghai
FALLBACK = {"timezone": "Asia/Shanghai", "locale": "zh"}
BOT = 42
NOWHERE = UnitId(0)
WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)


@dataclass
class Assembly:
    """People of one branch (and whoever else is named), by name."""

    database: Database
    committee: UnitId = NOWHERE
    branch: UnitId = NOWHERE
    group: UnitId = NOWHERE
    people: dict[str, PersonId] = field(default_factory=dict)
    private: dict[ChatId, str] = field(default_factory=dict)

    def actor(self, name: str, now: datetime = NOW) -> Actor:
        account = Account("telegram", self.user_id(name), None, "zh")
        return self.database.read_now(actor_of, account, now, FALLBACK, False)

    def user_id(self, name: str) -> int:
        return 1000 + list(self.people).index(name) if name in self.people else 999

    def enrol(
        self,
        tx: Transaction,
        name: str,
        standing: Standing = Standing.FULL,
        exempt: str | None = None,
        group: UnitId | None = None,
        branch: UnitId | None = None,
    ) -> None:
        person = people.add_person(tx, name, name, NOW)
        people.enrol(tx, person, branch or self.branch, SINCE, standing, exempt, group)
        self._knows(tx, name, person)

    def appoint(self, tx: Transaction, name: str, unit: UnitId, role: Role) -> None:
        if name not in self.people:
            self._knows(tx, name, people.add_person(tx, name, name, NOW))
        people.appoint(tx, self.people[name], unit, role, SINCE)

    def _knows(self, tx: Transaction, name: str, person: PersonId) -> None:
        self.people[name] = person
        people.link_account(tx, person, "telegram", self.user_id(name), None, NOW)
        self.private[chats.meet(tx, "telegram", BOT, self.user_id(name), "private", NOW)] = name

    # --- acts ------------------------------------------------------------------------------------

    def plans(self, text: str, by: str = "王芳", now: datetime = NOW) -> ActivityId:
        """Compose in one message and publish."""

        def act(tx: Transaction) -> ActivityId:
            actor = actor_of(tx, Account("telegram", self.user_id(by), None, "zh"), now, FALLBACK, False)
            draft = activity_drafts.compose(tx, actor, read_form(text), f"key {text}", now, FALLBACK)
            return activity_drafts.publish(tx, actor, draft.id, now).activity.id

        return self.database.write_now(act)

    def theme_day(self, now: datetime = NOW) -> ActivityId:
        return self.plans("主题党日 参观纪念馆\n时间: 2026-11-20 15:00\n地点: 东城纪念馆", now=now)

    def clock_strikes(self, now: datetime) -> None:
        """The planner runs until nothing is due."""
        for _ in range(50):
            if self.database.write_now(activity_plans.plan_due, now, FALLBACK) == 0:
                return
        raise AssertionError("planning never comes to rest")

    # --- looking ---------------------------------------------------------------------------------

    def owed(self, stage: str) -> list[str]:
        """Who is owed a message of this stage; "群" for a group."""

        def ask(tx: Transaction) -> list[str]:
            found = tx.execute(
                select(Delivery.chat_id)
                .join(Occurrence, Occurrence.id == Delivery.occurrence_id)
                .where(Occurrence.stage == stage)
                .order_by(Delivery.chat_id)
            ).scalars()
            return [self.private.get(chat, "群") for chat in found]

        return self.database.read_now(ask)

    def at(self, name: str) -> Destination:
        """The private chat of somebody, as the sender addresses it."""
        chat = next(key for key, value in self.private.items() if value == name)
        person = self.people[name]
        return Destination(chat, self.user_id(name), 0, True, "zh", "Asia/Shanghai", False, person)

    def sums(self, month: str = "2026-11") -> dict[Counted, int]:
        def ask(tx: Transaction) -> dict[Counted, int]:
            row = tx.execute(
                select(Rollup.__table__).where(Rollup.branch_id == self.branch, Rollup.period == month)
            ).one_or_none()
            return {kind: row._mapping[kind] for kind in Counted if row and row._mapping[kind]}

        return self.database.read_now(ask)


def assemble(database: Database) -> Assembly:
    """Six members, one exempt, one applicant; 王芳 is secretary, 陈静 deputy, 吴敏 coordinates from above."""
    here = Assembly(database)

    def seed(tx: Transaction) -> None:
        here.committee = units.found_unit(tx, "机关党委", UnitKind.COMMITTEE, None, SINCE, NOW)
        here.branch = units.found_unit(tx, "第一党支部", UnitKind.BRANCH, here.committee, SINCE, NOW)
        here.group = units.found_unit(tx, "第一党小组", UnitKind.GROUP, here.branch, SINCE, NOW)
        for name in ("王芳", "陈静", "李强", "赵敏"):
            here.enrol(tx, name)
        here.enrol(tx, "孙丽", group=here.group)
        here.enrol(tx, "周平", group=here.group)
        here.enrol(tx, "老马", exempt="年老体弱")
        here.enrol(tx, "小何", Standing.APPLICANT)
        here.appoint(tx, "王芳", here.branch, Role.SECRETARY)
        here.appoint(tx, "陈静", here.branch, Role.DEPUTY)
        here.appoint(tx, "孙丽", here.group, Role.GROUP_LEADER)
        here.appoint(tx, "吴敏", here.committee, Role.COORDINATOR)
        other = units.found_unit(tx, "第二党支部", UnitKind.BRANCH, here.committee, SINCE, NOW)
        here.enrol(tx, "外人", branch=other)
        here.appoint(tx, "外人", other, Role.SECRETARY)

    database.write_now(seed)
    return here
