"""The alarm clock wakes those who work, and the planner plans a thing once."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pytest

from domain.deliveries import Cause, Kind
from domain.ids import ChatId
from scheduling.alarm import Alarm
from scheduling.planner import Planner
from services import deliveries, planning
from storage.database import Database, Transaction
from tests.scheduling.office import FALLBACK, Office


async def test_each_tick_wakes_whom_it_should() -> None:
    planned, drained, reaped, swept = (asyncio.Event() for _ in range(4))
    clock = Alarm(planned.set, drained.set, reaped.set, swept.set)
    for job in clock._scheduler.get_jobs():
        job.modify(next_run_time=None)
        await job.func()
    assert planned.is_set()
    assert drained.is_set()
    assert reaped.is_set()
    assert swept.is_set()
    clock.start()
    assert {job.id for job in clock._scheduler.get_jobs()} == {"plan", "drain", "reap", "retain"}
    clock.stop()
    clock.stop()


async def test_ticks_never_pile_up() -> None:
    clock = Alarm(*[lambda: None] * 4)
    clock.start()
    for job in clock._scheduler.get_jobs():
        assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, None)
    clock.stop()


@dataclass
class Once:
    """A plan that owes one message, however often it is asked."""

    office: Office
    chat: ChatId

    def __call__(self, tx: Transaction, now: datetime, _: Mapping[str, str]) -> int:
        cause = Cause("test", "-", "once")
        return deliveries.owe_chats(tx, cause, Kind.CHAT_SUSPENDED, self.office.subject, [self.chat], now)


async def test_a_woken_planner_plans_and_wakes_the_sender(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(database)
    wang = office.member()
    monkeypatch.setattr(planning, "PLANS", (Once(office, wang.chat),))
    sent = asyncio.Event()
    planner = Planner(database, office.clock, FALLBACK, sent.set)
    running = asyncio.create_task(planner.run())
    planner.wake()
    await sent.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await planner.plan(office.clock.now()) == 0
    await office.drain()
    assert len(wang.heard) == 1


async def test_a_plan_with_a_fault_keeps_no_other_from_its_turn(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> int:
        raise ZeroDivisionError

    office = Office(database)
    wang = office.member()
    monkeypatch.setattr(planning, "PLANS", (stumble, Once(office, wang.chat)))
    told = asyncio.Event()
    with pytest.raises(ZeroDivisionError):
        await Planner(database, office.clock, FALLBACK, told.set).plan(office.clock.now())
    assert told.is_set()
    await office.drain()
    assert len(wang.heard) == 1
