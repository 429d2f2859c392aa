"""The caption under a chart repeats it as text, and fits whatever units are called."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain.ids import UnitId
from domain.participation import LeaveByKind, Tally
from domain.periods import Period
from domain.summaries import Summary, UnitLine
from domain.texts import utf16_length
from domain.units import UnitKind
from messages.outgoing import Charted
from messages.speech import speaking
from messages.summary_charts import CAPTION_UNITS, below_screen, is_drawn, screen

DAY = date(2026, 11, 30)
MANY = 1_000_000
FULL = Tally(
    expected=5 * MANY, present=MANY, late=MANY, online=MANY, leave_by_kind=LeaveByKind(MANY), absent=MANY
)
SOME = Tally(expected=12, present=9, leave_by_kind=LeaveByKind(trip=2), absent=1, exempt=1)


def unit(number: int, name: str, tally: Tally = SOME) -> UnitLine:
    return UnitLine(UnitId(number), name, UnitKind.BRANCH, 12, tally, 4, 30, 3, 9)


def summary(*children: UnitLine, path: tuple[str, ...] = ("机关党委",), tally: Tally = SOME) -> Summary:
    return Summary(
        UnitId(1),
        path,
        Period("2026-11", date(2026, 11, 1), DAY),
        "Asia/Shanghai",
        datetime(2026, 12, 1, tzinfo=UTC),
        replace(unit(1, path[-1], tally), kind=UnitKind.COMMITTEE),
        children,
        (),
        None,
    )


def said(shown: Charted) -> str:
    text: str = shown.caption.as_kwargs()["text"]
    return text


def test_each_bar_is_a_line_of_the_caption_under_the_same_number() -> None:
    with speaking("zh"):
        shown = screen(summary(unit(2, "第一党支部"), unit(3, "第二党支部", Tally())), DAY)
    assert [(bar.number, bar.label, bar.words) for bar in shown.chart.bars] == [
        (1, "第一党支部", "实到9/应到12 · 75.0%"),
        (2, "第二党支部", "无应到"),
    ]
    lines = said(shown).splitlines()
    assert "1. 第一党支部  应到12 实到9 请假2 缺席1;免1;出勤率75.0%;自愿打卡30 心得9" in lines
    assert any(line.startswith("2. 第二党支部  应到0") for line in lines)


def test_a_short_caption_keeps_the_rate_with_its_formula() -> None:
    crowd = [unit(number, f"Joint Branch of the Planning Department {number}") for number in range(2, 14)]
    with speaking("en"):
        text = said(screen(summary(*crowd, path=("Committee of the Offices",)), DAY))
    assert "12. Joint Branch" in text
    assert "9 of 12 · 75.0%" in text
    assert "Attendance rate = (present + late + online) ÷ expected." in text


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("mark", ["长", "W", "𠮷"])
@pytest.mark.parametrize("depth", [1, 12])
def test_the_longest_caption_still_fits_under_a_photo(locale: str, mark: str, depth: int) -> None:
    crowd = [unit(number, mark * 200, FULL) for number in range(2, 62)]
    asked = summary(*crowd, path=(mark * 200,) * depth, tally=FULL)
    with speaking(locale):
        for shown in (screen(asked, DAY), *(below_screen(asked, page) for page in range(5))):
            assert utf16_length(said(shown)) <= CAPTION_UNITS
            assert len(shown.chart.bars) == 12
            assert all(f"\n{bar.number}. " in said(shown) for bar in shown.chart.bars)


def test_a_unit_with_none_below_it_is_a_bar_itself_when_it_must_be_drawn() -> None:
    alone = summary()
    assert not is_drawn(alone)
    with speaking("zh"):
        assert [bar.label for bar in screen(alone, DAY).chart.bars] == ["机关党委"]
