"""What the codes of one's own data are called, for the document that is read."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from domain.participation import CountedAs
from domain.reflections import Visibility
from domain.zones import to_local
from messages.attendance import OUTCOMES
from messages.entries import SUBJECTS, act_name
from messages.leaves import KINDS
from messages.preferences import REMINDERS
from messages.roles import ROLES, STANDINGS
from messages.speech import N_, _

_Code = TypeVar("_Code", bound=StrEnum)
_STATES: Mapping[str, str] = {  # of pieces, leaves, transfers and claims: no word means two things
    "draft": N_("not handed in yet"),
    "handed_in": N_("handed in"),
    "returned": N_("returned"),
    "accepted": N_("accepted"),
    "asked": N_("waiting for an answer"),
    "waiting": N_("waiting for an answer"),
    "approved": N_("approved"),
    "agreed": N_("agreed"),
    "made": N_("done"),
    "declined": N_("declined"),
    "withdrawn": N_("taken back"),
    "failed": N_("not possible on its day"),
    "linked": N_("linked"),
    "frozen": N_("claimed twice"),
    "disowned": N_("not that person"),
}
_FILES: Mapping[str, str] = {
    "photo": N_("photo"),
    "voice": N_("voice note"),
    "video": N_("video"),
    "document": N_("file"),
}


def _plain(words: Mapping[_Code, str]) -> dict[str, str]:
    return {str(code): said for code, said in words.items()}


CODES: Mapping[str, Mapping[str, str]] = {
    "standing": _plain(STANDINGS),
    "role": _plain(ROLES),
    "state": _STATES,
    "kind": {**_plain(KINDS), **_plain(REMINDERS), **_FILES},
    "leave_kind": _plain(KINDS),
    "outcome": _plain(OUTCOMES),
    "subject_kind": SUBJECTS,
    "visibility": {Visibility.BRANCH: N_("branch"), Visibility.SECRETARY: N_("secretary")},
    "counted_as": {
        CountedAs.EXPECTED: N_("expected"),
        CountedAs.EXEMPT: N_("exempt"),
        CountedAs.OBSERVER: N_("observer"),
    },
}


def said(column: str, value: str, zone: str) -> str:
    """A code in words, an instant as the wall clock of the zone; what a person wrote stays as it is."""
    if column == "at" or column.endswith("_at"):
        return f"{to_local(datetime.fromisoformat(value), zone):%Y-%m-%d %H:%M}"
    if column == "act":
        return act_name(value)
    words = CODES.get(column, {})
    return _(words[value]) if value in words else value
