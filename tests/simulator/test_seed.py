"""The sample organisation: believable, quickly there, and counted as the bot itself would have counted it."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from domain.actors import Account
from domain.ids import UnitId
from domain.periods import parse_period
from domain.rollups import Counted, recounted
from domain.summaries import Summary
from services import summaries
from services.actors import actor_of
from simulator.seed import FALLBACK, SEATED, START, Planted, plant
from simulator.seed_history import ZONE
from simulator.seed_people import (
    BRANCHES,
    COMMITTEE,
    COORDINATOR,
    COUNTER,
    DRAWING,
    FOREIGNER,
    NEWCOMER,
    RETIRED,
    SECRETARY,
)
from simulator.seed_words import OPEN_TOPIC, TOPICS
from storage import units
from storage.database import Database, Transaction
from storage.summary_facts import facts_of
from storage.tables import Activity, CheckIn, Delivery, Person, Reflection, Rollup, Unit
from tests.world import World

PERIODS = ("2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-11",
           "2026-Q2", "2026-Q3", "2026-Q4", "2026")  # fmt: skip
PATIENCE = 3.0  # seconds of this process: what somebody waits for a page to open


@dataclass(frozen=True)
class Grown:
    """The organisation as it was set down, to be looked at by many tests and changed by none."""

    here: World
    planted: Planted
    seconds: float  # of this process's time


@pytest.fixture(scope="module")
def grown(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grown]:
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("seed") / "banxue.db")
    with Database.connect(f"sqlite:///{file}") as database:
        here = World(database, start=START)
        began = time.process_time()
        planted = plant(here.telegram, database)
        yield Grown(here, planted, time.process_time() - began)


@pytest.fixture
def here(sqlite: Database) -> World:
    return World(sqlite, start=START)


@pytest.fixture
def planted(here: World) -> Planted:
    return plant(here.telegram, here.database)


def unit(here: World, *path: str) -> UnitId:
    found = here.database.read_now(units.unit_at_path, path, START.date())
    assert found is not None
    return found


def count(here: World, table: type) -> int:
    return here.database.read_now(
        lambda tx: int(tx.execute(select(func.count()).select_from(table)).scalar_one())
    )


def test_it_is_there_within_three_seconds(grown: Grown) -> None:
    assert grown.seconds < PATIENCE


def test_sixty_people_five_branches_two_departments_one_committee(grown: Grown) -> None:
    kinds = [row["kind"] for row in grown.here.rows(Unit)]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "committee": 1,
        "general_branch": 2,
        "branch": 5,
        "group": 2,
    }
    assert count(grown.here, Person) == len({row.name for branch in BRANCHES for row in branch.rows}) == 60
    assert [seat.role for seat in grown.planted.seats] == list(SEATED.values())


def test_the_past_holds_study_and_theme_days_of_half_a_year(grown: Grown) -> None:
    assert len(TOPICS) == 26
    assert count(grown.here, CheckIn) > 900
    assert count(grown.here, Reflection) > 100
    held = [row for row in grown.here.rows(Activity) if row["state"] == "confirmed"]
    assert len(held) == 7 * 5 - 2  # two branches have the latest still before them
    assert all(row["starts_at"] < START for row in held)
    assert all(row["starts_at"].weekday() < 5 for row in held)


@pytest.mark.parametrize("key", PERIODS)
def test_the_sums_are_what_a_recount_finds(grown: Grown, key: str) -> None:
    committee = unit(grown.here, COMMITTEE)

    def ask(tx: Transaction) -> list[tuple[dict[Counted, int], dict[Counted, int]]]:
        found = []
        for branch in units.branches_below(tx, committee, START.date()):
            row = tx.execute(
                select(Rollup.__table__).where(Rollup.branch_id == branch, Rollup.period == key)
            ).one_or_none()
            sums = {kind: row._mapping[kind] if row else 0 for kind in Counted}
            period = parse_period(key, START.date())
            found.append((sums, recounted(facts_of(tx, branch, period, ZONE))))
        return found

    both = grown.here.database.read_now(ask)
    assert len(both) == 5
    assert [sums for sums, _ in both] == [facts for _, facts in both]
    assert all(sums[Counted.TOPICS] and sums[Counted.CHECKINS] for sums, _ in both)


def test_the_coordinator_sees_figures_for_every_branch(grown: Grown) -> None:
    summary = seen(grown, "2026-Q3")
    departments = summary.children
    assert len(departments) == 2
    assert all(line.tally.rate is not None and 0.6 < line.tally.rate < 1 for line in departments)
    assert all(line.tally.leave and line.tally.made_up for line in departments)


def seen(grown: Grown, period: str) -> Summary:
    committee = unit(grown.here, COMMITTEE)
    coordinator = grown.planted.people[COORDINATOR]
    account = Account("telegram", coordinator.id, None, "zh")

    def ask(tx: Transaction) -> Summary:
        actor = actor_of(tx, account, START, FALLBACK, False)
        asked = parse_period(period, START.date())
        return summaries.summary_for(tx, actor, committee, asked, START, FALLBACK)

    return grown.here.database.read_now(ask)


def test_the_past_is_the_same_at_every_start(grown: Grown, here: World, planted: Planted) -> None:
    assert here.rows(Rollup) == grown.here.rows(Rollup)
    assert here.rows(CheckIn) == grown.here.rows(CheckIn)


# --- what is under way -------------------------------------------------------------------------------


async def test_the_week_opens_in_the_group_and_in_the_threads_of_the_forum(
    here: World, planted: Planted
) -> None:
    await here.settle()
    group, forum = planted.groups[DRAWING], planted.groups[COUNTER]
    assert planted.groups[RETIRED] is forum
    assert any("打卡" in words for words in group.card(OPEN_TOPIC[0]).buttons)
    assert any("参加" in words for words in group.card("年终民情走访").buttons)
    cards = [m for m in forum.bot_messages if OPEN_TOPIC[0] in m.text]
    names = {forum.chat.threads[m.thread].name for m in cards if m.thread}
    assert names == {COUNTER, RETIRED}


async def test_those_seated_are_greeted_in_their_language(here: World, planted: Planted) -> None:
    await here.settle()
    english = planted.people[FOREIGNER]
    assert any("What would you like to do?" in m.text for m in english.messages)
    for seat in planted.seats:
        assert bool(seat.person.messages) == (seat.role != "newcomer")


async def test_a_leave_waits_for_the_secretary(here: World, planted: Planted) -> None:
    await here.settle()
    secretary = planted.people[SECRETARY]
    secretary.taps("批准")
    await here.settle()
    assert any("请假已批准" in m.text for m in planted.people["孟晓光"].messages)


async def test_nothing_of_the_past_is_said_again(here: World, planted: Planted) -> None:
    await here.settle()
    await here.advance(timedelta(days=1))
    said = [line.text for line in here.telegram.transcript]
    assert not [text for text in said for title, _ in TOPICS if title in text]
    assert {row["state"] for row in here.rows(Delivery)} == {"sent"}


async def test_the_newcomer_joins_by_the_link_in_the_group(here: World, planted: Planted) -> None:
    await here.settle()
    newcomer = planted.people[NEWCOMER]
    assert any(planted.invitation in m.text for m in planted.groups[DRAWING].chat.messages.values())
    newcomer.open_link(planted.invitation)
    await here.settle()
    assert f"{NEWCOMER}同志" in "".join(m.text for m in newcomer.messages)
