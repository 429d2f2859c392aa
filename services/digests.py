"""Asks beyond the week's cap wait, and come together in one message as soon as the week has room."""

from collections.abc import Mapping
from datetime import datetime

from domain.activities import Reminder
from domain.burden import ENOUGH, REPEATS, UNASKED, WEEK
from domain.deliveries import Cause, Destination, Kind
from domain.digests import Digest, Held
from domain.ids import TopicId
from domain.topics import TopicNotice
from services import activity_facts, deliveries, outstanding, topics
from storage import burden, preferences
from storage.database import Transaction


def is_muted(tx: Transaction, kind: Kind, to: Destination, facts: object) -> bool:
    """Whether the person does not want to hear of it again."""
    return _repeats(kind, to, facts) and to.person is not None and preferences.mutes(tx, to.person, kind)


def has_no_room(tx: Transaction, kind: Kind, to: Destination, facts: object, now: datetime) -> bool:
    """Whether it would be one message more than a person is to get unasked in a week."""
    return _repeats(kind, to, facts) and room_from(tx, to, now) > now


def _repeats(kind: Kind, to: Destination, facts: object) -> bool:
    """Whether it only says again what was said; not that a time has changed, nor that one is to lead."""
    if isinstance(facts, Reminder) and facts.is_about_move:
        return False
    if isinstance(facts, TopicNotice) and facts.leads:
        return False
    return to.private and kind in REPEATS


def room_from(tx: Transaction, to: Destination, now: datetime) -> datetime:
    """When one of those that fill the week will be a week old; now, where it is not full."""
    return burden.nth_last(tx, to.chat, UNASKED, now - WEEK, to.most_unasked) + WEEK


def hold(tx: Transaction, to: Destination, now: datetime) -> None:
    """Owe the chat a digest once there is room, unless one is owed already."""
    if not burden.waits(tx, to.chat, Kind.DIGEST):
        cause = Cause(f"digest:{to.chat}", now.isoformat(), "digest")
        deliveries.owe_chats(tx, cause, Kind.DIGEST, to.chat, [to.chat], now, room_from(tx, to, now))


def digest_facts(
    tx: Transaction, to: Destination, now: datetime, fallback: Mapping[str, str]
) -> Digest | None:
    """What was held back since the last digest and is still to be said; None where nothing is."""
    found: dict[tuple[str, int], Held] = {}
    muted = preferences.muted_by(tx, to.person) if to.person is not None else frozenset()
    for kind, subject in burden.held_back(tx, to.chat, ENOUGH, now - 2 * WEEK):
        facts = None if kind in muted else _facts(tx, kind, subject, to, now, fallback)
        if facts is not None:
            found.setdefault((type(facts).__name__, subject), facts)
    return Digest(tuple(found.values())) if found else None


def _facts(
    tx: Transaction, kind: Kind, subject: int, to: Destination, now: datetime, fallback: Mapping[str, str]
) -> Held | None:
    match kind:
        case Kind.TOPIC_NOTICE:
            notice = topics.notice_facts(tx, TopicId(subject), to, now, fallback)
            return notice if isinstance(notice, TopicNotice) else None
        case Kind.TOPIC_REMINDER:
            return outstanding.reminder_facts(tx, TopicId(subject), to, now, fallback)
        case Kind.ACTIVITY_REMINDER:
            return activity_facts.reminder_facts(tx, subject, to, now)
        case _:
            return None
