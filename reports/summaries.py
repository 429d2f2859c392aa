"""A summary as an XLSX workbook: totals, branches, activities and, where permitted, names."""

from collections.abc import Callable
from dataclasses import astuple
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from domain.activities import Kind, State
from domain.participation import Tally
from domain.people import Standing
from domain.summaries import NameLine, Summary, UnitLine
from domain.units import UnitKind
from reports import N_
from reports.tables import Cell, Table, to_workbook

Speak = Callable[[str], str]

NOT_SHOWN = "–"
FORMULA = N_("Attendance rate = (present + late + online) ÷ expected. Leave stays in the expected.")
_VOLUNTARY = N_("Check-ins are voluntary.")
_HIDDEN = N_("Kinds of leave are not shown where fewer than five people are concerned.")
_HELD = N_("Activities held")
_ATTENDANCE = (
    N_("Expected"),
    N_("Present"),
    N_("Late arrival"),
    N_("Online"),
    N_("Leave"),
    N_("Leave: official"),
    N_("Leave: trip"),
    N_("Leave: personal"),
    N_("Leave: other"),
    N_("Leave: unapproved"),
    N_("Absent"),
    N_("Attendance rate"),
    N_("Exempt"),
    N_("Observers"),
    N_("Made up"),
)
_STUDY = (N_("Topics"), N_("Check-ins (voluntary)"), N_("Of these after the deadline"), N_("Reflections"))
_KINDS = {
    UnitKind.COMMITTEE: N_("Party committee"),
    UnitKind.GENERAL_BRANCH: N_("General branch"),
    UnitKind.BRANCH: N_("Party branch"),
    UnitKind.GROUP: N_("Party group"),
    UnitKind.OTHER: N_("Other unit"),
}
_STANDINGS = {
    Standing.FULL: N_("Full member"),
    Standing.PROBATIONARY: N_("Probationary member"),
    Standing.APPLICANT: N_("Applicant"),
}
_ACTIVITY_KINDS = {
    Kind.THEME_DAY: N_("Theme day"),
    Kind.MEMBERSHIP_MEETING: N_("General membership meeting"),
    Kind.COMMITTEE_MEETING: N_("Branch committee meeting"),
    Kind.GROUP_MEETING: N_("Group meeting"),
    Kind.LECTURE: N_("Party lecture"),
    Kind.ORGANISATIONAL_LIFE: N_("Organisational-life meeting"),
}
_STATES = {
    State.DRAFT: N_("Being drafted"),
    State.PLANNED: N_("Planned"),
    State.STARTED: N_("Attendance not confirmed yet"),
    State.CONFIRMED: N_("Held"),
    State.NOT_HELD: N_("Did not take place"),
    State.CANCELLED: N_("Called off"),
}


def to_xlsx(summary: Summary, speak: Speak) -> bytes:
    """The workbook, its words said by `speak`; text that people wrote stays text."""
    tables = [_totals(summary, speak), _units(summary, speak), _activities(summary, speak)]
    if summary.names is not None:
        tables.append(_names(summary, summary.names, speak))
    return to_workbook(tables, summary.at)


def _totals(summary: Summary, speak: Speak) -> Table:
    headings = (N_("Members"), _HELD, *_ATTENDANCE, *_STUDY)
    figures = _figures(summary, summary.totals)
    rows: list[tuple[Cell, Cell]] = []
    for heading, figure in zip(headings, figures, strict=True):
        rows.append((speak(heading), figure))
        if heading == "Attendance rate":
            rows.append((speak(FORMULA), ""))
    made = speak(N_("Made at {moment}")).format(moment=f"{_local(summary, summary.at):%Y-%m-%d %H:%M}")
    return Table(
        name=speak(N_("Totals")),
        title=_title(summary),
        headings=(speak(N_("Figure")), speak(N_("Total"))),
        rows=tuple(rows),
        remarks=(*_remarks(speak)[1:], made),
    )


def _units(summary: Summary, speak: Speak) -> Table:
    lines = [
        (line.name or speak(N_("In no group")), speak(_KINDS[line.kind]), *_figures(summary, line))
        for line in summary.children
    ]
    total = (speak(N_("Total")), "", *_figures(summary, summary.totals))
    return Table(
        name=speak(N_("Branches")),
        title=_title(summary),
        headings=_said(speak, N_("Unit"), N_("Kind of unit"), N_("Members"), _HELD, *_ATTENDANCE, *_STUDY),
        rows=(*lines, total),
        remarks=_remarks(speak),
    )


def _activities(summary: Summary, speak: Speak) -> Table:
    rows = tuple(
        (
            line.branch,
            speak(_ACTIVITY_KINDS[line.kind]),
            line.title,
            _local(summary, line.starts_at),
            speak(_STATES[line.state]),
            *_attendance(line.tally, kinds=summary.shows_leave_kinds(line.tally.expected)),
        )
        for line in summary.activities
    )
    return Table(
        name=speak(N_("Activities")),
        title=_title(summary),
        headings=_said(
            speak, N_("Unit"), N_("Kind of activity"), N_("Title"), N_("Starts"), N_("State"), *_ATTENDANCE
        ),
        rows=rows,
        remarks=_remarks(speak),
    )


def _names(summary: Summary, names: tuple[NameLine, ...], speak: Speak) -> Table:
    rows = tuple(
        (
            line.name,
            line.branch,
            line.group,
            speak(_STANDINGS[line.standing]),
            line.expected,
            line.attended,
            line.leave,
            line.absent,
            _rate(Fraction(line.attended, line.expected) if line.expected else None),
            line.checkins,
            line.reflections,
        )
        for line in names
    )
    return Table(
        name=speak(N_("Names")),
        title=_title(summary),
        headings=_said(
            speak,
            N_("Name"),
            N_("Branch"),
            N_("Group"),
            N_("Standing"),
            N_("Expected"),
            N_("Attended"),
            N_("Leave"),
            N_("Absent"),
            N_("Attendance rate"),
            N_("Check-ins (voluntary)"),
            N_("Reflections"),
        ),
        rows=rows,
        remarks=(speak(FORMULA), speak(_VOLUNTARY)),
    )


def _figures(summary: Summary, line: UnitLine) -> tuple[Cell, ...]:
    attendance = _attendance(line.tally, kinds=summary.shows_leave_kinds(line.members))
    return (
        line.members,
        line.held,
        *attendance,
        line.topics,
        line.checkins,
        line.late_checkins,
        line.reflections,
    )


def _attendance(tally: Tally, *, kinds: bool) -> tuple[Cell, ...]:
    by_kind = astuple(tally.leave_by_kind)
    return (
        tally.expected,
        tally.present,
        tally.late,
        tally.online,
        tally.leave,
        *(by_kind if kinds else (NOT_SHOWN,) * len(by_kind)),
        tally.unapproved,
        tally.absent,
        _rate(tally.rate),
        tally.exempt,
        tally.observers,
        tally.made_up,
    )


def _rate(rate: Fraction | None) -> Cell:
    return NOT_SHOWN if rate is None else rate


def _title(summary: Summary) -> str:
    return f"{' / '.join(summary.unit_path)}  {summary.period.key}"


def _remarks(speak: Speak) -> tuple[str, ...]:
    return _said(speak, FORMULA, _VOLUNTARY, _HIDDEN)


def _said(speak: Speak, *sentences: str) -> tuple[str, ...]:
    return tuple(speak(sentence) for sentence in sentences)


def _local(summary: Summary, moment: datetime) -> datetime:
    """The wall clock of the unit, as a spreadsheet knows no zones."""
    return moment.astimezone(ZoneInfo(summary.zone)).replace(tzinfo=None)
