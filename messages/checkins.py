"""Check-ins: the buttons on a card, and what a tap is told."""

from datetime import datetime
from typing import assert_never

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, as_list

from domain.checkins import Outcome, Receipt
from domain.ids import TopicId
from domain.topics import TopicLine
from messages.home import home_button
from messages.moments import clock
from messages.outgoing import Outgoing, keyboard
from messages.speech import _


class CheckInTap(CallbackData, prefix="checkin"):
    """打卡."""

    topic: TopicId


class UndoTap(CallbackData, prefix="undo"):
    """撤销."""

    topic: TopicId


def check_in_button(topic: TopicId, *, late: bool = False) -> InlineKeyboardButton:
    """On a card; after the deadline it says that the check-in will be late."""
    words = _("✅ Check in (late)") if late else _("✅ Check in")
    return InlineKeyboardButton(text=words, callback_data=CheckInTap(topic=topic).pack())


def undo_button(topic: TopicId) -> InlineKeyboardButton:
    """On a card, until the deadline."""
    return InlineKeyboardButton(text=_("↩️ Undo"), callback_data=UndoTap(topic=topic).pack())


def choice_button(line: TopicLine) -> InlineKeyboardButton:
    """Checks in to one of several open topics."""
    return InlineKeyboardButton(text=line.title[:20], callback_data=CheckInTap(topic=line.id).pack())


def receipt(given: Receipt, line: TopicLine) -> Outgoing:
    """After the command: what was checked in to, with the way to take it back."""
    text = as_list(Bold(line.title), toast(given), _("Checking in is voluntary."))
    undo = [undo_button(line.id)] if given.outcome is not Outcome.LATE else []
    return Outgoing(text, keyboard(undo, [home_button()]))


def toast(receipt: Receipt) -> str:
    """What a tap is told."""
    time = clock(receipt.at, receipt.zone)
    match receipt.outcome:
        case Outcome.NEW:
            return _("Checked in at {time}").format(time=time)
        case Outcome.LATE:
            return _("Checked in at {time}, after the deadline").format(time=time)
        case Outcome.ALREADY:
            return _("Checked in at {time} already; undo is on the card").format(time=time)
        case _:
            assert_never(receipt.outcome)


def undone(now: datetime, zone: str) -> str:
    """After taking a check-in back."""
    return _("Taken back at {time}").format(time=clock(now, zone))
