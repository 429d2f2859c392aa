"""Handing a role over, said to its holder, to those above, to the successor, and to authors."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Text, as_list

from domain.consents import ConsentAsked
from domain.handovers import (
    Duty,
    HandedOver,
    HandoverAsked,
    HandoverDecided,
    HandoverState,
    HandoverWords,
    HeldRole,
    OpenDuty,
    Successors,
    WeighedHandover,
)
from domain.ids import AppointmentId, HandoverId, PersonId
from messages.home import MenuTap, home_button
from messages.keys import KEY
from messages.moments import day
from messages.outgoing import Outgoing, keyboard, rows
from messages.roles import role_name
from messages.speech import N_, _, ngettext

DUTIES: Mapping[Duty, str] = {
    Duty.REQUEST: N_("Leave waiting for an answer"),
    Duty.JOIN: N_("Newcomer waiting for an answer"),
    Duty.TRANSFER: N_("Transfer under way"),
    Duty.TOPIC: N_("Topic announced or open"),
    Duty.ACTIVITY: N_("Coming activity"),
    Duty.ROLL: N_("Attendance to confirm"),
    Duty.SCHEDULE: N_("Recurring plan"),
    Duty.CHAT: N_("Group chat linked"),
    Duty.DRAFT: N_("Unfinished draft"),
}


class HandOverTap(CallbackData, prefix="ho"):
    """Hand a role over: ask for whom; with the person, for the day."""

    appointment: Annotated[AppointmentId, KEY]
    person: Annotated[PersonId | None, KEY] = None


class HandOverDayTap(CallbackData, prefix="hoday"):
    """From this day, written 20261201; empty: ask for it."""

    day: str = ""


class KeepDraftsTap(CallbackData, prefix="hodraft"):
    """Let my drafts go along, or not."""


class SureHandOverTap(CallbackData, prefix="hosure"):
    """Ask those above for what was weighed. `once` is good for one press."""

    once: str


class TakeBackTap(CallbackData, prefix="hoback"):
    """I hand nothing over after all."""

    handover: Annotated[HandoverId, KEY]


class ConfirmHandOverTap(CallbackData, prefix="hoyes"):
    """Confirm or decline."""

    handover: Annotated[HandoverId, KEY]
    yes: bool


class ConsentTap(CallbackData, prefix="consent"):
    """Let them read what was for the one before, or not."""

    appointment: Annotated[AppointmentId, KEY]
    agreed: bool


def screen(roles: Sequence[HeldRole]) -> Outgoing:
    """My roles, each with a way to hand it over or to take that back."""
    lines = [line for one in roles for line in _role_lines(one)]
    buttons = [_role_button(one) for one in roles if one.waiting is None or _may_take_back(one)]
    text = as_list(Bold(_("Hand over")), *lines)
    return Outgoing(text, keyboard(*rows(*buttons, width=1), [home_button()]))


def name_wanted() -> Outgoing:
    """Asks for the successor."""
    said = _("Who takes over? Send me the whole name of somebody in the unit.")
    return Outgoing(Text(said), keyboard([_cancel()]))


def people_found(found: Successors) -> Outgoing:
    """Who of that name is meant."""
    offered = [
        _button(
            _("{name} ({where})").format(name=one.name, where=one.where),
            HandOverTap(appointment=found.appointment, person=one.person),
        )
        for one in found.people
    ]
    said = _("Who is meant?") if offered else _("Nobody of that name is in the unit. Send another name.")
    return Outgoing(Text(said), keyboard(*rows(*offered, width=1), [_cancel(), home_button()]))


def day_wanted(today: date) -> Outgoing:
    """Asks for the successor's first day."""
    month = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    offered = [
        _button(_("Today"), HandOverDayTap(day=f"{today:%Y%m%d}")),
        _button(day(month), HandOverDayTap(day=f"{month:%Y%m%d}")),
    ]
    said = _("From which day on? Tap, or send me a date like 2026-12-01.")
    return Outgoing(Text(said), keyboard(offered, [_cancel(), home_button()]))


def sure(weighed: WeighedHandover, once: str) -> Outgoing:
    """What passes, before those above are asked."""
    toggle = _("Keep my drafts") if weighed.plan.drafts else _("Drafts go along")
    text = as_list(
        Bold(_sentence(weighed.words)),
        *_passes(weighed.duties),
        *([] if weighed.plan.drafts else [_("Your drafts stay with you.")]),
        _("Somebody above confirms it. On the day your buttons stop working; the record keeps who did what."),
    )
    confirm = [_button(_("Submit"), SureHandOverTap(once=once)), _cancel()]
    any_drafts = not weighed.plan.drafts or any(one.duty is Duty.DRAFT for one in weighed.duties)
    changes = [_button(toggle, KeepDraftsTap())] if any_drafts else []
    return Outgoing(text, keyboard(confirm, [*changes, _button(_("Another day…"), HandOverDayTap())]))


def submitted(facts: HandoverAsked) -> Outgoing:
    """To the one who asked."""
    reached = (
        _("Those above are asked. You will hear from me.")
        if facts.reached
        else _(
            "It is on record. Nobody above can be reached here, so please tell them: it waits in /requests."
        )
    )
    text = as_list(Bold(_sentence(facts.words)), reached)
    return Outgoing(
        text, keyboard([_button(_("Take back"), TakeBackTap(handover=facts.id))], [home_button()])
    )


