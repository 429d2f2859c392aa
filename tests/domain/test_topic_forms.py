"""Reading a topic that came in one message."""

from datetime import UTC, datetime

import pytest

from domain.errors import (
    ClosesTooSoon,
    PastTime,
    Refusal,
    TitleMissing,
    UnknownAudience,
    UnreadableTime,
)
from domain.topic_forms import TopicForm, read_form
from domain.topics import Audience

NOW = datetime(2026, 11, 18, 4, 0, tzinfo=UTC)  # a Wednesday, 12:00 in Shanghai
ZONE = "Asia/Shanghai"
OPENS = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
CLOSES = datetime(2026, 12, 3, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "message",
    [
        "学习基层工作条例\n发布: 2026-11-27 09:00\n截止: 2026-12-03 18:00\n领学: 王芳\n第一章第二条…",
        "学习基层工作条例\n领学：王芳\n截止：12月3日18点\n发布：11月27日 9:00\n\n第一章第二条…",
        " 学习基层工作条例 \n\nLead: 王芳\nCLOSES: 2026-12-03 18:00\npublish: 2026/11/27 9:00\n第一章第二条…",
    ],
)
def test_the_optional_lines_stand_in_any_order_and_either_language(message: str) -> None:
    expected = TopicForm("学习基层工作条例", "第一章第二条…", OPENS, CLOSES, "王芳")
    assert read_form(message, NOW, ZONE) == expected


def test_a_title_alone_leaves_the_rest_to_the_defaults() -> None:
    assert read_form("学习基层工作条例", NOW, ZONE) == TopicForm("学习基层工作条例")


def test_lines_that_look_like_options_inside_the_text_are_text() -> None:
    form = read_form("学习\n要点: 三条\n发布: 明天 9:00", NOW, ZONE)
    assert form == TopicForm("学习", "要点: 三条\n发布: 明天 9:00")


@pytest.mark.parametrize(
    ("words", "audience"), [("本支部", Audience.BRANCH), ("下级", Audience.BELOW), ("Below", Audience.BELOW)]
)
def test_the_audience_is_named(words: str, audience: Audience) -> None:
    assert read_form(f"学习\n范围：{words}", NOW, ZONE).audience is audience


def test_now_publishes_at_once() -> None:
    assert read_form("学习\n发布: 现在", NOW, ZONE).publish_at == NOW
    assert read_form("学习\npublish: now", NOW, ZONE).publish_at == NOW


def test_a_weekday_to_close_on_is_the_one_after_publishing() -> None:
    form = read_form("学习\n发布: 2026-11-27 09:00\n截止: 周四18点", NOW, ZONE)
    assert form.closes_at == CLOSES


@pytest.mark.parametrize(
    ("message", "refusal"),
    [
        ("", TitleMissing),
        ("发布: 2026-11-27 09:00\n正文", TitleMissing),
        ("学习\n发布: 猴年马月", UnreadableTime),
        ("学习\n截止: 2026-13-40 25:00", UnreadableTime),
        ("学习\n发布: 2020-01-01 09:00", PastTime),
        ("学习\n截止: 2026-11-18 11:59", PastTime),
        ("学习\n发布: 2026-11-27 09:00\n截止: 2026-11-26 09:00", ClosesTooSoon),
        ("学习\n发布: 2026-11-27 09:00\n截止: 2026-11-27 09:00", ClosesTooSoon),
        ("学习\n范围: 全世界", UnknownAudience),
    ],
)
def test_what_cannot_be_is_refused(message: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        read_form(message, NOW, ZONE)
