"""Invitations as they are handed on."""

from dataclasses import dataclass
from datetime import datetime

from domain.joining import Candidate
from domain.units import Unit

MOST_AT_ONCE = 100  # personal links made in one act: each takes some questions; a branch has at most 50
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
class PersonalSheet:
    """Everybody's own link; `left_out` hold roles that its maker does not stand above."""

    unit: Unit
    links: tuple[PersonalLink, ...]
    left_out: int


@dataclass(frozen=True)
class Invitations:
    """What a secretary can invite to: one unit, and a page of those who are not linked yet."""

    unit: Unit
    units: tuple[Unit, ...]  # all they may invite to
    unlinked: tuple[Candidate, ...]
    total: int
    page: int
