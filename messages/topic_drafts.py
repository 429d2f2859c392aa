"""Posting a topic: the composer's questions, the exact preview, the list and page of those who post."""

from collections.abc import Sequence
from enum import StrEnum

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Italic, Text, as_list

from domain.broadcasts import Broadcast
from domain.ids import TopicId, UnitId
from domain.topics import Audience, Preview, TopicLine, TopicPage, TopicState
from domain.units import Unit
from messages.home import home_button
from messages.moments import deadline, moment
from messages.outgoing import Outgoing, keyboard, rows
from messages.outstanding import MissingTap
from messages.speech import _, ngettext
from messages.topics import PiecesTap, about, attached, heading, links, short


class Step(StrEnum):
    """What a button of the composer leads to."""

    TITLE = "title"
    TEXT = "text"
    AUDIENCE = "audience"
    WHEN = "when"
    TIMES = "times"
    USUAL = "usual"
    NOW = "now"
    LEAD = "lead"
    PREVIEW = "preview"
    EDIT = "edit"
    KEEP = "keep"
    DISCARD = "discard"


class ComposeTap(CallbackData, prefix="compose"):
    """A step of the composer, for a draft or for a topic on its way."""

    step: Step
    topic: TopicId


class AudienceTap(CallbackData, prefix="audience"):
    """For whom a draft is."""

    topic: TopicId
    unit: UnitId
    audience: Audience


class PublishTap(CallbackData, prefix="publish"):
    """发布. The draft's id is its business key: a second tap publishes nothing."""

    topic: TopicId
    sure: bool  # asked once more where many would get it


class PostedTap(CallbackData, prefix="posted"):
    """A page of the topics the person may edit."""

    page: int


class PostedTopicTap(CallbackData, prefix="post"):
    """One of them."""

    topic: TopicId


class WithdrawTap(CallbackData, prefix="withdraw"):
    """Take a topic back; asked again before it is done."""

    topic: TopicId
    sure: bool


def title_wanted(topic: TopicId) -> Outgoing:
    """The composer's first question."""
    example = Text(_("Or everything in one message:"), "\n\n", _example())
    return Outgoing(
        as_list(Bold(_("A new topic. What is its title?")), "", example),
        keyboard([_step(_("Cancel"), Step.DISCARD, topic)]),
    )


def _example() -> str:
    return _(
        "/newtopic Study the work rules\npublish: 2026-11-27 09:00\ncloses: 2026-12-03 18:00\n"
        "lead: Wang Fang\nThe text…"
    )


def text_wanted(topic: TopicId, composing: bool) -> Outgoing:
    """The composer's second question."""
    asked = _("Now the text, and files if there are any: send them one after another, then press Next.")
    return Outgoing(
        Text(asked),
        keyboard([_step(_("Next"), Step.AUDIENCE, topic)], _leave(topic) if composing else _back(topic)),
    )


def text_kept(topic: TopicId, composing: bool, *, file: bool) -> Outgoing:
    """After each message of text and each file."""
    said = _("The file is kept.") if file else _("The text is kept; another one takes its place.")
    return Outgoing(
        Text(said),
        keyboard([_step(_("Next"), Step.AUDIENCE, topic)], _leave(topic) if composing else _back(topic)),
    )


def audience_wanted(topic: TopicId, places: Sequence[tuple[Unit, Audience]]) -> Outgoing:
    """For whom, where the person may post to several."""
    taps = [
        InlineKeyboardButton(
            text=short(unit.name)
            if to is Audience.BRANCH
            else _("All below {unit}").format(unit=short(unit.name)),
            callback_data=AudienceTap(topic=topic, unit=unit.id, audience=to).pack(),
        )
        for unit, to in places
    ]
    return Outgoing(Text(_("For whom is it?")), keyboard(*rows(*taps, width=1), _leave(topic)))


def when_wanted(topic: TopicId, draft: bool) -> Outgoing:
    """The weekly slot, now, or a time of their own."""
    usual = _step(_("Weekly slot"), Step.USUAL, topic)
    chosen = _step(_("Choose a time…"), Step.TIMES, topic)
    asked = _("When? The weekly slot is the first at least seven days off, so that notice goes a week ahead.")
    return Outgoing(
        Text(asked),
        keyboard(
            [usual, chosen], [_step(_("At once"), Step.NOW, topic)], _leave(topic) if draft else _back(topic)
        ),
    )


