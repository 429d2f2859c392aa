"""Threads that answer asks. What waits already is answered in one go, from one snapshot."""

import threading
import time
from collections.abc import Sequence
from queue import Empty, SimpleQueue

from sqlalchemy import Connection, Engine

from storage.outcomes import Call, Raised, announce


class Readers:
    """Every ask sees one moment, at or after the one at which it was asked.

    Up to `together` asks are answered in one go: they share a transaction and wake their callers together.
    After `long`, in seconds, those who have their answer wait for the others no longer.
    """

    def __init__(self, engine: Engine, threads: int, name: str, together: int, long: float) -> None:
        self._engine = engine
        self._together = together
        self._long = long
        self._queue: SimpleQueue[Sequence[Call] | None] = SimpleQueue()
        self._open = True
        self._door = threading.Lock()
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{n}", daemon=True) for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def take(self, calls: Sequence[Call]) -> None:
        """Queue asks; those of one turn wake as few threads as can be. Raises RuntimeError once closed."""
        with self._door:
            if not self._open:
                raise RuntimeError("the database is closed")
            for at in range(0, len(calls), self._together):
                self._queue.put(calls[at : at + self._together])

    def close(self) -> None:
        """Answer what waits, then stop."""
        with self._door:
            if self._open:
                self._open = False
                for _ in self._threads:
                    self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            company, more = self._company(first)
            self._answer(company)
            if not more:
                return

    def _company(self, first: Sequence[Call]) -> tuple[list[Call], bool]:
        """The asks that wait already. False: the door is closed behind them."""
        company = list(first)
        try:
            while len(company) < self._together:
                more = self._queue.get_nowait()
                if more is None:
                    return company, False
                company += more
        except Empty:
            pass
        return company, True

    def _answer(self, company: Sequence[Call]) -> None:
        """An ask that fails ends the transaction, so the rest is answered from a new one."""
        answered = 0
        while answered < len(company):
            try:
                with self._engine.connect() as connection:
                    answered += _from_one_moment(connection, company[answered:], self._long)
            except Exception as error:  # noqa: BLE001 - no connection: each caller is told so
                announce([(call, Raised(error)) for call in company[answered:]])
                return


def _from_one_moment(connection: Connection, company: Sequence[Call], long: float) -> int:
    """Answer until one fails; how many have their answer, the one that failed included."""
    connection.begin()
    told: list[tuple[Call, object]] = []
    answered, since = 0, time.monotonic()
    for call in company:
        answered += 1
        try:
            told.append((call, call.run(connection)))
        except BaseException as error:  # noqa: BLE001 - whatever it is, its caller is told
            told.append((call, Raised(error)))
            break
        if time.monotonic() - since > long:
            announce(told)
            told = []
    announce(told)
    return answered
