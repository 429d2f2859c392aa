"""Rosters handed in: the bytes of an XLSX or CSV file to grids of cell text."""

import csv
import io
from collections.abc import Collection, Mapping
from datetime import date, datetime
from pathlib import PurePath

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from domain.roster_reading import read_roster, unread_file
from domain.rosters import Reason, Roster, Sheet
from reports.cells import meant
from reports.workbook_guard import MOST_UNPACKED, Cell, looked_into

_ZIP = b"PK\x03\x04"  # XLSX
_OLE = b"\xd0\xcf\x11\xe0"  # XLS, and an XLSX with a password
_NO_RESULT = "="  # what a formula without a result says, as in a text file
_PANIC = "PanicException"  # how a library in Rust gives up; its class cannot be imported
_DELIMITERS = ",;\t"
_HEADER_WITHIN_LINES = 10
MOST_CELLS = 8_000_000  # of a sheet; 160,000 people in fifty columns
LONGEST_CELL = 2000  # characters; more than anything a roster needs, and keeps a hostile file cheap


def read_file(
    data: bytes, filename: str, default_unit: tuple[str, ...] = (), most: int = MOST_UNPACKED
) -> Roster:
    """The roster in a file, or one that holds nothing but why the file cannot be read."""
    sheets = read_sheets(data, filename, most)
    return unread_file(filename, sheets) if isinstance(sheets, Reason) else read_roster(sheets, default_unit)


def read_sheets(data: bytes, filename: str, most: int = MOST_UNPACKED) -> tuple[Sheet, ...] | Reason:
    """The grids in a file; what it is, its first bytes tell rather than its name.

    `most` bytes are taken unpacked: what is small as it comes may fill the memory.
    """
    if len(data) > most:
        return Reason.FILE_TOO_LARGE
    if data.startswith((_ZIP, _OLE)):
        unread = looked_into(data, most) if data.startswith(_ZIP) else {}
        return unread if isinstance(unread, Reason) else _workbook(data, unread)
    return _text_file(data, filename)


def _text_file(data: bytes, filename: str) -> tuple[Sheet, ...] | Reason:
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Reason.FILE_OF_OTHER_TYPE
    text = _decoded(data)
    if text is None:
        return Reason.ENCODING_UNKNOWN
    try:
        return (_table(text, PurePath(filename).stem),)
    except csv.Error:  # a quote that is never closed swallows the file
        return Reason.FILE_UNREADABLE


def _workbook(data: bytes, unread: Mapping[int, Collection[Cell]]) -> tuple[Sheet, ...] | Reason:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            found = [book.get_sheet_by_name(name) for name in book.sheet_names]
            if any(sheet.total_height * sheet.total_width > MOST_CELLS for sheet in found):
                return Reason.CELLS_TOO_FAR
            return tuple(_grid(sheet, unread.get(at, ())) for at, sheet in enumerate(found))
    except PasswordError:
        return Reason.FILE_LOCKED
    except CalamineError:
        return Reason.FILE_UNREADABLE
    except BaseException as panic:
        if type(panic).__name__ == _PANIC:
            return Reason.FILE_UNREADABLE
        raise


def _grid(sheet: CalamineSheet, unread: Collection[Cell]) -> Sheet:
    once: dict[str, str] = {}  # what stands in many cells is kept once
    rows = [
        [once.setdefault(text, text) for text in map(_text, row)]
        for row in sheet.to_python(skip_empty_area=False)
    ]
    for row, column in unread:
        if row < len(rows):
            rows[row].extend([""] * (column + 1 - len(rows[row])))
            rows[row][column] = _NO_RESULT
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        if top >= len(rows) or left >= len(rows[top]):
            continue  # nothing stands there
        # Downwards only: a title merged across the table would otherwise stand in the column of names.
        for merged in rows[top + 1 : bottom + 1]:
            merged[left] = rows[top][left]
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
    return Sheet(name, tuple(tuple(meant(cell[:LONGEST_CELL]) for cell in row) for row in rows))
