"""Entries of the trail in words; without the chat's library, so that the console says them quickly."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from domain.errors import UnknownPeriod
from domain.periods import parse_period
from domain.trail import MOST, Entry, Search
from domain.zones import to_local
from messages.speech import N_, _

_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
SHORTEST_WORD = 2  # characters of a word looked for among the acts; one alone is a name's

ACTS: Mapping[str, str] = {
    "account_replaced": N_("account replaced by a new one"),
    "activity_cancelled": N_("activity called off"),
    "activity_moved": N_("activity moved"),
    "activity_not_held": N_("activity noted as not held"),
    "activity_published": N_("activity announced"),
    "activity_reworded": N_("activity changed"),
    "appointed": N_("role given"),
    "appointed_by_code": N_("made administrator by a code"),
    "attendance_confirmed": N_("attendance confirmed"),
    "attendance_corrected": N_("attendance corrected"),
    "attendance_marked": N_("attendance marked"),
    "attendance_marked_all": N_("attendance marked for everybody left"),
    "bound": N_("group linked with a unit"),
    "came_back": N_("member came back"),
    "checked_in_for": N_("checked in for another"),
    "claim_approved": N_("newcomer let in"),
    "claim_declined": N_("newcomer turned away"),
    "claim_disowned": N_("account let go: not that person"),
    "data_taken": N_("took their own data away"),
    "consented": N_("agreed that their pieces are read"),
    "drop_cause": N_("messages of a cause dropped"),
    "drop_delivery": N_("message dropped"),
    "drop_update": N_("parked update dropped"),
    "erased": N_("data deleted"),
    "exported": N_("roster exported"),
    "froze": N_("row frozen: claimed twice"),
    "guessed": N_("wrong link or name"),
    "handed_over": N_("role handed over"),
    "handover_asked": N_("hand-over asked for"),
    "handover_confirmed": N_("hand-over confirmed"),
    "handover_declined": N_("hand-over declined"),
    "handover_lapsed": N_("hand-over lapsed"),
    "handover_withdrawn": N_("hand-over withdrawn"),
    "imported": N_("roster imported"),
    "invited": N_("invitation link made"),
    "joined": N_("joined"),
    "leave_approved": N_("leave approved"),
    "leave_declined": N_("leave declined"),
    "left": N_("member left"),
    "made_up": N_("made up what was missed"),
    "names_opened": N_("names opened from above"),
    "names_taken": N_("list of names taken away"),
    "refused_consent": N_("did not agree that their pieces are read"),
    "reflection_accepted": N_("reflection accepted"),
    "reflection_returned": N_("reflection returned"),
    "refused": N_("tried without the right to it"),
    "reminded": N_("reminded the outstanding"),
    "resend_cause": N_("messages of a cause sent again"),
    "resend_delivery": N_("message sent again"),
    "resume_cause": N_("cause let go on"),
    "retry_update": N_("parked update tried again"),
    "role_ended": N_("role ended"),
    "roster_group": N_("group changed by a roster"),
    "roster_identity": N_("name or number changed by a roster"),
    "roster_left": N_("membership ended by a roster"),
    "roster_member": N_("enrolled by a roster"),
    "roster_role": N_("role given by a roster"),
    "roster_role_ended": N_("role ended by a roster"),
    "roster_standing": N_("standing changed by a roster"),
    "roster_account": N_("linked by a roster"),
    "schedule_ended": N_("recurring activity ended"),
    "setting_changed": N_("setting changed"),
    "standing_recorded": N_("standing or exemption changed"),
    "stay_begun": N_("guest taken in"),
    "stay_ended": N_("guest let go"),
    "topic_published": N_("topic posted"),
    "topic_withdrawn": N_("topic withdrawn"),
    "trail_read": N_("trail read"),
    "trail_taken": N_("trail taken away"),
    "transfer_agreed": N_("transfer agreed to"),
    "transfer_asked": N_("transfer asked for"),
    "transfer_declined": N_("transfer declined"),
    "transfer_failed": N_("transfer failed"),
    "transfer_withdrawn": N_("transfer withdrawn"),
    "transferred": N_("transferred"),
    "unbound": N_("group let go"),
    "unit_archived": N_("unit archived"),
    "unit_created": N_("unit created"),
    "unit_ended": N_("unit came to its end"),
    "unit_moved": N_("unit moved"),
    "unit_renamed": N_("unit renamed"),
    "unlinked": N_("stopped the bot"),
}
CHATS: Mapping[str, str] = {
    "private": N_("private chat"),
    "group": N_("group chat"),
    "supergroup": N_("group chat"),
}
SUBJECTS: Mapping[str, str] = {
    "account": N_("account"),
    "activity": N_("activity"),
    "appointment": N_("role"),
    "attendee": N_("attendance"),
    "chat": N_("chat"),
    "claim": N_("request to join"),
    "delivery": N_("message"),
    "handover": N_("hand-over"),
    "leave": N_("leave"),
    "link": N_("invitation"),
    "membership": N_("membership"),
    "occurrence": N_("cause"),
    "person": N_("person"),
    "reflection": N_("reflection"),
    "roster": N_("roster"),
    "schedule": N_("recurring activity"),
    "summary": N_("summary"),
    "topic": N_("topic"),
    "transfer": N_("transfer"),
    "unit": N_("unit"),
    "update": N_("parked update"),
}


def search_in(text: str, today: date) -> Search:
    """`/audit 王芳 任职 2026-11`: a day or period, words of an act, and a name, each where it is given."""
    names: list[str] = []
    acts: set[str] = set()
    since, until = None, None
    for word in text.split():
        span = _span(word, today)
        meant = _acts_called(word)
        if span is not None:
            since, until = span
        elif meant:
            acts |= meant
        else:
            names.append(word)
    return Search(" ".join(names), frozenset(acts), since, until)


def _span(word: str, today: date) -> tuple[date, date] | None:
    try:
        if _DAY.fullmatch(word):
            day = date(*map(int, word.split("-")))
            return day, day + timedelta(days=1)
        period = parse_period(word, today)
    except (UnknownPeriod, ValueError, OverflowError):
        return None
    return period.first, period.last + timedelta(days=1)


def _acts_called(word: str) -> set[str]:
    if word in ACTS:
        return {word}
    if len(word) < SHORTEST_WORD:
        return set()
    return {act for act, said in ACTS.items() if word.casefold() in _(said).casefold()}


def line(entry: Entry, zone: str) -> str:
    """One entry in a line."""
    parts = [f"{to_local(entry.at, zone):%Y-%m-%d %H:%M}", who(entry), act_name(entry.act)]
    concerned = subject(entry)
    parts += [concerned] if concerned else []
    parts += [entry.unit] if entry.unit else []
    parts += [chat(entry)] if entry.chat else []
    return " · ".join(parts)


def who(entry: Entry) -> str:
    """Who did it."""
    return entry.who or _("the machine")


def act_name(act: str) -> str:
    """An act in words; the code itself where it has none."""
    return _(ACTS[act]) if act in ACTS else act


def subject(entry: Entry) -> str:
    """On whom or what: a person by name, anything else by kind and number."""
    if entry.about:
        return entry.about
    if entry.subject is None:
        return ""
    kind = _(SUBJECTS[entry.subject_kind]) if entry.subject_kind in SUBJECTS else entry.subject_kind
    return f"{kind} {entry.subject}"


def chat(entry: Entry) -> str:
    """From which chat."""
    return f"{_(CHATS[entry.chat])} {entry.chat_number}" if entry.chat else ""


def rows(entries: Iterable[Entry], zone: str) -> list[tuple[str, ...]]:
    """What a file holds of each entry."""
    from messages.details import detail_words  # noqa: PLC0415 - loads the chat's library, for files alone

    return [
        (
            str(entry.id),
            f"{to_local(entry.at, zone):%Y-%m-%d %H:%M:%S}",
            who(entry),
            act_name(entry.act),
            subject(entry),
            entry.unit or "",
            chat(entry),
            detail_words(entry),
        )
        for entry in entries
    ]


def remark(entries: int) -> str:
    """Below a file that does not hold all."""
    return _("Only the newest {n} entries are here.").format(n=MOST) if entries >= MOST else ""
