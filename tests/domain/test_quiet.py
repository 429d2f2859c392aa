"""Nobody is written to at night, whatever the clocks do."""

# ruff: noqa: DTZ001 - wall times have no zone

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import UnreadableTime
from domain.quiet import QuietHours, next_allowed, parse_quiet_hours
from domain.zones import to_local

SHANGHAI = "Asia/Shanghai"
NIGHT = QuietHours(time(22), time(7))
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
zones = st.sampled_from(
    [SHANGHAI, "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Africa/Cairo"]
)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))


def test_quiet_hours_are_read_in_either_width() -> None:
    assert parse_quiet_hours("22:00-07:00") == NIGHT
    assert parse_quiet_hours(" ２２：００－７：００ ") == NIGHT


@pytest.mark.parametrize("text", ["", "22-7", "24:00-07:00", "22:00", "22:60-07:00"])
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(UnreadableTime):
        parse_quiet_hours(text)


def test_the_night_ends_at_seven() -> None:
    seven = datetime(2026, 11, 18, 23, tzinfo=UTC)
    for hours in (1, 5, 9):  # 06:00, 02:00 and 22:00 local
        assert next_allowed(seven - timedelta(hours=hours), SHANGHAI, NIGHT) == seven
    assert next_allowed(seven, SHANGHAI, NIGHT) == seven


def test_a_nap_at_noon_is_within_one_day() -> None:
    nap = QuietHours(time(12), time(14))
    noon = datetime(2026, 11, 18, 4, 30, tzinfo=UTC)
    assert next_allowed(noon, SHANGHAI, nap) == datetime(2026, 11, 18, 6, tzinfo=UTC)


def test_the_night_the_clocks_go_forward_still_ends_at_seven() -> None:
    now = datetime(2026, 3, 28, 22, tzinfo=UTC)
    assert next_allowed(now, "Europe/Berlin", NIGHT) == datetime(2026, 3, 29, 5, tzinfo=UTC)


def test_an_hour_that_comes_twice_is_quiet_twice() -> None:
    short = QuietHours(time(1), time(2, 30))
    second_two_fifteen = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)
    assert next_allowed(second_two_fifteen, "Europe/Berlin", short) == datetime(
        2026, 10, 25, 1, 30, tzinfo=UTC
    )


def test_equal_ends_mean_no_quiet() -> None:
    now = datetime(2026, 11, 18, tzinfo=UTC)
    assert next_allowed(now, SHANGHAI, QuietHours(time(8), time(8))) == now


@given(instants, zones, times, times)
def test_the_next_allowed_moment_is_allowed_and_never_before_now(
    now: datetime, zone: str, start: time, end: time
) -> None:
    quiet = QuietHours(start, end)
    at = next_allowed(now, zone, quiet)
    assert at >= now
    assert not quiet.cover(to_local(at, zone).time())
    assert next_allowed(at, zone, quiet) == at
    assert (at == now) == (not quiet.cover(to_local(now, zone).time()))
    if at > now:  # a moment sooner would still have been quiet
        assert quiet.cover(to_local(at - timedelta(seconds=1), zone).time())
