"""From a kind of delivery to the facts it speaks of, gathered when it is sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from domain.deliveries import Destination, Kind
from services import reach
from storage.database import Transaction


def facts_of(
    tx: Transaction,
    kind: Kind,
    subject: int,
    to: Destination,  # noqa: ARG001 - for nouns that ask who reads it
    now: datetime,
    fallback: Mapping[str, str],  # noqa: ARG001 - for nouns that tell the time where no zone is set
) -> object | None:
    """What the message says; None when it is not owed there any more (withdrawn, left, done)."""
    match kind:
        case Kind.CHAT_SUSPENDED:
            return reach.suspension_facts(tx, subject, now)
        case (
            Kind.TOPIC_NOTICE
            | Kind.TOPIC_PUSH
            | Kind.TOPIC_REMINDER
            | Kind.ACTIVITY_NOTICE
            | Kind.ACTIVITY_REMINDER
            | Kind.ACTIVITY_ROSTER
            | Kind.ACTIVITY_CANCELLED
            | Kind.LEAVE_ASKED
            | Kind.LEAVE_DECIDED
            | Kind.JOINED
            | Kind.JOIN_ASKED
            | Kind.JOIN_DECIDED
            | Kind.REFLECTION_HANDED_IN
            | Kind.REFLECTION_RETURNED
        ):
            return None
        case _:
            assert_never(kind)
