"""The trail as an administrator reads it: who did what, when, on whom, from which chat."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

PAGE = 10  # entries on a screen
Details = Mapping[str, int | str | None]
# Which of the details are the number of a unit or a person, by act.
UNITS: Mapping[str, tuple[str, ...]] = {
    "stay_begun": ("home",),
    "transfer_asked": ("from", "to"),
    "transferred": ("from",),
    "unit_created": ("parent",),
    "unit_moved": ("from", "to"),
}
PEOPLE: Mapping[str, tuple[str, ...]] = {"handed_over": ("from", "to"), "handover_asked": ("to",)}
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
    """One line. `who` is None for the machine itself; `about` is the person concerned, where there is one.

    `details` are codes, and numbers of units and people, or once they are looked up their names.
    """

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
    details: Details


@dataclass(frozen=True)
class TrailPage:
    """Some entries, the newest first; `older` asks for those before, None at the end."""

    entries: tuple[Entry, ...]
    older: int | None
    zone: str
