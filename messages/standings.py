"""How a member stands, before those who record it."""

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Text, as_list

from domain.ids import MembershipId
from domain.people import Standing
from domain.standings import NewStanding, StandingPage, Stood
from messages.home import home_button
from messages.keys import KEY
from messages.members import MemberTap, StandingTap
from messages.moments import full_day
from messages.outgoing import Outgoing, keyboard, rows
from messages.roles import role_names, standing_name
from messages.speech import N_, _
from messages.units import RolesTap

EARLIER = 5  # standings before the present one that a screen shows
REASONS = (N_("aged or frail"), N_("hard to get about"), N_("agreed by the branch"))


class BecomesTap(CallbackData, prefix="becomes"):
    """Weigh this standing; `sure`: record it."""

    membership: Annotated[MembershipId, KEY]
    standing: Standing
    sure: bool = False


class ExemptTap(CallbackData, prefix="exempt"):
    """Weigh exempting for the reason of that number; -1: ask for words, -2: they take part again."""

    membership: Annotated[MembershipId, KEY]
    reason: int
    sure: bool = False


class SureExemptTap(CallbackData, prefix="exemptsure"):
    """Exempt for the reason that was typed."""

    membership: Annotated[MembershipId, KEY]


OWN_WORDS, AGAIN = -1, -2


def screen(page: StandingPage, toast: str | None = None) -> Outgoing:
    """How they stand and stood, and what may change."""
    lines = [_("Now: {standing}").format(standing=_stood(page.now))]
    if page.roles:
        lines.append(_("Roles: {roles}").format(roles=role_names(page.roles)))
    if page.stays:
        lines.append(_("Guest of: {units}").format(units=_(", ").join(page.stays)))
    lines += [_("Before: {standing}").format(standing=_stood(one)) for one in page.before[:EARLIER]]
    others = [
        _button(standing_name(one), BecomesTap(membership=page.membership, standing=one))
        for one in Standing
        if one is not page.now.standing
    ]
    if page.now.exempt is None:
        offered = [
            _button(_("Exempt: {reason}").format(reason=_(reason)), _exempt(page, number))
            for number, reason in enumerate(REASONS)
        ]
        offered.append(_button(_("Exempt: other words…"), _exempt(page, OWN_WORDS)))
    else:
        offered = [_button(_("Takes part again"), _exempt(page, AGAIN))]
    roles = [_button(_("👤 Roles"), RolesTap(unit=page.appoints))] if page.appoints else []
    text = as_list(*([toast] if toast else []), Bold(page.name), page.unit.name, *lines)
    back = _button(_("Back"), MemberTap(membership=page.membership))
    return Outgoing(text, keyboard(*rows(*others), *rows(*offered, width=1), roles, [back, home_button()]))


def reason_wanted(page: StandingPage) -> Outgoing:
    """Asks why somebody is exempt."""
    said = _("Why is {name} exempt? A few words, 30 characters at most; no diagnosis.").format(name=page.name)
    return Outgoing(Text(said), keyboard([_cancel(page)]))


def sure(page: StandingPage, new: NewStanding, confirm: CallbackData) -> Outgoing:
    """What would hold from today on."""
    said = _("From today on, {name}: {standing}?").format(name=page.name, standing=_words(new))
    kept = _("Rosters and rates until now stay as they are.")
    return Outgoing(as_list(Bold(said), kept), keyboard([_button(_("Confirm"), confirm), _cancel(page)]))


def reason_of(number: int) -> str:
    """The words of a reason on a button."""
    return _(REASONS[number]) if 0 <= number < len(REASONS) else ""


def _exempt(page: StandingPage, reason: int) -> ExemptTap:
    return ExemptTap(membership=page.membership, reason=reason)


def _words(one: NewStanding | Stood) -> str:
    parts = [standing_name(one.standing)]
    if one.exempt is not None:
        parts.append(_("exempt ({reason})").format(reason=one.exempt))
    return _(", ").join(parts)


def _stood(one: Stood) -> str:
    dates = [_("since {day}").format(day=full_day(one.since))]
    if one.until is not None:
        dates.append(_("until {day}").format(day=full_day(one.until)))
    return _("{name} ({where})").format(name=_words(one), where=_(", ").join(dates))


def _cancel(page: StandingPage) -> InlineKeyboardButton:
    return _button(_("Cancel"), StandingTap(membership=page.membership))


def _button(words: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=words, callback_data=data.pack())
