"""Text files that spreadsheet programs open, and their cells: none of them is run."""

import csv
import io
from collections.abc import Iterable, Sequence

_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_PLAIN = "'"


def to_csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV that spreadsheet programs open as UTF-8: with its mark, or Excel would not read it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows([plain(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def plain(cell: str) -> str:
    """The text, behind an apostrophe where a program would take it for a formula."""
    return f"{_PLAIN}{cell}" if cell.startswith(_RUN_BY_SPREADSHEETS) else cell


def meant(cell: str) -> str:
    """The text without such an apostrophe."""
    return cell[1:] if cell.startswith(_PLAIN) and cell[1:].startswith(_RUN_BY_SPREADSHEETS) else cell
