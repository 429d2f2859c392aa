"""Members moving between branches (组织关系转接), leaving one, and coming back."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.ids import MembershipId, PersonId, TransferId, UnitId
from domain.units import Unit

FURTHEST = timedelta(days=366)  # a transfer takes effect within a year
SHOWN = 8  # transfers, or people, on one screen


class TransferState(StrEnum):
    """`asked → agreed → made`, or given up on the way."""

    ASKED = "asked"  # one branch has; the other has not answered
    AGREED = "agreed"  # by both; its day has not come
    MADE = "made"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"  # agreed, and impossible on its day


OPEN = frozenset({TransferState.ASKED, TransferState.AGREED})


class Side(StrEnum):
    """A branch, seen from a transfer."""

    LEAVES = "leaves"
    TAKES = "takes"


@dataclass(frozen=True)
class Transfer:
    """A transfer as it stands; `on` is the first day in the new branch."""

    id: TransferId
    membership: MembershipId
    person: PersonId
    name: str
    origin: UnitId
    origin_name: str
    target: UnitId
    target_name: str
    on: date
    state: TransferState
    asked_by: Side

    @property
    def answering(self) -> Side:
        """Whose word is still missing."""
        return Side.TAKES if self.asked_by is Side.LEAVES else Side.LEAVES

    def unit_of(self, side: Side) -> UnitId:
        """The branch on that side."""
        return self.origin if side is Side.LEAVES else self.target


@dataclass(frozen=True)
class Ask:
    """What a secretary wants: this membership to go on in the target from that day."""

    membership: MembershipId
    target: UnitId
    on: date
    side: Side


@dataclass(frozen=True)
class WeighedTransfer:
    """A transfer that could be asked for."""

    ask: Ask
    name: str
    origin: Unit
    target: Unit


@dataclass(frozen=True)
class TransferAsked:
    """For the side that has not answered."""

    transfer: Transfer


@dataclass(frozen=True)
class TransferTold:
    """For both sides and the member: what became of it."""

    transfer: Transfer
    to_member: bool


@dataclass(frozen=True)
class TransferRow:
    """An open transfer in a list, and what the reader may do with it."""

    transfer: Transfer
    answers: bool
    withdraws: bool


@dataclass(frozen=True)
class TransfersPage:
    """What is under way, and the branches for which the reader may ask."""

    rows: tuple[TransferRow, ...]
    branches: tuple[Unit, ...]


@dataclass(frozen=True)
class Former:
    """Somebody who belonged to the branch, and belongs nowhere now."""

    person: PersonId
    name: str
    until: date


@dataclass(frozen=True)
class FormersFound:
    """Who of that name could come back."""

    unit: Unit
    name: str
    people: tuple[Former, ...]


@dataclass(frozen=True)
class Departure:
    """Who would leave which branch."""

    membership: MembershipId
    person: PersonId
    name: str
    unit: Unit


@dataclass(frozen=True)
class MemberLeft:
    """For the one who belongs there no longer."""

    unit: str
    on: date


@dataclass(frozen=True)
class MemberBack:
    """For the one who belongs there again."""

    unit: str
    on: date
