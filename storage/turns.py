"""What is asked in one turn of an event loop is handed over together: one wake-up of a thread for all."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from storage.outcomes import Call


class Turns:
    """Collects calls until the loop has gone round; each is handed over in the order it came."""

    def __init__(self, hand_over: Callable[[Sequence[Call]], None]) -> None:
        self._hand_over = hand_over
        self._waiting: WeakKeyDictionary[asyncio.AbstractEventLoop, list[Call]] = WeakKeyDictionary()

    def add(self, run: Callable[[Connection], Any]) -> asyncio.Future[Any]:
        """A future of what comes of it."""
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[Any] = loop.create_future()
        waiting = self._waiting.setdefault(loop, [])
        if not waiting:
            loop.call_soon(self._end, loop)
        waiting.append(Call(run, outcome))
        return outcome

    def _end(self, loop: asyncio.AbstractEventLoop) -> None:
        calls = self._waiting.pop(loop)
        try:
            self._hand_over(calls)
        except Exception as refused:  # noqa: BLE001 - closed: every caller is told so
            for call in calls:
                if not call.outcome.done():
                    call.outcome.set_exception(refused)
