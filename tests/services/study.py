"""A small organisation for tests about studying: two branches, whose people are introduced by name."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import select

from domain.actors import Account, Actor
from domain.deliveries import Destination
from domain.ids import ChatId, MembershipId, PersonId, UnitId
from domain.people import Standing
from domain.roles import Role
from domain.rollups import Counted
from domain.units import UnitKind
from services.actors import actor_of
from storage import chats, people, units
from storage.database import Transaction
from storage.tables import Chat, Delivery, Occurrence, Rollup

# A Wednesday noon in Shanghai. The branches' slot is Friday 09:00, so the first a week off is 27 November.
NOW = datetime(2026, 11, 18, 4, 0, tzinfo=UTC)
SLOT = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
NEXT_SLOT = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)
DAY = date(2026, 1, 1)
BOT = 42
FALLBACK = {"timezone": "Asia/Shanghai"}


@dataclass
class Study:
    """Who is there. Everybody is linked and has opened the bot."""

    committee: UnitId
    first: UnitId
    second: UnitId
    people: dict[str, PersonId] = field(default_factory=dict)
    memberships: dict[str, MembershipId] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)

    def actor(self, tx: Transaction, name: str, now: datetime = NOW) -> Actor:
        """The person, acting at that time."""
        account = Account("telegram", self.accounts[name], None, None)
        return actor_of(tx, account, now, FALLBACK, root=False)

    def enrol(
        self,
        tx: Transaction,
        name: str,
        branch: UnitId,
        since: date = DAY,
        standing: Standing = Standing.FULL,
        exempt: str | None = None,
        group: UnitId | None = None,
        linked: bool = True,
    ) -> MembershipId:
        """Somebody new, in the branch."""
        person = people.add_person(tx, name, name, NOW)
        number = 1000 + len(self.people)
        if linked:
            people.link_account(tx, person, "telegram", number, None, NOW)
            chats.meet(tx, "telegram", BOT, number, "private", NOW)
        self.people[name], self.accounts[name] = person, number
        self.memberships[name] = people.enrol(tx, person, branch, since, standing, exempt, group)
        return self.memberships[name]

    def group_chat(self, tx: Transaction, branch: UnitId, number: int = -500) -> ChatId:
        """A group bound to the branch."""
        chat = chats.meet(tx, "telegram", BOT, number, "supergroup", NOW)
        chats.bind(tx, chat, branch, self.people["王芳"], NOW)
        return chat

    def private_of(self, tx: Transaction, name: str) -> Destination:
        """The person's private chat."""
        number = self.accounts[name]
        chat = chats.chat_with(tx, "telegram", BOT, number)
        assert chat is not None
        return Destination(chat, number, 0, True, "zh", "Asia/Shanghai", person=self.people[name])


def found_study(tx: Transaction) -> Study:
    """王芳 is the secretary of the first branch with 李强 and 张伟 in it; 赵敏 belongs to the second."""
    committee = units.found_unit(tx, "区直机关工委", UnitKind.COMMITTEE, None, DAY, NOW)
    first = units.found_unit(tx, "第一党支部", UnitKind.BRANCH, committee, DAY, NOW)
    second = units.found_unit(tx, "第二党支部", UnitKind.BRANCH, committee, DAY, NOW)
    study = Study(committee, first, second)
    for name, branch in (("王芳", first), ("李强", first), ("张伟", first), ("赵敏", second)):
        study.enrol(tx, name, branch)
    people.appoint(tx, study.people["王芳"], first, Role.SECRETARY, DAY)
    people.appoint(tx, study.people["赵敏"], second, Role.SECRETARY, DAY)
    study.enrol(tx, "孙丽", second)
    people.appoint(tx, study.people["孙丽"], committee, Role.COORDINATOR, DAY)
    return study


def owed(tx: Transaction, stage: str) -> list[int]:
    """The platform's numbers of the chats that something of this stage is owed to and not cancelled."""
    return sorted(
        tx.execute(
            select(Chat.chat_id)
            .join(Delivery, Delivery.chat_id == Chat.id)
            .join(Occurrence, Occurrence.id == Delivery.occurrence_id)
            .where(Occurrence.stage == stage, Delivery.state != "cancelled")
        ).scalars()
    )


def counted(tx: Transaction, branch: UnitId, kind: Counted, period: str = "2026-11") -> int:
    """The rollup's figure."""
    column = Rollup.__table__.c[kind]
    found = tx.execute(select(column).where(Rollup.branch_id == branch, Rollup.period == period)).scalar()
    return int(found or 0)
