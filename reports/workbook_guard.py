"""What is asked of an XLSX before it is opened: how large it grows, what it hides, which cells say nothing.

Nothing here trusts what the archive says of itself: each part is unpacked piece by piece, and counted.
"""

import io
import posixpath
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from zipfile import BadZipFile, ZipFile, ZipInfo

from domain.rosters import Reason

MOST_UNPACKED = 300_000_000  # bytes of all parts; 160,000 people in ten columns are a quarter of it
MOST_RATIO = 200  # times as large as packed; a sheet of one repeated row reaches fifty
SMALL = 1_000_000  # bytes of a part of which the ratio says nothing
MOST_PARTS = 1_000
EMPTY_PER_CELL = 40  # cells between the corners for each that holds something: a reader keeps room for all
FREE_AREA = 1_000_000  # cells, however few of them hold something
PIECE = 1_048_576  # bytes
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
# A tag ends before the next begins, and is short: whatever is written, nothing is looked through often.
_CELL = re.compile(
    rb"<(?:\w+:)?c\b[^<>]{0,500}?\sr\s{0,99}=\s{0,99}[\"']([A-Za-z]{1,3})([0-9]{1,9})[\"'][^<>]{0,500}>"
)
_ANY_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")  # one may leave out where it stands: after the last one
_ROW = re.compile(rb"<(?:\w+:)?row\b[^<>]{0,500}?\sr\s{0,99}=\s{0,99}[\"']([0-9]{1,9})[\"']")
# One that is not as plain as every program writes it could hide where it stands.
_ATTRIBUTES = rb"(?:\s{1,99}[\w:]{1,99}\s{0,99}=\s{0,99}(?:\"[^\"'<>]{0,99}\"|'[^\"'<>]{0,99}'))"
_NOT_PLAIN = re.compile(rb"<(?:\w+:)?(?:c|row)(?=[\s/>])(?!" + _ATTRIBUTES + rb"{0,30}+\s{0,99}/?>)")
_TABLE = re.compile(rb"<(?:\w+:)?sheetData\b")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|is)\b")
_ERROR = re.compile(rb"\bt\s{0,9}=\s{0,9}[\"']e[\"']")
_LONGEST_CELL = 65_536  # bytes of XML that may be cut in two by the border of a piece
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^<>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^<>]*>")
_ATTRIBUTE = re.compile(r"(?<![\w:])([\w:]+)=\"([^\"]*)\"")

Cell = tuple[int, int]  # row and column, counted from 0


@dataclass
class _Seen:
    """What the cells of one sheet come to."""

    cells: int = 0
    last_row: int = 0
    last_column: int = 0
    placeless: int = 0
    holds_table: bool = False  # else it may be a picture, in which anything may stand
    hides: bool = False
    unread: set[Cell] = field(default_factory=set)

    @property
    def sprawls(self) -> bool:
        """Whether a reader would keep room for far more cells than there are, wherever those are put."""
        area = (self.last_row + 1) * (self.last_column + 1 + self.placeless)
        return (self.holds_table and self.hides) or area > max(FREE_AREA, EMPTY_PER_CELL * self.cells)


def looked_into(data: bytes, most: int = MOST_UNPACKED) -> Mapping[int, set[Cell]] | Reason:
    """By position of the sheet, the formulas that were never worked out; or why it must not be opened."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            return _told(archive, most) or _read(archive)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, KeyError):
        return Reason.FILE_UNREADABLE


def _told(archive: ZipFile, most: int) -> Reason | None:
    """What the archive says of itself, before anything is unpacked."""
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        return Reason.FILE_LOCKED
    if _WORKBOOK not in names:
        return Reason.FILE_OF_OTHER_TYPE
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        return Reason.FILE_HAS_MACROS
    if len(parts) > MOST_PARTS or len(names) < len(parts) or any(map(_is_packed_too_well, parts)):
        return Reason.FILE_IS_BOMB
    if sum(part.file_size for part in parts) > most:
        return Reason.FILE_TOO_LARGE
    return None


def _is_packed_too_well(part: ZipInfo) -> bool:
    return part.file_size > SMALL and part.file_size > MOST_RATIO * max(part.compress_size, 1)


def _read(archive: ZipFile) -> Mapping[int, set[Cell]] | Reason:
    """Every part once, so that a size that was a lie shows as damage before anybody trusts it."""
    sheets = {name: position for position, name in enumerate(_sheets(archive))}
    found: dict[int, set[Cell]] = {}
    for part in archive.infolist():
        seen = _seen(_pieces(archive, part))
        if seen.sprawls:
            return Reason.CELLS_TOO_FAR
        if part.filename in sheets and seen.unread:
            found[sheets[part.filename]] = seen.unread
    return found


def _pieces(archive: ZipFile, part: ZipInfo) -> Iterator[bytes]:
    with archive.open(part) as content:
        while piece := content.read(PIECE):
            yield piece


def _seen(pieces: Iterator[bytes]) -> _Seen:
    seen, rest = _Seen(), b""
    for piece in pieces:
        text = rest + piece
        # The last cell may go on in the next piece; no tag is cut in two.
        whole = max(text.rfind(b"<c "), text.rfind(b"<", 0, max(len(text) - _LONGEST_CELL, 0)), 0)
        _count(text[:whole], seen)
        rest = text[whole:]
    _count(rest, seen)
    return seen


def _count(text: bytes, seen: _Seen) -> None:
    cells = list(_CELL.finditer(text))
    seen.holds_table = seen.holds_table or bool(_TABLE.search(text))
    seen.hides = seen.hides or bool(_NOT_PLAIN.search(text))
    has_formulas = bool(_FORMULA.search(text))
    seen.last_row = max(seen.last_row, *(int(row) - 1 for row in _ROW.findall(text)), 0)
    placeless = len(_ANY_CELL.findall(text)) - len(cells)
    seen.cells += placeless
    seen.placeless += placeless
    for position, cell in enumerate(cells):
        row, column = int(cell[2]) - 1, _column(cell[1].upper())
        seen.cells += 1
        seen.last_row, seen.last_column = max(seen.last_row, row), max(seen.last_column, column)
        if _ERROR.search(cell[0]):
            seen.unread.add((row, column))
        elif has_formulas and not cell[0].endswith(b"/>"):
            end = cells[position + 1].start() if position + 1 < len(cells) else len(text)
            inside = text[cell.end() : end]
            if _FORMULA.search(inside) and not _VALUE.search(inside):
                seen.unread.add((row, column))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _sheets(archive: ZipFile) -> list[str]:
    """The parts of the sheets, in the order of the workbook."""
    targets = {
        one["Id"]: posixpath.normpath(posixpath.join("/xl", one["Target"])).lstrip("/")
        for one in _attributes(_RELATION, archive, _RELATIONS)
        if "Id" in one and "Target" in one
    }
    found = _attributes(_SHEET, archive, _WORKBOOK)
    return [targets.get(next((v for k, v in one.items() if k.endswith(":id")), ""), "") for one in found]


def _attributes(element: re.Pattern[str], archive: ZipFile, part: str) -> list[dict[str, str]]:
    if part not in archive.namelist():
        return []
    with archive.open(part) as content:
        text = content.read(PIECE).decode("utf-8", "replace")
    return [dict(_ATTRIBUTE.findall(found)) for found in element.findall(text)]
