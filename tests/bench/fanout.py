"""A topic published from above: what 160,000 people are owed is set down while others go on writing."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from domain.actors import Account
from domain.deliveries import Cause, Kind
from domain.ids import PersonId, UnitId
from domain.roles import Role
from domain.topic_forms import TopicForm
from services import deliveries, topic_drafts, topic_plans
from services.actors import actor_of
from services.topic_plans import AT_ONCE
from storage import people
from storage import tables as t
from storage.database import Database, Transaction
from tests.bench.frame import Row, no_more_than
from tests.bench.organisation import BOT_ID, DATABASES, ENROLLED, FALLBACK, FIRST_USER

LIMITS = {"SQLite": 0.3, "PostgreSQL": 1.0}  # seconds for 160,000 deliveries
LONGEST_ACT = 50.0  # milliseconds
GROWTH = 32.0  # MiB more at the end than at the beginning, whatever the number
DISTRICTS = 50
FIRST_BRANCH = 100


@dataclass(frozen=True)
class Took:
    """How long a fan-out was at work in all, and its longest act."""

    seconds: float
    longest: float  # milliseconds


def measure(quick: bool) -> list[Row]:
    """The deliveries alone, then all that planning sets down: rosters, sums and deliveries."""
    branches, members = (530, 16_000) if quick else (5_300, 160_000)
    rows = []
    for name, opened in DATABASES.items():
        with opened() as url, Database.connect(url) as database:
            database.write_now(settle, branches, members)
            if name == "PostgreSQL":  # as its autovacuum would have done by then
                database.write_now(lambda tx: tx.exec_driver_sql("ANALYZE"))
            before = _resident()
            owed = _timed(database, _owing(branches))
            published = _timed(database, [publish])
            planned = _timed(database, _planning(branches))
            shown = f"{members:,}"
            limit = LIMITS[name] * members / 160_000
            rows += [
                no_more_than(f"fan-out of {shown} deliveries, {name}", owed.seconds, limit, " s"),
                no_more_than(f"its longest act, {name}", owed.longest, LONGEST_ACT, " ms"),
                no_more_than(f"publishing to {branches:,} branches, {name}", published.seconds, 1, " s"),
                no_more_than(
                    f"planning of a topic for {branches:,} branches, {name}", planned.seconds, 10, " s"
                ),
                no_more_than(f"its longest act, {name}", planned.longest, LONGEST_ACT, " ms"),
                no_more_than(f"memory after both, {name}", _resident() - before, GROWTH, " MiB"),
            ]
    return rows


def settle(tx: Transaction, branches: int, members: int, of: int | None = None) -> None:
    """Branches under districts, members of the first `of` with private chats, and no groups."""
    now = datetime.now(UTC)
    districts = [{"id": 2 + n, "name": f"第{n}党委", "kind": "committee"} for n in range(DISTRICTS)]
    below = [{"id": FIRST_BRANCH + n, "name": f"第{n}党支部", "kind": "branch"} for n in range(branches)]
    units = [{"id": 1, "name": "机关工委", "kind": "committee"}, *districts, *below]
    tx.execute(insert(t.Unit), [unit | {"created_at": now} for unit in units])
    parents = [None, *[1] * DISTRICTS, *(2 + n % DISTRICTS for n in range(branches))]
    places = [
        {"unit_id": unit["id"], "parent_id": parent, "since": ENROLLED}
        for unit, parent in zip(units, parents, strict=True)
    ]
    tx.execute(insert(t.UnitPlace), places)
    for first in range(1, members + 1, 10_000):  # in portions, or the rows themselves would count as memory
        _enrol(tx, range(first, min(first + 10_000, members + 1)), of or branches, members, now)
    people.appoint(tx, PersonId(1), UnitId(1), Role.COORDINATOR, ENROLLED)


def _enrol(tx: Transaction, numbers: range, branches: int, members: int, now: datetime) -> None:
    def rows(table: type[t.Base], of: Callable[[int], dict[str, Any]]) -> None:
        tx.execute(insert(table), [of(n) for n in numbers])

    rows(t.Person, lambda n: {"id": n, "name": f"党员{n}", "name_key": f"党员{n}", "created_at": now})

    def branch(n: int) -> int:
        return FIRST_BRANCH + n * branches // (members + 1)

    rows(t.Membership, lambda n: {"id": n, "person_id": n, "branch_id": branch(n), "since": ENROLLED})
    rows(t.MembershipStanding, lambda n: {"membership_id": n, "standing": "full", "since": ENROLLED})
    account = {"platform": "telegram", "linked_at": now}
    rows(t.Account, lambda n: account | {"person_id": n, "user_id": FIRST_USER + n})
    chat = {"platform": "telegram", "bot_id": BOT_ID, "kind": "private", "state": "reachable"}
    rows(t.Chat, lambda n: chat | {"id": n, "chat_id": FIRST_USER + n, "thread_id": 0})


def publish(tx: Transaction) -> None:
    """A coordinator gives a topic to all branches at once."""
    now = datetime.now(UTC)
    actor = actor_of(tx, Account("telegram", FIRST_USER + 1, None, "zh"), now, FALLBACK, root=False)
    form = TopicForm("学习基层工作条例", "第一章", now, now + timedelta(days=7))
    topic = topic_drafts.from_form(tx, actor, form, (), "bench", now, FALLBACK).topic.id
    topic_drafts.publish(tx, actor, topic, now, FALLBACK)


Act = Callable[[Transaction], object]


def _owing(branches: int) -> list[Act]:
    """The deliveries of a push alone, in chunks as large as the planner's."""
    now = datetime.now(UTC)
    every = [UnitId(FIRST_BRANCH + n) for n in range(branches)]
    cause = Cause("bench", "-", "push")

    def owe(chunk: list[UnitId]) -> Act:
        return lambda tx: deliveries.owe_branches(tx, cause, Kind.TOPIC_PUSH, 1, chunk, now.date(), now)

    return [owe(every[first : first + AT_ONCE]) for first in range(0, branches, AT_ONCE)]


def _planning(branches: int) -> list[Act]:
    """What the planner does, one act after another."""
    now = datetime.now(UTC)
    return [lambda tx: topic_plans.plan_due(tx, now, FALLBACK)] * (-(-branches // AT_ONCE))


def _timed(database: Database, acts: list[Act]) -> Took:
    longest, began = 0.0, time.perf_counter()
    for act in acts:
        started = time.perf_counter()
        database.write_now(act)
        longest = max(longest, time.perf_counter() - started)
    return Took(time.perf_counter() - began, longest * 1000)


def _resident() -> float:
    """The most memory this process ever held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
