"""Updates that failed again and again: kept for an administrator to decide, never shown in their words."""

import json
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Parked:
    """A parked update: its kind, when it came, and the class of what went wrong."""

    update_id: int
    kind: str
    received_at: datetime
    error: str


@dataclass(frozen=True)
class ParkedPage:
    """Some of the parked updates, the oldest first."""

    rows: tuple[Parked, ...]
    total: int
    number: int
    pages: int
    zone: str


def kind_of(raw: str) -> str:
    """`message`, `callback_query`, …: the name of what an update holds, and nothing of what it says."""
    return next((name for name in json.loads(raw) if name != "update_id"), "nothing")


def class_of(error: str | None) -> str:
    """The class that heads a fault's description."""
    return (error or "unknown").split(" ", 1)[0].rstrip(":")
