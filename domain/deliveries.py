"""Messages owed: the states a delivery passes, and what it can be about."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import ChatId, DeliveryId, PersonId


class State(StrEnum):
    """`ready → leased → sending → sent | ready again | dead | ambiguous | cancelled`."""

    READY = "ready"
    LEASED = "leased"
    SENDING = "sending"  # committed before the request is written
    SENT = "sent"
    DEAD = "dead"
    AMBIGUOUS = "ambiguous"  # written, and nobody knows whether it arrived
    CANCELLED = "cancelled"


class Op(StrEnum):
    """What is done to the chat."""

    SEND = "send"
    EDIT = "edit"
    DELETE = "delete"
    PIN = "pin"


class OnDoubt(StrEnum):
    """What happens to an ambiguous delivery of this class."""

    HOLD = "hold"  # a person decides
    RESEND_ONCE = "resend_once"  # sent again, saying it may be a repeat


class Kind(StrEnum):
    """What a delivery says; `subject` is the id of the thing it is about."""

    TOPIC_NOTICE = "topic_notice"  # subject: topic
    TOPIC_PUSH = "topic_push"  # subject: topic; becomes the card of its chat
    TOPIC_REMINDER = "topic_reminder"  # subject: topic, to one who has not checked in
    ACTIVITY_NOTICE = "activity_notice"  # subject: activity; becomes the card of its chat
    ACTIVITY_REMINDER = "activity_reminder"  # subject: activity
    ACTIVITY_ROSTER = "activity_roster"  # subject: activity; to those who take attendance
    ACTIVITY_CANCELLED = "activity_cancelled"  # subject: activity
    LEAVE_ASKED = "leave_asked"  # subject: leave; to those who decide
    LEAVE_DECIDED = "leave_decided"  # subject: leave; to the one who asked
    JOINED = "joined"  # subject: claim; to the secretary, with 不是本人
    JOIN_ASKED = "join_asked"  # subject: claim; to those who decide
    JOIN_DECIDED = "join_decided"  # subject: claim; to the one who asked
    ACCOUNT_REPLACED = "account_replaced"  # subject: account; to the one that stands for them no longer
    TRANSFER_ASKED = "transfer_asked"  # subject: transfer; to the side that has not answered
    TRANSFER_TOLD = "transfer_told"  # subject: transfer; to both sides and the member
    MEMBER_LEFT = "member_left"  # subject: membership; to the one who belongs there no longer
    MEMBER_BACK = "member_back"  # subject: membership; to the one who belongs there again
    REFLECTION_RETURNED = "reflection_returned"  # subject: reflection; to its author
    ROLE_GIVEN = "role_given"  # subject: appointment; to the one appointed
    ROLE_ENDED = "role_ended"  # subject: appointment; to the one who held it
    HANDOVER_ASKED = "handover_asked"  # subject: hand-over; to those above
    HANDOVER_DECIDED = "handover_decided"  # subject: hand-over; to giver and successor
    HANDED_OVER = "handed_over"  # subject: hand-over; to both, with the sheet
    CONSENT_ASKED = "consent_asked"  # subject: appointment; to authors of what was for the secretary
    DIGEST = "digest"  # subject: our key of the chat; what was held back in a full week
    CHAT_SUSPENDED = "chat_suspended"  # subject: our key of the chat; to the secretary of its branch
    ADMIN_ALERT = "admin_alert"  # subject: none (0); to administrators, counted when it is said


ON_DOUBT: dict[Kind, OnDoubt] = {
    Kind.TOPIC_NOTICE: OnDoubt.HOLD,
    Kind.TOPIC_PUSH: OnDoubt.HOLD,
    Kind.TOPIC_REMINDER: OnDoubt.RESEND_ONCE,
    Kind.ACTIVITY_NOTICE: OnDoubt.HOLD,
    Kind.ACTIVITY_REMINDER: OnDoubt.RESEND_ONCE,
    Kind.ACTIVITY_ROSTER: OnDoubt.RESEND_ONCE,
    Kind.ACTIVITY_CANCELLED: OnDoubt.RESEND_ONCE,
    Kind.LEAVE_ASKED: OnDoubt.RESEND_ONCE,
    Kind.LEAVE_DECIDED: OnDoubt.RESEND_ONCE,
    Kind.JOINED: OnDoubt.RESEND_ONCE,
    Kind.JOIN_ASKED: OnDoubt.RESEND_ONCE,
    Kind.JOIN_DECIDED: OnDoubt.RESEND_ONCE,
    Kind.ACCOUNT_REPLACED: OnDoubt.RESEND_ONCE,
    Kind.TRANSFER_ASKED: OnDoubt.RESEND_ONCE,
    Kind.TRANSFER_TOLD: OnDoubt.RESEND_ONCE,
    Kind.MEMBER_LEFT: OnDoubt.RESEND_ONCE,
    Kind.MEMBER_BACK: OnDoubt.RESEND_ONCE,
    Kind.REFLECTION_RETURNED: OnDoubt.RESEND_ONCE,
    Kind.ROLE_GIVEN: OnDoubt.RESEND_ONCE,
    Kind.ROLE_ENDED: OnDoubt.RESEND_ONCE,
    Kind.HANDOVER_ASKED: OnDoubt.RESEND_ONCE,
    Kind.HANDOVER_DECIDED: OnDoubt.RESEND_ONCE,
    Kind.HANDED_OVER: OnDoubt.RESEND_ONCE,
    Kind.CONSENT_ASKED: OnDoubt.RESEND_ONCE,
    Kind.DIGEST: OnDoubt.RESEND_ONCE,
    Kind.CHAT_SUSPENDED: OnDoubt.RESEND_ONCE,
    Kind.ADMIN_ALERT: OnDoubt.RESEND_ONCE,
}


@dataclass(frozen=True)
class Cause:
    """Why something is owed: unique by series, local slot and stage, so planning twice owes once."""

    series: str  # "topic:12", "activity:5", "leave:7"
    slot: str  # "2026-W43", "2026-11-05", "-" where there is but one
    stage: str  # "notice", "push", "remind-7d", "decided"


@dataclass(frozen=True)
class Destination:
    """Where a delivery goes, in the platform's own numbers, and how to speak there."""

    chat: ChatId
    platform_chat_id: int
    thread_id: int
    private: bool
    locale: str
    zone: str
    quiet: bool = False  # sent without a sound
    person: PersonId | None = None  # who a private chat belongs to, where the account is linked
    most_unasked: int = 5  # messages in seven days, in private


@dataclass(frozen=True)
class Due:
    """One claimed delivery, ready for the sender."""

    id: DeliveryId
    kind: Kind
    op: Op
    subject: int
    part: int
    version: int
    to: Destination
    attempts: int
    maybe_repeat: bool
    expires_at: datetime | None
