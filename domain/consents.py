"""Reading what was meant for the secretary: for those it was handed in to, and later ones by consent."""

from dataclasses import dataclass
from datetime import date

from domain.ids import AppointmentId, PersonId
from domain.roles import Role


@dataclass(frozen=True)
class Terms:
    """The terms in which a reader held the right in a branch, and the authors who let them read the rest."""

    spans: tuple[tuple[date, date | None], ...]
    consenting: frozenset[PersonId]

    def cover(self, author: PersonId, handed_in: date) -> bool:
        """Whether a piece of that day was meant for the reader, or is open to them."""
        held = any(since <= handed_in and (until is None or handed_in < until) for since, until in self.spans)
        return held or author in self.consenting


@dataclass(frozen=True)
class ConsentAsked:
    """For an author: may the new one read what was for the one before?"""

    appointment: AppointmentId
    reader: str
    role: Role
    unit: str
    pieces: int
    agreed: bool | None = None
