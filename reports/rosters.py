"""Rosters handed in: the bytes of an XLSX or CSV file to grids of cell text."""

import csv
import io
from datetime import date, datetime
from pathlib import PurePath

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from domain.roster_reading import read_roster, unread_file
from domain.rosters import Reason, Roster, Sheet

_WORKBOOK_STARTS = (
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
)  # XLSX is a ZIP; XLS, and an XLSX with a password, are OLE
_DELIMITERS = ",;\t"
_HEADER_WITHIN_LINES = 10
LONGEST_CELL = 2000  # characters; more than anything a roster needs, and keeps a hostile file cheap


def read_file(data: bytes, filename: str, default_unit: tuple[str, ...] = ()) -> Roster:
    """The roster in a file, or one that holds nothing but why the file cannot be read."""
    sheets = read_sheets(data, filename)
    return unread_file(filename, sheets) if isinstance(sheets, Reason) else read_roster(sheets, default_unit)


def read_sheets(data: bytes, filename: str) -> tuple[Sheet, ...] | Reason:
    """The grids in a file; what it is, its first bytes tell rather than its name."""
    if data.startswith(_WORKBOOK_STARTS):
        return _workbook(data)
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Reason.FILE_OF_OTHER_TYPE
    text = _decoded(data)
    if text is None:
        return Reason.ENCODING_UNKNOWN
    try:
        return (_table(text, PurePath(filename).stem),)
    except csv.Error:  # a quote that is never closed swallows the file
        return Reason.FILE_UNREADABLE


def _workbook(data: bytes) -> tuple[Sheet, ...] | Reason:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            return tuple(_grid(book.get_sheet_by_name(name)) for name in book.sheet_names)
    except PasswordError:
        return Reason.FILE_LOCKED
    except CalamineError:
        return Reason.FILE_UNREADABLE


def _grid(sheet: CalamineSheet) -> Sheet:
    once: dict[str, str] = {}  # what stands in many cells is kept once
    rows = [
        [once.setdefault(text, text) for text in map(_text, row)]
        for row in sheet.to_python(skip_empty_area=False)
    ]
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        # Downwards only: a title merged across the table would otherwise stand in the column of names.
        for row in rows[top + 1 : bottom + 1]:
            row[left] = rows[top][left]
    return Sheet(sheet.name, tuple(tuple(row) for row in rows))


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # every number in a workbook is a float: 201507.0
    return str(cell)[:LONGEST_CELL]


def _decoded(data: bytes) -> str | None:
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))  # Excel's "Unicode text"
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _table(text: str, name: str) -> Sheet:
    head = text.splitlines()[:_HEADER_WITHIN_LINES]
    delimiter = max(_DELIMITERS, key=lambda mark: max((line.count(mark) for line in head), default=0))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return Sheet(name, tuple(tuple(cell[:LONGEST_CELL] for cell in row) for row in rows))
