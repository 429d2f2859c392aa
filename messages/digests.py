"""What was held back in a full week, in one message."""

from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Text, as_list

from domain.activities import Reminder
from domain.digests import Digest, Held
from domain.topics import TopicNotice, TopicReminder
from messages.activities import heading
from messages.home import MenuTap, home_button
from messages.moments import moment
from messages.outgoing import Outgoing, keyboard
from messages.speech import _, ngettext

SHOWN = 12  # lines: a screen of an old phone


def digest(facts: Digest) -> Outgoing:
    """A line each; where to go on is a tap away."""
    shown = facts.held[:SHOWN]
    left = len(facts.held) - len(shown)
    more = [ngettext("… and {n} more", "… and {n} more", left).format(n=left)] if left else []
    text = as_list(Bold(_("Held back so as not to write to you too often:")), *map(_line, shown), *more)
    ways = [
        InlineKeyboardButton(text=_("Study"), callback_data=MenuTap(to="topic").pack()),
        InlineKeyboardButton(text=_("What is on"), callback_data=MenuTap(to="agenda").pack()),
    ]
    return Outgoing(text, keyboard(ways, [home_button()]))


def _line(held: Held) -> Text:
    match held:
        case TopicNotice():
            said, at = _("Coming up: {title}, opens"), moment(held.opens_at, held.zone)
            return Text("📣 ", said.format(title=held.title), " ", at)
        case TopicReminder():
            said, at = _("{title}: check in (voluntary) until"), moment(held.closes_at, held.zone)
            return Text("📖 ", said.format(title=held.title), " ", at)
        case Reminder():
            activity = held.activity
            return Text("⏰ ", heading(activity), " ", moment(activity.starts_at, activity.zone))
