"""Invitations as they are handed on."""

from dataclasses import dataclass
from datetime import datetime

from domain.joining import Candidate
from domain.units import Unit

PAGE = 8  # names on a screen, two in a row


@dataclass(frozen=True)
class SharedLink:
    """A shared link; `token` goes into its address."""

    unit: Unit
    token: str
    uses: int
    expires_at: datetime


@dataclass(frozen=True)
class PersonalLink:
    """A link for one person only."""

    person: Candidate
    token: str
    expires_at: datetime


@dataclass(frozen=True)
class Invitations:
    """What a secretary can invite to: one unit, and a page of those who are not linked yet."""

    unit: Unit
    units: tuple[Unit, ...]  # all they may invite to
    unlinked: tuple[Candidate, ...]
    total: int
    page: int
