"""What is set on a unit, each with where it comes from."""

from collections.abc import Mapping
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, as_list

from domain.ids import UnitId
from domain.roles import Act
from domain.unit_settings import SettingLine, UnitSettingsPage
from messages.home import home_button
from messages.keys import KEY
from messages.outgoing import Outgoing, keyboard, rows
from messages.preferences import LANGUAGES
from messages.rules import rule_words
from messages.speech import N_, _, ngettext
from messages.units import SettingsTap, UnitTap

NAMES: Mapping[str, str] = {
    "timezone": N_("Time zone"),
    "locale": N_("Language"),
    "study_rule": N_("Study slot"),
    "study_time": N_("Time of the slot"),
    "quiet_hours": N_("Quiet hours"),
    "weekly_asks": N_("Messages a week"),
    "texts_kept": N_("Reflections kept"),
    "checkin": N_("Check-ins"),
}
HOW: Mapping[str, str] = {
    "timezone": N_("A time zone by its name, like Asia/Shanghai or Asia/Urumqi."),
    "locale": N_("zh or en."),
    "study_rule": N_("For example: every week on Friday; every month on the 20th; every 2nd Thursday."),
    "study_time": N_("A time of day, like 09:00."),
    "quiet_hours": N_("Hours, like 22:00-07:00."),
    "weekly_asks": N_("How many a member gets unasked in a week, from 1 to 20; reminders beyond wait."),
    "texts_kept": N_("For how many months texts and files of reflections are kept, or always."),
    "checkin": N_("voluntary or off."),
}
OFFERED: Mapping[str, tuple[str, ...]] = {
    "timezone": ("Asia/Shanghai", "Asia/Urumqi"),
    "locale": ("zh", "en"),
    "study_rule": tuple(f"FREQ=WEEKLY;BYDAY={day}" for day in ("MO", "TU", "WE", "TH", "FR")),
    "study_time": ("08:30", "09:00", "14:30", "15:00"),
    "quiet_hours": ("21:00-08:00", "22:00-07:00"),
    "weekly_asks": ("3", "5", "7"),
    "texts_kept": ("12", "36", "always"),
    "checkin": ("voluntary", "off"),
}


class SettingTap(CallbackData, prefix="usetone", sep="|"):
    """One setting; with a `value`, set it."""

    unit: Annotated[UnitId, KEY]
    name: str
    value: str | None = None


class InheritTap(CallbackData, prefix="usetup"):
    """沿用上级."""

    unit: Annotated[UnitId, KEY]
    name: str


def screen(page: UnitSettingsPage) -> Outgoing:
    """Every setting in force, a line each."""
    unit = page.unit
    changes = [
        _button(
            _("Change: {name}").format(name=_(NAMES[line.name])), SettingTap(unit=unit.id, name=line.name)
        )
        for line in page.lines
        if Act.CHANGE_SETTINGS in page.acts
    ]
    concerned = ngettext("Concerns {n} person.", "Concerns {n} people.", page.people)
    text = as_list(
        Bold(_("Settings of {unit}").format(unit=unit.name)),
        *map(_said, page.lines),
        concerned.format(n=page.people),
        _("What was planned before keeps its times."),
    )
    return Outgoing(text, keyboard(*rows(*changes), [_up(unit.id), home_button()]))


def one(page: UnitSettingsPage, name: str) -> Outgoing:
    """One setting, with the usual values; any other is typed."""
    line, unit = page.line(name), page.unit.id
    usual = [
        _button(
            ("✓ " if value == line.value else "") + value_words(name, value),
            SettingTap(unit=unit, name=name, value=value),
        )
        for value in OFFERED[name]
    ]
    inherit = [_button(_("As the unit above"), InheritTap(unit=unit, name=name))] if line.own else []
    back = _button(_("Back"), SettingsTap(unit=unit))
    text = as_list(
        Bold(page.unit.name), _said(line), _("Choose one, or send me another. {how}").format(how=_(HOW[name]))
    )
    return Outgoing(text, keyboard(*rows(*usual), inherit, [back, home_button()]))


def value_words(name: str, value: str) -> str:
    """A value as people say it."""
    match name:
        case "study_rule":
            return rule_words(value)
        case "locale":
            return LANGUAGES.get(value, value)
        case "checkin":
            return _("voluntary") if value == "voluntary" else _("switched off")
        case "texts_kept":
            months = 0 if value == "always" else int(value)
            return ngettext("{n} month", "{n} months", months).format(n=months) if months else _("always")
        case _:
            return value


def _said(line: SettingLine) -> str:
    if line.own:
        source = _("set here")
    elif line.source_name is not None:
        source = _("as {unit}").format(unit=line.source_name)
    else:
        source = _("by default")
    return _("{name}: {value} ({source})").format(
        name=_(NAMES[line.name]), value=value_words(line.name, line.value), source=source
    )


def _up(unit: UnitId) -> InlineKeyboardButton:
    return _button(_("Back"), UnitTap(unit=unit))


def _button(words: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=words, callback_data=data.pack())
