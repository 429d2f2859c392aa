"""Two processes that count on the same rows at the same time."""

import json
import random
import sys
from collections import Counter
from collections.abc import Callable
from subprocess import PIPE, Popen
from typing import Any

from domain.checkins import Outcome
from domain.ids import PersonId
from storage.database import Database
from storage.tables import Rollup
from tests.contract.process import ROOT
from tests.faults.oracle import judge_updates
from tests.faults.weather import Weather, taps_of
from tests.world import Branch


def send(process: Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def hear(process: Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def tapper() -> Popen[str]:
    return Popen([sys.executable, "-m", "tests.faults.tapper"], cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True)


async def test_two_processes_on_hot_counters_lose_no_write(
    database: Database, database_url: str, long: bool, shown: Callable[[str], None]
) -> None:
    """One branch, one month: both processes' members tap at once, a third of them in both."""
    world = Weather(database)
    branch = world.crowd(1500 if long else 150)
    topic = world.publish(branch)
    await world.app.planner.plan(world.clock.now())
    users = [comrade.sim.id for comrade in branch.people.values()]
    third = len(users) // 3
    orders: list[dict[str, Any]] = [
        {"people": users[: 2 * third]},
        {"people": random.Random(5).sample(users[third:], len(users) - third)},
    ]
    with tapper() as first, tapper() as second:
        both = (first, second)
        for process, order in zip(both, orders, strict=True):
            order |= {"url": database_url, "topic": topic, "now": world.clock.now().isoformat()}
            send(process, json.dumps(order))
        assert [hear(process) for process in both] == ["ready"] * 2
        for process in both:
            send(process, "go")
        told = Counter[str]()
        for process in both:
            told.update(json.loads(hear(process)))
    assert told == {Outcome.NEW: len(users), Outcome.ALREADY: third}
    assert judge_updates(database, world.wire, taps_of(topic, people(branch))) == len(users)
    assert {row["checkins"] for row in world.rows(Rollup)} == {len(users)}
    shown(f"hot counters {database.dialect}: two processes, {told.total()} taps, none failed")


def people(branch: Branch) -> list[PersonId]:
    return [comrade.person for comrade in branch.people.values()]
