"""What is asked in one turn of an event loop is handed over together: one wake-up of a thread for all."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection

from storage.outcomes import Call

Turn: TypeAlias = tuple[asyncio.AbstractEventLoop, list[Call]]


class Turns:
    """Collects calls until the loop has gone round; each is handed over in the order it came."""

    def __init__(self, hand_over: Callable[[Sequence[Call]], None]) -> None:
        self._hand_over = hand_over
        self._turn: Turn | None = None  # the newest; one of another loop ends by itself

    def add(self, run: Callable[[Connection], Any]) -> asyncio.Future[Any]:
        """A future of what comes of it."""
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[Any] = loop.create_future()
        turn = self._turn
        if turn is None or turn[0] is not loop:
            turn = self._turn = loop, []
            loop.call_soon(self._end, turn)
        turn[1].append(Call(run, outcome))
        return outcome

    def _end(self, turn: Turn) -> None:
        if self._turn is turn:
            self._turn = None
        calls = turn[1]
        try:
            self._hand_over(calls)
        except Exception as refused:  # noqa: BLE001 - closed: every caller is told so
            for call in calls:
                if not call.outcome.done():
                    call.outcome.set_exception(refused)
