"""Transfers between branches, leaving and coming back: screens, cards, and what is told."""

from collections.abc import Mapping
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Text, as_list

from domain.ids import MembershipId, PersonId, TransferId, UnitId
from domain.stays import Visitor
from domain.transfers import (
    Departure,
    Former,
    FormersFound,
    MemberBack,
    MemberLeft,
    Side,
    Transfer,
    TransferAsked,
    TransferRow,
    TransfersPage,
    TransferState,
    TransferTold,
    WeighedTransfer,
)
from domain.units import Unit
from messages.home import MenuTap, home_button
from messages.keys import KEY
from messages.members import LeftTap, MembersTap, MemberTap, MoveTap
from messages.moments import day, full_day
from messages.outgoing import Outgoing, keyboard, rows
from messages.speech import N_, _

_AGREED = N_("{name}: from {origin} to {target}, from {day} on. Both branches agreed.")
_AGREED_YOURS = N_("From {day} on you belong to {target}; until then to {origin}. Both branches agreed.")
_DECLINED = N_("{name}: the transfer from {origin} to {target} was declined.")
_BACK = N_("{name}: the transfer from {origin} to {target} was taken back.")
_BACK_YOURS = N_("Your transfer from {origin} to {target} was taken back.")
_FAILED = N_(
    "{name}: the transfer from {origin} to {target} could not be made on its day: they have left, "
    "hold a role, or the branch is no more. Please ask again."
)
_FAILED_YOURS = N_("Your transfer from {origin} to {target} could not be made. Please ask your secretary.")
# What became of a transfer: to a branch, and to the member.
TOLD: Mapping[TransferState, tuple[str, str]] = {
    TransferState.ASKED: (_BACK, _BACK_YOURS),  # taken back, and asked anew since
    TransferState.AGREED: (_AGREED, _AGREED_YOURS),
    TransferState.MADE: (_AGREED, _AGREED_YOURS),
    TransferState.DECLINED: (_DECLINED, _DECLINED),
    TransferState.WITHDRAWN: (_BACK, _BACK_YOURS),
    TransferState.FAILED: (_FAILED, _FAILED_YOURS),
}


class TakeTap(CallbackData, prefix="take"):
    """Ask who comes to the branch; `elsewhere`: from which branch."""

    unit: Annotated[UnitId, KEY]
    elsewhere: bool = False


class BackTap(CallbackData, prefix="comeback"):
    """Weigh that somebody belongs again; `sure`: record it."""

    unit: Annotated[UnitId, KEY]
    person: Annotated[PersonId, KEY]
    sure: bool = False


class SureMoveTap(CallbackData, prefix="movesure"):
    """Ask for the transfer that was weighed. `once` is good for one press."""

    once: str


class OtherMoveDayTap(CallbackData, prefix="moveday"):
    """Ask for the day of what is being weighed."""


class AnswerMoveTap(CallbackData, prefix="moveans"):
    """The other branch's word."""

    transfer: Annotated[TransferId, KEY]
    agree: bool


class DropMoveTap(CallbackData, prefix="movedrop"):
    """Take a transfer back."""

    transfer: Annotated[TransferId, KEY]


def screen(page: TransfersPage, done: str | None = None) -> Outgoing:
    """What is under way, and taking somebody in."""
    head = [Bold(done)] if done else []
    lines = [_line(row.transfer) for row in page.rows] or [Text(_("No transfer is under way."))]
    how = _("To move somebody to another branch, open them under /roster. To take somebody in, tap below.")
    acts = [button for row in page.rows for button in _acts(row)]
    takes = [
        _button(_("➕ Take in: {unit}").format(unit=unit.name[:12]), TakeTap(unit=unit.id))
        for unit in page.branches
    ]
    return Outgoing(
        as_list(*head, *lines, how), keyboard(*rows(*acts), *rows(*takes, width=1), [home_button()])
    )


