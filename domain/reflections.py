"""Reflections (心得体会): one piece per topic and member, a draft until it is handed in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import MembershipId, PersonId, ReflectionId, TopicId, UnitId
from domain.topics import Attachment

LENGTH_LIMIT = 5_000  # UTF-16 units: some four printed pages, and two messages at most
FILES_LIMIT = 10  # as many as a chat shows together


class ReflectionState(StrEnum):
    """Where a piece stands."""

    DRAFT = "draft"
    HANDED_IN = "handed_in"
    RETURNED = "returned"  # with a comment, to be handed in again
    ACCEPTED = "accepted"


class Visibility(StrEnum):
    """Who may read a piece that was handed in."""

    BRANCH = "branch"
    SECRETARY = "secretary"


COUNTED = frozenset({ReflectionState.HANDED_IN, ReflectionState.ACCEPTED})


@dataclass(frozen=True)
class Reflection:
    """A piece as it stands."""

    id: ReflectionId
    topic: TopicId
    membership: MembershipId
    branch: UnitId
    author: PersonId
    state: ReflectionState
    visibility: Visibility
    text: str
    comment: str | None
    handed_in_at: datetime | None


@dataclass(frozen=True)
class Piece:
    """A piece before its author or a reader, with what is needed to show it."""

    reflection: Reflection
    title: str
    author_name: str
    attachments: tuple[Attachment, ...]
    length: int  # characters as people count them
    closes_at: datetime
    zone: str
    open: bool  # whether its author may still change it
    mine: bool
    may_decide: bool


@dataclass(frozen=True)
class PieceLine:
    """A piece in a list."""

    id: ReflectionId
    author_name: str
    state: ReflectionState
    length: int
    author: PersonId
    visibility: Visibility
    handed_in_at: datetime | None


@dataclass(frozen=True)
class PieceReturned:
    """What an author is told when a piece comes back."""

    id: ReflectionId
    topic: TopicId
    title: str
    comment: str
