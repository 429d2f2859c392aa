"""From a kind of delivery to the facts it speaks of, gathered when it is sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from domain.deliveries import Destination, Kind
from domain.ids import ReflectionId, TopicId
from services import (
    activity_facts,
    admin,
    appointments,
    consents,
    departures,
    digests,
    handover_facts,
    join_facts,
    leaves,
    outstanding,
    reach,
    reflection_readers,
    topics,
    transfers,
)
from storage.database import Transaction


def facts_of(  # noqa: C901, PLR0911, PLR0912 - one line for each kind
    tx: Transaction,
    kind: Kind,
    subject: int,
    to: Destination,
    now: datetime,
    fallback: Mapping[str, str],
) -> object | None:
    """What the message says; None when it is not owed there any more (withdrawn, left, done)."""
    match kind:
        case Kind.ROLE_GIVEN:
            return appointments.given_facts(tx, subject, now)
        case Kind.ROLE_ENDED:
            return appointments.ended_facts(tx, subject, now)
        case Kind.HANDOVER_ASKED:
            return handover_facts.asked_facts(tx, subject, now)
        case Kind.HANDOVER_DECIDED:
            return handover_facts.decided_facts(tx, subject, to)
        case Kind.HANDED_OVER:
            return handover_facts.done_facts(tx, subject, to, now, fallback)
        case Kind.CONSENT_ASKED:
            return consents.asked_facts(tx, subject, to, now)
        case Kind.DIGEST:
            return digests.digest_facts(tx, to, now, fallback)
        case Kind.CHAT_SUSPENDED:
            return reach.suspension_facts(tx, subject, now)
        case Kind.ADMIN_ALERT:
            return admin.alert_facts(tx, to, now)
        case Kind.TOPIC_NOTICE:
            return topics.notice_facts(tx, TopicId(subject), to, now, fallback)
        case Kind.TOPIC_PUSH:
            return topics.push_facts(tx, TopicId(subject), to, now, fallback)
        case Kind.TOPIC_REMINDER:
            return outstanding.reminder_facts(tx, TopicId(subject), to, now, fallback)
        case Kind.ACTIVITY_NOTICE:
            return activity_facts.notice_facts(tx, subject, to, now)
        case Kind.ACTIVITY_REMINDER:
            return activity_facts.reminder_facts(tx, subject, to, now)
        case Kind.ACTIVITY_ROSTER:
            return activity_facts.roster_facts(tx, subject, to, now)
        case Kind.ACTIVITY_CANCELLED:
            return activity_facts.cancelled_facts(tx, subject, to)
        case Kind.LEAVE_ASKED:
            return leaves.asked_facts(tx, subject, to)
        case Kind.LEAVE_DECIDED:
            return leaves.decided_facts(tx, subject, to, now)
        case Kind.REFLECTION_RETURNED:
            return reflection_readers.returned_facts(tx, ReflectionId(subject), to)
        case Kind.JOINED:
            return join_facts.joined_facts(tx, subject)
        case Kind.JOIN_ASKED:
            return join_facts.asked_facts(tx, subject, now)
        case Kind.ACCOUNT_REPLACED:
            return join_facts.replaced_facts(tx, subject)
        case Kind.TRANSFER_ASKED:
            return transfers.asked_facts(tx, subject)
        case Kind.TRANSFER_TOLD:
            return transfers.told_facts(tx, subject, to)
        case Kind.MEMBER_LEFT:
            return departures.left_facts(tx, subject, to, now)
        case Kind.MEMBER_BACK:
            return departures.back_facts(tx, subject, to, now)
        case Kind.JOIN_DECIDED:
            return join_facts.decided_facts(tx, subject, now)
        case _:
            assert_never(kind)