def times_wanted(topic: TopicId) -> Outgoing:
    """A time in the person's own words."""
    asked = _("Send the time to publish, such as 2026-11-27 09:00. A second line gives the deadline.")
    return Outgoing(Text(asked), keyboard(_back(topic)))


def lead_wanted(topic: TopicId) -> Outgoing:
    """Whose main talk it is."""
    return Outgoing(Text(_("Send the name of the lead speaker.")), keyboard(_back(topic)))


def new_title_wanted(topic: TopicId) -> Outgoing:
    """Another title."""
    return Outgoing(Text(_("Send the new title.")), keyboard(_back(topic)))


def preview(facts: Preview, broadcast: Broadcast | None) -> Outgoing:
    """What publishing would post, exactly, and to whom and when."""
    topic = facts.topic
    if topic.state is TopicState.DRAFT:
        publish = _publish(topic.id, sure=False)
        discard = _step(_("Cancel"), Step.DISCARD, topic.id)
        lines = [
            [publish, _step(_("Edit"), Step.EDIT, topic.id)],
            [_step(_("Other time"), Step.WHEN, topic.id), _step(_("Keep as draft"), Step.KEEP, topic.id)],
            [discard],
        ]
    else:
        lines = [[_step(_("Edit"), Step.EDIT, topic.id)], [_posted(topic.id), home_button()]]
    shown = _shown(facts)
    return Outgoing(as_list(shown, _duration(broadcast)) if broadcast else shown, keyboard(*lines))


def sure_to_publish(topic: TopicId, broadcast: Broadcast) -> Outgoing:
    """Asked before many get it."""
    asked = _("Publish it now? It cannot be taken back from those who have read it.")
    return Outgoing(
        as_list(_duration(broadcast), asked), keyboard([_publish(topic, sure=True)], _back(topic))
    )


def edit_menu(topic: TopicId) -> Outgoing:
    """What to change."""
    taps = (
        _step(_("Topic title"), Step.TITLE, topic),
        _step(_("Text, files"), Step.TEXT, topic),
        _step(_("Time"), Step.WHEN, topic),
        _step(_("Lead speaker"), Step.LEAD, topic),
    )
    back = _step(_("Back"), Step.PREVIEW, topic)
    return Outgoing(Text(_("What shall change?")), keyboard(*rows(*taps), [back, home_button()]))


def published(facts: Preview) -> Outgoing:
    """What happens when, after publishing."""
    return Outgoing(
        as_list(Bold(_("Published: {title}").format(title=facts.topic.title)), *_plan(facts)),
        keyboard([_posted(facts.topic.id), home_button()]),
    )


def kept() -> Outgoing:
    """After keeping a draft."""
    return Outgoing(Text(_("The draft is kept; /topics leads back to it.")), keyboard([home_button()]))


def discarded() -> Outgoing:
    """After throwing a draft away."""
    return Outgoing(Text(_("The draft is thrown away; nothing was posted.")), keyboard([home_button()]))


def posted_list(lines: Sequence[TopicLine], page: int, more: bool) -> Outgoing:
    """Topics of the person's units, newest first."""
    if not lines and not page:
        return Outgoing(Text(_("No topic was posted yet. /newtopic begins one.")), keyboard([home_button()]))
    taps = [
        InlineKeyboardButton(text=short(line.title), callback_data=PostedTopicTap(topic=line.id).pack())
        for line in lines
    ]
    turns = [
        InlineKeyboardButton(text=words, callback_data=PostedTap(page=to).pack())
        for words, to, there in (("◂", page - 1, page > 0), ("▸", page + 1, more))
        if there
    ]
    text = as_list(Bold(_("Topics")), *(_line(line) for line in lines))
    return Outgoing(text, keyboard(*rows(*taps, width=1), turns, [home_button()]))


def page(facts: TopicPage) -> Outgoing:
    """One topic before those who post it."""
    line = facts.line
    missing = [
        InlineKeyboardButton(
            text=_("Outstanding"), callback_data=MissingTap(topic=line.id, branch=unit, page=0).pack()
        )
        for unit in facts.mine[:1]
    ]
    read = [
        InlineKeyboardButton(text=_("Reflections"), callback_data=PiecesTap(topic=line.id).pack())
        for _unit in facts.mine[:1]
    ]
    withdraw = InlineKeyboardButton(
        text=_("Withdraw"), callback_data=WithdrawTap(topic=line.id, sure=False).pack()
    )
    back = InlineKeyboardButton(text=_("Back"), callback_data=PostedTap(page=0).pack())
    text = as_list(
        Bold(line.title),
        *_times(line),
        _("{unit}: branches {branches}, sent in {pushed}").format(
            unit=facts.unit_name, branches=facts.branches, pushed=facts.pushed
        ),
    )
    edit = _step(_("Edit"), Step.EDIT, line.id)
    return Outgoing(text, keyboard([edit, withdraw], [*missing, *read], [back, home_button()]))


