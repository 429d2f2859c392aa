"""A calendar that leaps ahead holds everything until somebody else says the same, or it comes back."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from scheduling.planner import Planner
from scheduling.watch import AGAIN, Watch
from storage.database import Database
from tests.scheduling.office import FALLBACK, NOON, Office

MINUTE = timedelta(minutes=1)


@dataclass
class Machine:
    """Its calendar may be set wrong; the time elsewhere may be unknown."""

    wrong_by: timedelta = timedelta(0)
    uptime: float = 0.0
    elsewhere_known: bool = True
    asked: int = 0
    told: list[bool] = field(default_factory=list)

    def now(self) -> datetime:
        return self.true + self.wrong_by

    @property
    def true(self) -> datetime:
        return NOON + timedelta(seconds=self.uptime)

    def monotonic(self) -> float:
        return self.uptime

    async def sleep(self, seconds: float) -> None:
        self.uptime += seconds

    async def witness(self) -> datetime | None:
        self.asked += 1
        return self.true if self.elsewhere_known else None

    async def tell(self, doubt: bool) -> None:
        self.told.append(doubt)

    def watch(self) -> Watch:
        return Watch(self, self.witness, self.tell)


async def test_a_calendar_that_goes_on_is_believed_and_nobody_is_asked_again() -> None:
    machine = Machine()
    watch = machine.watch()
    for _ in range(1000):
        assert not await watch.holds()
        await machine.sleep(60)
    assert machine.asked == 1


@pytest.mark.parametrize(("by", "held"), [(9 * MINUTE, False), (11 * MINUTE, True), (-60 * MINUTE, False)])
async def test_only_a_leap_of_more_than_ten_minutes_forward_holds(by: timedelta, held: bool) -> None:
    machine = Machine()
    watch = machine.watch()
    await watch.holds()
    machine.wrong_by = by
    assert await watch.holds() is held
    assert machine.told == [True] * held


async def test_when_the_calendar_is_set_right_everything_goes_on() -> None:
    machine = Machine()
    watch = machine.watch()
    await watch.holds()
    machine.wrong_by = 60 * MINUTE
    assert [await watch.holds() for _ in range(3)] == [True] * 3
    machine.wrong_by = timedelta(0)
    assert not await watch.holds()
    assert machine.told == [True, False]


async def test_a_machine_that_slept_is_right_if_the_time_elsewhere_says_so() -> None:
    """Its monotonic clock slept as well, so the calendar seems to leap."""
    machine = Machine()
    watch = machine.watch()
    await watch.holds()
    asleep = 8 * 60 * MINUTE
    machine.wrong_by = asleep
    watch._witness = lambda: asyncio.sleep(0, machine.true + asleep)
    assert not await watch.holds()
    assert machine.told == []


async def test_without_a_witness_a_leap_is_not_believed() -> None:
    machine = Machine(elsewhere_known=False)
    watch = machine.watch()
    assert not await watch.holds()
    machine.wrong_by = 60 * MINUTE
    assert await watch.holds()


async def test_a_witness_who_fails_vouches_for_nothing() -> None:
    """A database that is away just as the calendar leaps: nobody goes by it until it can be asked."""
    machine = Machine()
    away = True

    async def witness() -> datetime | None:
        if away:
            raise ConnectionError
        return machine.true

    watch = Watch(machine, witness, machine.tell)
    for wrong_by in (timedelta(0), 60 * MINUTE):
        machine.wrong_by = wrong_by
        for _ in range(3):
            with pytest.raises(ConnectionError):
                await watch.holds()
            await machine.sleep(1)
    away = False
    assert await watch.holds()


async def test_a_calendar_that_is_wrong_from_the_start_is_found_out() -> None:
    machine = Machine(wrong_by=60 * MINUTE)
    assert await machine.watch().holds()


async def test_a_lasting_doubt_asks_now_and_then_only() -> None:
    machine = Machine()
    watch = machine.watch()
    await watch.holds()
    machine.wrong_by = 60 * MINUTE
    for _ in range(60):
        assert await watch.holds()
        await machine.sleep(1)
    assert machine.asked <= 1 + 60 / AGAIN + 1
    assert machine.told == [True]


async def test_who_could_not_be_told_is_told_later_and_nothing_goes_on_meanwhile() -> None:
    machine = Machine()
    watch, reached = machine.watch(), False

    async def tell(doubt: bool) -> None:
        if not reached:
            raise ConnectionError
        machine.told.append(doubt)

    watch._told = tell
    await watch.holds()
    machine.wrong_by = 60 * MINUTE
    for _ in range(100):
        assert await watch.holds()
        await machine.sleep(1)
    assert machine.told == []
    reached = True
    for _ in range(100):
        assert await watch.holds()
        await machine.sleep(1)
    assert machine.told == [True]
    machine.wrong_by, reached = timedelta(0), False
    assert not await watch.holds()
    reached = True
    for _ in range(100):
        await machine.sleep(1)
        assert not await watch.holds()
    assert machine.told == [True, False]


async def test_while_it_is_held_nothing_is_sent_and_nothing_is_lost(sqlite: Database) -> None:
    office = Office(sqlite)
    wang = office.member()
    office.owe([wang.chat])
    doubt = True

    async def held() -> bool:
        return doubt

    sender = office.new_sender(held)
    assert await sender.drain(office.clock.now()) == 0
    assert wang.heard == []
    doubt = False
    assert await sender.drain(office.clock.now()) == 1
    assert len(wang.heard) == 1


async def test_while_it_is_held_nothing_is_planned(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits would be pushed early, or given up as late."""
    office = Office(sqlite)
    wang = office.member()
    office.owe([wang.chat], expires_at=office.clock.now() + 60 * MINUTE)
    office.clock.advance(120 * MINUTE)
    rested = asyncio.Event()

    async def held() -> bool:
        return True

    async def sleep(_: float) -> None:
        rested.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(office.clock, "sleep", sleep)
    planner = Planner(office.db, office.clock, FALLBACK, lambda: None, held)
    running = asyncio.create_task(planner.run())
    planner.wake()
    await rested.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert office.rows() == ["ready"]
