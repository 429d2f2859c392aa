"""Messages held or dead: what, to whom by unit, since when and why; never a text, never a name."""

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Text, as_list

from domain.deliveries import Cause, Kind
from domain.held import PAGE, Batch, Decision, Page, PausedCause, Shelf, Stuck, Subject
from domain.ids import DeliveryId, OccurrenceId
from messages.admin import AdminTap, back, tap, turns
from messages.keys import KEY
from messages.moments import moment
from messages.outgoing import Outgoing, keyboard
from messages.speech import N_, _, ngettext

TITLE_SHOWN = 40  # characters of a title: enough to know it by
SHOWN = 8  # paused causes on one screen; there are hardly ever two

KINDS: Mapping[Kind, str] = {
    Kind.TOPIC_NOTICE: N_("Notice of a topic"),
    Kind.TOPIC_PUSH: N_("Study topic"),
    Kind.TOPIC_REMINDER: N_("Reminder of a topic"),
    Kind.ACTIVITY_NOTICE: N_("Notice of an activity"),
    Kind.ACTIVITY_REMINDER: N_("Reminder of an activity"),
    Kind.ACTIVITY_ROSTER: N_("Attendance list"),
    Kind.ACTIVITY_CANCELLED: N_("Activity called off"),
    Kind.LEAVE_ASKED: N_("Leave asked for"),
    Kind.LEAVE_DECIDED: N_("Answer to a leave"),
    Kind.JOINED: N_("Somebody joined"),
    Kind.JOIN_ASKED: N_("Request to join"),
    Kind.JOIN_DECIDED: N_("Answer to a request to join"),
    Kind.ACCOUNT_REPLACED: N_("Word that another account stands for somebody"),
    Kind.ROLE_GIVEN: N_("Word of a role given"),
    Kind.ROLE_ENDED: N_("Word of a role ended"),
    Kind.TRANSFER_ASKED: N_("Transfer asked for"),
    Kind.TRANSFER_TOLD: N_("Word of a transfer"),
    Kind.MEMBER_LEFT: N_("Word that somebody left"),
    Kind.MEMBER_BACK: N_("Word that somebody came back"),
    Kind.REFLECTION_RETURNED: N_("Reflection returned"),
    Kind.HANDOVER_ASKED: N_("Hand-over to confirm"),
    Kind.HANDOVER_DECIDED: N_("Answer to a hand-over"),
    Kind.HANDED_OVER: N_("Hand-over sheet"),
    Kind.CONSENT_ASKED: N_("Consent asked of an author"),
    Kind.DIGEST: N_("What was held back, together"),
    Kind.CHAT_SUSPENDED: N_("Group that does not let the bot write"),
    Kind.ADMIN_ALERT: N_("Word to administrators"),
}
# Why, from the words that head a reason. The platform's own words may quote a person's, and stay unsaid.
REASONS: Mapping[str, str] = {
    "TelegramForbiddenError": N_("blocked, or the bot was removed"),
    "TelegramBadRequest Bad Request: chat not found": N_("there is no such chat for the bot"),
    "TelegramBadRequest": N_("the platform refused it as it stands"),
    "TelegramEntityTooLarge": N_("too large for the platform"),
    "TelegramServerError": N_("the platform failed while it was being sent"),
    "RestartingTelegram": N_("the platform failed while it was being sent"),
    "ClientDecodeError": N_("the answer could not be read"),
    "TelegramNetworkError": N_("the connection broke while it was being sent"),
    "the sender stopped": N_("the bot stopped while it was being sent"),
}


class HeldTap(CallbackData, prefix="held"):
    """A decision about one delivery, and the page it was shown on."""

    do: Decision
    delivery: DeliveryId = KEY
    shelf: Shelf
    page: int


class CauseTap(CallbackData, prefix="heldall"):
    """A decision about all of a cause; confirmed for so many, or still to be (0)."""

    do: Decision
    cause: OccurrenceId = KEY
    shelf: Shelf
    count: int = 0


class ResumeTap(CallbackData, prefix="heldon"):
    """Send a paused cause on."""

    cause: OccurrenceId = KEY


def screen(page: Page) -> Outgoing:
    """A page of a shelf, cause by cause."""
    first = page.number * PAGE + 1
    lines: list[Text | str] = [_heading(page)]
    buttons: list[list[InlineKeyboardButton]] = []
    numbered = list(enumerate(page.rows, first))
    for cause, rows in groupby(numbered, key=lambda one: one[1].subject.occurrence):
        of_cause = list(rows)
        many = page.of_cause.get(cause, 0)
        lines.append(Bold(what(of_cause[0][1].subject), f" ×{many}" if many > 1 else ""))
        for n, row in of_cause:
            lines.append(f"{n}. {whom(row)} · {moment(row.since, page.zone)}\n    {why(row, page.now)}")
            buttons.append(_decisions(n, row, page))
        if many > 1:
            buttons.append(_all_of(cause, many, page.shelf))
    return Outgoing(
        as_list(*lines),
        keyboard(*buttons, turns(page.shelf, page.number, page.pages), back()),
    )


