"""The arithmetic of who took part. One formula everywhere: (present + late + online) ÷ expected."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import floor


class Outcome(StrEnum):
    """How an expected person took part."""

    PRESENT = "present"
    LATE = "late"
    ONLINE = "online"
    LEAVE = "leave"
    ABSENT = "absent"


class LeaveKind(StrEnum):
    """Why somebody is excused; health is not a kind."""

    OFFICIAL = "official"
    TRIP = "trip"
    PERSONAL = "personal"
    OTHER = "other"


class CountedAs(StrEnum):
    """Where a row stands: among the expected, or beside them."""

    EXPECTED = "expected"
    EXEMPT = "exempt"
    OBSERVER = "observer"


ATTENDED = frozenset({Outcome.PRESENT, Outcome.LATE, Outcome.ONLINE})


@dataclass(frozen=True)
class Attended:
    """One row of a concluded roster: an expected person has one outcome, and a leave has its kind."""

    counted_as: CountedAs
    outcome: Outcome | None
    leave: LeaveKind | None = None
    approved: bool = True  # a leave unanswered at the start counts as leave (未批)
    made_up: bool = False  # 补学, a stamp on a leave

    def __post_init__(self) -> None:
        if self.counted_as is CountedAs.EXPECTED and self.outcome is None:
            raise ValueError("an expected person has an outcome once a roster is counted")
        if (self.outcome is Outcome.LEAVE) != (self.leave is not None):
            raise ValueError("a leave, and only a leave, has a kind")
        if self.made_up and self.outcome is not Outcome.LEAVE:
            raise ValueError("only a leave is made up")


@dataclass(frozen=True)
class LeaveByKind:
    """How many leaves of each kind."""

    official: int = 0
    trip: int = 0
    personal: int = 0
    other: int = 0

    @property
    def total(self) -> int:
        """Leaves of every kind."""
        return self.official + self.trip + self.personal + self.other

    def __add__(self, other: "LeaveByKind") -> "LeaveByKind":
        return LeaveByKind(*map(sum, zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True)
class Line:
    """The figures of 应到12 实到9 请假2 缺席1;免1."""

    expected: int
    attended: int
    leave: int
    absent: int
    exempt: int


@dataclass(frozen=True)
class Tally:
    """How many took part and how; beside the expected stand the exempt and the observers (列席)."""

    expected: int = 0
    present: int = 0
    late: int = 0
    online: int = 0
    leave_by_kind: LeaveByKind = field(default_factory=LeaveByKind)
    absent: int = 0
    unapproved: int = 0  # 未批; among the leaves as well
    exempt: int = 0
    observers: int = 0
    made_up: int = 0  # 补学; among the leaves as well

    def __post_init__(self) -> None:
        if self.expected != self.attended + self.leave + self.absent:
            raise ValueError(f"every expected person has one outcome: {self}")

    @property
    def leave(self) -> int:
        """On leave, of any kind; they stay among the expected."""
        return self.leave_by_kind.total

    @property
    def attended(self) -> int:
        """实到: those who came, late and online included."""
        return self.present + self.late + self.online

    @property
    def rate(self) -> Fraction | None:
        """Attended ÷ expected, exactly; None where nobody was expected."""
        return Fraction(self.attended, self.expected) if self.expected else None

    @property
    def rate_text(self) -> str | None:
        """The rate in percent to one decimal, half up."""
        return None if self.rate is None else percent(self.rate)

    @property
    def line(self) -> Line:
        """The figures of one line."""
        return Line(self.expected, self.attended, self.leave, self.absent, self.exempt)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            expected=self.expected + other.expected,
            present=self.present + other.present,
            late=self.late + other.late,
            online=self.online + other.online,
            leave_by_kind=self.leave_by_kind + other.leave_by_kind,
            absent=self.absent + other.absent,
            unapproved=self.unapproved + other.unapproved,
            exempt=self.exempt + other.exempt,
            observers=self.observers + other.observers,
            made_up=self.made_up + other.made_up,
        )


def tally(rows: Iterable[Attended]) -> Tally:
    """Count a roster. Exempt people count as such even when they come; observers only when they came."""
    found = list(rows)
    expected = [row for row in found if row.counted_as is CountedAs.EXPECTED]
    outcomes = Counter(row.outcome for row in expected)
    leaves = [row for row in expected if row.outcome is Outcome.LEAVE]
    kinds = Counter(row.leave for row in leaves)
    return Tally(
        expected=len(expected),
        present=outcomes[Outcome.PRESENT],
        late=outcomes[Outcome.LATE],
        online=outcomes[Outcome.ONLINE],
        leave_by_kind=LeaveByKind(*(kinds[kind] for kind in LeaveKind)),
        absent=outcomes[Outcome.ABSENT],
        unapproved=sum(not row.approved for row in leaves),
        exempt=sum(row.counted_as is CountedAs.EXEMPT for row in found),
        observers=sum(row.counted_as is CountedAs.OBSERVER and row.outcome in ATTENDED for row in found),
        made_up=sum(row.made_up for row in leaves),
    )


def percent(rate: Fraction) -> str:
    """A rate in percent to one decimal, half up: 2/3 is 66.7%."""
    tenths = floor(rate * 1000 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}%"


def quorum(votes_present: int, votes_total: int) -> bool:
    """Whether more than half of those with the vote are there (支部工作条例(试行) art. 11)."""
    return 2 * votes_present > votes_total
