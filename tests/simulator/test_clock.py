"""Two clocks: the calendar moves when told, the other only by sleeping."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.clock import Clock
from simulator.clock import MovableClock

START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


async def test_moving_the_calendar_leaves_the_other_clock_alone() -> None:
    clock = MovableClock(START)
    seen: Clock = clock
    clock.advance(timedelta(days=7))
    assert (seen.now(), seen.monotonic()) == (START + timedelta(days=7), 0.0)
    await seen.sleep(3600)
    assert (seen.now(), seen.monotonic()) == (START + timedelta(days=7), 3600.0)


def test_the_calendar_never_goes_back() -> None:
    clock = MovableClock(START)
    with pytest.raises(ValueError, match="only goes forwards"):
        clock.move_to(START - timedelta(seconds=1))
    with pytest.raises(ValueError, match="aware"):
        MovableClock(datetime(2026, 11, 20))  # noqa: DTZ001  # the refusal is the point


def test_a_clock_that_is_not_virtual_runs_on() -> None:
    clock = MovableClock(START, virtual=False)
    first = clock.now()
    while clock.now() == first:
        pass
    assert clock.now() > first >= START
