"""From a kind of delivery to the facts it speaks of, gathered when it is sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from domain.deliveries import Destination, Kind
from domain.ids import ReflectionId, TopicId
from services import outstanding, reach, reflection_readers, topics
from storage.database import Transaction


def facts_of(
    tx: Transaction,
    kind: Kind,
    subject: int,
    to: Destination,
    now: datetime,
    fallback: Mapping[str, str],
) -> object | None:
    """What the message says; None when it is not owed there any more (withdrawn, left, done)."""
    match kind:
        case Kind.CHAT_SUSPENDED:
            return reach.suspension_facts(tx, subject, now)
        case Kind.TOPIC_NOTICE:
            return topics.notice_facts(tx, TopicId(subject), to, now, fallback)
        case Kind.TOPIC_PUSH:
            return topics.push_facts(tx, TopicId(subject), to, now, fallback)
        case Kind.TOPIC_REMINDER:
            return outstanding.reminder_facts(tx, TopicId(subject), to, now, fallback)
        case Kind.REFLECTION_RETURNED:
            return reflection_readers.returned_facts(tx, ReflectionId(subject), to)
        case (
            Kind.ACTIVITY_NOTICE
            | Kind.ACTIVITY_REMINDER
            | Kind.ACTIVITY_ROSTER
            | Kind.ACTIVITY_CANCELLED
            | Kind.LEAVE_ASKED
            | Kind.LEAVE_DECIDED
            | Kind.JOINED
            | Kind.JOIN_ASKED
            | Kind.JOIN_DECIDED
            | Kind.REFLECTION_HANDED_IN
        ):
            return None
        case _:
            assert_never(kind)
