"""What is said to newcomers, and to those who vouch for them."""

from typing import Annotated, assert_never

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.utils.formatting import Bold, Text, TextLink, as_list

from domain.attendance import Arrival
from domain.checkins import Receipt
from domain.ids import ClaimId, LinkId, PersonId
from domain.joining import (
    AccountReplaced,
    AlreadyIn,
    BecameAdministrator,
    Candidate,
    ClaimState,
    JoinAsked,
    JoinDecided,
    Joined,
    LinkSpent,
    NameUnknown,
    NameWanted,
    NoSuchLink,
    Outcome,
    TooManyGuesses,
    Waits,
    Welcome,
)
from domain.rsvps import RsvpReceipt
from messages import activities, attendance, checkins, home, refusals
from messages.keys import KEY
from messages.outgoing import Outgoing, keyboard, rows
from messages.roles import role_names
from messages.speech import _


class JoinTap(CallbackData, prefix="join"):
    """Who a newcomer is, by the one who vouches; no person: none of them."""

    claim: Annotated[ClaimId, KEY]
    person: Annotated[PersonId, KEY] | None


class DisownTap(CallbackData, prefix="disown"):
    """不是本人."""

    claim: Annotated[ClaimId, KEY]


class AskTap(CallbackData, prefix="askin"):
    """申请加入 after a spent link."""

    link: Annotated[LinkId, KEY]


def answer(outcome: Outcome) -> Outgoing:
    """What a newcomer is told; whoever is in sees home."""
    match outcome:
        case Welcome():
            return Outgoing(_welcome(outcome), home.home_keyboard())
        case BecameAdministrator():
            said = _("You are now the administrator of {units}.").format(units=_(", ").join(outcome.units))
            return Outgoing(as_list(said, home.menu(outcome.actor), sep="\n\n"), home.home_keyboard())
        case AlreadyIn():
            return Outgoing(Text(_("You are in already.")), home.home_keyboard())
        case LinkSpent():
            button = InlineKeyboardButton(
                text=_("Ask to join"), callback_data=AskTap(link=outcome.link).pack()
            )
            said = _("This link has expired or was used. You can ask to join; your branch then decides.")
            return Outgoing(Text(said), keyboard([button]))
        case NameWanted() | NoSuchLink() | TooManyGuesses() | NameUnknown() | Waits():
            return Outgoing(Text(_plainly(outcome)))
        case _:
            assert_never(outcome)


def _plainly(outcome: NameWanted | NoSuchLink | TooManyGuesses | NameUnknown | Waits) -> str:
    match outcome:
        case NameWanted(asking=False):
            said = _("Welcome to {unit}. Please send me your name as it stands on the roster.").format(
                unit=outcome.unit
            )
        case NameWanted():
            said = _(
                "I do not know you yet. Open the link your branch gave you, or send me your name as it "
                "stands on the roster of {unit}; your branch is then asked whether it is you."
            ).format(unit=outcome.unit)
        case NoSuchLink():
            said = _("This link does not work. Please ask your branch secretary for a new one.")
        case TooManyGuesses():
            said = _("That was wrong too often. Please try again in an hour, or ask your branch secretary.")
        case NameUnknown():
            said = _("I cannot find that name there. Please check it, or ask your branch secretary.")
        case Waits(asked=True):
            said = _("Thank you. Your branch is asked whether it is you; I will write when it has answered.")
        case Waits():
            said = _("Thank you. Nobody who could confirm it uses me yet; please tell your branch secretary.")
        case _:
            assert_never(outcome)
    return said


def _welcome(welcome: Welcome) -> Text:
    hello = _("Welcome to the bot of {unit}, {name}.").format(name=welcome.name, unit=welcome.unit)
    return as_list(hello, *_completed(welcome), home.menu(welcome.actor), sep="\n\n")


def _completed(welcome: Welcome) -> list[str]:
    """What became of what they had tapped before they were known."""
    if welcome.refused is not None:
        return [refusals.words(welcome.refused)]
    match welcome.done:
        case Receipt() as receipt:
            return [checkins.toast(receipt)]
        case RsvpReceipt(notice=notice, already=already):
            return [activities.rsvp_toast(notice, already)]
        case Arrival() as arrival:
            return [attendance.arrival(arrival)]
        case _:
            return []


