"""Topics in a chat: the notice, the card with its figures and buttons, the lists members see."""

from collections.abc import Sequence
from datetime import datetime

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Italic, Text, as_list

from domain.ids import TopicId
from domain.topics import (
    Attachment,
    Progress,
    TopicCard,
    TopicLine,
    TopicNotice,
    TopicReminder,
    week_of,
)
from messages.checkins import check_in_button, undo_button
from messages.home import home_button
from messages.moments import clock, deadline, moment
from messages.outgoing import Outgoing, Upload, keyboard, rows
from messages.speech import _, ngettext

CELLS = 5  # of the bar behind the figures
BUTTON_SHOWN = 20  # characters of a title on a button


class TopicTap(CallbackData, prefix="topic"):
    """Open a topic before a member."""

    topic: TopicId


class OpenTopicsTap(CallbackData, prefix="study"):
    """The list of open topics."""


class ReflectTap(CallbackData, prefix="reflect"):
    """心得: write one, in private."""

    topic: TopicId


class FilesTap(CallbackData, prefix="files"):
    """Send the topic's files again."""

    topic: TopicId


class PiecesTap(CallbackData, prefix="pieces"):
    """Read what was handed in on a topic."""

    topic: TopicId


def notice(facts: TopicNotice) -> Outgoing:
    """The announcement a week ahead."""
    heading = Bold(_("📣 Coming up: {title}").format(title=facts.title))
    asked = [Bold(_("You are the lead speaker of this topic."))] if facts.leads else []
    opens = Text(_("Opens:"), " ", deadline(facts.opens_at, facts.zone))
    return Outgoing(
        as_list(heading, *asked, opens, *about(facts.lead_name, facts.closes_at, facts.zone, facts.text))
    )


def card(facts: TopicCard) -> Outgoing:
    """A topic as it stands in a group, or before one person."""
    if facts.withdrawn:
        return Outgoing(Text(Bold(facts.title), "\n", _("This topic was withdrawn.")), keyboard())
    text = as_list(
        heading(facts.title, facts.opens_at, facts.zone),
        *about(facts.lead_name, facts.closes_at, facts.zone, facts.text),
        *links(facts.attachments),
        "",
        figures(facts),
        *_own(facts),
    )
    return Outgoing(text, keyboard(*_buttons(facts)), uploads(facts.attachments))


def reminder(facts: TopicReminder) -> Outgoing:
    """To one who has not checked in; voluntary, and said so."""
    text = as_list(
        Bold(facts.title),
        Text(
            _("If you have studied this topic, you can check in until"),
            " ",
            deadline(facts.closes_at, facts.zone),
        ),
        _("Checking in is voluntary."),
    )
    return Outgoing(text, keyboard([check_in_button(facts.id), reflect_button(facts.id)], [home_button()]))


def open_list(
    open_now: Sequence[TopicLine], closed: Sequence[TopicLine], coming: Sequence[TopicLine]
) -> Outgoing:
    """What is open, what may still be checked in to late, and what is coming."""
    lines: list[Text | str] = []
    if open_now:
        lines += [Bold(_("Open topics")), *(_numbered(n, line) for n, line in enumerate(open_now, 1))]
    else:
        lines.append(_("No topic is open now."))
    if closed:
        lines += [Bold(_("Closed lately")), *(_ended(line) for line in closed)]
    if coming:
        lines += [Bold(_("Coming up")), *(_starting(line) for line in coming)]
    taps = [_open_button(line) for line in (*open_now, *closed)]
    return Outgoing(as_list(*lines), keyboard(*rows(*taps, width=1), [home_button()]))


def which(lines: Sequence[TopicLine], taps: Sequence[InlineKeyboardButton]) -> Outgoing:
    """Several topics are open: which one is meant?"""
    asked = as_list(
        _("Several topics are open. Which one?"), *(_numbered(n, line) for n, line in enumerate(lines, 1))
    )
    return Outgoing(asked, keyboard(*rows(*taps, width=1), [home_button()]))


def heading(title: str, opens_at: datetime, zone: str) -> Text:
    """第 48 周 · the title."""
    week = _("Week {week}").format(week=week_of(opens_at, zone))
    return Text("📖 ", week, " · ", Bold(title))


def about(lead_name: str | None, closes_at: datetime, zone: str, text: str) -> list[Text | str]:
    """Deadline, lead speaker and text; what is not given takes no line."""
    lines: list[Text | str] = [Text(_("Until:"), " ", deadline(closes_at, zone))]
    if lead_name is not None:
        lines.append(_("Lead speaker: {name}").format(name=lead_name))
    if text:
        lines += ["", text]
    return lines