def asked(facts: HandoverAsked) -> Outgoing:
    """To those above."""
    words = facts.words
    head = _("{giver} asks to hand over").format(giver=words.giver)
    approve = _button(f"✅ {_('Approve')}", ConfirmHandOverTap(handover=facts.id, yes=True))
    decline = _button(_("Decline"), ConfirmHandOverTap(handover=facts.id, yes=False))
    text = as_list(Bold(head), _sentence(words), *_passes(facts.duties))
    return Outgoing(text, keyboard([approve, decline], [home_button()]))


def answered(facts: HandoverDecided) -> Outgoing:
    """In the place of the question."""
    said = _("Declined.") if facts.state is HandoverState.DECLINED else _("Confirmed.")
    return Outgoing(as_list(Bold(said), _sentence(facts.words)), keyboard([home_button()]))


def decided(facts: HandoverDecided) -> Outgoing:
    """To giver and successor, ahead of the day."""
    if facts.state is HandoverState.DECLINED:
        said = _("The hand-over was declined; everything stays as it is.")
    else:
        said = _(
            "The hand-over is confirmed. On the day you both hear from me, with a sheet of what is open."
        )
    return Outgoing(as_list(Bold(_sentence(facts.words)), said), keyboard([home_button()]))


def handed_over(facts: HandedOver) -> Outgoing:
    """To giver and successor on the day; the sheet follows as a file."""
    words = facts.words
    names = {"role": role_name(words.role), "unit": words.unit, "name": words.giver}
    if facts.to_successor:
        said = _("From now on you are {role} of {unit}, in succession to {name}.").format(**names)
        more = [_("/help shows what you can do; what waits for an answer is in /requests.")]
        ways = [_button(_("Requests"), MenuTap(to="requests"))]
    else:
        names["name"] = words.successor
        said = _("From now on {name} is {role} of {unit}. Thank you for your work.").format(**names)
        more, ways = [_("Your earlier buttons for it do not work any more.")], []
    text = as_list(Bold(said), *_passes(facts.duties), *more)
    return Outgoing(text, keyboard(ways, [home_button()]))


def consent(facts: ConsentAsked) -> Outgoing:
    """To an author: once, one tap."""
    words = {"reader": facts.reader, "role": role_name(facts.role), "unit": facts.unit}
    if facts.agreed is not None:
        said = (
            _("{reader} may read your earlier pieces for the secretary.")
            if facts.agreed
            else _("{reader} may not read your earlier pieces for the secretary.")
        )
        change = _("No after all") if facts.agreed else _("Yes after all")
        again = _button(change, ConsentTap(appointment=facts.appointment, agreed=not facts.agreed))
        return Outgoing(Text(said.format(**words)), keyboard([again], [home_button()]))
    pieces = ngettext(
        "You handed in {n} piece for the secretary only, before that.",
        "You handed in {n} pieces for the secretary only, before that.",
        facts.pieces,
    )
    text = as_list(
        Bold(_("{reader} is {role} of {unit} now.").format(**words)),
        pieces.format(n=facts.pieces),
        _("May {reader} read what you wrote? Without your word it stays closed.").format(**words),
    )
    yes = _button(_("Yes, let them read"), ConsentTap(appointment=facts.appointment, agreed=True))
    no = _button(_("No"), ConsentTap(appointment=facts.appointment, agreed=False))
    return Outgoing(text, keyboard([yes, no], [home_button()]))


def _sentence(words: HandoverWords) -> str:
    return _("{giver} hands the role of {role} of {unit} over to {successor} from {day} on").format(
        giver=words.giver,
        role=role_name(words.role),
        unit=words.unit,
        successor=words.successor,
        day=day(words.on),
    )


def _passes(duties: Sequence[OpenDuty]) -> list[str]:
    """How much of each kind passes."""
    counted = Counter(one.duty for one in duties)
    lines = [_("{duty}: {n}").format(duty=_(DUTIES[duty]), n=counted[duty]) for duty in Duty if counted[duty]]
    return [_("What passes:"), *lines] if lines else [_("Nothing is open now.")]


def _role_lines(one: HeldRole) -> list[str]:
    name = _("{unit}, {role}").format(unit=one.unit, role=role_name(one.held.role))
    if one.waiting is None:
        return [name]
    words = {"name": one.to, "day": day(one.waiting.effective_on)}
    said = (
        _("waits for a word from above: to {name} from {day} on")
        if one.waiting.state is HandoverState.ASKED
        else _("confirmed: to {name} from {day} on")
    )
    return [name, said.format(**words)]


def _role_button(one: HeldRole) -> InlineKeyboardButton:
    name = _("{unit}, {role}").format(unit=one.unit[:16], role=role_name(one.held.role))
    if one.waiting is not None:
        return _button(_("Take back: {name}").format(name=name), TakeBackTap(handover=one.waiting.id))
    return _button(_("Hand over: {name}").format(name=name), HandOverTap(appointment=one.held.id))


def _may_take_back(one: HeldRole) -> bool:
    return one.waiting is not None and one.waiting.state is HandoverState.ASKED


def _cancel() -> InlineKeyboardButton:
    return _button(_("Cancel"), MenuTap(to="handover"))


def _button(words: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=words, callback_data=data.pack())