def joined(facts: Joined) -> Outgoing:
    """`张伟已加入 [不是本人]`, to the secretary."""
    button = InlineKeyboardButton(text=_("Not them"), callback_data=DisownTap(claim=facts.claim).pack())
    return Outgoing(
        Text(_("{name} has joined").format(name=facts.name)), keyboard([button], [home.home_button()])
    )


def asked(facts: JoinAsked) -> Outgoing:
    """The card of one who waits, to whoever decides. The name typed opens the account's own chat."""
    typed = TextLink(facts.typed, url=f"tg://user?id={facts.user_id}")
    lines: list[Text] = [Text(Bold(_("Asks to join: ")), typed), *map(_candidate, facts.candidates)]
    if facts.more:
        more = _("{n} more bear this name. If it is one of them, decline, and give them their own link.")
        lines.append(Text(more.format(n=facts.more)))
    if facts.frozen:
        lines.append(Text(_("More than one account claims this row. None of them has it until you decide.")))
    if any(row.linked for row in facts.candidates):
        lines.append(Text(_("If you approve, the account they had before is unlinked, and told.")))
    lines.append(Text(_("Please make sure that it is them, for instance by telephone.")))
    return Outgoing(as_list(*lines), _answers(facts))


def decided(facts: JoinDecided) -> Outgoing:
    """The answer, to the one who asked."""
    match facts.state:
        case ClaimState.APPROVED | ClaimState.LINKED:
            said = _("Welcome to the bot of {unit}, {name}.")
        case ClaimState.DECLINED | ClaimState.WITHDRAWN | ClaimState.WAITING:
            said = _("Your request to join {unit} was declined. Please talk to your branch secretary.")
        case ClaimState.FROZEN:
            said = _("Somebody else also says that they are {name}. Until {unit} decides, I know neither.")
        case ClaimState.DISOWNED:
            said = _("{unit} says that you are not {name}, so you are no longer linked.")
        case _:
            assert_never(facts.state)
    text = Text(said.format(unit=facts.unit, name=facts.name))
    if facts.checked_in:
        text = as_list(text, _("Your check-in is recorded."))
    if facts.signed_up:
        text = as_list(text, _("You are down as coming."))
    return Outgoing(text, home.home_keyboard() if facts.state is ClaimState.APPROVED else None)


def replaced(facts: AccountReplaced) -> Outgoing:
    """To the account that a person had before."""
    said = _(
        "Another account now stands for {name}, so this one does not any more. If that was not you, "
        "please tell your branch secretary at once."
    )
    return Outgoing(Text(said.format(name=facts.name)))


def decision(name: str, approved: bool) -> Outgoing:
    """Stands where the card stood, without its buttons."""
    said = _("{name} is let in") if approved else _("{name} is not let in")
    return Outgoing(Text(said.format(name=name)), keyboard([home.home_button()]))


def disowned(name: str) -> Outgoing:
    """Stands where 不是本人 stood."""
    said = _("{name} is free again; the account is no longer linked.").format(name=name)
    return Outgoing(Text(said), keyboard([home.home_button()]))


def _candidate(row: Candidate) -> Text:
    parts = [row.name, row.where, role_names(row.roles), _("linked already") if row.linked else ""]
    return Text("· ", " · ".join(part for part in parts if part))


def _answers(facts: JoinAsked) -> InlineKeyboardMarkup:
    several = len(facts.candidates) > 1
    approve = (
        InlineKeyboardButton(
            text=_("Approve") + (f" · {row.where}" if several else ""),
            callback_data=JoinTap(claim=facts.claim, person=row.person).pack(),
        )
        for row in facts.candidates
    )
    decline = InlineKeyboardButton(
        text=_("Decline"), callback_data=JoinTap(claim=facts.claim, person=None).pack()
    )
    return keyboard(*rows(*approve, decline), [home.home_button()])
