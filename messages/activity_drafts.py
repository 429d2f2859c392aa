"""Planning an activity: one question at a time, then exactly what will be posted."""

from typing import Final

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Italic, Text, as_list

from domain.activities import CATALOGUE, Draft, Kind, Planned
from domain.activity_forms import nth_weekday, on_day_of_month, on_weekdays
from domain.ids import ActivityId
from domain.zones import to_local
from messages import moments
from messages.activities import ActivityTap, button, heading, kind_name
from messages.home import home_button
from messages.outgoing import Outgoing, keyboard, rows
from messages.rules import rule_words
from messages.speech import _

ONCE: Final = "once"


class DraftTap(CallbackData, prefix="act"):
    """What its maker wants with a plan."""

    draft: ActivityId
    do: str


class DraftKindTap(CallbackData, prefix="actk"):
    """What it is."""

    draft: ActivityId
    kind: Kind


class DraftRepeatTap(CallbackData, prefix="actr"):
    """How it recurs: once, or a rule that the start offers."""

    draft: ActivityId
    choice: str


def kinds(draft: Draft) -> Outgoing:
    """What is it?"""
    buttons = [button(kind_name(kind), DraftKindTap(draft=draft.id, kind=kind)) for kind in CATALOGUE]
    text = as_list(Bold(_("Plan an activity")), Text(draft.unit_name), _("What is it?"))
    return Outgoing(text, keyboard(*rows(*buttons), _ways_out(draft)))


def time_wanted(draft: Draft) -> Outgoing:
    """When is it?"""
    words = _("When? For example: 2026-11-20 15:00, or Friday 15:00-17:00")
    return Outgoing(as_list(Bold(kind_name(draft.kind)), words), keyboard(_ways_out(draft)))


def place_wanted(draft: Draft) -> Outgoing:
    """Where is it?"""
    return _skippable(draft, _("Where is it held? Send the place or a link."), "skip_place")


def agenda_wanted(draft: Draft) -> Outgoing:
    """What is on?"""
    return _skippable(draft, _("Send the agenda."), "skip_agenda")


def title_wanted(draft: Draft) -> Outgoing:
    """What is it called?"""
    return _skippable(draft, _("Send the title."), "show")


def _skippable(draft: Draft, words: str, do: str) -> Outgoing:
    skip = button(_("Skip"), DraftTap(draft=draft.id, do=do))
    return Outgoing(as_list(Bold(heading_of(draft)), words), keyboard([skip], _ways_out(draft)))


def repeat_wanted(draft: Draft) -> Outgoing:
    """Once, or again?"""
    buttons = [button(_("Once"), DraftRepeatTap(draft=draft.id, choice=ONCE))]
    for choice, rule in offered(draft).items():
        buttons.append(button(rule_words(rule), DraftRepeatTap(draft=draft.id, choice=choice)))
    words = _("Once, or again? You can also type it, for example: every 2nd and 4th Thursday")
    text = as_list(Bold(heading_of(draft)), words)
    return Outgoing(text, keyboard(*rows(*buttons, width=1), _ways_out(draft)))


def offered(draft: Draft) -> dict[str, str]:
    """The rules that the start of a plan suggests, by the choice that stands in the button."""
    if draft.starts_at is None:
        return {}
    local = to_local(draft.starts_at, draft.zone)
    nth = nth_weekday(local)
    rules = {"day": on_day_of_month(local.day), "nth": on_weekdays([nth if nth < 5 else -1], local.weekday())}
    if nth in {1, 2}:
        rules["pair"] = on_weekdays([nth, nth + 2], local.weekday())
    if nth in {3, 4}:
        rules["pair"] = on_weekdays([nth - 2, nth], local.weekday())
    return rules


def heading_of(draft: Draft) -> str:
    """`主题党日 · 参观纪念馆`."""
    name = kind_name(draft.kind)
    return f"{name} · {draft.title}" if draft.title else name


def preview(draft: Draft) -> Outgoing:
    """What will be posted, and nothing is before the tap."""
    buttons = [
        button(f"📣 {_('Publish')}", DraftTap(draft=draft.id, do="publish")),
        button(_("Edit"), DraftTap(draft=draft.id, do="edit")),
        button(_("Cancel"), DraftTap(draft=draft.id, do="discard")),
    ]
    return Outgoing(_shown(draft), keyboard(*rows(*buttons), [home_button()]))


def editing(draft: Draft) -> Outgoing:
    """The same with a button for each part."""
    parts = [
        (_("Kind"), "kind"),
        (_("Title"), "title"),
        (_("Time"), "time"),
        (_("Place"), "place"),
        (_("Agenda"), "agenda"),
        (_("Repeat"), "repeat"),
    ]
    if draft.several_units:
        parts.append((_("Unit"), "unit"))
    buttons = [button(words, DraftTap(draft=draft.id, do=do)) for words, do in parts]
    back = button(_("Back"), DraftTap(draft=draft.id, do="show"))
    return Outgoing(_shown(draft), keyboard(*rows(*buttons), [back, home_button()]))


def _shown(draft: Draft) -> Text:
    lines: list[Text] = [
        Italic(_("Preview; nothing is posted yet.")),
        Text("📌 ", Bold(heading_of(draft))),
        Text(draft.unit_name),
    ]
    if draft.starts_at is not None and draft.ends_at is not None:
        lines.append(Text("🕒 ", moments.lasting(draft.starts_at, draft.ends_at, draft.zone)))
    else:
        lines.append(Text("🕒 ", _("no time yet")))
    if draft.place:
        lines.append(Text("📍 ", draft.place))
    if draft.rule:
        lines.append(Text("🔁 ", rule_words(draft.rule)))
        slots = _("; ").join(moments.moment(at, draft.zone) for at in draft.next_slots)
        lines.append(Text(_("Next: {slots}").format(slots=slots)))
    if draft.agenda:
        lines.append(Text("\n", Bold(_("Agenda")), "\n", draft.agenda))
    if draft.short_notice:
        lines.append(Text("⚠️ ", _("Less than a week's notice.")))
    if draft.clashes:
        lines.append(Text("⚠️ ", _("Something of this kind is planned for that day already.")))
    return as_list(*lines)


def published(planned: Planned) -> Outgoing:
    """It stands."""
    activity = planned.activity
    said = _("It was published already.") if planned.again else _("Published.")
    when = moments.lasting(activity.starts_at, activity.ends_at, activity.zone)
    lines: list[Text] = [Bold(said), Text(heading(activity)), Text("🕒 ", when)]
    if planned.rule:
        lines.append(Text("🔁 ", rule_words(planned.rule)))
        lines.append(Text(_("Each time is announced a week ahead.")))
    manage = button(_("Manage"), ActivityTap(activity=activity.id, do="open"))
    return Outgoing(as_list(*lines), keyboard([manage, home_button()]))


def discarded() -> Outgoing:
    """Thrown away."""
    return Outgoing(Text(_("Thrown away; nothing was posted.")), keyboard([home_button()]))


def _ways_out(draft: Draft) -> list[InlineKeyboardButton]:
    cancel = button(_("Cancel"), DraftTap(draft=draft.id, do="discard"))
    return [cancel, home_button()]
