"""People type dates and times in many ways; each means one moment or is refused."""

# ruff: noqa: DTZ001 - wall times have no zone

from contextlib import suppress
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import PastTime, UnreadableTime
from domain.moments import Span, read_date, read_moment, read_span

SHANGHAI = "Asia/Shanghai"
NOW = datetime(2026, 11, 18, 2, tzinfo=UTC)  # Wednesday 10:00 in Shanghai
TODAY = date(2026, 11, 18)


def told(text: str) -> str:
    return f"{read_moment(text, NOW, SHANGHAI).astimezone(ZoneInfo(SHANGHAI)):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-27 09:00", "2026-11-27 09:00"),
        ("2026/11/27 9:00", "2026-11-27 09:00"),
        ("2026.11.27 9:00", "2026-11-27 09:00"),
        ("2026年11月27日 9:00", "2026-11-27 09:00"),
        ("2026-11-27T09:00", "2026-11-27 09:00"),
        ("11月27日 9:00", "2026-11-27 09:00"),
        ("11月27日9点半", "2026-11-27 09:30"),
        ("11月27号9点15分", "2026-11-27 09:15"),
        ("２０２６－１１－２７　０９：００", "2026-11-27 09:00"),
        ("周五9点", "2026-11-20 09:00"),
        ("周五 上午9点", "2026-11-20 09:00"),
        ("星期日 9时", "2026-11-22 09:00"),
        ("下周四 19:00", "2026-11-26 19:00"),
        ("本周一 9:00", "2026-11-16 09:00"),
        ("明天 19:00", "2026-11-19 19:00"),
        ("后天下午3点", "2026-11-20 15:00"),
        ("今晚8点", "2026-11-18 20:00"),
        ("明天中午12点", "2026-11-19 12:00"),
        ("明天晚上12点", "2026-11-20 00:00"),
        ("12月3日 24:00", "2026-12-04 00:00"),
        ("Friday 9:00", "2026-11-20 09:00"),
        ("next Fri 9 am", "2026-11-27 09:00"),
        ("tomorrow 19:00", "2026-11-19 19:00"),
        ("tomorrow 7:30pm", "2026-11-19 19:30"),
        ("tomorrow 12am", "2026-11-19 00:00"),
        ("11:00", "2026-11-18 11:00"),
        ("9:00", "2026-11-18 09:00"),
        ("现在", "2026-11-18 10:00"),
        ("NOW", "2026-11-18 10:00"),
    ],
)
def test_words_mean_a_moment(text: str, moment: str) -> None:
    assert told(text) == moment


def test_a_date_without_a_year_or_a_weekday_means_the_next_such_moment() -> None:
    assert told("11月18日 11:00") == "2026-11-18 11:00"
    assert told("11月18日 9:00") == "2027-11-18 09:00"
    assert told("1月5日 9:00") == "2027-01-05 09:00"
    assert told("2月29日 9:00") == "2028-02-29 09:00"
    assert told("周三 10:00") == "2026-11-18 10:00"
    assert told("周三 9:59") == "2026-11-25 09:59"


def test_a_full_date_that_is_over_is_read_all_the_same() -> None:
    assert told("2025-11-27 09:00") == "2025-11-27 09:00"


@pytest.mark.parametrize(
    "text",
    ["", "。", "soon", "9", "11-27", "2026-13-01 9:00", "2026-02-29 9:00", "2月30日 9:00", "明天 25:00",
     "明天 9:60", "hello 9:00", "下周 9:00", "0001-01-01 9:00", "明天 24:01", "周八9点", "9点 明天"],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused(text: str) -> None:
    with pytest.raises(UnreadableTime):
        read_moment(text, NOW, SHANGHAI)


def test_a_day_alone_takes_the_time_it_is_given() -> None:
    assert read_moment("12-03", NOW, SHANGHAI, at=time(18)) == datetime(2026, 12, 3, 10, tzinfo=UTC)


def test_a_moment_inside_a_gap_is_the_first_valid_one_after_it() -> None:
    read = read_moment("2027-03-28 02:30", NOW, "Europe/Berlin")
    assert read == datetime(2027, 3, 28, 1, tzinfo=UTC)


def test_today_is_the_readers_today() -> None:
    late = datetime(2026, 11, 18, 17, tzinfo=UTC)  # already the 19th in Shanghai
    assert read_moment("明天 9:00", late, SHANGHAI) == datetime(2026, 11, 20, 1, tzinfo=UTC)


def test_dates_alone() -> None:
    assert read_date("11月18日", TODAY) == TODAY
    assert read_date("11-17", TODAY) == date(2027, 11, 17)
    assert read_date("下周四", TODAY) == date(2026, 11, 26)
    with pytest.raises(UnreadableTime):
        read_date("9:00", TODAY)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("11-20 至 12-05", date(2026, 11, 20), date(2026, 12, 5)),
        ("2026-11-20 - 2026-12-05", date(2026, 11, 20), date(2026, 12, 5)),
        ("11月20日-12月5日", date(2026, 11, 20), date(2026, 12, 5)),
        ("11月20日至25日", date(2026, 11, 20), date(2026, 11, 25)),
        ("11-10~11-25", date(2026, 11, 10), date(2026, 11, 25)),
        ("12-28 to 1-3", date(2026, 12, 28), date(2027, 1, 3)),
        ("周四到周五", date(2026, 11, 19), date(2026, 11, 20)),
        ("明天", date(2026, 11, 19), date(2026, 11, 19)),
    ],
)
def test_a_span_is_the_one_that_ends_next(text: str, first: date, last: date) -> None:
    assert read_span(text, TODAY) == Span(first, last)


@pytest.mark.parametrize(
    "text", ["", "至", "a 至 b", "2026-12-05 至 2026-11-20", "11-20 至 12-05 至 12-06", "2-30 至 3-1"]
)
def test_a_span_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(UnreadableTime):
        read_span(text, TODAY)


@pytest.mark.parametrize("text", ["2020-01-01", "2020-01-01 至 2020-01-05"])
def test_days_that_are_over_are_refused(text: str) -> None:
    with pytest.raises(PastTime):
        read_span(text, TODAY)


@given(st.text(alphabet="0123456789:-/. 年月日点半周五下明天至am now", max_size=14))
def test_no_typing_does_worse_than_being_refused(text: str) -> None:
    for read in (read_at_now, read_today):
        with suppress(UnreadableTime, PastTime):
            assert read(text)


def read_at_now(text: str) -> datetime:
    return read_moment(text, NOW, SHANGHAI)


def read_today(text: str) -> Span:
    return read_span(text, TODAY)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))
def test_a_moment_written_in_full_is_read_back(local: datetime) -> None:
    wall = local.replace(second=0, microsecond=0)
    assert read_moment(f"{wall:%Y-%m-%d %H:%M}", NOW, "UTC") == wall.replace(tzinfo=UTC)
