"""A sheet of units handed in by chat: what it would change, and what became of it."""

from collections.abc import Mapping
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Text, as_list

from domain.unit_files import RowProblem, UnitsDone
from messages.home import home_button
from messages.keys import KEY
from messages.outgoing import Outgoing, keyboard
from messages.refusals import words
from messages.speech import N_, _, ngettext

SHOWN = 40  # lines on a screen
_MADE = N_("{n} changes to units made.")
CHANGES: Mapping[str, str] = {
    "create": N_("Create: {path}"),
    "rename": N_("Rename, now: {path}"),
    "move": N_("Move, now: {path}"),
    "archive": N_("Archive: {path}"),
}


class MakeUnitsTap(CallbackData, prefix="unitsdo"):
    """Make what was shown for the file that came in the message of this id."""

    message: Annotated[int, KEY]


def difference(done: UnitsDone, message: int) -> Outgoing:
    """What the file would change, with the button to do it; every problem where there is one."""
    if done.problems:
        lines = [_problem(one) for one in done.problems]
        end = _("{n} rows cannot be taken; nothing is changed.").format(n=len(lines))
        return Outgoing(_text(lines, end), keyboard([home_button()]))
    if not done.changes:
        return Outgoing(Text(_("Nothing to change.")), keyboard([home_button()]))
    end = _("{n} changes to units. Nothing is changed before you tap.").format(n=len(done.changes))
    make = InlineKeyboardButton(text=_("Make them"), callback_data=MakeUnitsTap(message=message).pack())
    return Outgoing(_text(_lines(done), end), keyboard([make, home_button()]))


def made(done: UnitsDone) -> Outgoing:
    """After the tap."""
    end = _(_MADE).format(n=len(done.changes))
    return Outgoing(Text(Bold(end)), keyboard([home_button()]))


def all_lines(done: UnitsDone, *, dry_run: bool) -> list[str]:
    """Everything, for a terminal."""
    if done.problems:
        lines = [_problem(one) for one in done.problems]
        return [*lines, _("{n} rows cannot be taken; nothing is changed.").format(n=len(lines))]
    if not done.changes:
        return [_("Nothing to change.")]
    end = N_("{n} changes to units; a dry run, nothing is changed.") if dry_run else _MADE
    return [*_lines(done), _(end).format(n=len(done.changes))]


def _lines(done: UnitsDone) -> list[str]:
    return [_(CHANGES[kind]).format(path="/".join(path)) for kind, path in done.changes]


def _problem(one: RowProblem) -> str:
    if not one.number:
        return _("No column of unit names in the first ten rows, or no row below it.")
    return _("Row {n}: {why}").format(n=one.number, why=words(one.refusal))


def _text(lines: list[str], end: str) -> Text:
    left = len(lines) - SHOWN
    more = [ngettext("… and {n} more", "… and {n} more", left).format(n=left)] if left > 0 else []
    return as_list(*lines[:SHOWN], *more, Bold(end))