def target_wanted(membership: MembershipId) -> Outgoing:
    """Asks where somebody goes."""
    said = _("To which branch? Send me its name, or a part of it.")
    return Outgoing(Text(said), keyboard([_button(_("Cancel"), MemberTap(membership=membership))]))


def targets_found(membership: MembershipId, found: list[Unit]) -> Outgoing:
    """Which branch is meant."""
    offered = [
        _button(" / ".join(one.path[-2:]), MoveTap(membership=membership, target=one.id)) for one in found
    ]
    said = _("Which one?") if offered else _("There is no other branch of that name. Send another name.")
    back = _button(_("Back"), MemberTap(membership=membership))
    return Outgoing(Text(said), keyboard(*rows(*offered, width=1), [back, home_button()]))


def name_wanted() -> Outgoing:
    """Asks who comes."""
    said = _("Who comes to the branch? Send me the whole name.")
    return Outgoing(Text(said), keyboard([_cancel()]))


def formers_found(found: FormersFound) -> Outgoing:
    """Who of that name could come back, and the way for who belongs elsewhere."""
    unit = found.unit.id
    offered = [
        _button(
            _("Back again: {name} (until {day})").format(name=one.name, day=full_day(one.until)),
            BackTap(unit=unit, person=one.person),
        )
        for one in found.people
    ]
    said = _("{name}: where do they come from?").format(name=found.name)
    other = _button(_("From another branch"), TakeTap(unit=unit, elsewhere=True))
    return Outgoing(Text(said), keyboard(*rows(*offered, other, width=1), [_cancel(), home_button()]))


def branch_wanted(name: str) -> Outgoing:
    """Asks to which branch they belong now."""
    said = _("To which branch does {name} belong now? Send me its exact name.")
    return Outgoing(Text(said.format(name=name)), keyboard([_cancel()]))


def members_found(unit: UnitId, found: list[Visitor]) -> Outgoing:
    """Who of that name in branches of that name is meant."""
    offered = [
        _button(
            _("{name} ({where})").format(name=one.name, where=one.home),
            MoveTap(membership=one.membership, target=unit, taken=True),
        )
        for one in found
    ]
    return Outgoing(Text(_("Who is meant?")), keyboard(*rows(*offered, width=1), [_cancel(), home_button()]))


def sure(weighed: WeighedTransfer, once: str) -> Outgoing:
    """Before a transfer is asked for."""
    said = _("{name}: from {origin} to {target}, from {day} on?").format(
        name=weighed.name,
        origin=weighed.origin.name,
        target=weighed.target.name,
        day=full_day(weighed.ask.on),
    )
    other = weighed.target if weighed.ask.side is Side.LEAVES else weighed.origin
    then = _("{unit} is asked to agree. What was counted until then stays as it is.")
    ask = [_button(_("Ask"), SureMoveTap(once=once)), _cancel()]
    text = as_list(said, then.format(unit=other.name))
    return Outgoing(text, keyboard(ask, [_button(_("Another day…"), OtherMoveDayTap()), home_button()]))


def day_wanted() -> Outgoing:
    """Asks from which day it holds."""
    return Outgoing(Text(_("From which day on? For example 2026-12-01.")), keyboard([_cancel()]))


def was_asked(transfer: Transfer, reached: int) -> str:
    """Once the other branch is asked."""
    unit = transfer.target_name if transfer.answering is Side.TAKES else transfer.origin_name
    if reached:
        return _("{unit} is asked.").format(unit=unit)
    return _("Noted; but nobody who could answer for {unit} uses me yet. Please tell them.").format(unit=unit)


def asked(facts: TransferAsked) -> Outgoing:
    """The card of a transfer that waits for this branch's word."""
    row = TransferRow(facts.transfer, answers=True, withdraws=False)
    head = (
        _("Transfer: {unit} asks you to take somebody in").format(unit=facts.transfer.origin_name)
        if facts.transfer.answering is Side.TAKES
        else _("Transfer: {unit} asks you to pass somebody on").format(unit=facts.transfer.target_name)
    )
    return Outgoing(
        as_list(Bold(head), _line(facts.transfer)), keyboard(*rows(*_acts(row, named=False)), [home_button()])
    )


