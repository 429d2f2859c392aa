"""/settings: what a person can choose for themselves."""

from collections.abc import Mapping

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, as_list

from domain.deliveries import Kind
from domain.preferences import Preferences
from domain.quiet import QuietHours
from messages.home import home_button
from messages.outgoing import Outgoing, keyboard, rows
from messages.speech import N_, _

LANGUAGES = {"zh": "中文", "en": "English"}
OFFERED = ("21:00-08:00", "22:00-07:00", "23:00-06:00")  # the common nights; any other is typed
REMINDERS: Mapping[Kind, str] = {
    Kind.TOPIC_NOTICE: N_("Topics ahead"),
    Kind.TOPIC_REMINDER: N_("Checking in"),
    Kind.ACTIVITY_REMINDER: N_("Activities"),
}
NO_QUIET = "00:00-00:00"


class LanguageTap(CallbackData, prefix="lang"):
    """A language, or none: the client's."""

    locale: str | None


class QuietTap(CallbackData, prefix="quiet", sep="|"):
    """Quiet hours as HH:MM-HH:MM; none: the unit's."""

    hours: str | None


class TypeQuietTap(CallbackData, prefix="quiettype"):
    """Hours of one's own, typed."""


class PrivateTap(CallbackData, prefix="private"):
    """Topics in the private chat as well."""

    wanted: bool


class MuteTap(CallbackData, prefix="mute"):
    """One kind of reminder, wanted or not."""

    kind: Kind
    wanted: bool


def screen(chosen: Preferences) -> Outgoing:
    """All settings on one screen; the one in force is marked."""
    text = as_list(
        Bold(_("Settings")),
        _("Language: {language}").format(language=_language(chosen)),
        _("Quiet hours: {hours}").format(hours=_quiet(chosen)),
        _("Topics and notices in this chat as well as in the group: {answer}").format(
            answer=_("yes") if chosen.private_push else _("no")
        ),
        _("Reminders: {kinds}").format(kinds=_wanted(chosen)),
        _("In quiet hours nobody writes to you unasked. Answers to what you do yourself still come."),
    )
    return Outgoing(
        text,
        keyboard(
            *rows(*_language_buttons(chosen)),
            *rows(*_quiet_buttons(chosen)),
            *rows(*_reminder_buttons(chosen)),
            [_private(chosen)],
            [home_button()],
        ),
    )


def hours_wanted() -> str:
    """Asks for hours to be typed."""
    return _("Please send me the hours, like 22:30-06:30.")


def _language(chosen: Preferences) -> str:
    if chosen.locale is None:
        return _("{language} (as your app)").format(language=LANGUAGES[chosen.speaks])
    return LANGUAGES[chosen.locale]


def _quiet(chosen: Preferences) -> str:
    if chosen.quiet is None:
        return _("{hours} (as your branch)").format(hours=_hours(chosen.unit_quiet))
    return _("none") if chosen.quiet.start == chosen.quiet.end else _hours(chosen.quiet)


def _hours(quiet: QuietHours) -> str:
    return f"{quiet.start:%H:%M}-{quiet.end:%H:%M}"


def _language_buttons(chosen: Preferences) -> list[InlineKeyboardButton]:
    offers: list[tuple[str, str | None]] = [(name, locale) for locale, name in LANGUAGES.items()]
    offers.append((_("As my app"), None))
    return [
        InlineKeyboardButton(
            text=_marked(name, chosen.locale == locale), callback_data=LanguageTap(locale=locale).pack()
        )
        for name, locale in offers
    ]


def _quiet_buttons(chosen: Preferences) -> list[InlineKeyboardButton]:
    mine = _hours(chosen.quiet) if chosen.quiet else None
    offers: list[tuple[str, str | None]] = [(hours, hours) for hours in OFFERED]
    offers += [(_("No quiet hours"), NO_QUIET), (_("As my branch"), None)]
    buttons = [
        InlineKeyboardButton(text=_marked(name, mine == hours), callback_data=QuietTap(hours=hours).pack())
        for name, hours in offers
    ]
    return [*buttons, InlineKeyboardButton(text=_("Other hours…"), callback_data=TypeQuietTap().pack())]


def _private(chosen: Preferences) -> InlineKeyboardButton:
    text = _("In the group only") if chosen.private_push else _("In private as well")
    return InlineKeyboardButton(text=text, callback_data=PrivateTap(wanted=not chosen.private_push).pack())


def _wanted(chosen: Preferences) -> str:
    wanted = [_(name) for kind, name in REMINDERS.items() if kind not in chosen.muted]
    return _(", ").join(wanted) or _("none wanted")


def _reminder_buttons(chosen: Preferences) -> list[InlineKeyboardButton]:
    return [
        InlineKeyboardButton(
            text=_marked(_(name), kind not in chosen.muted),
            callback_data=MuteTap(kind=kind, wanted=kind in chosen.muted).pack(),
        )
        for kind, name in REMINDERS.items()
    ]


def _marked(text: str, chosen: bool) -> str:
    return f"✓ {text}" if chosen else text
