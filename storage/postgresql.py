"""PostgreSQL: a pool of connections, a thread for each, one transaction per act."""

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.exc import DBAPIError

from storage.outcomes import Call, Raised, announce
from storage.readers import Readers

T = TypeVar("T")

POOL = 8  # threads and connections for acts: two batched writers lost acts to deadlock, eight lost none
READERS = 3  # threads and connections for asks
RETRIES = 5  # times an act runs again after a deadlock or a serialisation failure
AGAIN = frozenset({"40P01", "40001"})  # SQLSTATE of these two
PAUSE = 0.01  # seconds, doubled at each retry
# Seconds for which a transaction may be forgotten: a process that is paused in the midst of an act must not
# keep its locks, or nobody could follow the sender that it was. Acts take milliseconds.
FORGOTTEN = 8.0


class PostgresStore:
    """Acts run side by side, each in its own transaction; asks see one snapshot and cannot write."""

    def __init__(self, url: URL) -> None:
        psycopg = url.set(drivername="postgresql+psycopg")
        # An error must not quote what somebody wrote.
        self.writing = create_engine(
            psycopg, pool_size=POOL + READERS, max_overflow=0, pool_pre_ping=True, hide_parameters=True
        )
        event.listen(self.writing, "connect", _let_go)
        self.reading = self.writing.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._threads = ThreadPoolExecutor(POOL, "postgresql-write")
        self._readers = Readers(self.reading, READERS, "postgresql-read")

    def write(self, act: Call) -> None:
        self._threads.submit(self._settle, act)

    def read(self, ask: Call) -> None:
        self._readers.take(ask)

    def close(self) -> None:
        """Finish every act that waits, then let the connections go."""
        self._threads.shutdown()
        self._readers.close()
        self.writing.dispose()

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
        with self.writing.begin() as transaction:
            return act(transaction)


def _let_go(driver: Any, _: object) -> None:
    """Let the server end a transaction that nobody goes on with; poolers refuse to be asked at the start."""
    with driver.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('idle_in_transaction_session_timeout', %s, false)", [f"{FORGOTTEN}s"]
        )
    driver.commit()
