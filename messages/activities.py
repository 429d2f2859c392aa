"""What a chat shows of an activity: its card, reminders, lists."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.utils.formatting import Bold, Text, as_list

from domain.activities import Activity, Answer, Called, Kind, Notice, Reminder, State
from domain.ids import ActivityId
from messages import moments
from messages.attendance import ArriveTap, RosterTap
from messages.home import home_button
from messages.leaves import LeaveTap
from messages.outgoing import Outgoing, keyboard, rows
from messages.rsvps import RsvpTap
from messages.rules import rule_words
from messages.speech import N_, _, ngettext

KINDS: Mapping[Kind, str] = {
    Kind.THEME_DAY: N_("Theme day"),
    Kind.MEMBERSHIP_MEETING: N_("Membership meeting"),
    Kind.COMMITTEE_MEETING: N_("Committee meeting"),
    Kind.GROUP_MEETING: N_("Group meeting"),
    Kind.LECTURE: N_("Lecture"),
    Kind.ORGANISATIONAL_LIFE: N_("Organisational-life meeting"),
}


class ActivityTap(CallbackData, prefix="acv"):
    """Something its planner wants with a planned activity."""

    activity: ActivityId
    do: str


def kind_name(kind: Kind) -> str:
    """The kind in the language being spoken."""
    return _(KINDS[kind])


def heading(activity: Activity) -> str:
    """`主题党日 · 参观纪念馆`."""
    name = kind_name(activity.kind)
    return f"{name} · {activity.title}" if activity.title else name


def button(words: str, data: CallbackData) -> InlineKeyboardButton:
    """A button with typed data behind it."""
    return InlineKeyboardButton(text=words, callback_data=data.pack())


def card(notice: Notice) -> Outgoing:
    """The card: in a group everybody's, in private with one's own answer."""
    activity = notice.activity
    lines: list[Text] = [Text("📌 ", Bold(heading(activity))), Text(notice.unit_name), *facts_of(activity)]
    if notice.rule:
        lines.append(Text("🔁 ", rule_words(notice.rule)))
    if activity.agenda:
        lines.append(Text("\n", Bold(_("Agenda")), "\n", activity.agenda))
    lines.append(Text("\n", _counted(notice)))
    if notice.answer is not None and activity.state is State.PLANNED:
        lines.append(Text(answer_words(notice.answer)))
    if state := state_words(activity.state):
        lines.append(Text(Bold(state)))
    return Outgoing(as_list(*lines), _card_buttons(notice))


def facts_of(activity: Activity) -> list[Text]:
    """When and where."""
    lines = [Text("🕒 ", moments.lasting(activity.starts_at, activity.ends_at, activity.zone))]
    if activity.version > 1:
        lines[0] = Text(lines[0], " ", _("(new time)"))
    if activity.place:
        lines.append(Text("📍 ", activity.place))
    return lines


def _counted(notice: Notice) -> str:
    return _("Expected {expected}, going {going}, on leave {leave}").format(
        expected=notice.counts.expected, going=notice.counts.going, leave=notice.counts.on_leave
    )


def answer_words(answer: Answer) -> str:
    """What the member has said, to that member."""
    match answer:
        case Answer.NONE:
            return _("You have not answered yet.")
        case Answer.GOING:
            return _("You said that you are coming.")
        case Answer.NOT_GOING:
            return _("You said that you are not coming.")
        case Answer.LEAVE_ASKED:
            return _("Your leave waits for the secretary's answer.")
        case Answer.LEAVE_APPROVED:
            return _("You are on leave.")
        case Answer.LEAVE_DECLINED:
            return _("Your leave was declined; please come.")
        case _:
            assert_never(answer)


def state_words(state: State) -> str | None:
    """What a card says of an activity that is not simply to come."""
    match state:
        case State.CANCELLED:
            return _("Called off")
        case State.NOT_HELD:
            return _("Did not take place")
        case State.STARTED:
            return _("Under way")
        case State.CONFIRMED:
            return _("Attendance confirmed")
        case State.DRAFT | State.PLANNED:
            return None
        case _:
            assert_never(state)


def _card_buttons(notice: Notice) -> InlineKeyboardMarkup | None:
    activity = notice.activity
    buttons: list[InlineKeyboardButton] = []
    if activity.state is State.PLANNED and notice.now < activity.starts_at:
        buttons += answer_buttons(activity.id, notice.counts.going, notice.answer)
    if notice.arriving and activity.state in {State.PLANNED, State.STARTED}:
        buttons.append(button(_("📍 I am here"), ArriveTap(activity=activity.id)))
    if notice.private:
        return keyboard(*rows(*buttons), [home_button()])
    return keyboard(*rows(*buttons)) if buttons else None


def answer_buttons(
    activity: ActivityId, going: int | None, answer: Answer | None
) -> list[InlineKeyboardButton]:
    """[✅ 参加 18] [🙋 请假]; in private, who is coming may take it back."""
    count = f" {going}" if going is not None else ""
    coming = button(f"✅ {_('Going')}{count}", RsvpTap(activity=activity, going=True))
    leave = button(f"🙋 {_('Leave')}", LeaveTap(activity=activity))
    if answer is Answer.GOING:
        return [coming, leave, button(_("Not coming"), RsvpTap(activity=activity, going=False))]
    return [coming, leave]


def reminder(facts: Reminder) -> Outgoing:
    """A nudge to one person, with what they can still do."""
    activity = facts.activity
    title = _("It has another time: {what}") if facts.is_about_move else _("Reminder: {what}")
    lines = [
        Text("⏰ ", Bold(title.format(what=heading(activity)))),
        *facts_of(activity),
        Text(until(facts)),
        Text(answer_words(facts.answer)),
    ]
    return Outgoing(as_list(*lines), keyboard(answer_buttons(activity.id, None, None), [home_button()]))


def until(facts: Reminder) -> str:
    """How far off it is, in the largest unit that is honest."""
    left = facts.activity.starts_at - facts.now
    if left.days >= 1:
        return ngettext("In {n} day.", "In {n} days.", left.days).format(n=left.days)
    hours, minutes = left.seconds // 3600, left.seconds % 3600 // 60
    if hours:
        return ngettext("In {n} hour.", "In {n} hours.", hours).format(n=hours)
    return ngettext("In {n} minute.", "In {n} minutes.", minutes).format(n=minutes)


def called_off(facts: Called) -> Outgoing:
    """To those who were coming."""
    activity = facts.activity
    said = _("Called off: {what}").format(what=heading(activity))
    when = moments.moment(activity.starts_at, activity.zone)
    return Outgoing(as_list(Bold(said), Text("🕒 ", when)), keyboard([home_button()]))


def rsvp_toast(notice: Notice, already: bool) -> str:
    """The answer to a tap."""
    going = notice.answer is Answer.GOING
    when = moments.moment(notice.activity.starts_at, notice.activity.zone)
    if not going:
        return _("Noted: you are not coming.")
    if already:
        return _("You are down already: {when}.").format(when=when)
    return _("You are down for {when}.").format(when=when)


def listed(activities: Sequence[Activity]) -> Outgoing:
    """Activities of those who lead: coming and of late."""
    if not activities:
        return Outgoing(
            Text(_("No activities are planned. /newactivity plans one.")), keyboard([home_button()])
        )
    lines = [
        Text(
            f"{number}. {moments.moment(one.starts_at, one.zone)}  {heading(one)}",
            f"  {state_words(one.state) or ''}".rstrip(),
        )
        for number, one in enumerate(activities, 1)
    ]
    buttons = [
        button(f"{number}. {moments.day(one.local_date)}", ActivityTap(activity=one.id, do="open"))
        for number, one in enumerate(activities, 1)
    ]
    title = Bold(_("Activities of my branch"))
    return Outgoing(as_list(title, *lines), keyboard(*rows(*buttons), [home_button()]))


def managed(activity: Activity, in_series: bool, notice: str | None = None) -> Outgoing:
    """One activity before those who plan it and keep its roster."""
    tap = activity.id
    lines = [Text(notice, "\n")] if notice else []
    lines += [Bold(heading(activity)), *facts_of(activity)]
    if state := state_words(activity.state):
        lines.append(Text(Bold(state)))
    buttons = []
    match activity.state:
        case State.PLANNED:
            buttons = [
                button(_("Who comes"), RosterTap(activity=tap)),
                button(_("Another time"), ActivityTap(activity=tap, do="move")),
                button(_("Place"), ActivityTap(activity=tap, do="place")),
                button(_("Agenda"), ActivityTap(activity=tap, do="agenda")),
                button(_("Call off"), ActivityTap(activity=tap, do="cancel")),
            ]
            if in_series:
                buttons.append(button(_("End the series"), ActivityTap(activity=tap, do="end")))
        case State.STARTED:
            buttons = [
                button(_("Attendance"), RosterTap(activity=tap)),
                button(_("Not held"), ActivityTap(activity=tap, do="unheld")),
            ]
        case State.CONFIRMED:
            buttons = [button(_("Attendance"), RosterTap(activity=tap))]
        case State.DRAFT | State.CANCELLED | State.NOT_HELD:
            pass
        case _:
            assert_never(activity.state)
    back = button(_("Back"), ActivityTap(activity=tap, do="list"))
    return Outgoing(as_list(*lines), keyboard(*rows(*buttons), [back, home_button()]))


def sure(activity: Activity, do: str, going: int) -> Outgoing:
    """Asked before something that others have to be told of, with how many they are."""
    match do:
        case "cancel":
            question = _("Call off {what}?")
        case "end":
            question = _("Call off {what} and every later one of the series?")
        case _:
            question = _("Note that {what} did not take place?")
    told = ngettext(
        "{n} person said that they are coming.", "{n} people said that they are coming.", going
    ).format(n=going)
    lines = [Bold(question.format(what=heading(activity))), *facts_of(activity), Text(told)]
    yes = button(_("Yes"), ActivityTap(activity=activity.id, do=f"{do}!"))
    back = button(_("Back"), ActivityTap(activity=activity.id, do="open"))
    return Outgoing(as_list(*lines), keyboard([yes, back], [home_button()]))


def asked_for(activity: Activity, do: str) -> Outgoing:
    """What is wanted as the next message."""
    match do:
        case "move":
            words = _("What is the new time? For example: 2026-11-27 15:00")
        case "place":
            words = _("Where is it held? Send the place or a link.")
        case _:
            words = _("Send the agenda.")
    back = button(_("Back"), ActivityTap(activity=activity.id, do="open"))
    return Outgoing(as_list(Bold(heading(activity)), words), keyboard([back, home_button()]))


def told(people: int) -> str:
    """How many are being written to."""
    return ngettext(
        "Done. {n} person who was coming is told.", "Done. {n} people who were coming are told.", people
    ).format(n=people)
