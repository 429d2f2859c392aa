"""Units of the organisation's tree."""

from dataclasses import dataclass
from enum import StrEnum

from domain.ids import UnitId


class UnitKind(StrEnum):
    """What a unit is; members take part in a BRANCH, and a GROUP is a part of one."""

    COMMITTEE = "committee"
    GENERAL_BRANCH = "general_branch"
    BRANCH = "branch"
    GROUP = "group"
    OTHER = "other"


@dataclass(frozen=True)
class Unit:
    """A unit as it stands now; `path` holds the names from the root down to it."""

    id: UnitId
    name: str
    kind: UnitKind
    parent: UnitId | None
    path: tuple[str, ...]