def _heading(page: Page) -> Text:
    if not page.total:
        return Text(_("Nothing waits here."))
    if page.shelf is Shelf.HELD:
        said = ngettext(
            "{n} message may have arrived, or not", "{n} messages may have arrived, or not", page.total
        )
    else:
        said = ngettext(
            "{n} message could not be delivered", "{n} messages could not be delivered", page.total
        )
    return Bold(said.format(n=page.total))


def _decisions(n: int, row: Stuck, page: Page) -> list[InlineKeyboardButton]:
    shown: dict[str, Decision] = {_("Drop {n}"): Decision.DROP}
    if row.resendable(page.now):
        shown = {_("Resend {n}"): Decision.RESEND, **shown}
    return [
        tap(words.format(n=n), HeldTap(do=do, delivery=row.id, shelf=page.shelf, page=page.number))
        for words, do in shown.items()
    ]


def _all_of(cause: OccurrenceId, many: int, shelf: Shelf) -> list[InlineKeyboardButton]:
    return [
        tap(_("Resend all {n}").format(n=many), CauseTap(do=Decision.RESEND, cause=cause, shelf=shelf)),
        tap(_("Drop all {n}").format(n=many), CauseTap(do=Decision.DROP, cause=cause, shelf=shelf)),
    ]


def what(subject: Subject) -> str:
    """`学习主题「…」`: the kind, and the title of a topic or activity."""
    kind = _(KINDS[subject.kind])
    return (
        _("{kind}: {title}").format(kind=kind, title=subject.title[:TITLE_SHOWN]) if subject.title else kind
    )


def whom(row: Stuck) -> str:
    """The unit; a person's private chat is that of a member, whoever it is."""
    unit = row.unit or _("no unit")
    return (
        _("a member of {unit}").format(unit=unit) if row.private else _("group of {unit}").format(unit=unit)
    )


def why(row: Stuck, now: datetime) -> str:
    """What came of it, and whether it can be sent again."""
    said = _("not sent yet") if row.reason is None else reason(row.reason)
    if not row.reachable:
        return said + _("; the chat cannot be reached")
    if row.expired(now):
        return said + _("; its time has passed")
    return said


def told(row: Stuck, zone: str, now: datetime) -> str:
    """A line of a terminal: the id and the cause to name, then what, to whom, since when and why."""
    words = (what(row.subject), whom(row), moment(row.since, zone), why(row, now))
    return f"{row.id}  {cause_name(row.subject.cause)}  {' · '.join(words)}"


def cause_name(cause: Cause) -> str:
    """`topic:12/2026-W45/push`, as a command takes it."""
    return f"{cause.series}/{cause.slot}/{cause.stage}"


def reason(found: str) -> str:
    """Why, in words. Of what we do not know, the class."""
    if known := next((words for head, words in REASONS.items() if found.startswith(head)), None):
        return _(known)
    head = found.split(" ", 1)[0]
    return _("a fault of ours ({name})").format(name=head)


def confirmation(batch: Batch) -> Outgoing:
    """How many it would be, before it is done."""
    subject = what(batch.subject)
    if batch.decision is Decision.RESEND:
        said = _("Send {n} again? {what}")
        note = _("Each will own up that it may be a repeat.") if batch.shelf is Shelf.HELD else ""
        words = _("Resend all {n}")
    else:
        said, note, words = _("Drop {n}? They will not be sent. {what}"), "", _("Drop all {n}")
    confirmed = CauseTap(
        do=batch.decision, cause=batch.subject.occurrence, shelf=batch.shelf, count=batch.count
    )
    lines = [said.format(n=batch.count, what=subject), *([note] if note else [])]
    return Outgoing(
        as_list(*lines),
        keyboard([tap(words.format(n=batch.count), confirmed)], back(AdminTap(screen=batch.shelf))),
    )


def nothing_left() -> str:
    """For a decision about all of a cause that concerns nothing any more."""
    return _("That concerns no message any more: done already, out of reach, or past its time.")


def decided(batch: Batch) -> str:
    """After a decision about all of a cause."""
    done = _("{n} will be sent again.") if batch.decision is Decision.RESEND else _("{n} dropped.")
    return done.format(n=batch.count)


def paused_screen(causes: list[PausedCause]) -> Outgoing:
    """What waits after repeated refusals, why, and how to go on."""
    lines: list[Text | str] = [Bold(_("Paused causes")) if causes else Text(_("Nothing is paused."))]
    for n, cause in enumerate(causes[:SHOWN], 1):
        lines.append(Text(f"{n}. ", what(cause.subject)))
        lines.append("    " + _("{why}; {n} messages wait").format(why=reason(cause.reason), n=cause.waiting))
    taps = [
        tap(_("Go on {n}").format(n=n), ResumeTap(cause=cause.subject.occurrence))
        for n, cause in enumerate(causes[:SHOWN], 1)
    ]
    return Outgoing(as_list(*lines), keyboard(*([one] for one in taps), back()))


def resumed(done: bool) -> str:
    """After a tap on going on."""
    return _("It goes on.") if done else _("That was done already; nothing has changed.")