def settled(transfer: Transfer) -> Outgoing:
    """Stands where the card stood, without its buttons."""
    return told(TransferTold(transfer, to_member=False))


def told(facts: TransferTold) -> Outgoing:
    """What became of it, to both branches and the member."""
    transfer = facts.transfer
    words = {
        "name": transfer.name,
        "origin": transfer.origin_name,
        "target": transfer.target_name,
        "day": day(transfer.on),
    }
    said = TOLD[transfer.state][facts.to_member]
    return Outgoing(Text(_(said).format(**words)), keyboard([home_button()]))


def sure_left(going: Departure) -> Outgoing:
    """Before it is recorded that somebody left."""
    said = _("From today on {name} belongs to {unit} no more?").format(name=going.name, unit=going.unit.name)
    kept = _("What was counted until today stays. Whoever goes to another branch is transferred instead.")
    yes = _button(_("Confirm"), LeftTap(membership=going.membership, sure=True))
    cancel = _button(_("Cancel"), MemberTap(membership=going.membership))
    return Outgoing(as_list(said, kept), keyboard([yes, cancel], [home_button()]))


def has_left(going: Departure) -> Outgoing:
    """Once it is recorded."""
    said = _("{name} belongs to {unit} no more.").format(name=going.name, unit=going.unit.name)
    back = _button(_("Back"), MembersTap(unit=going.unit.id))
    return Outgoing(Text(said), keyboard([back, home_button()]))


def sure_back(unit: Unit, former: Former) -> Outgoing:
    """Before it is recorded that somebody came back."""
    said = _("{name} belonged to {unit} until {day}. From today on again?").format(
        name=former.name, unit=unit.name, day=full_day(former.until)
    )
    yes = _button(_("Confirm"), BackTap(unit=unit.id, person=former.person, sure=True))
    return Outgoing(Text(said), keyboard([yes, _cancel()], [home_button()]))


def is_back(unit: UnitId, former: Former) -> Outgoing:
    """Once it is recorded."""
    said = _("{name} belongs here again.").format(name=former.name)
    return Outgoing(Text(said), keyboard([_button(_("Back"), MembersTap(unit=unit)), home_button()]))


def left(facts: MemberLeft) -> Outgoing:
    """Told to the one who left."""
    said = _("From {day} on you belong to {unit} no more. If that is wrong, please tell its secretary.")
    return Outgoing(Text(said.format(unit=facts.unit, day=day(facts.on))), keyboard([home_button()]))


def back(facts: MemberBack) -> Outgoing:
    """Told to the one who came back."""
    said = _("From {day} on you belong to {unit} again. Welcome back.")
    return Outgoing(Text(said.format(unit=facts.unit, day=day(facts.on))), keyboard([home_button()]))


def _line(transfer: Transfer) -> Text:
    said = _("{name}: {origin} → {target}, from {day} on").format(
        name=transfer.name,
        origin=transfer.origin_name,
        target=transfer.target_name,
        day=full_day(transfer.on),
    )
    agreed = [_("agreed")] if transfer.state is TransferState.AGREED else []
    return Text(" · ".join([said, *agreed]))


def _acts(row: TransferRow, *, named: bool = True) -> list[InlineKeyboardButton]:
    transfer = row.transfer.id
    who = f" · {row.transfer.name}" if named else ""
    found = []
    if row.answers:
        found.append(_button(_("Approve") + who, AnswerMoveTap(transfer=transfer, agree=True)))
        found.append(_button(_("Decline") + who, AnswerMoveTap(transfer=transfer, agree=False)))
    if row.withdraws:
        found.append(_button(_("Take transfer back") + who, DropMoveTap(transfer=transfer)))
    return found


def _cancel() -> InlineKeyboardButton:
    return _button(_("Cancel"), MenuTap(to="transfer"))


def _button(words: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=words, callback_data=data.pack())
