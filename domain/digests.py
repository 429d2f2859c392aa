"""What was held back in a full week and is still of use, said in one message."""

from dataclasses import dataclass

from domain.activities import Reminder
from domain.topics import TopicNotice, TopicReminder

Held = TopicNotice | TopicReminder | Reminder


@dataclass(frozen=True)
class Digest:
    """Each thing once, in the order in which it was held back."""

    held: tuple[Held, ...]
