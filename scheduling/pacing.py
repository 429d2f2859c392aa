"""Staying under the platform's limits: thirty slots, a second for each chat, twenty a minute for a group.

A slot is free again a second after the platform took its message. We only know when the answer came, so a
slot waits from its own answer for a second and a guard, less what the least round trip is sure to save.
Monotonic time only.
"""

from collections import deque
from dataclasses import dataclass, field
from math import inf

SLOTS = 30  # messages a second for one bot
CHAT_PAUSE = 1.0  # seconds between two messages to one chat
GROUP_LIMIT = 20  # messages to one group in GROUP_SPAN seconds
GROUP_SPAN = 60.0
GUARD = 0.002  # seconds: clocks tick differently
TRIPS = 20  # round trips before the least of them is believed at all
TREND = 0.1  # weight of the newest in a mean
STRAY = 3  # mean deviations within which nearly all preparing ends
REPLIES = 3  # slots left to handlers' direct replies while there are any
REPLIES_SPAN = 30.0  # seconds after a reply during which its share is kept apart
TRIP_SPAN = 60.0  # seconds a least round trip is believed
TICK = 1e-6  # seconds: less than this is rounding, and nobody sleeps so short
LONGEST_LEAD = 0.2  # seconds a slot is given out before it is free, so as to be used when it is
LONGEST_STUMBLE = 60.0  # seconds


@dataclass
class Ticket:
    """Leave to send one message now."""

    slot: int
    chat: int
    group: bool
    before: float  # when the chat could have been written to before this
    taken: float  # when it was given out
    at: float  # not to be written before: what precedes the request is done while the slot is still held


@dataclass
class _ChatPace:
    next_at: float = 0.0
    sent: deque[float] = field(default_factory=lambda: deque(maxlen=GROUP_LIMIT))
    floods: int = 0


