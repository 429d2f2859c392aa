"""The trail as a table to file: CSV and XLSX."""

from collections.abc import Callable, Sequence
from datetime import datetime

from reports import N_, cells
from reports.tables import Table, to_workbook

HEADINGS = (
    N_("No."),
    N_("Time"),
    N_("Who"),
    N_("Done"),
    N_("On whom or what"),
    N_("Unit"),
    N_("From which chat"),
    N_("Detail"),
)
Rows = Sequence[tuple[str, ...]]


def to_csv(rows: Rows, speak: Callable[[str], str]) -> bytes:
    """A CSV of which no spreadsheet program runs a cell."""
    return cells.to_csv([speak(heading) for heading in HEADINGS], rows)


def to_xlsx(rows: Rows, remark: str, created: datetime, speak: Callable[[str], str]) -> bytes:
    """A workbook of one sheet; text stays text."""
    title = speak(N_("Trail of who changed what"))
    headings = tuple(speak(heading) for heading in HEADINGS)
    remarks = (remark,) if remark else ()
    return to_workbook([Table(title, title, headings, tuple(rows), remarks)], created)
