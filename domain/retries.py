"""What a failed request means for its delivery. The table is the promise; nothing else decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Trouble(StrEnum):
    """How a request went wrong, as far as anybody can tell."""

    FLOOD = "flood"  # too many requests: not sent
    MIGRATED = "migrated"  # the group became a supergroup: not sent
    BLOCKED = "blocked"  # blocked, kicked or deactivated
    CHAT_GONE = "chat_gone"
    THREAD_GONE = "thread_gone"
    NO_RIGHTS = "no_rights"  # may not write there for now
    MESSAGE_GONE = "message_gone"  # there is nothing to edit any more
    MALFORMED = "malformed"  # entities, length, anything the platform will never take
    NOTHING_TO_DO = "nothing_to_do"  # "not modified", "query is too old"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a name, no secret. Token or configuration
    TOO_LARGE = "too_large"
    UNKNOWN_OUTCOME = "unknown_outcome"  # it may have arrived
    NOT_WRITTEN = "not_written"  # no connection: it cannot have arrived
    BUG = "bug"  # ours, before anything was written


class Verdict(StrEnum):
    """What is done about it."""

    WAIT = "wait"  # ready again, no attempt charged
    FOLLOW = "follow"  # go after the chat, then ready again, once
    LOSE_CHAT = "lose_chat"  # dead; the chat is unreachable, its queue cancelled
    SUSPEND_CHAT = "suspend_chat"  # ready; the chat's queue waits and the secretary is told
    BURY = "bury"  # dead, and somebody hears of it
    DONE = "done"  # as good as sent
    OPEN_CIRCUIT = "open_circuit"  # ready; nothing is sent until the configuration is right
    DOUBT = "doubt"  # ambiguous, by the class of the message
    BACK_OFF = "back_off"  # ready, later


VERDICTS: Mapping[Trouble, Verdict] = {
    Trouble.FLOOD: Verdict.WAIT,
    Trouble.MIGRATED: Verdict.FOLLOW,
    Trouble.BLOCKED: Verdict.LOSE_CHAT,
    Trouble.CHAT_GONE: Verdict.LOSE_CHAT,
    Trouble.THREAD_GONE: Verdict.FOLLOW,
    Trouble.NO_RIGHTS: Verdict.SUSPEND_CHAT,
    Trouble.MESSAGE_GONE: Verdict.DONE,
    Trouble.MALFORMED: Verdict.BURY,
    Trouble.NOTHING_TO_DO: Verdict.DONE,
    Trouble.TOKEN_REFUSED: Verdict.OPEN_CIRCUIT,
    Trouble.TOO_LARGE: Verdict.BURY,
    Trouble.UNKNOWN_OUTCOME: Verdict.DOUBT,
    Trouble.NOT_WRITTEN: Verdict.BACK_OFF,
    Trouble.BUG: Verdict.BURY,
}

# What passes by itself; whatever else is answered will be answered again.
PASSING = frozenset({Trouble.FLOOD, Trouble.UNKNOWN_OUTCOME, Trouble.NOT_WRITTEN})

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=5)  # a network that comes back is noticed within this


@dataclass(frozen=True)
class Failure:
    """A request that did not succeed. `detail` is the platform's own word, never the text sent."""

    trouble: Trouble
    detail: str
    wait: float = 0.0  # seconds the platform asks for
    moved_to: int | None = None  # the group's new number

    @property
    def passes(self) -> bool:
        """Whether the same request may do after a while."""
        return self.trouble in PASSING

    @property
    def named(self) -> str:
        """What was raised, without the platform's words, which may quote a person's: fit for a log."""
        return self.detail.split(" ", 1)[0]

    @property
    def verdict(self) -> Verdict:
        """What is done about it."""
        return VERDICTS[self.trouble]


def backoff(attempts: int) -> timedelta:
    """How long to leave a delivery alone after that many attempts."""
    doublings = 1 << min(attempts, 10)
    return min(FIRST_PAUSE * doublings, LONGEST_PAUSE)
