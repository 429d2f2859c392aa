"""A tap counts once: in time, late, or already."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.checkins import Outcome, Window, judge
from domain.errors import NotYetOpen

OPENS = datetime(2026, 11, 27, 1, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=7)
WEEK = Window(OPENS, CLOSES)
SECOND = timedelta(seconds=1)


def test_before_the_window_opens_nothing_counts() -> None:
    with pytest.raises(NotYetOpen):
        judge(WEEK, None, OPENS - SECOND)


def test_both_ends_of_the_window_are_in_time() -> None:
    assert judge(WEEK, None, OPENS) is Outcome.NEW
    assert judge(WEEK, None, CLOSES) is Outcome.NEW


@given(st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(days=900)))
def test_after_the_deadline_a_tap_is_late_and_never_refused(after: timedelta) -> None:
    assert judge(WEEK, None, CLOSES + after) is Outcome.LATE


@given(st.timedeltas(min_value=timedelta(days=-9), max_value=timedelta(days=90)))
def test_a_recorded_check_in_stands_whenever_it_is_tapped_again(after: timedelta) -> None:
    assert judge(WEEK, OPENS, OPENS + after) is Outcome.ALREADY


def test_a_window_closes_after_it_opens() -> None:
    with pytest.raises(ValueError, match="closes after it opens"):
        Window(OPENS, OPENS)
