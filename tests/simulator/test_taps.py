"""What `make taps` counts stays within what people were promised."""

import asyncio

import pytest

from simulator.taps import LATER, LIMITS, Measured, measure, table


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measured]:
    measured = asyncio.run(measure(tmp_path_factory.mktemp("taps")))
    return {one.routine: one for one in measured}


def test_the_promises_are_these() -> None:
    assert LIMITS == {
        "check in": 1,
        "RSVP": 1,
        "ask leave": 2,
        "a secretary's week": 25,
        "unasked messages a week": 5,
    }


@pytest.mark.parametrize("routine", LIMITS)
def test_no_routine_costs_more_than_was_promised(week: dict[str, Measured], routine: str) -> None:
    assert week[routine].within, table(list(week.values()))


def test_every_step_is_listed(week: dict[str, Measured]) -> None:
    """The secretary's week: a topic, a theme day, two leaves, the outstanding, attendance."""
    steps = week["a secretary's week"].steps
    assert len(steps) == week["a secretary's week"].count
    typed = [step.split()[0] for step in steps if step.startswith("/")]
    assert typed == ["/newtopic", "/newactivity", "/missing"]
    assert week["ask leave"].steps == ("[请假]", "[个人]")


def test_what_costs_too_much_stands_out_and_what_is_not_counted_is_said() -> None:
    printed = table([Measured("check in", 1, ("[打卡]",)), Measured("RSVP", 2, ("[参加]", "[参加]"))])
    assert [line.endswith("too much") for line in printed.splitlines()] == [False, False, True, False]
    assert printed.endswith(LATER)
