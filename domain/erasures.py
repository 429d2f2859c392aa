"""What goes when somebody deletes their data, and what stays; the same counts are asked before and after."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Going:
    """What of a person's is there to go, by how many."""

    accounts: int
    pieces: int  # reflections with a text, drafts among them
    files: int  # voice notes, photos and files of theirs
    drafts: int  # topics and activities nobody has seen yet
    reasons: int  # texts of leaves
    answers: int  # to activities to come
    roles: int
    memberships: int


@dataclass(frozen=True)
class Deletion:
    """A message of ours that is to be taken back: `message_id` in its chat."""

    message_id: int


@dataclass(frozen=True)
class OwnData:
    """All that is kept of a person, table by table, for themselves: each row by its columns."""

    tables: Mapping[str, tuple[Mapping[str, str | int | bool | None], ...]]
