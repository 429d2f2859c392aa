"""PostgreSQL: a pool of connections, a thread for each, one transaction per act."""

import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import URL, Connection, create_engine
from sqlalchemy.exc import DBAPIError

T = TypeVar("T")

POOL = 8  # connections and threads: two batched writers lost acts to deadlock, a pool of eight lost none
RETRIES = 5  # times an act runs again after a deadlock or a serialisation failure
AGAIN = frozenset({"40P01", "40001"})  # SQLSTATE of these two
PAUSE = 0.01  # seconds, doubled at each retry


class PostgresStore:
    """Acts and asks run in threads of one pool; asks see one snapshot and cannot write."""

    def __init__(self, url: URL) -> None:
        psycopg = url.set(drivername="postgresql+psycopg")
        # An error must not quote what somebody wrote.
        self.writing = create_engine(
            psycopg, pool_size=POOL, max_overflow=0, pool_pre_ping=True, hide_parameters=True
        )
        self.reading = self.writing.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._threads = ThreadPoolExecutor(POOL, "postgresql")

    def write(self, act: Callable[[Connection], T]) -> Future[T]:
        return self._threads.submit(self._commit, act)

    def read(self, ask: Callable[[Connection], T]) -> Future[T]:
        return self._threads.submit(self._ask, ask)

    def close(self) -> None:
        """Finish every act that waits, then let the connections go."""
        self._threads.shutdown()
        self.writing.dispose()

    def _ask(self, ask: Callable[[Connection], T]) -> T:
        with self.reading.connect() as connection:
            return ask(connection)

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
