"""A roster to be filled in and handed in again: headings, two rows as an example, and how to fill them in."""

from collections.abc import Callable
from datetime import datetime

from reports import N_
from reports.tables import Table, to_workbook

Speak = Callable[[str], str]

# The words of every language are words that the reader of rosters knows.
HEADINGS = (
    N_("Unit"),
    N_("Unit kind"),
    N_("Name"),
    N_("Party role"),
    N_("Standing"),
    N_("Joined on"),
    N_("Exempt"),
    "Telegram",
    N_("Member ID"),
)
_PLACE = N_("Example Committee/Example First Branch")
_EXAMPLES = (
    (_PLACE, N_("branch"), N_("Lin Xiaoman"), N_("secretary"), N_("full"), "2015-07-01", "", "", "A001"),
    (_PLACE, N_("branch"), N_("Gu Heng"), "", N_("probationary"), "2026-07-01", "", "@gu_heng", "A002"),
)
_HOW = (
    N_("One row for each person. Delete the two example rows before you hand the file in."),
    N_("Unit: the names from the top down, divided by /. Groups stand below their branch in the same way."),
    N_("Unit kind: committee, general branch, branch or group; empty where the unit's name tells it."),
    N_("Name: the only cell that may never be empty."),
    N_("Party role: secretary, deputy, group leader, coordinator and so on; empty for a member without one."),
    N_("Standing: full, probationary or applicant; empty means full."),
    N_("Joined on: 2015-07-01, 2015-07 or 2015."),
    N_("Exempt: a short reason such as old age, never an illness; empty for everybody else."),
    N_("Telegram: the numeric id or the @username, if known; a @username alone links nobody."),
    N_("Member ID: your own number for the person, if there is one; it tells namesakes apart."),
    N_("Identity numbers, phones, addresses and bank accounts are not read. Please leave them out."),
    N_("Your own spreadsheet will do as well: title rows, other columns and merged cells are understood."),
    N_("Send the file to the bot. It first shows what would change; nothing changes before you confirm."),
)


def to_xlsx(speak: Speak, at: datetime) -> bytes:
    """The workbook in the language of `speak`."""
    rows = tuple(tuple(speak(cell) if cell else "" for cell in row) for row in _EXAMPLES)
    headings = tuple(speak(heading) for heading in HEADINGS)
    how = tuple((speak(sentence),) for sentence in _HOW)
    roster = Table(speak(N_("Roster")), speak(N_("Roster of members")), headings, rows, ())
    return to_workbook(
        [roster, Table(speak(N_("How to")), "", (speak(N_("How to fill it in")),), how, ())], at
    )
