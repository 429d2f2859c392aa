"""How the bot is doing, before those who administer it; always in private, in figures."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Text, as_list
from pydantic import Field

from domain.admin import Alert, Overview
from domain.held import Outcome
from messages.home import MenuTap, home_button
from messages.moments import moment
from messages.outgoing import Outgoing, keyboard, rows
from messages.speech import N_, _

# What a decision about one message or update came to, as a toast.
OUTCOMES = {
    Outcome.DONE: N_("Done."),
    Outcome.ALREADY: N_("That was done already; nothing has changed."),
    Outcome.UNREACHABLE: N_("The chat still cannot be reached. It can be sent once the bot is let in again."),
    Outcome.EXPIRED: N_("Its time has passed, so sending it would come to nothing. It can be dropped."),
    Outcome.MISSING: N_("There is no such thing any more."),
}


class AdminTap(CallbackData, prefix="admin"):
    """A screen of the administrator's: `all`, `held`, `dead`, `paused`, `parked`."""

    screen: str
    page: int = Field(default=0, ge=0, lt=2**31)


def screen(facts: Overview) -> Outgoing:
    """The figures, and a button for each thing that waits for somebody."""
    return Outgoing(
        as_list(Bold(_("The bot at work")), *_figures(facts)),
        keyboard(
            *rows(
                tap(_("Held {n}").format(n=facts.held), AdminTap(screen="held")),
                tap(_("Dead {n}").format(n=facts.dead), AdminTap(screen="dead")),
                tap(_("Paused {n}").format(n=facts.paused), AdminTap(screen="paused")),
                tap(_("Parked {n}").format(n=facts.parked), AdminTap(screen="parked")),
            ),
            [tap(_("Units"), MenuTap(to="units"))],
            [tap(_("Refresh"), AdminTap(screen="all")), home_button()],
        ),
    )


def _figures(facts: Overview) -> list[str]:
    return [
        _sending(facts),
        _("Waiting to be sent: {n}").format(n=facts.ready)
        + (_(", the oldest since {at}").format(at=moment(facts.oldest, facts.zone)) if facts.oldest else ""),
        _("Held, since nobody knows whether they arrived: {n}").format(n=facts.held),
        _("Dead, could not be delivered: {n}").format(n=facts.dead),
        _("Cancelled today: {n}").format(n=facts.cancelled_today),
        _("Causes paused after repeated refusals: {n}").format(n=facts.paused),
        _("Chats that cannot be reached: {n}; where the bot may not write: {m}").format(
            n=facts.unreachable, m=facts.suspended
        ),
        _("Incoming updates waiting: {n}; parked after three failures: {m}").format(
            n=facts.waiting, m=facts.parked
        ),
    ]


def _sending(facts: Overview) -> str:
    if not facts.leads:
        return _("Sending: no process sends now.")
    if facts.quiet_until:
        return _("Sending: the platform asked for patience until {at}.").format(
            at=moment(facts.quiet_until, facts.zone)
        )
    if facts.leads_since is None:
        return _("Sending: yes.")
    return _("Sending: yes, since {at}.").format(at=moment(facts.leads_since, facts.zone))


def alert(facts: Alert) -> Outgoing:
    """One message, however much it is that waits."""
    waits = (
        (_("held: {n}"), facts.held),
        (_("dead: {n}"), facts.dead),
        (_("causes paused: {n}"), facts.paused),
        (_("updates parked: {n}"), facts.parked),
    )
    said = _(", ").join(words.format(n=n) for words, n in waits if n)
    text = _("Something waits for an administrator. {what}.").format(what=said)
    return Outgoing(Text(text), keyboard([tap(_("Have a look"), AdminTap(screen="all"))]))


def outcome(result: Outcome) -> str:
    """What is said to a tap."""
    return _(OUTCOMES[result])


def back(to: AdminTap | None = None) -> list[InlineKeyboardButton]:
    """The last row of a screen below the figures."""
    return [tap(_("Back"), to or AdminTap(screen="all")), home_button()]


def turns(name: str, number: int, pages: int) -> list[InlineKeyboardButton]:
    """Before and after, where there are several pages."""
    ways = (("◂", number - 1), ("▸", number + 1))
    return [tap(sign, AdminTap(screen=name, page=to)) for sign, to in ways if 0 <= to < pages]


def tap(words: str, data: CallbackData) -> InlineKeyboardButton:
    """A button with typed data behind it."""
    return InlineKeyboardButton(text=words, callback_data=data.pack())
