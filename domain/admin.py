"""What an administrator sees of the bot at work: figures, never a text, and nobody's name."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Overview:
    """The outbox and the inbox of one bot at a moment."""

    ready: int
    oldest: datetime | None  # due since then, and not sent
    held: int
    dead: int
    cancelled_today: int
    paused: int  # causes
    unreachable: int  # chats
    suspended: int  # chats in which the bot may not write for now
    waiting: int  # updates not dealt with
    parked: int
    leads: bool  # whether any process sends
    leads_since: datetime | None
    quiet_until: datetime | None  # the platform asked for patience
    zone: str


@dataclass(frozen=True)
class Alert:
    """Told to administrators when something waits for them; counted when it is said."""

    held: int
    dead: int
    paused: int
    parked: int

    @property
    def empty(self) -> bool:
        """Whether everything has been dealt with meanwhile."""
        return not (self.held or self.dead or self.paused or self.parked)
