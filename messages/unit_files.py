"""A sheet of units handed in by chat: what it would change, and what became of it."""

from collections.abc import Mapping
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Text, as_list

from domain.errors import Gone, Refusal, TimeMissing, Unreadable, UnreadableDate
from domain.unit_files import RowProblem, UnitsDone
from messages.home import home_button
from messages.keys import KEY
from messages.outgoing import Outgoing, keyboard
from messages.refusals import words
from messages.speech import N_, _, ngettext

SHOWN = 40  # lines on a screen
TITLES_SHOWN, TITLE_SHOWN = 10, 20  # columns named, and characters of each
CHANGES: Mapping[str, str] = {
    "create": N_("Create: {path}"),
    "rename": N_("Rename, now: {path}"),
    "move": N_("Move, now: {path}"),
    "archive": N_("Archive: {path}"),
}
# What a row is told where the words of a chat would not help.
WHY: Mapping[type[Refusal], str] = {
    Gone: N_("no unit of that name; write it from the root down, separated by /."),
    Unreadable: N_("the kind of unit is not known; write 党支部, 党小组 … or leave it empty."),
    TimeMissing: N_("a temporary branch needs the day of its end."),
    UnreadableDate: N_("the date cannot be read; write it like 2026-12-31."),
}


class MakeUnitsTap(CallbackData, prefix="unitsdo"):
    """Make what was shown for the file that came in the message of this id."""

    message: Annotated[int, KEY]


def difference(done: UnitsDone, message: int) -> Outgoing:
    """What the file would change, with the button to do it; every problem where there is one."""
    if done.problems:
        lines = [_problem(one) for one in done.problems]
        return Outgoing(_text(lines, *_ignored(done), _refused(done)), keyboard([home_button()]))
    if not done.changes:
        return Outgoing(as_list(_("Nothing to change."), *_ignored(done)), keyboard([home_button()]))
    count = len(done.changes)
    end = ngettext(
        "{n} change to units. Nothing is changed before you tap.",
        "{n} changes to units. Nothing is changed before you tap.",
        count,
    ).format(n=count)
    make = InlineKeyboardButton(text=_("Make them"), callback_data=MakeUnitsTap(message=message).pack())
    return Outgoing(_text(_lines(done), *_ignored(done), end), keyboard([make, home_button()]))


def made(done: UnitsDone) -> Outgoing:
    """After the tap."""
    return Outgoing(Text(Bold(_made(len(done.changes)))), keyboard([home_button()]))


def all_lines(done: UnitsDone, *, dry_run: bool) -> list[str]:
    """Everything, for a terminal."""
    if done.problems:
        lines = [_problem(one) for one in done.problems]
        return [*lines, *_ignored(done), _refused(done)]
    if not done.changes:
        return [_("Nothing to change."), *_ignored(done)]
    count = len(done.changes)
    return [*_lines(done), *_ignored(done), _dry_run(count) if dry_run else _made(count)]


def _made(count: int) -> str:
    return ngettext("{n} change to units made.", "{n} changes to units made.", count).format(n=count)


def _dry_run(count: int) -> str:
    said = ngettext(
        "{n} change to units; a dry run, nothing is changed.",
        "{n} changes to units; a dry run, nothing is changed.",
        count,
    )
    return said.format(n=count)


def _ignored(done: UnitsDone) -> list[str]:
    """Columns that were handed in for nothing: one of them may be misspelt."""
    if not done.ignored:
        return []
    named = _(", ").join(title[:TITLE_SHOWN] for title in done.ignored[:TITLES_SHOWN])
    return [_("Columns not read: {names}").format(names=named)]


def _refused(done: UnitsDone) -> str:
    if not all(one.number for one in done.problems):
        return _("The file cannot be taken; nothing is changed.")
    count = len(done.problems)
    said = ngettext(
        "{n} row cannot be taken; nothing is changed.",
        "{n} rows cannot be taken; nothing is changed.",
        count,
    )
    return said.format(n=count)


def _lines(done: UnitsDone) -> list[str]:
    return [_(CHANGES[kind]).format(path="/".join(path)) for kind, path in done.changes]


def _problem(one: RowProblem) -> str:
    if not one.number:
        return _("No column of unit names in the first ten rows, or no row below it.")
    why = _(WHY[type(one.refusal)]) if type(one.refusal) in WHY else words(one.refusal)
    return _("Row {n}: {why}").format(n=one.number, why=why)


def _text(lines: list[str], *end: str) -> Text:
    left = len(lines) - SHOWN
    more = [ngettext("… and {n} more", "… and {n} more", left).format(n=left)] if left > 0 else []
    return as_list(*lines[:SHOWN], *more, *end[:-1], Bold(end[-1]))
