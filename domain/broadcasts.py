"""How far a topic goes and how long that takes: said before it is set on its way."""

from dataclasses import dataclass
from math import ceil

A_MINUTE = 30 * 60  # messages: the platform takes thirty a second from one bot
MANY = 500  # chats; for more than these, publishing asks once more


@dataclass(frozen=True)
class Broadcast:
    """So many chats get so many messages each, a long text or files being several."""

    chats: int
    messages: int = 1

    @property
    def minutes(self) -> int:
        """About how long it takes until the last chat has it; no group comes near its own limit."""
        return max(1, ceil(self.chats * self.messages / A_MINUTE))

    @property
    def is_large(self) -> bool:
        """Whether a slip would reach many."""
        return self.chats > MANY
