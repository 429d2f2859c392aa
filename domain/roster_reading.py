"""An office's own sheets, read into a roster: every row is taken, or stepped over, or a problem."""

from collections.abc import Iterator, Sequence

from domain.roster_columns import Column, Header, find_header, is_header
from domain.roster_lines import Line, line_of
from domain.roster_people import contradictions, indistinguishable, namesakes, persons_in
from domain.roster_places import kinds_that_differ, with_kinds, without_place
from domain.roster_privacy import without_personal_data
from domain.rosters import Note, Problem, Reason, Remark, Roster, RosterRow, Sheet


def read_roster(sheets: Sequence[Sheet], default_unit: tuple[str, ...] = ()) -> Roster:
    """The roster of these sheets. Rows that name no unit, or only a branch, stand in or below `default_unit`.

    Where there is any problem nothing may be imported; what could be read is there all the same, to be shown.
    """
    rows: list[RosterRow] = []
    problems: list[Problem] = []
    notes: list[Note] = []
    headers: dict[str, Header] = {}
    for sheet in sheets:
        name, header = without_personal_data(sheet.name), find_header(sheet.rows)
        if header is not None:
            headers[name] = header
            notes.extend(
                Note(name, header.row + 1, title, Remark.PERSONAL_COLUMN_DROPPED) for title in header.personal
            )
            for line in _lines(name, header, sheet):
                row = line.person(default_unit)
                rows.extend([row] if row else [])
                problems.extend(line.problems)
                notes.extend(line.notes)
        elif any(any(cell.strip() for cell in row) for row in sheet.rows):
            notes.append(Note(name, 0, "", Remark.SHEET_SKIPPED))
    if not headers:
        problems.append(
            Problem(without_personal_data(sheets[0].name) if sheets else "", 0, "", Reason.HEADER_MISSING)
        )
    elif not rows and not problems:
        problems.append(Problem(next(iter(headers)), 0, "", Reason.NO_ROWS))
    return _told_apart(rows, problems, notes, headers)


def unread_file(filename: str, reason: Reason) -> Roster:
    """A roster of nothing but the reason why its file could not be read."""
    problem = Problem(without_personal_data(filename), 0, "", reason)
    return Roster(rows=(), problems=(problem,), notes=(), unread=(), persons=())


def _lines(name: str, header: Header, sheet: Sheet) -> Iterator[Line]:
    for index, cells in enumerate(sheet.rows[header.row + 1 :], start=header.row + 1):
        if not is_header(cells):  # a printed page repeats it
            yield line_of(name, index + 1, header, cells)


def _told_apart(
    rows: list[RosterRow], problems: list[Problem], notes: list[Note], headers: dict[str, Header]
) -> Roster:
    names = {sheet: header.titles[Column.NAME] for sheet, header in headers.items()}
    kinds = {sheet: header.titles.get(Column.KIND, "") for sheet, header in headers.items()}
    known = with_kinds(rows)
    persons = persons_in(known)
    problems.extend(kinds_that_differ(known, kinds))
    problems.extend(contradictions(known, persons, names))
    problems.extend(indistinguishable(known, persons, names))
    notes.extend(without_place(known, kinds))
    notes.extend(namesakes(known, persons, names))
    order = {sheet: position for position, sheet in enumerate(headers)}

    def place(finding: Problem | Note) -> tuple[int, int]:
        return order.get(finding.sheet, len(order)), finding.row

    return Roster(
        rows=tuple(known),
        problems=tuple(sorted(problems, key=place)),
        notes=tuple(sorted(notes, key=place)),
        unread=tuple(dict.fromkeys(title for header in headers.values() for title in header.unread)),
        persons=persons,
        says_roles=any(
            {Column.ROLE, Column.PARTY_ROLE} & header.titles.keys() for header in headers.values()
        ),
        says_exempt=any(Column.EXEMPT in header.titles for header in headers.values()),
    )