def sure_to_withdraw(facts: TopicPage) -> Outgoing:
    """Asked before a topic is taken back."""
    asked = _(
        "Withdraw “{title}”? People who have it or would get it: {people}; branches: {branches}."
    ).format(title=facts.line.title, people=facts.people, branches=facts.branches)
    sure = InlineKeyboardButton(
        text=_("Withdraw"), callback_data=WithdrawTap(topic=facts.line.id, sure=True).pack()
    )
    return Outgoing(Text(asked), keyboard([sure, _posted(facts.line.id)]))


def withdrawn(title: str) -> Outgoing:
    """After taking a topic back."""
    back = InlineKeyboardButton(text=_("Back"), callback_data=PostedTap(page=0).pack())
    return Outgoing(Text(_("Withdrawn: {title}").format(title=title)), keyboard([back, home_button()]))


def _shown(facts: Preview) -> Text:
    topic = facts.topic
    return as_list(
        Italic(_("Preview")),
        heading(topic.title, facts.opens_at, facts.zone),
        *about(facts.lead_name, facts.closes_at, facts.zone, topic.text),
        *links(facts.attachments),
        *attached(facts.attachments),
        "",
        *_plan(facts),
    )


def _plan(facts: Preview) -> list[Text | str]:
    """To whom and when; a notice shorter than a week is said."""
    branches = ngettext("{n} branch", "{n} branches", facts.branches).format(n=facts.branches)
    people = ngettext("{n} person", "{n} people", facts.people).format(n=facts.people)
    lines: list[Text | str] = [
        _("For: {unit} ({branches}, {people})").format(
            unit=facts.unit_name, branches=branches, people=people
        ),
        Text(_("Publish:"), " ", deadline(facts.opens_at, facts.zone)),
        Text(_("Until:"), " ", deadline(facts.closes_at, facts.zone)),
    ]
    if not facts.same_times:
        lines.append(_("The earliest branch; each has it at its own weekly slot."))
    if facts.announce_at is not None:
        lines.append(Text(_("Notice:"), " ", deadline(facts.announce_at, facts.zone)))
    if facts.short_notice:
        lines.append(_("⚠️ Less than a week's notice"))
    return lines


def _duration(broadcast: Broadcast) -> str:
    """How long it takes until everybody has it."""
    chats = ngettext("{n} chat", "{n} chats", broadcast.chats).format(n=broadcast.chats)
    minutes = ngettext("{n} minute", "{n} minutes", broadcast.minutes).format(n=broadcast.minutes)
    return _("Goes to {chats}; sending takes about {minutes}.").format(chats=chats, minutes=minutes)


def _publish(topic: TopicId, *, sure: bool) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=_("Publish"), callback_data=PublishTap(topic=topic, sure=sure).pack())


def _line(line: TopicLine) -> str:
    if line.state is TopicState.DRAFT:
        return _("· {title} (draft)").format(title=line.title)
    opens = moment(line.opens_at, line.zone) if line.opens_at else ""
    return f"· {line.title} · {opens}"


def _times(line: TopicLine) -> list[Text | str]:
    opens = [Text(_("Publish:"), " ", deadline(line.opens_at, line.zone))] if line.opens_at else []
    closes = [Text(_("Until:"), " ", deadline(line.closes_at, line.zone))] if line.closes_at else []
    return [*opens, *closes]


def _step(words: str, step: Step, topic: TopicId) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=words, callback_data=ComposeTap(step=step, topic=topic).pack())


def _posted(topic: TopicId) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=_("Back"), callback_data=PostedTopicTap(topic=topic).pack())


def _leave(topic: TopicId) -> list[InlineKeyboardButton]:
    return [_step(_("Keep as draft"), Step.KEEP, topic), _step(_("Cancel"), Step.DISCARD, topic)]


def _back(topic: TopicId) -> list[InlineKeyboardButton]:
    return [_step(_("Back"), Step.PREVIEW, topic), home_button()]
