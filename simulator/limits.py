"""The rates the platform documents, measured on the monotonic clock."""

import math
from collections import defaultdict, deque

from simulator.chats import Chat
from simulator.errors import too_many

PER_BOT = (30, 1.0)  # messages, seconds: the documented broadcast rate of a bot that does not pay
PER_CHAT = (5, 5.0)  # one a second, with the short burst that is documented but not numbered
PER_GROUP = (20, 60.0)  # documented for one and the same group


class Window:
    """A strict sliding window: at most `count` in any `seconds`."""

    def __init__(self, count: int, seconds: float) -> None:
        self._count = count
        self._seconds = seconds
        self._times: deque[float] = deque()

    def wait(self, now: float, messages: int) -> float:
        """How long until that many more fit; nought if they fit now."""
        while self._times and self._times[0] <= now - self._seconds:
            self._times.popleft()
        excess = len(self._times) + messages - self._count
        if excess <= 0 or not self._times:
            return 0.0
        return self._times[min(excess, len(self._times)) - 1] + self._seconds - now

    def take(self, now: float, messages: int) -> None:
        self._times.extend([now] * messages)


class Limits:
    """Counts what each bot sends; only messages that were let through count."""

    def __init__(self) -> None:
        self._bots: defaultdict[int, Window] = defaultdict(lambda: Window(*PER_BOT))
        self._chats: defaultdict[tuple[int, int], Window] = defaultdict(lambda: Window(*PER_CHAT))
        self._groups: defaultdict[tuple[int, int], Window] = defaultdict(lambda: Window(*PER_GROUP))

    def pass_or_refuse(self, bot_id: int, chat: Chat, now: float, messages: int = 1) -> None:
        """Let the messages through, or raise 429 with the seconds to wait."""
        key = (bot_id, chat.id)
        windows = [self._bots[bot_id], self._chats[key]]
        if chat.kind != "private":
            windows.append(self._groups[key])
        wait = max(window.wait(now, messages) for window in windows)
        if wait > 0:
            raise too_many(max(1, math.ceil(wait)))
        for window in windows:
            window.take(now, messages)
