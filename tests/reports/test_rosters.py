"""The files an office has, whatever program wrote them, become the same rows."""

import io
from datetime import date

import pytest
import xlsxwriter

from domain.people import Standing
from domain.roles import Role
from domain.rosters import Reason
from reports.rosters import read_file, read_sheets

COMMITTEE = ("区直机关工委", "发改委机关党委")
CSV = "姓名,职务,入党日期\n王 芳,书记,2015.7\n李强,,2016年3月5日\n"


def office_sheet() -> bytes:
    """A roster as offices keep it: titles, a number per row, merged units, a total, a footer."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("名册")
        day = book.add_format({"num_format": "yyyy年m月d日"})
        sheet.merge_range("A1:H1", "发改委机关党委党员花名册")
        sheet.merge_range("A2:H2", "填表日期:2026年10月9日")
        titles = [
            "序号",
            "所在支部",
            "姓 名",
            "性别",
            "党内职务",
            "职务",
            "身份",
            "入党日期",
            "身份证号",
            "手机",
        ]
        sheet.write_row("A3", titles)
        sheet.merge_range("B4:B5", "第一党支部")
        sheet.write_row("A4", [1])
        sheet.write_row("C4", ["王 芳", "女", "书记", "处长", "正式"])
        sheet.write_datetime("H4", date(2015, 7, 1), day)
        sheet.write_row("I4", ["110101199003078515", 13812345678])
        sheet.write_row("A5", [2])
        sheet.write_row("C5", ["李强", "男", "", "科员", "预备党员", 202603, 110101199003078531])
        sheet.write_row("A6", [3, "第二党支部", "赵敏", "女", "组织委员、宣传委员", "", "", 2015.7])
        sheet.merge_range("A7:B7", "合计")
        sheet.write_number("C7", 3)
        sheet.merge_range("A8:H8", "填表人:王芳  联系电话:010-88886666")
        book.add_worksheet("空表")
    return out.getvalue()


def test_an_office_sheet_is_read_as_it_stands() -> None:
    read = read_file(office_sheet(), "花名册.xlsx", COMMITTEE)
    assert not read.problems
    assert [(row.number, row.unit_path[-1], row.name, row.joined) for row in read.rows] == [
        (4, "第一党支部", "王芳", "2015-07-01"),
        (5, "第一党支部", "李强", "2026-03"),
        (6, "第二党支部", "赵敏", "2015-07"),
    ]
    assert [row.roles for row in read.rows] == [(Role.SECRETARY,), (), (Role.ORGANISATION, Role.PUBLICITY)]
    assert [row.standing for row in read.rows] == [Standing.FULL, Standing.PROBATIONARY, None]
    assert {row.unit_path[:-1] for row in read.rows} == {COMMITTEE}
    assert read.unread == ("性别", "职务")


def test_nothing_personal_leaves_the_parser() -> None:
    told = repr(read_file(office_sheet(), "花名册.xlsx", COMMITTEE))
    assert not [secret for secret in ("1101011990", "13812345678", "88886666") if secret in told]


@pytest.mark.parametrize(
    "data",
    [
        CSV.encode(),
        CSV.encode("utf-8-sig"),
        CSV.encode("gb18030"),
        CSV.replace("\n", "\r\n").encode("gb18030"),
        CSV.replace(",", ";").encode(),
        CSV.replace(",", "\t").encode(),
        CSV.replace(",", "\t").encode("utf-16"),
        ("名册,,\n,,\n" + CSV).encode("gb18030"),
    ],
)
def test_a_csv_of_any_usual_encoding_and_delimiter_is_read(data: bytes) -> None:
    read = read_file(data, "第一党支部.csv", COMMITTEE)
    assert not read.problems
    assert [(row.name, row.roles, row.joined) for row in read.rows] == [
        ("王芳", (Role.SECRETARY,), "2015-07"),
        ("李强", (), "2016-03-05"),
    ]
    assert {row.unit_path for row in read.rows} == {(*COMMITTEE, "第一党支部")}


def test_rows_are_numbered_as_the_spreadsheet_shows_them() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("第一党支部")
        sheet.write_row("B3", ["姓名", "党内职务"])
        sheet.write_row("B9", ["王芳", "科长"])
    read = read_file(out.getvalue(), "a.xlsx")
    assert [(problem.row, problem.column, problem.reason) for problem in read.problems] == [
        (9, "党内职务", Reason.ROLE_UNKNOWN)
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04 cut off", Reason.FILE_UNREADABLE),
        (b"%PDF-1.7\n\0\0\0", Reason.FILE_OF_OTHER_TYPE),
        (b"\xff\xff\x81", Reason.ENCODING_UNKNOWN),
        (b"name\n" + b"x" * 200_000, Reason.FILE_UNREADABLE),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data: bytes, reason: Reason) -> None:
    assert read_sheets(data, "roster.xlsx") is reason
    [problem] = read_file(data, "13812345678.xlsx").problems
    assert (problem.reason, problem.row, problem.sheet) == (reason, 0, ".xlsx")


def test_an_empty_file_has_no_header() -> None:
    assert [problem.reason for problem in read_file(b"", "a.csv").problems] == [Reason.HEADER_MISSING]
