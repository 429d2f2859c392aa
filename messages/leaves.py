"""Asking for leave, answering it, and being told."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Text, as_list

from domain.activities import Activity
from domain.ids import ActivityId, LeaveId
from domain.leaves import Leave, LeaveAsked, LeaveDecided, LeaveReceipt, LeaveState
from domain.participation import LeaveKind
from messages import moments
from messages.home import MenuTap, home_button
from messages.outgoing import Outgoing, keyboard, rows
from messages.speech import N_, _, ngettext

KINDS: Mapping[LeaveKind, str] = {
    LeaveKind.OFFICIAL: N_("Official duty"),
    LeaveKind.TRIP: N_("Trip"),
    LeaveKind.PERSONAL: N_("Personal"),
    LeaveKind.OTHER: N_("Other"),
}


class LeaveTap(CallbackData, prefix="lv"):
    """I ask to be excused from this."""

    activity: ActivityId


class LeaveKindTap(CallbackData, prefix="lvk"):
    """... for this kind of reason."""

    activity: ActivityId
    kind: LeaveKind


class SpanTap(CallbackData, prefix="lvs"):
    """I ask to be excused for some days; `kind` is empty until it was chosen."""

    first: str = ""
    last: str = ""
    kind: str = ""


class DecideTap(CallbackData, prefix="lvd"):
    """Approve or decline."""

    leave: LeaveId
    approve: bool


class WithdrawTap(CallbackData, prefix="lvw"):
    """I take my leave back."""

    leave: LeaveId


def kind_name(kind: LeaveKind) -> str:
    """The kind in the language being spoken."""
    return _(KINDS[kind])


def _button(words: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=words, callback_data=data.pack())


def kinds_for(activity: Activity, what: str) -> Outgoing:
    """Which kind of reason? Two taps ask for leave."""
    buttons = [
        _button(_kind_button(kind), LeaveKindTap(activity=activity.id, kind=kind)) for kind in LeaveKind
    ]
    when = moments.moment(activity.starts_at, activity.zone)
    text = as_list(Bold(_("Leave from {what}").format(what=what)), Text("🕒 ", when), _("Why?"))
    return Outgoing(text, keyboard(*rows(*buttons), [home_button()]))


def kinds_for_span(first: date, last: date) -> Outgoing:
    """Which kind of reason, for whole days."""
    buttons = [
        _button(_kind_button(kind), SpanTap(first=f"{first:%Y%m%d}", last=f"{last:%Y%m%d}", kind=kind.value))
        for kind in LeaveKind
    ]
    title = Bold(_("Leave {days}").format(days=days(first, last)))
    return Outgoing(as_list(title, _("Why?")), keyboard(*rows(*buttons), [home_button()]))


def _kind_button(kind: LeaveKind) -> str:
    return f"{kind_name(kind)}…" if kind is LeaveKind.OTHER else kind_name(kind)


def reason_wanted() -> Outgoing:
    """Only for "other": a word to the secretary."""
    words = _("Please say why in a few words. Only those who decide read it; after 30 days it is deleted.")
    return Outgoing(Text(words), keyboard([_cancel(), home_button()]))


def days_wanted() -> Outgoing:
    """The dates of a span."""
    words = _("From when until when? For example: 11-20 to 12-05")
    return Outgoing(Text(words), keyboard([_cancel(), home_button()]))


def _cancel() -> InlineKeyboardButton:
    return _button(_("Cancel"), MenuTap(to="leave"))


def days(first: date, last: date) -> str:
    """Whole days, both included."""
    return moments.day(first) if first == last else f"{moments.day(first)} – {moments.day(last)}"


def span_of(leave: Leave, zone: str) -> str:
    """The days of a span of leave."""
    place = ZoneInfo(zone)
    last = leave.ends_at.astimezone(place) - timedelta(microseconds=1)
    return days(leave.starts_at.astimezone(place).date(), last.date())


def about(leave: Leave, activity: Activity | None, zone: str) -> str:
    """What somebody is excused from."""
    if activity is None:
        return span_of(leave, zone)
    title = f" {activity.title}" if activity.title else ""
    return moments.moment(activity.starts_at, activity.zone) + title


def receipts(asked: Sequence[LeaveReceipt]) -> Outgoing:
    """What asking came to; a person of several branches asked in each."""
    first = asked[0]
    what = about(first.leave, first.activity, first.zone)
    lines: list[Text] = [
        Bold(_("Leave asked: {what}").format(what=what)),
        Text(kind_name(first.leave.kind)),
        Text(_receipt_words(asked)),
    ]
    buttons = [
        _button(_("Take it back"), WithdrawTap(leave=one.leave.id))
        for one in asked
        if one.leave.state in {LeaveState.ASKED, LeaveState.APPROVED}
    ]
    return Outgoing(as_list(*lines), keyboard(*rows(*buttons), [home_button()]))


def _receipt_words(asked: Sequence[LeaveReceipt]) -> str:
    if all(one.leave.approved for one in asked):
        return _("It is approved already.")
    if all(one.already for one in asked):
        return _("It was asked already and waits for an answer.")
    reached = sum(one.deciders for one in asked)
    if reached == 0:
        return _("It is on record. Nobody who decides can be reached here, so please tell your secretary.")
    return _("Your secretary is asked. You will not be reminded of it any more.")


def asked(facts: LeaveAsked) -> Outgoing:
    """To those who decide."""
    leave = facts.leave
    lines: list[Text] = [
        Text("🙋 ", Bold(_("{name} asks for leave").format(name=facts.name))),
        Text(about(leave, facts.activity, facts.zone)),
        Text(kind_name(leave.kind)),
    ]
    if leave.reason:
        lines.append(Text("“", leave.reason, "”"))
    approve = _button(f"✅ {_('Approve')}", DecideTap(leave=leave.id, approve=True))
    decline = _button(_("Decline"), DecideTap(leave=leave.id, approve=False))
    return Outgoing(as_list(*lines), keyboard([approve, decline], [home_button()]))


def answered(facts: LeaveDecided, name: str) -> Outgoing:
    """In the place of the question, once it is decided."""
    said = _("Approved: {name}") if facts.leave.approved else _("Declined: {name}")
    text = as_list(Bold(said.format(name=name)), about(facts.leave, facts.activity, facts.zone))
    return Outgoing(text, keyboard([home_button()]))


def decided(facts: LeaveDecided) -> Outgoing:
    """To the one who asked."""
    what = about(facts.leave, facts.activity, facts.zone)
    match facts.leave.state:
        case LeaveState.APPROVED:
            said = _("Your leave is approved: {what}")
            more = _("You will not be reminded. What you miss can be made up afterwards; see /agenda.")
        case LeaveState.DECLINED:
            said = _("Your leave was declined: {what}")
            more = _("Please come, or talk to your secretary.")
        case LeaveState.WITHDRAWN:
            said = _("Your leave is taken back: {what}")
            more = ""
        case LeaveState.ASKED:
            said = _("Leave asked: {what}")
            more = ""
        case _:
            assert_never(facts.leave.state)
    lines: list[Text] = [Bold(said.format(what=what)), *([Text(more)] if more else [])]
    return Outgoing(as_list(*lines), keyboard([home_button()]))


def menu(mine: Sequence[LeaveDecided], coming: Sequence[tuple[Activity, str]]) -> Outgoing:
    """/leave: my leaves, the activities one may ask leave from, and a span of days."""
    lines: list[Text] = [Bold(_("Leave"))]
    buttons = []
    for one in mine:
        state = _("approved") if one.leave.approved else _("waits for an answer")
        lines.append(Text(f"• {about(one.leave, one.activity, one.zone)} – {state}"))
        buttons.append(
            _button(
                _("Take back {what}").format(what=about(one.leave, one.activity, one.zone)),
                WithdrawTap(leave=one.leave.id),
            )
        )
    if not mine:
        lines.append(Text(_("You have asked for none.")))
    lines.append(Text(_("From what do you ask leave?")))
    for activity, what in coming:
        when = moments.moment(activity.starts_at, activity.zone)
        buttons.append(_button(f"{when} {what}", LeaveTap(activity=activity.id)))
    buttons.append(_button(_("Some days…"), SpanTap()))
    return Outgoing(as_list(*lines), keyboard(*rows(*buttons, width=1), [home_button()]))


def requests(waiting: int) -> Outgoing:
    """The head of /requests."""
    if waiting == 0:
        return Outgoing(Text(_("Nothing waits for you.")), keyboard([home_button()]))
    said = ngettext("{n} request waits for you.", "{n} requests wait for you.", waiting)
    return Outgoing(Text(Bold(said.format(n=waiting))), keyboard([home_button()]))
