"""The trail as an administrator reads it: who did what, when, on whom, from which chat."""

from dataclasses import dataclass
from datetime import date, datetime

PAGE = 10  # entries on a screen
MOST = 50_000  # entries in a file: what a spreadsheet opens in comfort


@dataclass(frozen=True)
class Search:
    """What is looked for; what is left out does not matter. `until` is the first day that is not meant."""

    who: str = ""
    acts: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Entry:
    """One line. `who` is None for the machine itself; `about` is the person concerned, where there is one."""

    id: int
    at: datetime
    act: str
    who: str | None
    subject_kind: str
    subject: int | None
    about: str | None
    unit: str | None
    chat: str | None  # private, group, supergroup
    chat_number: int | None  # our key of it
    detail: str | None


@dataclass(frozen=True)
class TrailPage:
    """Some entries, the newest first; `older` asks for those before, None at the end."""

    entries: tuple[Entry, ...]
    older: int | None
    zone: str
