"""Tables as an XLSX workbook that prints on A4: text stays text, figures stay figures."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from unicodedata import east_asian_width

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Cell = str | int | Fraction | datetime

A4 = 9  # Excel's number of the paper
LONGEST_SHEET_NAME = 31  # Excel's limit
WIDEST = 44  # of a column, in the width of a digit; longer text wraps
_FORBIDDEN_IN_SHEET_NAMES = str.maketrans("", "", "[]:*?/\\'")


@dataclass(frozen=True)
class Table:
    """One sheet. A Fraction is a rate and shown as a percentage; a datetime is local, without its zone."""

    name: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    remarks: tuple[str, ...]


def to_workbook(tables: Sequence[Table], created: datetime) -> bytes:
    """The tables, a sheet each, in bytes that depend on nothing but what is handed in."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:  # a year's names need not fit in memory
        book.set_properties({"created": created.replace(tzinfo=None)})
        formats = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "heading": book.add_format(
                {"bold": True, "border": 1, "bg_color": "#E7E6E6", "text_wrap": True, "align": "center"}
            ),
            "text": book.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
            "figure": book.add_format({"border": 1, "num_format": "0", "valign": "top"}),
            "rate": book.add_format({"border": 1, "num_format": "0.0%", "valign": "top"}),
            "moment": book.add_format({"border": 1, "num_format": "yyyy-mm-dd hh:mm", "valign": "top"}),
            "remark": book.add_format({"italic": True}),
        }
        for table in tables:
            name = table.name.translate(_FORBIDDEN_IN_SHEET_NAMES)[:LONGEST_SHEET_NAME]
            _write(book.add_worksheet(name), table, formats)
    return out.getvalue()


def _write(sheet: Worksheet, table: Table, formats: dict[str, Format]) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.freeze_panes(2, 1)
    for column, heading in enumerate(table.headings):
        shown = [
            heading[:10],
            *(str(row[column]) for row in table.rows if not isinstance(row[column], Fraction)),
        ]
        sheet.set_column(column, column, min(max(map(_width, shown), default=0) + 2, WIDEST))
    sheet.write_string(0, 0, table.title, formats["title"])
    for column, heading in enumerate(table.headings):
        sheet.write_string(1, column, heading, formats["heading"])
    for number, row in enumerate(table.rows, start=2):
        for column, cell in enumerate(row):
            _write_cell(sheet, number, column, cell, formats)
    for number, remark in enumerate(table.remarks, start=len(table.rows) + 2):
        sheet.write_string(number, 0, remark, formats["remark"])


def _write_cell(sheet: Worksheet, row: int, column: int, cell: Cell, formats: dict[str, Format]) -> None:
    match cell:
        case str():
            sheet.write_string(row, column, cell, formats["text"])  # `write` would run a name such as "=1+1"
        case int():
            sheet.write_number(row, column, cell, formats["figure"])
        case Fraction():
            sheet.write_number(row, column, float(cell), formats["rate"])
        case datetime():
            sheet.write_datetime(row, column, cell, formats["moment"])


def _width(text: str) -> int:
    """Columns the longest line takes: a Han character is as wide as two digits."""
    return max(
        (sum(1 + (east_asian_width(mark) in "WF") for mark in line) for line in text.splitlines()), default=0
    )
