"""Cards in groups: the row says what should stand there; the sender makes it so."""

from typing import Literal

from domain.ids import UnitId
from storage import cards
from storage.database import Transaction

Subject = Literal["topic", "activity"]


def mark_stale(tx: Transaction, subject_kind: Subject, subject: int, branch: UnitId | None = None) -> None:
    """The cards of a topic or activity show old figures; with `branch`, only those in its chats."""
    cards.mark_stale(tx, subject_kind, subject, branch)
