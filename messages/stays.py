"""Guests of a branch: who they are, taking one in, letting one go."""

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Text, as_list

from domain.ids import MembershipId, UnitId
from domain.stays import Guest, GuestsPage, Visitor, VisitorsFound
from domain.units import FORMS, Unit
from messages.home import home_button
from messages.keys import KEY
from messages.moments import day
from messages.outgoing import Outgoing, keyboard, rows
from messages.speech import _
from messages.units import GuestsTap, UnitTap

NAME_SHOWN = 16  # characters of a name on a button


class TakeInTap(CallbackData, prefix="stay"):
    """Ask for a name; with a membership weigh it; `sure`: do it."""

    unit: Annotated[UnitId, KEY]
    membership: Annotated[MembershipId | None, KEY] = None
    sure: bool = False


class LetGoTap(CallbackData, prefix="stayend"):
    """Weigh ending a stay; `sure`: do it."""

    stay: Annotated[MembershipId, KEY]
    sure: bool = False


def screen(page: GuestsPage) -> Outgoing:
    """Who is a guest there, each with a way to end it."""
    unit = page.unit.id
    lines = [_line(one) for one in page.guests] or [_("Nobody is a guest here.")]
    ends = [
        _button(_("End: {name}").format(name=one.name[:NAME_SHOWN]), LetGoTap(stay=one.stay))
        for one in page.guests
    ]
    take = _button(_("➕ Take in"), TakeInTap(unit=unit))
    paged = _("Page {page} of {pages}").format(page=page.page + 1, pages=page.last + 1)
    head = Bold(_("Guests of {unit}").format(unit=page.unit.name))
    text = as_list(head, *lines, *([paged] if page.last else []), _belonging())
    back = _button(_("Back"), UnitTap(unit=unit))
    return Outgoing(text, keyboard(*rows(*ends), _turns(page), [take], [back, home_button()]))


def name_wanted(unit: UnitId) -> Outgoing:
    """Asks who is to be a guest."""
    said = _("Who becomes a guest? Send me the whole name.")
    return Outgoing(Text(said), keyboard([_button(_("Cancel"), GuestsTap(unit=unit))]))


def found(page: VisitorsFound) -> Outgoing:
    """Who of that name is meant."""
    unit = page.unit.id
    offered = [
        _button(
            _("{name} ({where})").format(name=one.name, where=one.home),
            TakeInTap(unit=unit, membership=one.membership),
        )
        for one in page.people
    ]
    said = (
        _("Who is meant?")
        if offered
        else _("Nobody of that name is among those you look after. Send another name.")
    )
    back = _button(_("Back"), GuestsTap(unit=unit))
    return Outgoing(Text(said), keyboard(*rows(*offered, width=1), [back, home_button()]))


def sure(unit: Unit, guest: Visitor) -> Outgoing:
    """Before somebody becomes a guest."""
    said = _("From today on {name} of {home} takes part in {unit} as a guest?")
    credited = [_("Attendance there counts at home.")] if FORMS[unit.form].credited_home else []
    until = [_("Ends on {day}.").format(day=day(unit.archived_on))] if unit.archived_on else []
    text = as_list(
        said.format(name=guest.name, home=guest.home, unit=unit.name), _belonging(), *credited, *until
    )
    yes = TakeInTap(unit=unit.id, membership=guest.membership, sure=True)
    return _asked(text, yes, unit.id)


def sure_to_end(unit: Unit, guest: Guest) -> Outgoing:
    """Before a stay ends."""
    said = _("From today on {name} is no guest of {unit} any more?")
    return _asked(
        Text(said.format(name=guest.name, unit=unit.name)), LetGoTap(stay=guest.stay, sure=True), unit.id
    )


def _asked(text: Text, yes: CallbackData, unit: UnitId) -> Outgoing:
    confirm = [_button(_("Confirm"), yes), _button(_("Cancel"), GuestsTap(unit=unit))]
    return Outgoing(text, keyboard(confirm, [home_button()]))


def _turns(page: GuestsPage) -> list[InlineKeyboardButton]:
    steps = ((_("◂ Earlier"), page.page - 1), (_("Further ▸"), page.page + 1))
    return [
        _button(words, GuestsTap(unit=page.unit.id, page=to)) for words, to in steps if 0 <= to <= page.last
    ]


def _line(one: Guest) -> str:
    until = [_("until {day}").format(day=day(one.until))] if one.until else []
    return _("{name} ({where})").format(name=one.name, where=_(", ").join([one.home, *until]))


def _belonging() -> str:
    return _("Guests go on belonging to their own branch, and are counted there.")


def _button(words: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=words, callback_data=data.pack())
