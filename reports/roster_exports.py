"""A roster handed out as a file, in the columns of the template."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import datetime

from reports import N_
from reports.cells import plain
from reports.roster_templates import HEADINGS
from reports.tables import Table, to_workbook

Speak = Callable[[str], str]


def to_xlsx(rows: Sequence[tuple[str, ...]], speak: Speak, at: datetime) -> bytes:
    """One sheet, that prints and reads as the template does."""
    headings = tuple(speak(heading) for heading in HEADINGS)
    return to_workbook(
        [Table(speak(N_("Roster")), speak(N_("Roster of members")), headings, tuple(rows), ())], at
    )


def to_csv(rows: Sequence[tuple[str, ...]], speak: Speak) -> bytes:
    """The same as text of which a spreadsheet runs no cell; with its mark, or Excel would not read it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([speak(heading) for heading in HEADINGS])
    writer.writerows([plain(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
