"""The workbook a coordinator files: every figure a number, every word a text, names only where permitted."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from python_calamine import CalamineWorkbook

from domain.activities import Kind, State
from domain.ids import ActivityId, PersonId, UnitId
from domain.participation import LeaveByKind, Tally
from domain.people import Standing
from domain.periods import Period
from domain.summaries import ActivityLine, NameLine, Summary, UnitLine
from domain.units import UnitKind
from messages.speech import _, speaking
from reports.summaries import to_xlsx

FIRST = Tally(expected=12, present=7, late=1, online=1, leave_by_kind=LeaveByKind(trip=2), absent=1, exempt=1)
SMALL = Tally(expected=3, present=2, leave_by_kind=LeaveByKind(personal=1), unapproved=1)
CHILDREN = (
    UnitLine(UnitId(2), "=1+1<&*_", UnitKind.BRANCH, 12, FIRST, 4, 30, 3, 9),
    UnitLine(UnitId(3), "第二党支部", UnitKind.BRANCH, 3, SMALL, 4, 8, 0, 2),
    UnitLine(UnitId(4), "第三党支部", UnitKind.BRANCH, 20, Tally(), 0, 0, 0, 0),
)
SUMMARY = Summary(
    unit_id=UnitId(1),
    unit_path=("区直机关工委", "发改委机关党委"),
    period=Period("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
    zone="Asia/Shanghai",
    at=datetime(2026, 12, 1, 1, 30, tzinfo=UTC),
    totals=UnitLine(UnitId(1), "发改委机关党委", UnitKind.COMMITTEE, 35, FIRST + SMALL, 8, 38, 3, 11),
    children=CHILDREN,
    activities=(
        ActivityLine(
            ActivityId(5),
            "第二党支部",
            Kind.THEME_DAY,
            "+学习",
            datetime(2026, 11, 5, 1, 0, tzinfo=UTC),
            State.CONFIRMED,
            SMALL,
        ),
    ),
    names=None,
)
WANG = NameLine(PersonId(7), "@王芳", "第一党支部", "一小组", Standing.FULL, 4, 3, 1, 0, 4, 1)

Sheets = dict[str, list[list[object]]]


def read(summary: Summary, locale: str = "zh") -> Sheets:
    with speaking(locale):
        data = to_xlsx(summary, _)
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        return {
            name: [list(row) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
            for name in book.sheet_names
        }


def column(sheet: list[list[object]], heading: str) -> list[object]:
    position = sheet[1].index(heading)
    return [row[position] for row in sheet[2:]]


def test_totals_stand_with_the_formula_under_the_rate() -> None:
    rows = [row[:2] for row in read(SUMMARY)["总计"]]
    assert rows[0][0] == "区直机关工委 / 发改委机关党委  2026-11"
    figures = {str(label): figure for label, figure in rows[2:]}
    assert {name: figures[name] for name in ("应到", "到场", "迟到", "线上", "请假", "缺席")} == {
        "应到": 15,
        "到场": 9,
        "迟到": 1,
        "线上": 1,
        "请假": 3,
        "缺席": 1,
    }
    assert (figures["请假:出差"], figures["请假:未批"], figures["免考勤"]) == (2, 1, 1)
    assert (figures["打卡(自愿)"], figures["其中迟打"], figures["心得体会"]) == (38, 3, 11)
    assert figures["出勤率"] == pytest.approx(11 / 15)
    labels = [row[0] for row in rows]
    assert str(labels[labels.index("出勤率") + 1]).startswith("出勤率 = (到场 + 迟到 + 线上) ÷ 应到")


def test_each_branch_has_its_line_and_the_total_closes_them() -> None:
    branches = read(SUMMARY)["下级组织"]
    assert column(branches, "组织")[:4] == ["=1+1<&*_", "第二党支部", "第三党支部", "合计"]
    assert column(branches, "应到")[:4] == [12, 3, 0, 15]
    assert column(branches, "出勤率")[:2] == [pytest.approx(9 / 12), pytest.approx(2 / 3)]
    assert column(branches, "出勤率")[2] == "–"
    assert column(branches, "党员人数")[:4] == [12, 3, 20, 35]
    assert any(str(row[0]).startswith("出勤率 = ") for row in branches)


def test_kinds_of_leave_are_hidden_where_they_would_point_at_a_person() -> None:
    hidden, shown = read(SUMMARY), read(replace(SUMMARY, names=(WANG,)))
    assert column(hidden["下级组织"], "请假:个人")[:2] == [0, "–"]
    assert column(hidden["活动"], "请假:个人")[0] == "–"
    assert column(hidden["下级组织"], "请假")[:2] == [2, 1]
    assert column(shown["下级组织"], "请假:个人")[:2] == [0, 1]
    assert column(shown["活动"], "请假:个人")[0] == 1


def test_an_activity_stands_at_its_local_time() -> None:
    activities = read(SUMMARY)["活动"]
    assert column(activities, "开始时间")[0] == datetime(2026, 11, 5, 9, 0)  # noqa: DTZ001 - a cell has no zone
    assert [column(activities, heading)[0] for heading in ("名称", "活动类别", "状态")] == [
        "+学习",
        "主题党日",
        "已举行",
    ]


def test_names_stand_there_only_for_those_who_may_see_them() -> None:
    assert list(read(SUMMARY)) == ["总计", "下级组织", "活动"]
    names = read(replace(SUMMARY, names=(WANG,)))["名单"]
    assert [column(names, heading)[0] for heading in ("姓名", "身份", "应到", "实到", "请假")] == [
        "@王芳",
        "正式党员",
        4,
        3,
        1,
    ]
    assert column(names, "出勤率")[0] == 0.75


def test_headings_follow_the_readers_language() -> None:
    sheets = read(SUMMARY, "en")
    assert list(sheets) == ["Totals", "Branches", "Activities"]
    assert any(
        str(row[0]).startswith("Attendance rate = (present + late + online) ÷ expected")
        for row in sheets["Totals"]
    )


def test_no_cell_holds_a_formula_and_every_sheet_prints_on_a4_landscape() -> None:
    with speaking("zh"), zipfile.ZipFile(io.BytesIO(to_xlsx(replace(SUMMARY, names=(WANG,)), _))) as book:
        pages = [
            book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")
        ]
    assert len(pages) == 4
    for page in pages:
        assert "<f>" not in page
        assert 'paperSize="9"' in page
        assert 'orientation="landscape"' in page
        assert 'state="frozen"' in page


def test_the_same_summary_makes_the_same_bytes() -> None:
    assert to_xlsx(SUMMARY, str) == to_xlsx(SUMMARY, str)
