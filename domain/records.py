"""A person's own record of a year."""

from dataclasses import dataclass

from domain.participation import Tally


@dataclass(frozen=True)
class Record:
    """`topics` were given to them; check-ins are voluntary and stand beside, not against, them."""

    year: int
    topics: int
    checkins: int
    late_checkins: int
    reflections: int
    attendance: Tally
