"""Table definitions, by noun."""

from storage.tables.activities import Activity, Attendance, Leave, Rsvp, Schedule
from storage.tables.base import Base, UtcInstant
from storage.tables.chats import Card, Chat
from storage.tables.checkins import CheckIn, Reflection
from storage.tables.deliveries import Attempt, BotLease, BotState, Delivery, Occurrence
from storage.tables.erasures import Key, Tombstone
from storage.tables.handovers import Handover, ReadingConsent
from storage.tables.inbox import Conversation, InboxUpdate
from storage.tables.joining import Claim, Link
from storage.tables.people import (
    Account,
    Appointment,
    Membership,
    MembershipStanding,
    Mute,
    Person,
    Preference,
)
from storage.tables.staging import StagedChange
from storage.tables.summaries import AuditEntry, Rollup
from storage.tables.topics import Material, Topic, TopicBranch, TopicExpected
from storage.tables.transfers import Transfer
from storage.tables.units import Unit, UnitPlace, UnitSetting

__all__ = [
    "Account",
    "Activity",
    "Appointment",
    "Attempt",
    "Attendance",
    "AuditEntry",
    "Base",
    "BotLease",
    "BotState",
    "Card",
    "Chat",
    "CheckIn",
    "Claim",
    "Conversation",
    "Delivery",
    "Handover",
    "InboxUpdate",
    "Key",
    "Leave",
    "Link",
    "Material",
    "Membership",
    "MembershipStanding",
    "Mute",
    "Occurrence",
    "Person",
    "Preference",
    "ReadingConsent",
    "Reflection",
    "Rollup",
    "Rsvp",
    "Schedule",
    "StagedChange",
    "Tombstone",
    "Topic",
    "TopicBranch",
    "TopicExpected",
    "Transfer",
    "Unit",
    "UnitPlace",
    "UnitSetting",
    "UtcInstant",
]