def figures(facts: TopicCard) -> Text | str:
    """Words before the bar; those beside the expected are said apart."""
    progress = facts.progress
    parts = []
    if facts.checkins_on:
        parts.append(
            _("Checked in {done}/{expected}").format(done=progress.checked_in, expected=progress.expected)
            + f" {bar(progress)}"
        )
        if progress.beside:
            parts.append(_("and {n} more").format(n=progress.beside))
    if facts.reflections:
        parts.append(_("reflections {n}").format(n=facts.reflections))
    if facts.closed:
        parts.append(_("closed"))
    elif facts.checkins_on:
        parts.append(_("voluntary"))
    return " · ".join(parts)


def bar(progress: Progress) -> str:
    """▓▓▓░░, full only when everybody is in."""
    filled = CELLS * progress.checked_in // progress.expected if progress.expected else 0
    return "▓" * filled + "░" * (CELLS - filled)


def links(attachments: Sequence[Attachment]) -> list[Text | str]:
    """Links among the materials, a line each."""
    return [attachment.url for attachment in attachments if attachment.url]


def uploads(attachments: Sequence[Attachment]) -> tuple[Upload, ...]:
    """Files among the materials, which follow the text."""
    return tuple(
        Upload(one.kind, file_id=one.file_id, name=one.name) for one in attachments if one.file_id is not None
    )


def reflect_button(topic: TopicId) -> InlineKeyboardButton:
    """On a card, until the deadline."""
    return InlineKeyboardButton(text=_("✍️ Reflect"), callback_data=ReflectTap(topic=topic).pack())


def choice_to_reflect(line: TopicLine) -> InlineKeyboardButton:
    """One of several open topics to write about."""
    return InlineKeyboardButton(text=short(line.title), callback_data=ReflectTap(topic=line.id).pack())


def study_button() -> InlineKeyboardButton:
    """Back to the list of open topics."""
    return InlineKeyboardButton(text=_("Back"), callback_data=OpenTopicsTap().pack())


def short(title: str) -> str:
    """A title that fits a button."""
    return title if len(title) <= BUTTON_SHOWN else title[: BUTTON_SHOWN - 1] + "…"


def attached(attachments: Sequence[Attachment]) -> list[Text | str]:
    """How many files go with it, where any do."""
    n = len(attachments)
    return [Italic(ngettext("{n} attachment", "{n} attachments", n).format(n=n))] if n else []


def _own(facts: TopicCard) -> list[Text | str]:
    if facts.checked_in_at is None:
        return []
    time = clock(facts.checked_in_at, facts.zone)
    return [_("You checked in at {time}.").format(time=time)]


def _buttons(facts: TopicCard) -> list[list[InlineKeyboardButton]]:
    mine = facts.checked_in_at is not None
    check_in = [check_in_button(facts.id, late=facts.closed)] if facts.checkins_on and not mine else []
    undo = [undo_button(facts.id)] if facts.checkins_on and facts.open and (mine or not facts.private) else []
    reflect = [reflect_button(facts.id)] if facts.open else []
    read = (
        [InlineKeyboardButton(text=_("📚 Read reflections"), callback_data=PiecesTap(topic=facts.id).pack())]
        if facts.private and facts.reflections
        else []
    )
    files = (
        [InlineKeyboardButton(text=_("📎 Files"), callback_data=FilesTap(topic=facts.id).pack())]
        if facts.private and uploads(facts.attachments)
        else []
    )
    way_back = [study_button(), home_button()] if facts.private else []
    if facts.private:
        return [[*check_in, *undo, *reflect], [*read, *files], way_back]
    return [[*check_in, *reflect], undo]


def _numbered(n: int, line: TopicLine) -> Text:
    mark = " ✅" if line.checked_in else ""
    until = [" · ", _("Until:"), " ", deadline(line.closes_at, line.zone)] if line.closes_at else []
    return Text(f"{n}. {line.title}{mark}", *until)


def _ended(line: TopicLine) -> str:
    mark = " ✅" if line.checked_in else ""
    return f"· {line.title}{mark}"


def _starting(line: TopicLine) -> str:
    opens = moment(line.opens_at, line.zone) if line.opens_at else ""
    return f"· {line.title} · {opens}"


def _open_button(line: TopicLine) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=short(line.title), callback_data=TopicTap(topic=line.id).pack())
