"""Messages owed that wait for a person: held, since nobody knows whether they arrived, or dead."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.deliveries import Cause, Kind, State
from domain.ids import DeliveryId, OccurrenceId

PAGE = 5  # rows of a screen, each with a row of buttons


class Shelf(StrEnum):
    """Where a delivery waits."""

    HELD = "held"
    DEAD = "dead"
    READY = "ready"

    @property
    def state(self) -> State:
        """The state of what lies there."""
        return STATES[self]


STATES = {Shelf.HELD: State.AMBIGUOUS, Shelf.DEAD: State.DEAD, Shelf.READY: State.READY}


class Decision(StrEnum):
    """What a person decides about a delivery."""

    RESEND = "resend"
    DROP = "drop"


class Outcome(StrEnum):
    """What came of a decision."""

    DONE = "done"
    ALREADY = "already"  # somebody was faster, or it is on its way
    UNREACHABLE = "unreachable"  # the chat still cannot be spoken in
    EXPIRED = "expired"  # its time is past: sent now, it would only be cancelled
    MISSING = "missing"  # there is no such delivery


@dataclass(frozen=True)
class Subject:
    """What a cause is about. `title` is a topic's or an activity's; other messages have none to show."""

    occurrence: OccurrenceId
    cause: Cause
    kind: Kind
    title: str | None


@dataclass(frozen=True)
class Stuck:
    """One delivery as an administrator sees it: to whom by unit, never by name."""

    id: DeliveryId
    state: State
    subject: Subject
    unit: str | None
    private: bool
    reachable: bool
    since: datetime
    reason: str | None
    attempts: int
    maybe_repeat: bool
    expires_at: datetime | None

    def resendable(self, now: datetime) -> bool:
        """Whether sending it again can come to anything."""
        return self.reachable and not self.expired(now)

    def expired(self, now: datetime) -> bool:
        """Whether its time is past."""
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True)
class Page:
    """Some of what lies on a shelf, cause by cause; `of_cause` counts all of each cause shown."""

    shelf: Shelf
    rows: tuple[Stuck, ...]
    of_cause: dict[OccurrenceId, int]
    total: int
    number: int
    pages: int
    now: datetime
    zone: str


@dataclass(frozen=True)
class Batch:
    """All of one cause on a shelf: how many a decision would concern."""

    subject: Subject
    shelf: Shelf
    decision: Decision
    count: int


@dataclass(frozen=True)
class PausedCause:
    """A cause that is not sent on until somebody has looked; `waiting` messages wait with it."""

    subject: Subject
    reason: str
    waiting: int