class Pacer:
    """Says how long to wait. Chats go by the platform's number: threads of a forum share one."""

    def __init__(self) -> None:
        self._free_at = [0.0] * SLOTS
        self._chats: dict[int, _ChatPace] = {}
        self._paused_until = 0.0
        self._replied_at = -inf
        self._trips: deque[tuple[float, float]] = deque()  # (when, seconds), least first
        self._trips_at: deque[float] = deque()  # of all within TRIP_SPAN
        self._seen = 0
        self._mean = 0.0
        self._preparing = 0.0  # seconds
        self._strays = 0.0  # seconds
        self._stumbles = 0
        self._stumbled_until = 0.0

    def wait(self, chat: int, group: bool, now: float) -> float:
        """Seconds until this chat may be written to; 0 for now, infinity while another is under way."""
        return max(self.bot_wait(now), self.chat_wait(chat, group, now))

    def bot_wait(self, now: float) -> float:
        """Seconds until anything may be sent at all."""
        if self._stumbles and inf in self._free_at:
            return inf  # one goes ahead, to see whether it is over
        return max(0.0, self._slot_at(now) - now, self._paused_until - now)

    def chat_wait(self, chat: int, group: bool, now: float) -> float:
        """Seconds this chat itself is to be left alone."""
        return max(0.0, self._chat_at(self._chats.get(chat), group) - now)

    def take(self, chat: int, group: bool, now: float) -> Ticket:
        """A slot for a message to this chat, which has just been found to need no wait beyond the lead."""
        slot = min(range(SLOTS), key=self._free_at.__getitem__)
        pace = self._chats.setdefault(chat, _ChatPace())
        wait = max(self.bot_wait(now), self.chat_wait(chat, group, now))
        ticket = Ticket(slot, chat, group, pace.next_at, now, now + wait)
        self._free_at[slot] = pace.next_at = inf
        if len(self._chats) > 10_000:
            self._forget(now)
        return ticket

    @property
    def lead(self) -> float:
        """How long before its time a message is begun: it took no longer to mark one `sending` of late."""
        return min(self._preparing + STRAY * self._strays, LONGEST_LEAD)

    def soon(self, wait: float) -> bool:
        """Whether who has to wait so long is to be begun with now."""
        return wait <= self.lead + TICK

    def prepared(self, ticket: Ticket, now: float) -> float:
        """All is done but the request; seconds until that may be written, pauses asked for meanwhile too."""
        off = now - ticket.taken - self._preparing
        self._preparing += off * TREND
        self._strays += (abs(off) - self._strays) * TREND
        return max(0.0, ticket.at - now, self._paused_until - now)

    def unused(self, ticket: Ticket, now: float) -> None:
        """Nothing was sent after all."""
        self._free_at[ticket.slot] = max(now, ticket.at)
        self._chats[ticket.chat].next_at = ticket.before

    def answered(self, ticket: Ticket, asked: float, now: float) -> None:
        """The platform answered, or the connection ended, at `now`, a request written at `asked`."""
        self._remember_trip(now - asked, now)
        since = now - self._saved() + GUARD
        self._free_at[ticket.slot] = since + 1.0
        pace = self._chats[ticket.chat]
        pace.next_at = since + CHAT_PAUSE
        pace.sent.append(since)

    def fine(self, ticket: Ticket) -> None:
        """The platform took the message: what went wrong before is over."""
        self._stumbles = 0
        self._chats[ticket.chat].floods = 0

    def replied(self, chat: int, now: float) -> None:
        """A handler spoke without asking; it takes its slot, and others are kept for the next replies."""
        self._replied_at = now
        slot = min(range(SLOTS), key=self._free_at.__getitem__)
        if self._free_at[slot] < inf:
            self._free_at[slot] = max(self._free_at[slot], now) + 1.0 + GUARD
        pace = self._chats.setdefault(chat, _ChatPace())
        pace.next_at = max(pace.next_at, now + CHAT_PAUSE + GUARD)
        pace.sent.append(now)

    def sent_before(self, chat: int, ago: float, now: float) -> None:
        """Another process wrote to the chat so long ago, by a calendar that may have been set back since."""
        pace = self._chats.setdefault(chat, _ChatPace())
        ago = max(ago, 0.0)
        pace.sent.append(now - ago)
        pace.next_at = max(pace.next_at, now - ago + CHAT_PAUSE + GUARD)

    def flooded(self, chat: int, seconds: float, now: float) -> bool:
        """The platform asked for patience. True: this chat alone keeps causing it and alone is paused."""
        pace = self._chats.setdefault(chat, _ChatPace())
        pace.floods += 1
        if pace.floods > 1:
            pace.next_at = max(_finite(pace.next_at, now), now + seconds + GUARD)
            return True
        self.pause(seconds, now)
        return False

    def pause(self, seconds: float, now: float) -> None:
        """Nothing is sent for so long."""
        self._paused_until = max(self._paused_until, now + seconds + GUARD)

    def pause_chat(self, chat: int, seconds: float, now: float) -> None:
        """Nothing is sent to one chat for so long."""
        pace = self._chats.setdefault(chat, _ChatPace())
        pace.next_at = max(pace.next_at, now + seconds + GUARD)

    def stumbled(self, now: float) -> None:
        """The platform or the way to it fails: every failure in a row doubles the pause.

        What was in flight beside the first to fail says no more than it did.
        """
        if now < self._stumbled_until:
            return
        pause = min(2.0**self._stumbles, LONGEST_STUMBLE)
        self._stumbled_until = now + pause
        self.pause(pause, now)
        self._stumbles = min(self._stumbles + 1, 10)

    def _slot_at(self, now: float) -> float:
        kept = REPLIES if now - self._replied_at < REPLIES_SPAN else 0
        return sorted(self._free_at)[kept]

    @staticmethod
    def _chat_at(pace: _ChatPace | None, group: bool) -> float:
        if pace is None:
            return 0.0
        if group and len(pace.sent) == GROUP_LIMIT:
            return max(pace.next_at, pace.sent[0] + GROUP_SPAN)
        return pace.next_at

    def _remember_trip(self, seconds: float, now: float) -> None:
        self._seen += 1
        self._mean += (seconds - self._mean) * max(TREND, 1 / self._seen)
        while self._trips and self._trips[-1][1] >= seconds:
            self._trips.pop()
        self._trips.append((now, seconds))
        self._trips_at.append(now)
        while self._trips[0][0] < now - TRIP_SPAN:
            self._trips.popleft()
        while self._trips_at[0] < now - TRIP_SPAN:
            self._trips_at.popleft()

    def _saved(self) -> float:
        """What the platform surely had the message before its answer came, and will have the next one after.

        That is the least round trip, less a part of how far trips stray from it: a quicker one may yet come,
        the less likely the more have been seen.
        """
        if len(self._trips_at) < TRIPS:
            return 0.0
        least = self._trips[0][1]
        return max(0.0, least - (self._mean - least) * TRIPS / len(self._trips_at))

    def _forget(self, now: float) -> None:
        """Chats that could be written to long ago need no memory."""
        old = [key for key, pace in self._chats.items() if pace.next_at < now - GROUP_SPAN]
        for key in old:
            del self._chats[key]


def _finite(moment: float, now: float) -> float:
    return now if moment == inf else moment
