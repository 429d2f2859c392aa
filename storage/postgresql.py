"""PostgreSQL: a pool of connections, a thread for each, one transaction per act."""

import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from psycopg import IsolationLevel
from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.exc import DBAPIError

from storage.outcomes import Call, Raised, announce
from storage.readers import Readers

T = TypeVar("T")

POOL = 8  # threads and connections for acts: two batched writers lost acts to deadlock, eight lost none
READERS = 3  # threads and connections for asks
TOGETHER = 16  # asks in one go: each is a round trip, so a turn of many is shared out
LONG = 0.005  # seconds; some round trips
RETRIES = 5  # times an act runs again after a deadlock or a serialisation failure
AGAIN = frozenset({"40P01", "40001"})  # SQLSTATE of these two
PAUSE = 0.01  # seconds, doubled at each retry
# Seconds for which a transaction may be forgotten: a process that is paused in the midst of an act must not
# keep its locks, or nobody could follow the sender that it was. Acts take milliseconds.
FORGOTTEN = 8.0
# A way to the server that fell silent (a router forgot it, a machine lost its power) says nothing by itself:
# it is given up within a lease, whether nothing is asked or an answer is waited for. What the address
# names itself is left as it is.
SILENCE: Mapping[str, int] = {
    "connect_timeout": 5,  # seconds for the way there and the server's greeting
    "keepalives_idle": 5,  # seconds of silence after which the other machine is asked whether it is there
    "keepalives_interval": 2,  # seconds between asking again
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds in which what was sent is to be taken; also ends the asking
}


class PostgresStore:
    """Acts run side by side, each in its own transaction; asks see one snapshot and cannot write."""

    def __init__(self, url: URL) -> None:
        address = url.set(drivername="postgresql+psycopg")
        named = {name: value for name, value in SILENCE.items() if name not in url.query}
        # An error must not quote what somebody wrote.
        self.writing = create_engine(
            address, pool_size=POOL, max_overflow=0, hide_parameters=True, connect_args=named
        )
        self.reading = create_engine(
            address,
            pool_size=READERS,
            max_overflow=0,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args=named,
        )
        for engine in (self.writing, self.reading):
            event.listen(engine, "connect", _let_go)
        event.listen(self.reading, "connect", _only_look)
        self._threads = ThreadPoolExecutor(POOL, "postgresql-write")
        self._readers = Readers(self.reading, READERS, "postgresql-read", TOGETHER, LONG)

    def write(self, acts: Iterable[Call]) -> None:
        for act in acts:
            self._threads.submit(self._settle, act)

    def read(self, asks: Sequence[Call]) -> None:
        self._readers.take(asks)

    def close(self) -> None:
        """Finish every act that waits, then let the connections go."""
        self._threads.shutdown()
        self._readers.close()
        self.writing.dispose()
        self.reading.dispose()

    def _settle(self, act: Call) -> None:
        try:
            result: object = self._commit(act.run)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the act's caller is told
            result = Raised(error)
        announce([(act, result)])

    def _commit(self, act: Callable[[Connection], T]) -> T:
        for retry in range(RETRIES):
            try:
                return self._once(act)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in AGAIN:
                    raise
            jitter = random.uniform(0.5, 1.5)  # noqa: S311 - spreads rivals, guards nothing
            time.sleep(PAUSE * 2**retry * jitter)
        return self._once(act)

    def _once(self, act: Callable[[Connection], T]) -> T:
        """Run and commit it. A connection that was lost before the commit is as good as a deadlock."""
        for _ in range(POOL):  # all may have been lost together
            with self.writing.connect() as connection:
                transaction = connection.begin()
                try:
                    value = act(connection)
                except DBAPIError as error:
                    if not error.connection_invalidated:
                        raise
                    connection.invalidate(error)
                    continue
                transaction.commit()
                return value
        with self.writing.begin() as connection:
            return act(connection)


def _only_look(driver: Any, _: object) -> None:
    """Every transaction of this connection is one snapshot that cannot be changed."""
    driver.isolation_level = IsolationLevel.REPEATABLE_READ
    driver.read_only = True


def _let_go(driver: Any, _: object) -> None:
    """Let the server end a transaction that nobody goes on with; poolers refuse to be asked at the start."""
    with driver.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('idle_in_transaction_session_timeout', %s, false)", [f"{FORGOTTEN}s"]
        )
    driver.commit()
