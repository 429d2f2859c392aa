"""Who has not checked in to a topic yet; names for the branch's own eyes."""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import MembershipId, PersonId, TopicId, UnitId


@dataclass(frozen=True)
class Waited:
    """One person who has not checked in. `group` tells namesakes apart."""

    membership: MembershipId
    person: PersonId
    name: str
    group: str | None


@dataclass(frozen=True)
class Outstanding:
    """The outstanding of one branch (or of one group of it, to its leader)."""

    topic: TopicId
    branch: UnitId
    title: str
    branch_name: str
    closes_at: datetime
    zone: str
    waited: tuple[Waited, ...]
    on_leave: int
    exempt: int
    checked_in: int
    open: bool


@dataclass(frozen=True)
class Reminded:
    """How many were reminded privately, who cannot be reached so, and how many were reminded before."""

    reached: int
    unreachable: tuple[str, ...]
    before: int


@dataclass(frozen=True)
class Choice:
    """One of several open topics to choose among."""

    topic: TopicId
    branch: UnitId
    title: str
