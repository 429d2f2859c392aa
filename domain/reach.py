"""Whether a chat can be spoken in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ChatSuspended:
    """A branch's group in which the bot may not write for now; or is not at all any more."""

    branch: str
    removed: bool = False
