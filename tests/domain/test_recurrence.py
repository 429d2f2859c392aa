"""Whatever the clocks do, a slot comes once, in order, at the wall time people agreed on."""

# ruff: noqa: DTZ001 - wall times have no zone

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import BadRule
from domain.recurrence import (
    Recurrence,
    Slot,
    first_slot_at_least,
    monthly_on_day,
    monthly_on_weekdays,
    next_slots,
    occurrences,
    weekly,
)
from domain.recurrence_rules import parse_rule

SHANGHAI = "Asia/Shanghai"
ZONES = [
    SHANGHAI,
    "Africa/Cairo",  # skips midnight
    "Africa/Casablanca",  # back for Ramadan
    "America/New_York",
    "America/Santiago",  # skips midnight, southern
    "America/St_Johns",
    "Antarctica/Troll",  # two hours
    "Asia/Gaza",
    "Australia/Lord_Howe",  # half an hour
    "Europe/Berlin",
    "Europe/Dublin",  # winter is the exception
    "Pacific/Chatham",
]
minutes = st.integers(0, 24 * 60 - 1)


@cache
def changes(zone: str) -> list[datetime]:
    """Every instant (UTC) from 2024 to 2030 at which the zone's offset changes."""
    place, found = ZoneInfo(zone), []
    at, end = datetime(2024, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
    step = timedelta(minutes=15)
    while at < end:
        day = at + timedelta(days=1)
        if at.astimezone(place).utcoffset() != day.astimezone(place).utcoffset():
            moments = [at + number * step for number in range(97)]
            found += [
                two
                for one, two in pairwise(moments)
                if one.astimezone(place).utcoffset() != two.astimezone(place).utcoffset()
            ]
        at = day
    return found


def at_minute(minute: int) -> time:
    return time(minute // 60, minute % 60)


def exists(local: datetime, zone: str) -> bool:
    place = ZoneInfo(zone)
    return local.replace(tzinfo=place).astimezone(UTC).astimezone(place).replace(tzinfo=None) == local


def assert_kept(slots: list[Slot], agreed: list[datetime], zone: str) -> None:
    """One slot for each agreed wall time: in order, at that time, or at the end of the gap it lies in."""
    place = ZoneInfo(zone)
    assert len(slots) == len(agreed)
    assert all(one.key < two.key and one.at < two.at for one, two in pairwise(slots))
    for slot, wall in zip(slots, agreed, strict=True):
        local = slot.at.astimezone(place)
        if exists(wall, zone):
            assert local.replace(tzinfo=None, fold=0) == wall
            assert local.fold == 0
        else:
            just_before = (slot.at - timedelta(seconds=1)).astimezone(place).replace(tzinfo=None)
            assert just_before < wall < local.replace(tzinfo=None)
            assert local.utcoffset() != (slot.at - timedelta(seconds=1)).astimezone(place).utcoffset()


def test_the_zones_do_change_their_clocks() -> None:
    assert changes(SHANGHAI) == []
    assert all(len(changes(zone)) >= 13 for zone in ZONES[1:])


@pytest.mark.parametrize("zone", ZONES)
def test_a_daily_slot_lives_through_every_change_at_any_quarter_of_an_hour(zone: str) -> None:
    for change in changes(zone):
        first = change.astimezone(ZoneInfo(zone)).date() - timedelta(days=2)
        after = datetime.combine(first, time.min, ZoneInfo(zone)).astimezone(UTC)
        for minute in range(0, 24 * 60, 15):
            daily = Recurrence("FREQ=DAILY", zone, datetime.combine(first, at_minute(minute)))
            agreed = [daily.starts + timedelta(days=number) for number in range(5)]
            before = datetime.combine(first + timedelta(days=5), time.min, ZoneInfo(zone)).astimezone(UTC)
            assert_kept(occurrences(daily, after, before), agreed, zone)


@pytest.mark.parametrize("zone", ZONES)
@given(weekday=st.integers(0, 6), minute=minutes)
@settings(max_examples=20)
def test_seven_years_of_a_weekly_slot_lose_and_repeat_no_week(zone: str, weekday: int, minute: int) -> None:
    study = weekly(weekday, at_minute(minute), zone, date(2024, 1, 1))
    agreed = [datetime(2024, 1, 1 + weekday) + timedelta(weeks=week, minutes=minute) for week in range(365)]
    before = (agreed[-1].replace(tzinfo=ZoneInfo(zone)) + timedelta(days=1)).astimezone(UTC)
    slots = occurrences(study, datetime(2023, 12, 25, tzinfo=UTC), before)
    assert_kept(slots, agreed, zone)
    assert [slot.key for slot in slots] == [f"{d.isocalendar()[0]}-W{d.isocalendar()[1]:02}" for d in agreed]


@pytest.mark.parametrize("zone", ZONES)
@given(cut=st.integers(-72 * 60, 72 * 60), minute=minutes, change=st.integers(0, 100))
@settings(max_examples=30)
def test_planning_restarted_at_any_moment_plans_the_same(
    zone: str, cut: int, minute: int, change: int
) -> None:
    near = changes(zone) or [datetime(2026, 3, 29, tzinfo=UTC)]
    around = near[change % len(near)]
    daily = Recurrence("FREQ=DAILY", zone, datetime.combine(date(2024, 1, 1), at_minute(minute)))
    start, end = around - timedelta(days=3), around + timedelta(days=3)
    middle = around + timedelta(minutes=cut)
    whole = occurrences(daily, start, end)
    assert occurrences(daily, start, middle) + occurrences(daily, middle, end) == whole
    assert next_slots(daily, start - timedelta(seconds=1), len(whole)) == whole


@given(
    rule=st.sampled_from(
        [
            "FREQ=DAILY;INTERVAL=3",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;WKST=SU",
            "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270630T000000",
            "FREQ=DAILY;INTERVAL=5;COUNT=60",
            "FREQ=MONTHLY;BYDAY=2TH,4TH",
            "FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR",
            "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=5",
        ]
    ),
    begins=st.integers(0, 400),
    asked=st.integers(-30, 900),
)
def test_looking_far_ahead_finds_the_days_a_plain_count_from_the_start_finds(
    rule: str, begins: int, asked: int
) -> None:
    starts = datetime(2026, 1, 1, 9) + timedelta(days=begins)
    after, before = starts + timedelta(days=asked), starts + timedelta(days=asked + 120)
    last = before - timedelta(seconds=1)
    counted = [day.date() for day in rrulestr(rule, dtstart=starts).between(after, last, inc=True)]
    slots = occurrences(
        Recurrence(rule, "UTC", starts), after.replace(tzinfo=UTC), before.replace(tzinfo=UTC)
    )
    assert [slot.at.date() for slot in slots] == counted


def test_a_slot_inside_a_gap_moves_to_the_first_valid_instant() -> None:
    slot = next_slots(
        weekly(6, time(2, 30), "Europe/Berlin", date(2026, 3, 29)), datetime(2026, 3, 28, tzinfo=UTC)
    )
    assert slot == [Slot("2026-W13", datetime(2026, 3, 29, 1, tzinfo=UTC))]


def test_a_day_that_a_zone_skipped_is_kept_at_the_next_ones_first_moment() -> None:
    daily = Recurrence("FREQ=DAILY", "Pacific/Apia", datetime(2011, 12, 28, 9))
    slots = next_slots(daily, datetime(2011, 12, 29, 20, tzinfo=UTC), 3)
    assert [slot.key for slot in slots] == ["2011-12-30", "2011-12-31", "2012-01-01"]
    assert slots[0].at == datetime(2011, 12, 30, 10, tzinfo=UTC)


def test_several_slots_a_day_are_told_apart_by_their_time() -> None:
    twice = Recurrence("FREQ=DAILY;BYHOUR=9,14", SHANGHAI, datetime(2026, 11, 5, 9))
    slots = occurrences(twice, datetime(2026, 11, 5, tzinfo=UTC), datetime(2026, 11, 6, tzinfo=UTC))
    assert [slot.key for slot in slots] == ["2026-11-05T09:00", "2026-11-05T14:00"]


def test_two_chosen_thursdays_each_month() -> None:
    days = monthly_on_weekdays([(2, 3), (4, 3)], time(14), SHANGHAI, date(2026, 11, 1))
    slots = next_slots(days, datetime(2026, 11, 1, tzinfo=UTC), 4)
    assert [slot.key for slot in slots] == ["2026-11-12", "2026-11-26", "2026-12-10", "2026-12-24"]
    assert slots[0].at == datetime(2026, 11, 12, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "days"), [(5, [5, 5, 5]), (28, [28, 28, 28]), (30, [30, 28, 30]), (31, [31, 28, 31])]
)
def test_a_month_without_the_fixed_day_uses_its_last(day: int, days: list[int]) -> None:
    fixed = monthly_on_day(day, time(9), "UTC", date(2027, 1, 1))
    assert [slot.at.day for slot in next_slots(fixed, datetime(2027, 1, 1, tzinfo=UTC), 3)] == days


def test_a_topic_defaults_to_the_first_slot_a_week_off_the_same_hour_included() -> None:
    study = weekly(4, time(9), SHANGHAI, date(2026, 1, 1))
    on_the_dot = datetime(2026, 11, 20, 1, tzinfo=UTC)
    slot = first_slot_at_least(study, on_the_dot)
    assert slot == Slot("2026-W48", datetime(2026, 11, 27, 1, tzinfo=UTC))
    later = first_slot_at_least(study, on_the_dot + timedelta(seconds=1))
    assert later == Slot("2026-W49", datetime(2026, 12, 4, 1, tzinfo=UTC))


def test_a_week_is_a_week_although_the_clocks_go_forward_in_it() -> None:
    study = weekly(4, time(9), "Europe/Berlin", date(2026, 1, 1))
    now = datetime(2026, 3, 27, 8, tzinfo=UTC)  # Friday 09:00; the next one is 167 hours off
    assert first_slot_at_least(study, now) == Slot("2026-W14", datetime(2026, 4, 3, 7, tzinfo=UTC))


def test_a_rule_that_has_ended_has_no_next_slot() -> None:
    ended = Recurrence("FREQ=WEEKLY;COUNT=2", SHANGHAI, datetime(2026, 1, 2, 9))
    assert len(next_slots(ended, datetime(2026, 1, 1, tzinfo=UTC), 5)) == 2
    assert first_slot_at_least(ended, datetime(2026, 6, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("until", "last"),
    [("20261113", "2026-11-13"), ("20261113T010000Z", "2026-11-13"), ("20261113T005959Z", "2026-11-12")],
)
def test_an_end_includes_its_day_and_may_be_in_utc(until: str, last: str) -> None:
    daily = Recurrence(f"FREQ=DAILY;UNTIL={until}", SHANGHAI, datetime(2026, 11, 1, 9))
    assert next_slots(daily, datetime(2026, 11, 1, tzinfo=UTC), 50)[-1].key == last


@pytest.mark.parametrize(
    "text",
    [
        "",
        "每周五",
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=3",
        "FREQ=HOURLY",
        "BYDAY=FR",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=2TH",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;X-OWN=1",
        "FREQ=WEEKLY;BYSECOND=1",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=DAILY;COUNT=3;UNTIL=20270101",
        "FREQ=DAILY;UNTIL=20271301",
        "FREQ=DAILY;BYHOUR=8,9,10;BYMINUTE=0,30",
        "FREQ=DAILY\nDTSTART:20260101",
    ],
)
def test_a_rule_no_calendar_of_days_could_follow_is_refused(text: str) -> None:
    with pytest.raises(BadRule):
        parse_rule(text)


@pytest.mark.parametrize(
    "rule", ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1"]
)
def test_a_rule_that_never_happens_is_refused(rule: str) -> None:
    with pytest.raises(BadRule):
        Recurrence(rule, SHANGHAI, datetime(2026, 1, 1, 9))


def test_a_rule_has_one_spelling() -> None:
    assert parse_rule(" rrule:byday=fr;freq=weekly ") == "FREQ=WEEKLY;BYDAY=FR"
