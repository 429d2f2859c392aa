"""What is coming: for one member with their answers, for a group with nobody's."""

from collections.abc import Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.utils.formatting import Bold, Text, as_list

from domain.activities import Activity, AgendaLine
from domain.ids import ActivityId
from messages import moments
from messages.activities import answer_words, button, heading
from messages.attendance import MadeUpTap
from messages.home import home_button
from messages.outgoing import Outgoing, keyboard, rows
from messages.speech import _


class CardTap(CallbackData, prefix="card"):
    """Show this activity."""

    activity: ActivityId


class AgendaTap(CallbackData, prefix="agenda"):
    """Back to the agenda."""


def agenda(lines: Sequence[AgendaLine], missed: Sequence[Activity]) -> Outgoing:
    """One member's agenda; a number opens the activity, to say whether one comes."""
    said = [Bold(_("Coming activities")), *_lines(lines)]
    numbers = [
        button(f"{number}. {_day(line.activity)}", CardTap(activity=line.activity.id))
        for number, line in enumerate(lines, 1)
    ]
    stamps = []
    if missed:
        said.append(Text("\n", Bold(_("Missed on leave, to be made up"))))
        said += [Text(f"• {_when(one)}  {heading(one)}") for one in missed]
        stamps = [
            button(_("Made up: {day}").format(day=_day(one)), MadeUpTap(activity=one.id)) for one in missed
        ]
    return Outgoing(as_list(*said), keyboard(*rows(*numbers), *rows(*stamps), [home_button()]))


def agenda_for_all(lines: Sequence[AgendaLine]) -> Outgoing:
    """A group's agenda."""
    return Outgoing(as_list(Bold(_("Coming activities")), *_lines(lines)))


def _lines(lines: Sequence[AgendaLine]) -> list[Text]:
    if not lines:
        return [Text(_("Nothing is planned."))]
    return [_line(number, line) for number, line in enumerate(lines, 1)]


def _line(number: int, line: AgendaLine) -> Text:
    text = f"{number}. {_when(line.activity)}  {heading(line.activity)}"
    place = f"\n    📍 {line.activity.place}" if line.activity.place else ""
    answer = f"\n    {answer_words(line.answer)}" if line.answer is not None else ""
    going = _("Going {going}").format(going=line.counts.going)
    return Text(text, place, answer or f"\n    {going}")


def _when(activity: Activity) -> str:
    return moments.moment(activity.starts_at, activity.zone)


def _day(activity: Activity) -> str:
    return moments.day(activity.local_date)
