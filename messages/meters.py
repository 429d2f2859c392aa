"""/burden: how often the bot writes to members unasked."""

from collections.abc import Sequence
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Text, as_list

from domain.ids import UnitId
from domain.meters import MOST_COUNTED, WEEKS, Meter, MeterLine
from domain.units import Unit
from messages.home import home_button
from messages.keys import KEY
from messages.outgoing import Outgoing, keyboard, rows
from messages.speech import _, ngettext

SHOWN = 12  # units on one screen, the busiest first


class MeterTap(CallbackData, prefix="burd"):
    """The meter of a unit."""

    unit: Annotated[UnitId, KEY]


def screen(meter: Meter) -> Outgoing:
    """The unit, and those below it by how much is asked of a member."""
    ranked = sorted(meter.below, key=lambda line: (-(line.weekly or 0), line.unit))
    shown = ranked[:SHOWN]
    left = len(ranked) - len(shown)
    more = [ngettext("… and {n} more", "… and {n} more", left).format(n=left)] if left else []
    text = as_list(
        Bold(_("Messages unasked: {unit}").format(unit=meter.unit.name)),
        _said(meter.total),
        *map(_line, shown),
        *more,
        ngettext(
            "Counted in private over the last {n} week; up to {cap} a week, then reminders wait.",
            "Counted in private over the last {n} weeks; up to {cap} a week, then reminders wait.",
            WEEKS,
        ).format(n=WEEKS, cap=meter.cap),
    )
    return Outgoing(text, keyboard(*rows(*map(_down, shown)), [home_button()]))


def choice(units: Sequence[Unit]) -> Outgoing:
    """Which of several units."""
    taps = [_button(unit.name, unit.id) for unit in units]
    return Outgoing(Text(_("Which unit?")), keyboard(*rows(*taps), [home_button()]))


def _line(line: MeterLine) -> Text:
    return Text(f"{line.name}  ", _said(line))


def _said(line: MeterLine) -> str:
    if line.weekly is None:
        if line.asked is not None:
            return _("no members")
        many = _("{members} members; figures for up to {most} at once, please go down")
        return many.format(members=line.members, most=MOST_COUNTED)
    return ngettext(
        "{figure} a week for the {members} member",
        "{figure} a week for each of {members} members",
        line.members,
    ).format(figure=f"{line.weekly:.1f}", members=line.members)


def _down(line: MeterLine) -> InlineKeyboardButton:
    return _button(line.name, line.unit)


def _button(name: str, unit: UnitId) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=name, callback_data=MeterTap(unit=unit).pack())
