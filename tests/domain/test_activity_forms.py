"""What people type for an activity, a recurring day, and a leave."""

from datetime import date, datetime

import pytest

from domain.activities import CATALOGUE, STAGES, Answer, Kind, kind_at_start, reminds
from domain.activity_forms import read_form, read_repeat, split_end
from domain.errors import BadRule, UnreadableTime
from domain.leave_words import read_leave
from domain.participation import LeaveKind

STARTS = datetime(2026, 11, 12, 15, 0)  # noqa: DTZ001 - wall time; the second Thursday of November


@pytest.mark.parametrize(
    ("typed", "kind", "rest"),
    [
        ("主题党日 参观纪念馆", Kind.THEME_DAY, "参观纪念馆"),
        ("主题党日:参观", Kind.THEME_DAY, "参观"),
        ("支部党员大会", Kind.MEMBERSHIP_MEETING, ""),
        ("Theme Day visit", Kind.THEME_DAY, "visit"),
        ("春游", None, "春游"),
        ("", None, ""),
    ],
)
def test_a_kind_is_known_by_its_words(typed: str, kind: Kind | None, rest: str) -> None:
    assert kind_at_start(typed) == (kind, rest)


def test_every_kind_is_known_by_every_word_of_its_own() -> None:
    assert all(kind_at_start(word)[0] is kind for kind, rules in CATALOGUE.items() for word in rules.words)


@pytest.mark.parametrize("colon", [":", "\uff1a", " : "])
def test_lines_stand_in_any_order_with_either_colon(colon: str) -> None:
    form = read_form(
        f"主题党日\n地点{colon}会议室\n议程{colon}集合\n参观\n时间{colon}周五15点\n重复{colon}每月"
    )
    assert (form.kind, form.time, form.place, form.repeat) == (Kind.THEME_DAY, "周五15点", "会议室", "每月")
    assert form.agenda == "集合\n参观"


def test_an_english_form_without_a_first_line() -> None:
    form = read_form("when: 2026-11-20 15:00\nwhere: Room 3\ntitle: Visit")
    assert (form.kind, form.title, form.time, form.place) == (None, "Visit", "2026-11-20 15:00", "Room 3")


def test_a_time_in_the_agenda_is_no_field() -> None:
    assert (
        read_form("主题党日\n议程: 集合\n9:00 出发\n备注: 带证件").agenda == "集合\n9:00 出发\n备注: 带证件"
    )


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("2026-11-20 15:00-17:30", ("2026-11-20 15:00", (17, 30))),
        ("周五 15:00 至 17:00", ("周五 15:00", (17, 0))),
        ("2026-11-20 15:00", ("2026-11-20 15:00", None)),
        ("2026-11-20", ("2026-11-20", None)),
        ("15:00-25:00", ("15:00-25:00", None)),
    ],
)
def test_an_end_is_split_from_a_start(words: str, parts: tuple[str, tuple[int, int] | None]) -> None:
    assert split_end(words) == parts


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("", None),
        ("一次", None),
        ("每月", "FREQ=MONTHLY;BYMONTHDAY=12"),
        ("每月20日", "FREQ=MONTHLY;BYMONTHDAY=20"),
        ("每月30号", "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"),
        ("每月第二个周四", "FREQ=MONTHLY;BYDAY=2TH"),
        ("每月第二、四个周四", "FREQ=MONTHLY;BYDAY=2TH,4TH"),
        ("每月第2和第4个星期四", "FREQ=MONTHLY;BYDAY=2TH,4TH"),
        ("每月最后一个周五", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("每周", "FREQ=WEEKLY;BYDAY=TH"),
        ("每周五", "FREQ=WEEKLY;BYDAY=FR"),
        ("每季度", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=12"),
        ("monthly", "FREQ=MONTHLY;BYMONTHDAY=12"),
        ("every month on the 20th", "FREQ=MONTHLY;BYMONTHDAY=20"),
        ("every 2nd and 4th Thursday", "FREQ=MONTHLY;BYDAY=2TH,4TH"),
        ("last Friday of the month", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("weekly on Friday", "FREQ=WEEKLY;BYDAY=FR"),
        ("RRULE:FREQ=MONTHLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=1MO"),
    ],
)
def test_a_recurring_day_in_words_is_a_rule(words: str, rule: str | None) -> None:
    expected = None if rule is None else set(rule.split(";"))
    read = read_repeat(words, STARTS)
    assert (None if read is None else set(read.split(";"))) == expected


@pytest.mark.parametrize(
    "words", ["看情况", "every now and then", "每月第八个周四", "每月32日", "FREQ=SECONDLY"]
)
def test_what_means_no_rule_is_refused(words: str) -> None:
    with pytest.raises(BadRule):
        read_repeat(words, STARTS)


@pytest.mark.parametrize(
    ("words", "kind", "reason"),
    [
        ("11-20 至 12-05 出差", LeaveKind.TRIP, None),
        ("11-20 至 12-05", None, None),
        ("11-20 to 12-05 trip", LeaveKind.TRIP, None),
        ("11-20 至 12-05 其他 照看老人", LeaveKind.OTHER, "照看老人"),
        ("11-20 至 12-05 事假: 搬家", LeaveKind.PERSONAL, "搬家"),
    ],
)
def test_a_span_of_leave_in_one_message(words: str, kind: LeaveKind | None, reason: str | None) -> None:
    asked = read_leave(words, date(2026, 11, 2))
    assert (asked.span.first, asked.span.last) == (date(2026, 11, 20), date(2026, 12, 5))
    assert (asked.kind, asked.reason) == (kind, reason)


def test_leave_without_days_is_unreadable() -> None:
    with pytest.raises(UnreadableTime):
        read_leave("出差", date(2026, 11, 2))


def test_reminders_ask_the_unanswered_thrice_those_going_twice_and_the_excused_never() -> None:
    asked = {answer: [stage.name for stage in STAGES if reminds(stage, answer)] for answer in Answer}
    assert asked[Answer.NONE] == asked[Answer.LEAVE_DECLINED] == ["remind-7d", "remind-1d", "remind-2h"]
    assert asked[Answer.GOING] == ["remind-1d", "remind-2h"]
    assert asked[Answer.NOT_GOING] == asked[Answer.LEAVE_ASKED] == asked[Answer.LEAVE_APPROVED] == []
