"""The roster as its keeper sees it, and the tap at the door."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Text, as_list

from domain.activities import Answer, State
from domain.attendance import Arrival, Roster, RosterLine
from domain.ids import ActivityId, PersonId
from domain.participation import CountedAs, Outcome, Tally
from messages import moments
from messages.home import home_button
from messages.leaves import kind_name
from messages.outgoing import Outgoing, keyboard, rows
from messages.speech import N_, _, ngettext

PAGE = 16  # names on one screen: eight rows of two

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.PRESENT: N_("Present"),
    Outcome.LATE: N_("Late"),
    Outcome.ONLINE: N_("Online"),
    Outcome.LEAVE: N_("On leave"),
    Outcome.ABSENT: N_("Absent"),
}
MARKS: Mapping[Outcome, str] = {
    Outcome.PRESENT: "✅",
    Outcome.LATE: "🕒",
    Outcome.ONLINE: "💻",
    Outcome.LEAVE: "🙋",
    Outcome.ABSENT: "❌",
}


class ArriveTap(CallbackData, prefix="arr"):
    """I am here."""

    activity: ActivityId


class RosterTap(CallbackData, prefix="ros"):
    """Show the roster."""

    activity: ActivityId
    page: int = 0


class TurnTap(CallbackData, prefix="trn"):
    """The next outcome for one person."""

    activity: ActivityId
    person: PersonId
    page: int = 0


class ConfirmTap(CallbackData, prefix="cfm"):
    """The roster stands."""

    activity: ActivityId


class UnsaidTap(CallbackData, prefix="uns"):
    """Everybody else was there."""

    activity: ActivityId


class AddingTap(CallbackData, prefix="adl"):
    """Who else came?"""

    activity: ActivityId
    page: int = 0


class AddTap(CallbackData, prefix="add"):
    """This person came too."""

    activity: ActivityId
    person: PersonId


class MadeUpTap(CallbackData, prefix="mdu"):
    """I have made up what I missed."""

    activity: ActivityId


def _button(words: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=words, callback_data=data.pack())


def arrival(facts: Arrival) -> str:
    """The answer to the tap at the door."""
    at = moments.clock(facts.at, facts.activity.zone)
    if facts.already:
        return _("You are on record already: {outcome}.").format(outcome=_(OUTCOMES[facts.outcome]))
    if facts.outcome is Outcome.LATE:
        return _("Welcome. On record at {time}, as late.").format(time=at)
    return _("Welcome. On record at {time}.").format(time=at)


def line_of(tally: Tally) -> str:
    """应到12 实到9 请假2 缺席1;免1."""
    shown = tally.line
    return _("Expected {expected}, came {came}, on leave {leave}, absent {absent}; exempt {exempt}").format(
        expected=shown.expected,
        came=shown.attended,
        leave=shown.leave,
        absent=shown.absent,
        exempt=shown.exempt,
    )


def roster(facts: Roster, what: str, page: int = 0) -> Outgoing:
    """Before the start who comes; from the start who came, a tap on a name for each exception."""
    activity = facts.activity
    when = moments.moment(activity.starts_at, activity.zone)
    lines: list[Text] = [Bold(what), Text("🕒 ", when, "  ", facts.unit_name)]
    if activity.state is State.PLANNED:
        lines += _who_comes(facts)
        return Outgoing(as_list(*lines), keyboard([home_button()]))
    lines += _who_came(facts)
    if facts.unsaid and activity.state is State.STARTED:
        lines.append(Text(left_open(len(facts.unsaid))))
    if facts.tally is not None:
        lines += [Text(Bold(line_of(facts.tally))), Text(_rate(facts.tally))]
    return Outgoing(as_list(*lines), keyboard(*_roster_buttons(facts, page)))


def _rate(tally: Tally) -> str:
    if tally.rate_text is None:
        return _("Nobody was expected.")
    return _("Attendance {rate} = (present + late + online) ÷ expected").format(rate=tally.rate_text)


def _who_comes(facts: Roster) -> list[Text]:
    expected = [one for one in facts.lines if one.part is CountedAs.EXPECTED]
    going = [one for one in facts.lines if one.answer is Answer.GOING]
    away = [one for one in expected if one.answer.on_leave]
    silent = [one for one in expected if one not in going and one not in away]
    return [
        _group(_("Coming"), going),
        _group(_("On leave"), away),
        _group(_("No answer yet"), silent),
        _group(_("Exempt"), [one for one in facts.lines if one.part is CountedAs.EXEMPT]),
    ]


def _who_came(facts: Roster) -> list[Text]:
    expected = [one for one in facts.lines if one.part is CountedAs.EXPECTED]
    groups = [
        _group(
            f"{MARKS[outcome]} {_(OUTCOMES[outcome])}", [one for one in expected if one.outcome is outcome]
        )
        for outcome in Outcome
        if any(one.outcome is outcome for one in expected)
    ]
    if facts.unsaid:
        groups.append(_group(f"⚪ {_('Nothing known')}", facts.unsaid))
    for part, name in ((CountedAs.EXEMPT, _("Exempt")), (CountedAs.OBSERVER, _("Observers"))):
        beside = [one for one in facts.lines if one.part is part]
        if beside:
            groups.append(_group(name, beside))
    return groups


def _group(name: str, lines: Sequence[RosterLine]) -> Text:
    names = _(", ").join(map(_named, lines)) if lines else "–"
    return Text(f"{name} {len(lines)}: ", names)


def _named(line: RosterLine) -> str:
    if line.part is CountedAs.EXEMPT and line.outcome is not None:
        return _("{name} (came)").format(name=line.name)
    if line.leave_kind is None:
        return line.name
    kind = kind_name(line.leave_kind)
    why = _(", ").join([kind, _("not approved")]) if line.undecided else kind
    return _("{name} ({why})").format(name=line.name, why=why)


def _roster_buttons(facts: Roster, page: int) -> list[list[InlineKeyboardButton]]:
    activity = facts.activity.id
    pages = max(1, -(-len(facts.lines) // PAGE))
    page = min(max(page, 0), pages - 1)
    shown = facts.lines[page * PAGE : (page + 1) * PAGE]
    names = [
        _button(f"{_mark(one)} {one.name}", TurnTap(activity=activity, person=one.person, page=page))
        for one in shown
    ]
    turning = []
    if pages > 1:
        turning = [
            _button(f"{number + 1}/{pages}", RosterTap(activity=activity, page=number))
            for number in range(pages)
            if number != page
        ]
    acts = []
    if facts.unsaid:
        acts.append(
            _button(_("Rest present ({n})").format(n=len(facts.unsaid)), UnsaidTap(activity=activity))
        )
    if facts.addable:
        acts.append(_button(_("+ Observer"), AddingTap(activity=activity)))
    confirm = []
    if facts.activity.state is State.STARTED:
        confirm = [_button(f"✅ {_('Confirm all')}", ConfirmTap(activity=activity))]
    return [*rows(*names), turning, *rows(*acts), confirm, [home_button()]]


def _mark(line: RosterLine) -> str:
    match line.part:
        case CountedAs.OBSERVER:
            return "👁"
        case CountedAs.EXEMPT:
            return "✅" if line.outcome else "➖"
        case CountedAs.EXPECTED:
            return "⚪" if line.outcome is None else MARKS[line.outcome]
        case _:
            assert_never(line.part)


def confirmed(facts: Roster) -> str:
    """The toast of a confirmation."""
    return line_of(facts.tally) if facts.tally is not None else ""


def turned(facts: Roster, person: PersonId) -> str | None:
    """The toast of a tap on a name."""
    line = next((one for one in facts.lines if one.person == person), None)
    if line is None:
        return _("Taken off the roster.")
    return f"{line.name}: {_(OUTCOMES[line.outcome])}" if line.outcome else line.name


def adding(facts: Roster, page: int = 0) -> Outgoing:
    """Who came without standing on the roster."""
    activity = facts.activity.id
    pages = max(1, -(-len(facts.addable) // PAGE))
    page = min(max(page, 0), pages - 1)
    shown = facts.addable[page * PAGE : (page + 1) * PAGE]
    names = [_button(f"+ {name}", AddTap(activity=activity, person=person)) for person, name in shown]
    turning = [
        _button(f"{number + 1}/{pages}", AddingTap(activity=activity, page=number))
        for number in range(pages)
        if number != page
    ]
    back = _button(_("Back"), RosterTap(activity=activity))
    words = Text(_("Who else came? Those who are not expected are counted as observers."))
    return Outgoing(words, keyboard(*rows(*names), turning, [back, home_button()]))


def made_up() -> str:
    """The answer to 补学."""
    return _("Noted as made up. Thank you.")


def left_open(count: int) -> str:
    """What a confirmation would do to those of whom nothing is known."""
    return ngettext(
        "{n} person of whom nothing is known would be recorded as absent.",
        "{n} people of whom nothing is known would be recorded as absent.",
        count,
    ).format(n=count)
