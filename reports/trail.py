"""The trail as a table to file: CSV and XLSX."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import datetime

from reports import N_
from reports.cells import plain
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
    """A CSV that spreadsheet programs open as UTF-8 and of which they run no cell."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([speak(heading) for heading in HEADINGS])
    writer.writerows([plain(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(rows: Rows, remark: str, created: datetime, speak: Callable[[str], str]) -> bytes:
    """A workbook of one sheet; text stays text."""
    title = speak(N_("Trail of who changed what"))
    headings = tuple(speak(heading) for heading in HEADINGS)
    remarks = (remark,) if remark else ()
    return to_workbook([Table(title, title, headings, tuple(rows), remarks)], created)
