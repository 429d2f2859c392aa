"""Who is outstanding, before those who lead the branch; always in private."""

from collections.abc import Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Text, as_list

from domain.ids import MembershipId, TopicId, UnitId
from domain.outstanding import Choice, Outstanding, Reminded, Waited
from messages.home import home_button
from messages.moments import deadline
from messages.outgoing import Outgoing, keyboard, rows
from messages.speech import _

PAGE = 6  # people on one screen, each with a row of buttons
NAME_SHOWN = 6  # Han characters that fit half a row of an old phone
EVERYBODY = MembershipId(0)


class MissingTap(CallbackData, prefix="missing"):
    """A page of the outstanding of one branch."""

    topic: TopicId
    branch: UnitId
    page: int


class RemindTap(CallbackData, prefix="remind"):
    """Remind one, or EVERYBODY."""

    topic: TopicId
    branch: UnitId
    membership: MembershipId


class ProxyTap(CallbackData, prefix="proxy"):
    """代打卡."""

    topic: TopicId
    branch: UnitId
    membership: MembershipId


def screen(facts: Outstanding, page: int) -> Outgoing:
    """How many and who; the exempt and those on leave are not among them."""
    pages = max(1, -(-len(facts.waited) // PAGE))
    at = min(max(page, 0), pages - 1)
    shown = facts.waited[at * PAGE : (at + 1) * PAGE]
    lines: list[Text | str] = [
        Bold(facts.title),
        Text(facts.branch_name, " · ", _("Until:"), " ", deadline(facts.closes_at, facts.zone)),
        _counts(facts),
        *(f"{at * PAGE + n}. {_named(one, facts.waited)}" for n, one in enumerate(shown, 1)),
    ]
    taps = [_row(facts, one, at * PAGE + n) for n, one in enumerate(shown, 1)] if facts.open else []
    everybody = [
        _button(_("Remind all"), RemindTap(topic=facts.topic, branch=facts.branch, membership=EVERYBODY))
    ]
    turns = [
        _button(words, MissingTap(topic=facts.topic, branch=facts.branch, page=to))
        for words, to in (("◂", at - 1), ("▸", at + 1))
        if 0 <= to < pages
    ]
    return Outgoing(
        as_list(*lines),
        keyboard(*taps, everybody if facts.open and facts.waited else [], turns, [home_button()]),
    )


def which(choices: Sequence[Choice]) -> Outgoing:
    """Several topics are open: whose outstanding?"""
    taps = [
        _button(choice.title[:20], MissingTap(topic=choice.topic, branch=choice.branch, page=0))
        for choice in choices
    ]
    return Outgoing(
        Text(_("Several topics are open. Which one?")), keyboard(*rows(*taps, width=1), [home_button()])
    )


def reminded(facts: Reminded) -> str:
    """已提醒4人;2人私聊不可达,请当面告知. Whoever was reminded before is not urged again."""
    said = [_("{n} reminded").format(n=facts.reached)]
    if facts.before:
        said.append(_("{n} had been reminded before").format(n=facts.before))
    if facts.unreachable:
        names = _(", ").join(facts.unreachable)
        said.append(
            _("{n} cannot be reached in private, please tell them in person: {names}").format(
                n=len(facts.unreachable), names=names
            )
        )
    return _("; ").join(said) + _(".")


def checked_in_for(time: str) -> str:
    """After a check-in by proxy."""
    return _("Checked in by proxy at {time}").format(time=time)


def _counts(facts: Outstanding) -> str:
    left_out = []
    if facts.on_leave:
        left_out.append(_("{n} on leave not counted").format(n=facts.on_leave))
    if facts.exempt:
        left_out.append(_("{n} exempt not counted").format(n=facts.exempt))
    said = _("Not checked in: {n}").format(n=len(facts.waited))
    return said + (_(" ({reasons})").format(reasons=_(", ").join(left_out)) if left_out else "")


def _row(facts: Outstanding, one: Waited, n: int) -> list[InlineKeyboardButton]:
    name = one.name[:NAME_SHOWN] + (f" {n}" if _is_shared(one, facts.waited) else "")
    remind = RemindTap(topic=facts.topic, branch=facts.branch, membership=one.membership)
    proxy = ProxyTap(topic=facts.topic, branch=facts.branch, membership=one.membership)
    return [
        _button(_("Remind {name}").format(name=name), remind),
        _button(_("Check in for {name}").format(name=name), proxy),
    ]


def _named(one: Waited, among: Sequence[Waited]) -> str:
    """The name; with the group where somebody else bears it too."""
    return f"{one.name} ({one.group})" if one.group and _is_shared(one, among) else one.name


def _is_shared(one: Waited, among: Sequence[Waited]) -> bool:
    return sum(other.name == one.name for other in among) > 1


def _button(words: str, tap: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=words, callback_data=tap.pack())
