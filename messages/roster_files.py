"""A roster handed in by chat: how, what it would change, and what became of it."""

from collections.abc import Sequence
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Text, as_list

from domain.roster_plans import RosterPlan
from domain.rosters import Roster
from domain.texts import utf16_length
from messages.home import home_button
from messages.keys import KEY
from messages.outgoing import Outgoing, Upload, keyboard
from messages.roster_exports import export_button
from messages.roster_plans import change_line, kept_line
from messages.rosters import note_line, problem_line, unread_line
from messages.speech import _, ngettext

SHOWN_UNITS = 3_000  # UTF-16 code units of lines on the screen; all of them are in the file beside it


class TemplateTap(CallbackData, prefix="rost"):
    """Send the empty roster."""


class ImportTap(CallbackData, prefix="rosi"):
    """Make the difference shown for the file that came in the message of this id."""

    message: Annotated[int, KEY]


class DropRosterTap(CallbackData, prefix="rosd"):
    """Forget it."""

    message: Annotated[int, KEY]


def how() -> Outgoing:
    """How a roster is handed in."""
    return Outgoing(
        as_list(
            Bold(_("Handing in a roster")),
            _("Send me the XLSX or CSV file here; your own spreadsheet will do. Where its rows name no unit,"
              " write the unit's path as the file's caption, such as 机关党委/第一党支部."),
            _("I first show what would change. Nothing changes before you tap Import."),
            _("A sheet of units (above, name, kind, new name, move to, ends) comes with the caption: units."),
        ),
        keyboard([template_button(), export_button()], [home_button()]),
    )  # fmt: skip


def template_button() -> InlineKeyboardButton:
    """Asks for the empty roster."""
    return InlineKeyboardButton(text=_("Template"), callback_data=TemplateTap().pack())


def template_name() -> str:
    """What the empty roster's file is called."""
    return _("roster-template.xlsx")


def difference(roster: Roster, plan: RosterPlan, message: int, *, again: bool = False) -> Outgoing:
    """What importing would change, with the buttons to do it; every problem where there is one."""
    lines = _lines(roster, plan)
    shown = _first(lines)
    left = len(lines) - len(shown)
    more = [ngettext("… and {n} more", "… and {n} more", left).format(n=left)] if left else []
    head = [Bold(_("Something changed meanwhile. This is the difference now:"))] if again else []
    text = as_list(*head, *shown, *more, Bold(_outcome(plan)))
    whole = Upload("document", content="\n".join(lines).encode("utf-8-sig"), name=_("difference.txt"))
    return Outgoing(text, keyboard(*_ways(plan, message)), (whole,) if left else ())


def imported(plan: RosterPlan) -> Outgoing:
    """After the tap."""
    count = len(plan.changes)
    said = ngettext("{count} change imported.", "{count} changes imported.", count).format(count=count)
    return Outgoing(Text(said), keyboard([home_button()]))


def dropped() -> Outgoing:
    """After a change of mind."""
    return Outgoing(Text(_("Cancelled; nothing was imported.")), keyboard([home_button()]))


def _lines(roster: Roster, plan: RosterPlan) -> list[str]:
    unread = [unread_line(roster.unread)] if roster.unread else []
    before = [*unread, *map(note_line, roster.notes)]
    if plan.problems:
        return [*map(problem_line, plan.problems), *before]
    before += map(note_line, plan.skipped)
    return [*before, *map(change_line, plan.changes), *map(kept_line, plan.absent)]


def _first(lines: Sequence[str]) -> list[str]:
    """As many as one message shows, its buttons in sight."""
    shown, room = [], SHOWN_UNITS
    for line in lines:
        room -= utf16_length(line) + 1
        if room < 0:
            break
        shown.append(line)
    return shown


def _outcome(plan: RosterPlan) -> str:
    if plan.problems:
        count = len(plan.problems)
        return ngettext(
            "{count} problem; nothing was imported.", "{count} problems; nothing was imported.", count
        ).format(count=count)
    if not plan.changes:
        return _("Nothing to change.")
    count = len(plan.changes)
    return ngettext(
        "{count} change. Nothing is changed before you tap Import.",
        "{count} changes. Nothing is changed before you tap Import.",
        count,
    ).format(count=count)


def _ways(plan: RosterPlan, message: int) -> list[list[InlineKeyboardButton]]:
    if plan.problems or not plan.changes:
        return [[home_button()]]
    taps = ((_("Import"), ImportTap(message=message)), (_("Cancel"), DropRosterTap(message=message)))
    return [[InlineKeyboardButton(text=words, callback_data=tap.pack()) for words, tap in taps]]
