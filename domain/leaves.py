"""Leave: asked beforehand, for one activity or a span of dates."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.activities import Activity
from domain.ids import ActivityId, LeaveId, MembershipId, PersonId, UnitId
from domain.participation import LeaveKind

REASON_LIMIT = 200  # characters: a reason, not a report
REASON_KEPT = timedelta(days=30)  # then the text is deleted; kind and dates stay
LONGEST_SPAN = timedelta(days=366)  # a longer absence is a matter of the roster


class LeaveState(StrEnum):
    """`asked → approved | declined`, or withdrawn by the one who asked."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Leave:
    """One leave; `activity` is None for a span from `starts_at` until before `ends_at`."""

    id: LeaveId
    membership: MembershipId
    person: PersonId
    branch: UnitId
    activity: ActivityId | None
    starts_at: datetime
    ends_at: datetime
    kind: LeaveKind
    reason: str | None
    state: LeaveState
    decided_by: PersonId | None

    @property
    def approved(self) -> bool:
        """Whether somebody said yes."""
        return self.state is LeaveState.APPROVED

    @property
    def undecided(self) -> bool:
        """Whether nobody answered yet."""
        return self.state is LeaveState.ASKED


@dataclass(frozen=True)
class LeaveAsked:
    """For those who decide: who asks, for what, and why. `activity` is None for a span."""

    leave: Leave
    name: str
    activity: Activity | None
    zone: str


@dataclass(frozen=True)
class LeaveDecided:
    """For the one who asked."""

    leave: Leave
    activity: Activity | None
    zone: str
    make_up: bool  # whether what was missed is offered as 补学


@dataclass(frozen=True)
class LeaveReceipt:
    """What asking for leave came to."""

    leave: Leave
    activity: Activity | None
    zone: str
    already: bool
    deciders: int  # how many people were asked to decide
