"""A period is what people call it, and begins and ends at their midnight."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import UnknownPeriod
from domain.periods import bounds, month_of, months, parse_period

TODAY = date(2026, 1, 18)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("2026-11", "2026-11"),
        ("2026-Q4", "2026-Q4"),
        ("2026-q4", "2026-Q4"),
        ("2026", "2026"),
        ("２０２６－１１", "2026-11"),
        ("this-month", "2026-01"),
        ("Last-Month", "2025-12"),
        ("this-quarter", "2026-Q1"),
        ("last-quarter", "2025-Q4"),
        ("this-year", "2026"),
        ("本月", "2026-01"),
        ("上月", "2025-12"),
        ("本季度", "2026-Q1"),
        ("上季度", "2025-Q4"),
        ("本年", "2026"),
        ("今年", "2026"),
        ("2026年11月", "2026-11"),
        ("2026 年 3 月", "2026-03"),
        ("2026年第四季度", "2026-Q4"),
        ("2026年第2季度", "2026-Q2"),
        ("2026年", "2026"),
    ],
)
def test_periods_are_read_as_written(text: str, key: str) -> None:
    assert parse_period(text, TODAY).key == key


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13", "2026-00", "2026-Q5", "0000", "2026-1-1", "第四季度", "20261"]
)
def test_an_unknown_period_is_refused(text: str) -> None:
    with pytest.raises(UnknownPeriod):
        parse_period(text, TODAY)


def test_a_quarter_knows_its_months_and_days() -> None:
    quarter = parse_period("2024-Q1", TODAY)
    assert months(quarter) == ["2024-01", "2024-02", "2024-03"]
    assert (quarter.first, quarter.last) == (date(2024, 1, 1), date(2024, 3, 31))


def test_a_period_begins_at_local_midnight() -> None:
    period = parse_period("2026-11", TODAY)
    expected = (datetime(2026, 10, 31, 16, tzinfo=UTC), datetime(2026, 11, 30, 16, tzinfo=UTC))
    assert bounds(period, "Asia/Shanghai") == expected


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.sampled_from(["month", "quarter", "year"]))
def test_periods_follow_each_other_without_a_gap(today: date, length: str) -> None:
    this = parse_period(f"this-{length}", today)
    assert this.first <= today <= this.last
    assert this.next().previous() == this
    assert (this.next().first - this.last).days == 1
    assert parse_period(this.key, today) == this
    assert parse_period(f"last-{length}", today) == this.previous()
    assert bounds(this, "America/Santiago")[1] == bounds(this.next(), "America/Santiago")[0]
    assert month_of(today).key in months(this)
