"""Home: where every screen leads back to, and the keyboard of those who never type a command."""

from collections.abc import Iterable
from dataclasses import dataclass

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, KeyboardButton, ReplyKeyboardMarkup
from aiogram.utils.formatting import Text, as_list

from domain.actors import Actor
from domain.roles import ALLOWED, Act
from messages.outgoing import Outgoing, keyboard, rows
from messages.speech import N_, _


class HomeTap(CallbackData, prefix="home"):
    """Back to the home screen, from any screen."""


class MenuTap(CallbackData, prefix="menu"):
    """A command, for those who tap rather than type."""

    to: str


@dataclass(frozen=True)
class Line:
    """A command, what it does, and the act that its user must be allowed somewhere; None is for everybody.

    `button` is its words on the menu; None where it is done elsewhere: on a topic's card, in a group.
    """

    command: str
    does: str
    act: Act | None = None
    button: str | None = None


MEMBER = (
    Line("topic", N_("open study topics"), button=N_("Study")),
    Line("checkin", N_("check in to the open topic (voluntary)")),
    Line("reflect", N_("write a reflection")),
    Line("agenda", N_("coming activities, going or leave"), button=N_("What is on")),
    Line("leave", N_("ask for leave"), button=N_("Leave")),
    Line("me", N_("my record this year"), button=N_("My record")),
)
# An activity belongs to a branch or group: it is planned by those appointed there, not from above.
INSIDE = Act.TAKE_ATTENDANCE
# What those named in ADMIN_IDS need no role for.
ROOTS = frozenset(
    {
        Act.ADMINISTER,
        Act.SEE_AUDIT,
        Act.DECIDE_JOIN,
        Act.SEE_UNITS,
        Act.IMPORT_ROSTER,
        Act.MOVE_MEMBER,
    }
)
LEADING = (
    Line("newtopic", N_("post a study topic"), Act.POST_TOPIC, N_("New topic")),
    Line("topics", N_("topics of my branch"), Act.POST_TOPIC, N_("Topics")),
    Line("missing", N_("who is outstanding"), Act.SEE_OUTSTANDING, N_("Outstanding")),
    Line("newactivity", N_("plan a theme day or meeting"), INSIDE, N_("New activity")),
    Line("activities", N_("activities of my branch: change, attendance"), INSIDE, N_("Activities")),
    Line("requests", N_("what waits for my decision"), Act.DECIDE_JOIN, N_("Requests")),
    Line("roster", N_("members of my branch"), Act.SEE_NAMES, N_("Our members")),
    Line("transfer", N_("transfers, members coming and going"), Act.MOVE_MEMBER, N_("Transfers")),
    Line("roster", N_("hand in a roster"), Act.IMPORT_ROSTER, N_("Hand in roster")),
    Line("invite", N_("invitation links"), Act.INVITE, N_("Invite")),
    Line("summary", N_("figures of a period"), Act.SEE_SUMMARY, N_("Summary")),
    Line("burden", N_("how often members are written to"), Act.SEE_SUMMARY, N_("Messages sent")),
    Line("handover", N_("hand my role over"), Act.HAND_OVER, N_("Hand over")),
    Line("units", N_("units I look after: roles, settings, changes"), Act.SEE_UNITS, N_("Units")),
    Line("audit", N_("the trail of who changed what"), Act.SEE_AUDIT, N_("Trail")),
    Line("admin", N_("the bot at work: messages held or dead"), Act.ADMINISTER, N_("Administration")),
    Line("bind", N_("link a group with my branch (sent in the group)"), Act.BIND_CHAT),
)
SETTINGS = Line("settings", N_("language, quiet hours"), button=N_("Settings"))  # a person's own
ANYONE = (SETTINGS, Line("help", N_("this help")))


def home_button() -> InlineKeyboardButton:
    """The way home, for the last row of a screen."""
    return InlineKeyboardButton(text=_("Home"), callback_data=HomeTap().pack())


def home_keyboard() -> ReplyKeyboardMarkup:
    """The four words that open everything a member needs."""
    words = ((_("Study"), _("Check in")), (_("Leave"), _("Help")))
    return ReplyKeyboardMarkup(
        keyboard=[[KeyboardButton(text=word) for word in row] for row in words], resize_keyboard=True
    )


def way_in(bot_username: str) -> Outgoing:
    """For a group: what was asked is answered in private only."""
    button = InlineKeyboardButton(text=_("Open"), url=f"https://t.me/{bot_username}?start=hello")
    return Outgoing(Text(_("I answer that in private.")), keyboard([button]))


def lines_for(actor: Actor) -> tuple[Line, ...]:
    """The commands that this person can use somewhere."""
    held = {appointment.role for appointment in actor.appointments}
    leading = (
        line
        for line in LEADING
        if line.act is not None and (held & ALLOWED[line.act] or (actor.root and line.act in ROOTS))
    )
    member = MEMBER if actor.belongings else ()
    anyone = (line for line in ANYONE if actor.known or line is not SETTINGS)
    once = {line.command: line for line in reversed([*member, *leading, *anyone])}  # the first of two stands
    return tuple(reversed(once.values()))


def screen(actor: Actor) -> Outgoing:
    """Home at the start, with the keyboard below, which stays there; that is a member's."""
    return Outgoing(menu(actor), home_keyboard()) if actor.known else menu_screen(actor)


def menu_screen(actor: Actor) -> Outgoing:
    """Home afterwards: each command is a button as well."""
    taps = (
        InlineKeyboardButton(text=_(line.button), callback_data=MenuTap(to=line.command).pack())
        for line in lines_for(actor)
        if line.button is not None
    )
    return Outgoing(menu(actor), keyboard(*rows(*taps)))


def menu(actor: Actor) -> Text:
    """What this person can do, as commands to tap."""
    here = [] if actor.known else [_("You are an administrator here by the bot's settings (ADMIN_IDS).")]
    return as_list(*here, _("What would you like to do?"), *_spelt(lines_for(actor)))


def _spelt(lines: Iterable[Line]) -> list[Text]:
    return [Text(f"/{line.command}  ", _(line.does)) for line in lines]
