"""Roles on a unit: who holds them, giving and ending them, and what the person is told."""

from datetime import date
from typing import Annotated, assert_never

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Text, as_list

from domain.appointments import (
    Appoint,
    AppointmentsPage,
    Candidates,
    EndRole,
    Held,
    RoleEnded,
    RoleGiven,
    WeighedRole,
)
from domain.ids import AppointmentId, PersonId, UnitId
from domain.roles import Role
from messages.home import home_button
from messages.keys import KEY
from messages.moments import day
from messages.outgoing import Outgoing, keyboard, rows
from messages.roles import role_name, role_names
from messages.speech import _, ngettext
from messages.units import RolesTap, UnitTap


class GiveRoleTap(CallbackData, prefix="rolegive"):
    """Choose the role; with it chosen, ask for whom; with the person, weigh it."""

    unit: Annotated[UnitId, KEY]
    role: Role | None = None
    person: Annotated[PersonId | None, KEY] = None


class EndRoleTap(CallbackData, prefix="roleend"):
    """Weigh ending it today."""

    appointment: Annotated[AppointmentId, KEY]


class OtherDayTap(CallbackData, prefix="roleday"):
    """Ask for the day of what is being weighed."""


class SureRoleTap(CallbackData, prefix="rolesure"):
    """Make the change that was weighed. `once` is good for one press."""

    once: str


def screen(page: AppointmentsPage, toast: str | None = None) -> Outgoing:
    """Who holds what; what the reader may end has a button."""
    unit = page.unit
    lines = [_held(one, page.on) for one in page.held] or [_("Nobody holds a role here.")]
    ends = [
        _button(
            _("End: {name}, {role}").format(name=one.name, role=role_name(one.role)),
            EndRoleTap(appointment=one.id),
        )
        for one in page.held
        if one.role in page.appointable and one.until is None
    ]
    gives = [_button(_("➕ Appoint"), GiveRoleTap(unit=unit.id))] if page.appointable else []
    head = [*([toast] if toast else []), Bold(_("Roles of {unit}").format(unit=unit.name))]
    return Outgoing(
        as_list(*head, *lines), keyboard(*rows(*ends, width=1), gives, [_up(unit.id), home_button()])
    )


def roles_offered(page: AppointmentsPage) -> Outgoing:
    """Which role is to be given."""
    unit = page.unit.id
    offered = [_button(role_name(role), GiveRoleTap(unit=unit, role=role)) for role in page.appointable]
    text = as_list(Bold(page.unit.name), _("Which role?"))
    return Outgoing(text, keyboard(*rows(*offered), [_back(unit), home_button()]))


def name_wanted(unit: UnitId, role: Role) -> Outgoing:
    """Asks who is to be appointed."""
    said = _("Who becomes {role}? Send me the whole name.").format(role=role_name(role))
    return Outgoing(Text(said), keyboard([_button(_("Cancel"), RolesTap(unit=unit))]))


def people_found(found: Candidates) -> Outgoing:
    """Who of that name is meant."""
    unit = found.unit.id
    offered = [
        _button(
            _("{name} ({where})").format(name=one.name, where=one.where),
            GiveRoleTap(unit=unit, role=found.role, person=one.person),
        )
        for one in found.people
    ]
    said = (
        _("Who is meant?")
        if offered
        else _("Nobody of that name is among those you look after. Send another name.")
    )
    return Outgoing(Text(said), keyboard(*rows(*offered, width=1), [_back(unit), home_button()]))


def day_wanted(unit: UnitId) -> Outgoing:
    """Asks from which day a change holds."""
    said = _("From which day on? For example 2026-12-01.")
    return Outgoing(Text(said), keyboard([_button(_("Cancel"), RolesTap(unit=unit))]))


def sure(weighed: WeighedRole, once: str) -> Outgoing:
    """The change in words, with how many people it concerns."""
    change, unit = weighed.change, weighed.unit
    words = {"name": weighed.name, "role": role_name(weighed.role), "unit": unit.name}
    match change:
        case Appoint():
            said = _("{name} becomes {role} of {unit} from {day} on?").format(day=day(change.since), **words)
        case EndRole():
            said = _("{name} is {role} of {unit} no longer, from {day} on?").format(
                day=day(change.until), **words
            )
        case _:
            assert_never(change)
    concerned = ngettext("Concerns {n} person.", "Concerns {n} people.", weighed.people)
    text = as_list(said, concerned.format(n=weighed.people), _("The person is told."))
    confirm = [_button(_("Confirm"), SureRoleTap(once=once)), _button(_("Cancel"), RolesTap(unit=unit.id))]
    return Outgoing(text, keyboard(confirm, [_button(_("Another day…"), OtherDayTap()), home_button()]))


def given(facts: RoleGiven) -> Outgoing:
    """Told to the one appointed."""
    said = _("You are {role} of {unit} from {day} on. /help shows what you can do.").format(
        role=role_name(facts.role), unit=facts.unit, day=day(facts.since)
    )
    until = [_("It ends on {day}.").format(day=day(facts.until))] if facts.until else []
    return Outgoing(as_list(said, *until), keyboard([home_button()]))


def ended(facts: RoleEnded) -> Outgoing:
    """Told to the one who held it."""
    said = _("From {day} on you are {role} of {unit} no longer. Thank you for your work.")
    return Outgoing(
        Text(said.format(day=day(facts.until), role=role_name(facts.role), unit=facts.unit)),
        keyboard([home_button()]),
    )


def _held(one: Held, on: date) -> str:
    spans = [
        *([_("from {day}").format(day=day(one.since))] if one.since > on else []),
        *([_("until {day}").format(day=day(one.until))] if one.until else []),
    ]
    line = _("{role}: {name}").format(role=role_names([one.role]), name=one.name)
    return _("{name} ({where})").format(name=line, where=_(", ").join(spans)) if spans else line


def _up(unit: UnitId) -> InlineKeyboardButton:
    return _button(_("Back"), UnitTap(unit=unit))


def _back(unit: UnitId) -> InlineKeyboardButton:
    return _button(_("Back"), RolesTap(unit=unit))


def _button(words: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=words, callback_data=data.pack())
