"""Rows to measure on: branches with members, groups, a topic that is open in all of them."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import psycopg

from domain.ids import PersonId, TopicId, UnitId
from domain.topics import Audience, BranchWindow, Topic, TopicState
from domain.units import UnitKind
from storage import cards, chats, outstanding, people, topics, units
from storage.database import Transaction
from storage.migrate import migrate
from tests import postgres

TOKEN = "123456:a-token-of-the-benchmarks"
BOT_ID = 123456
FALLBACK = {"timezone": "Asia/Shanghai", "locale": "zh"}
ENROLLED = date(2020, 1, 1)
FIRST_USER, FIRST_GROUP = 7_000_000, -1_009_000_000_000
# PostgreSQL as people run it: a commit is on the disk before it is answered.
DURABLE = "-c listen_addresses= -c max_connections=60"


@dataclass(frozen=True)
class Organisation:
    """Who can tap on what: accounts by branch, and topics that are open for all."""

    branches: int
    members: int
    topics: tuple[TopicId, ...]

    def taps(self) -> Iterator[str]:
        """A tap of each member on each topic, as the platform would post it; neighbours of other branches."""
        number = 0
        for topic in self.topics:
            for member in range(self.members):
                for branch in range(self.branches):
                    number += 1
                    yield tap(number, branch, FIRST_USER + branch * self.members + member, topic)


def tap(number: int, branch: int, user: int, topic: int) -> str:
    """The JSON of a tap on "check in" on a card in the branch's group."""
    chat = {"id": FIRST_GROUP - branch, "type": "supergroup", "title": f"第{branch}党支部群"}
    buttons = [[{"text": "✅ 打卡", "callback_data": f"checkin:{topic}"}]]
    message = {
        "message_id": 40 + topic,
        "from": {"id": BOT_ID, "is_bot": True, "first_name": "伴学", "username": "banxue_bot"},
        "chat": chat,
        "date": 1_793_600_000,
        "text": "📖 第 46 周 · 学习基层工作条例\n打卡 12/40 ▓▓░░░ · 自愿",
        "entities": [{"type": "bold", "offset": 0, "length": 20}],
        "reply_markup": {"inline_keyboard": buttons},
    }
    person = {"id": user, "is_bot": False, "first_name": "王芳", "language_code": "zh-hans"}
    query = {
        "id": f"{user}{number:09}",
        "from": person,
        "message": message,
        "chat_instance": "-3511",
        "data": f"checkin:{topic}",
    }
    return json.dumps({"update_id": 500_000_000 + number, "callback_query": query})


def found(tx: Transaction, branches: int, members: int, topic_count: int) -> Organisation:
    """Set it all down in one act."""
    now = datetime.now(UTC)
    root = units.found_unit(tx, "机关党委", UnitKind.COMMITTEE, None, ENROLLED, now)
    district = units.found_unit(tx, "东城党总支", UnitKind.COMMITTEE, root, ENROLLED, now)
    made: list[tuple[UnitId, PersonId]] = []
    for branch in range(branches):
        unit = units.found_unit(tx, f"第{branch}党支部", UnitKind.BRANCH, district, ENROLLED, now)
        made.append((unit, _enrol(tx, unit, branch, members, now)))
        group = chats.meet(tx, "telegram", BOT_ID, FIRST_GROUP - branch, "supergroup", now)
        chats.bind(tx, group, unit, made[-1][1], now)
    opened = [_open(tx, root, made, number, now) for number in range(topic_count)]
    return Organisation(branches, members, tuple(opened))


def _enrol(tx: Transaction, unit: UnitId, branch: int, members: int, now: datetime) -> PersonId:
    """The branch's members, linked; returns the first."""
    enrolled = []
    for member in range(members):
        person = people.add_person(tx, f"党员{branch}-{member}", f"党员{branch}-{member}", now)
        people.enrol(tx, person, unit, ENROLLED)
        people.link_account(tx, person, "telegram", FIRST_USER + branch * members + member, None, now)
        enrolled.append(person)
    return enrolled[0]


def _open(
    tx: Transaction, unit: UnitId, branches: list[tuple[UnitId, PersonId]], number: int, now: datetime
) -> TopicId:
    """A topic that every branch has open, with its card in every group."""
    opens, closes = now - timedelta(hours=1), now + timedelta(days=6)
    topic = topics.begin_draft(tx, unit, Audience.BELOW, branches[0][1], f"bench-{number}", now)
    topics.save(
        tx,
        Topic(
            topic,
            unit,
            Audience.BELOW,
            f"学习基层工作条例 {number}",
            "第一章",
            None,
            TopicState.SCHEDULED,
            opens,
            closes,
            1,
            branches[0][1],
        ),
        now,
    )
    topics.give(
        tx,
        topic,
        [
            BranchWindow(branch, "2026-W46", None, opens, closes, "Asia/Shanghai", True)
            for branch, _ in branches
        ],
    )
    for at, (branch, _) in enumerate(branches):
        outstanding.snapshot(tx, topic, [branch], now.date())
        topics.mark_pushed(tx, topic, branch, now)
        chat = chats.chat_with(tx, "telegram", BOT_ID, FIRST_GROUP - at)
        assert chat is not None
        cards.place(tx, "topic", topic, chat, 40 + topic, "-", now)
    return topic


@contextmanager
def sqlite_file() -> Iterator[str]:
    """A migrated SQLite file, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="banxue-bench-") as folder:
        url = f"sqlite:///{folder}/banxue.db"
        migrate(url)
        yield url


@contextmanager
def postgres_database() -> Iterator[str]:
    """A migrated database on a server of the benchmark's own that really flushes."""
    with postgres.server(DURABLE) as host:
        with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as admin:
            admin.execute("CREATE DATABASE bench TEMPLATE template0")
        url = f"postgresql://postgres@/bench?host={host}"
        migrate(url)
        yield url


DATABASES = {"SQLite": sqlite_file, "PostgreSQL": postgres_database}
