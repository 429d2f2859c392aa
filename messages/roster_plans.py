"""What importing a roster changes, a line each, as the command line prints it."""

from collections.abc import Iterator, Mapping
from typing import assert_never

from domain.organisation import Path
from domain.people import Standing
from domain.roster_changes import (
    Absence,
    AccountKnown,
    Appointed,
    Change,
    Enrolled,
    KindLearnt,
    NewPerson,
    NewUnit,
    NoMember,
    NoRole,
    PersonChanged,
    Regrouped,
    StandingChanged,
    UsernameKnown,
)
from domain.roster_plans import RosterPlan
from domain.rosters import Roster
from domain.units import UnitKind
from messages.roles import role_name, standing_name
from messages.rosters import note_line, problem_line, unread_line
from messages.speech import N_, _, ngettext

KINDS: Mapping[UnitKind, str] = {
    UnitKind.COMMITTEE: N_("committee"),
    UnitKind.GENERAL_BRANCH: N_("general branch"),
    UnitKind.BRANCH: N_("branch"),
    UnitKind.GROUP: N_("group"),
    UnitKind.OTHER: N_("kind not known"),
}


def report(roster: Roster, plan: RosterPlan, *, dry_run: bool, end_missing: bool) -> Iterator[str]:
    """Notes, then either every problem, or every change and what became of it."""
    if roster.unread:
        yield unread_line(roster.unread)
    yield from (note_line(note) for note in roster.notes)
    if plan.problems:
        yield from (problem_line(problem) for problem in plan.problems)
        yield _problems(len(plan.problems))
        return
    yield from (note_line(note) for note in plan.skipped)
    yield from (change_line(change) for change in plan.changes)
    yield from (absence_line(absence, ended=end_missing) for absence in plan.absent)
    if not plan.changes and not (end_missing and plan.absent):
        yield _("Nothing to change.")
    else:
        count = len(plan.changes) + (len(plan.absent) if end_missing else 0)
        yield _would(count) if dry_run else _done(count)


def reading() -> str:
    """While a file is read."""
    return _("Reading the file …")


def comparing(rows: int) -> str:
    """While its rows are compared with the record."""
    return ngettext(
        "Comparing {count} row with the record …", "Comparing {count} rows with the record …", rows
    ).format(count=f"{rows:,}")


def progress_line(bar: str, done: int, total: int) -> str:
    """How far an import is."""
    return _("{bar} {done} of {total} changes").format(bar=bar, done=f"{done:,}", total=f"{total:,}")


def change_line(change: Change) -> str:
    """One change."""
    match change:
        case NewUnit():
            return _("New unit: {unit} ({kind})").format(unit=_path(change.path), kind=_(KINDS[change.kind]))
        case KindLearnt():
            return _("Unit {unit}: {kind}").format(unit=_path(change.path), kind=_(KINDS[change.kind]))
        case NewPerson() | PersonChanged() | AccountKnown() | UsernameKnown():
            return _person_line(change)
        case Enrolled() | Regrouped() | StandingChanged() | Appointed():
            return _belonging_line(change)
        case _:
            assert_never(change)


def kept_line(absence: Absence) -> str:
    """The same in a chat, where nothing is ever ended by a file."""
    if isinstance(absence, NoMember):
        said = _("Not in the file, kept as they are: {name}, {unit}")
        return said.format(name=absence.name, unit=_path(absence.branch))
    said = _("Not in the file, kept as they are: {name}, {role} of {unit}")
    return said.format(name=absence.name, unit=_path(absence.unit), role=role_name(absence.role))


def absence_line(absence: Absence, *, ended: bool) -> str:
    """Somebody on record whom the file does not know."""
    match absence, ended:
        case NoMember(), True:
            said = _("No longer in the file: {name}, {unit}; the membership ends today")
        case NoMember(), False:
            said = _("No longer in the file: {name}, {unit}; kept (--end-missing ends the membership)")
        case NoRole(), True:
            said = _("No longer in the file: {name}, {role} of {unit}; the role ends today")
        case _:
            said = _("No longer in the file: {name}, {role} of {unit}; kept (--end-missing ends the role)")
    if isinstance(absence, NoMember):
        return said.format(name=absence.name, unit=_path(absence.branch))
    return said.format(name=absence.name, unit=_path(absence.unit), role=role_name(absence.role))


def _person_line(change: NewPerson | PersonChanged | AccountKnown | UsernameKnown) -> str:
    match change:
        case NewPerson() if change.namesake:
            return _(
                "New person: {name}, a namesake of one in {unit};"
                " for the same person, give both 编号 or the full joining date"
            ).format(name=change.name, unit=_path(change.namesake))
        case NewPerson():
            return _("New person: {name}").format(name=change.name)
        case PersonChanged() if change.was != change.name:
            return _("Name corrected: {was} is {name}").format(was=change.was, name=change.name)
        case PersonChanged():
            return _("Number or joining date filled in: {name}").format(name=change.name)
        case AccountKnown():
            return _("Linked by the Telegram id in the file: {name}").format(name=change.name)
        case UsernameKnown():
            return _("Username noted: {name}, @{username}").format(name=change.name, username=change.username)
        case _:
            assert_never(change)


def _belonging_line(change: Enrolled | Regrouped | StandingChanged | Appointed) -> str:
    match change:
        case Enrolled():
            return _("Member: {name}, {unit}, {standing}").format(
                name=change.name,
                unit=_path(change.group or change.branch),
                standing=_standing(change.standing, change.exempt),
            )
        case Regrouped():
            return _("Group: {name}, {unit}").format(name=change.name, unit=_path(change.group))
        case StandingChanged():
            return _("Standing from today: {name}, {standing}").format(
                name=change.name, standing=_standing(change.standing, change.exempt)
            )
        case Appointed():
            return _("Role: {name}, {role} of {unit}").format(
                name=change.name, role=role_name(change.role), unit=_path(change.unit)
            )
        case _:
            assert_never(change)


def _standing(standing: Standing, exempt: str | None) -> str:
    named = standing_name(standing)
    return _("{standing}, exempt").format(standing=named) if exempt else named


def _path(path: Path) -> str:
    return "/".join(path)


def _problems(count: int) -> str:
    return ngettext(
        "{count} problem; nothing was imported.", "{count} problems; nothing was imported.", count
    ).format(count=count)


def _would(count: int) -> str:
    return ngettext(
        "{count} change; nothing was imported (dry run).",
        "{count} changes; nothing was imported (dry run).",
        count,
    ).format(count=count)


def _done(count: int) -> str:
    return ngettext("{count} change imported.", "{count} changes imported.", count).format(count=count)
