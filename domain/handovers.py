"""Hand-overs (移交): a role and its open duties pass to a successor, from a day on, once it is confirmed."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.activities import Kind
from domain.appointments import Held
from domain.ids import AppointmentId, HandoverId, PersonId, UnitId
from domain.joining import Candidate
from domain.roles import Act, Role


class HandoverState(StrEnum):
    """`asked → confirmed → done`, or where it ended before."""

    ASKED = "asked"  # waits for somebody above
    CONFIRMED = "confirmed"  # waits for its day
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # confirmed, but by its day the successor held the role no more


@dataclass(frozen=True)
class Handover:
    """A hand-over as it stands."""

    id: HandoverId
    appointment: AppointmentId
    giver: PersonId
    unit: UnitId
    role: Role
    successor: PersonId
    effective_on: date  # the successor's first day
    drafts: bool  # whether unfinished drafts go along
    state: HandoverState
    decided_by: PersonId | None
    takes_effect_at: datetime | None
    successor_appointment: AppointmentId | None


@dataclass(frozen=True)
class HandoverPlan:
    """What the one who holds a role wants."""

    appointment: AppointmentId
    successor: PersonId
    on: date
    drafts: bool = True


class Duty(StrEnum):
    """What a role has open; all but drafts belongs to the unit and passes with the role."""

    REQUEST = "request"  # leave
    JOIN = "join"
    TRANSFER = "transfer"
    TOPIC = "topic"
    ACTIVITY = "activity"
    ROLL = "roll"  # attendance that nobody has confirmed yet
    SCHEDULE = "schedule"
    CHAT = "chat"
    DRAFT = "draft"


@dataclass(frozen=True)
class OpenDuty:
    """One of them; `what` is its name or title, if it has one; `until` is its deadline, start or date."""

    duty: Duty
    what: str
    until: datetime | None = None
    kind: Kind | None = None  # of an activity
    since: datetime | None = None  # when a chat was linked; what the platform calls it is not kept


@dataclass(frozen=True)
class HandoverWords:
    """Who hands what to whom."""

    role: Role
    unit: str
    giver: str
    successor: str
    on: date


@dataclass(frozen=True)
class HeldRole:
    """A role of one's own, and the hand-over that waits for it."""

    held: Held
    unit: str
    waiting: Handover | None
    to: str  # the successor's name; empty where nothing waits


@dataclass(frozen=True)
class Successors:
    """Who of a name could take the role over."""

    appointment: AppointmentId
    words: str
    people: tuple[Candidate, ...]


@dataclass(frozen=True)
class WeighedHandover:
    """A hand-over that could be asked for, with what passes."""

    plan: HandoverPlan
    words: HandoverWords
    duties: tuple[OpenDuty, ...]


@dataclass(frozen=True)
class HandoverAsked:
    """For those above: somebody wants to hand over."""

    id: HandoverId
    words: HandoverWords
    duties: tuple[OpenDuty, ...]
    reached: int = 0  # how many people were asked, for the one who asks


@dataclass(frozen=True)
class HandoverDecided:
    """For giver and successor: what those above said."""

    words: HandoverWords
    state: HandoverState
    to_successor: bool


@dataclass(frozen=True)
class HandedOver:
    """For giver and successor on the day: the role has passed, with a sheet of what is open."""

    words: HandoverWords
    to_successor: bool
    duties: tuple[OpenDuty, ...]
    zone: str
    at: datetime


def confirming(role: Role) -> Act:
    """The act that confirming the hand-over of a role is."""
    return Act.APPOINT_ADMINISTRATOR if role is Role.ADMINISTRATOR else Act.CONFIRM_HANDOVER
