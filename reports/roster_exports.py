"""A roster handed out as a file, in the columns of the template."""

from collections.abc import Callable, Sequence
from datetime import datetime

from reports import N_, cells
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
    """The same as text of which a spreadsheet runs no cell."""
    return cells.to_csv([speak(heading) for heading in HEADINGS], rows)
