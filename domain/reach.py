"""Whether a chat can be spoken in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ChatSuspended:
    """A branch's group in which the bot may not write for now."""

    branch: str
