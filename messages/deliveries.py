"""From the facts of a delivery to its message."""

from dataclasses import replace

from aiogram.utils.formatting import Italic, Text

from domain.activities import Called, Notice, Reminder
from domain.admin import Alert
from domain.appointments import RoleEnded, RoleGiven
from domain.attendance import Roster
from domain.consents import ConsentAsked
from domain.digests import Digest
from domain.handovers import HandedOver, HandoverAsked, HandoverDecided
from domain.joining import AccountReplaced, JoinAsked, JoinDecided, Joined
from domain.leaves import LeaveAsked, LeaveDecided
from domain.reach import ChatSuspended
from domain.reflections import PieceReturned
from domain.topics import TopicCard, TopicNotice, TopicReminder
from domain.transfers import MemberBack, MemberLeft, TransferAsked, TransferTold
from messages import (
    activities,
    admin,
    appointments,
    attendance,
    digests,
    handovers,
    joining,
    leaves,
    reflections,
    topics,
    transfers,
)
from messages.outgoing import Outgoing
from messages.speech import _


def render(facts: object) -> Outgoing:  # noqa: C901, PLR0911, PLR0912 - a table: one case for each kind of facts
    """The message that says these facts, in the language being spoken."""
    match facts:
        case RoleGiven():
            return appointments.given(facts)
        case RoleEnded():
            return appointments.ended(facts)
        case HandoverAsked():
            return handovers.asked(facts)
        case HandoverDecided():
            return handovers.decided(facts)
        case HandedOver():
            return handovers.handed_over(facts)
        case ConsentAsked():
            return handovers.consent(facts)
        case Digest():
            return digests.digest(facts)
        case ChatSuspended():
            return chat_suspended(facts)
        case Alert():
            return admin.alert(facts)
        case Joined():
            return joining.joined(facts)
        case JoinAsked():
            return joining.asked(facts)
        case TransferAsked():
            return transfers.asked(facts)
        case TransferTold():
            return transfers.told(facts)
        case MemberLeft():
            return transfers.left(facts)
        case MemberBack():
            return transfers.back(facts)
        case AccountReplaced():
            return joining.replaced(facts)
        case JoinDecided():
            return joining.decided(facts)
        case TopicNotice():
            return topics.notice(facts)
        case TopicCard():
            return topics.card(facts)
        case TopicReminder():
            return topics.reminder(facts)
        case PieceReturned():
            return reflections.returned(facts)
        case Notice():
            return activities.card(facts)
        case Reminder():
            return activities.reminder(facts)
        case Called():
            return activities.called_off(facts)
        case Roster():
            return attendance.roster(facts, activities.heading(facts.activity))
        case LeaveAsked():
            return leaves.asked(facts)
        case LeaveDecided():
            return leaves.decided(facts)
        case _:
            raise TypeError(f"no message says {type(facts).__name__}")


def perhaps_again(message: Outgoing) -> Outgoing:
    """The same message, owning up that it may have come before."""
    note = Italic(_("This may be a repeat: we cannot tell whether it arrived the first time."))
    return replace(message, text=Text(message.text, "\n\n", note))


def chat_suspended(facts: ChatSuspended) -> Outgoing:
    """Told to the secretary when the group no longer lets the bot write."""
    if facts.removed:
        said = _(
            "I am not in the group of {branch} any more. What comes next goes to its members in private;"
            " once I am let in again, it goes to the group as before."
        )
        return Outgoing(Text(said.format(branch=facts.branch)))
    return Outgoing(
        Text(
            _(
                "I may not write in the group of {branch}. Please let me send messages there again; "
                "what was due there waits until then, what is new goes to its members in private."
            ).format(branch=facts.branch)
        )
    )
