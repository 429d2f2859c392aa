"""SQLite: one writer thread gives waiting acts one durable transaction together; readers work beside it."""

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TypeAlias

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from storage.outcomes import Call, Raised, announce
from storage.readers import Readers

BATCH = 100  # acts in one transaction: one fsync for all of them, and still under 50 ms
READERS = 4  # threads and connections; reads in WAL never wait for the writer
TOGETHER = 64  # asks in one go: a lookup takes less than waking another thread for it
LONG = 0.03  # seconds; sooner, and a crowd comes back in small groups, which compete at every statement
BUSY_TIMEOUT = 200  # milliseconds SQLite itself waits for another process before it says busy
PATIENCE = 30.0  # seconds a batch goes on asking for the lock before its callers are told

Act: TypeAlias = Callable[[Connection], object]
Run: TypeAlias = Callable[[sqlite3.Connection, Connection, Act], object]


def open_sqlite(url: URL, begin: str, size: int, pragmas: Mapping[str, str | int]) -> Engine:
    """An engine whose transactions start with `begin`, not with the driver's own guess."""
    if not url.database or url.database == ":memory:":
        raise ValueError(f"SQLite needs a file that readers and the writer can share, got {url}")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        pool_size=size,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": 0},
        hide_parameters=True,  # an error must not quote what somebody wrote
    )

    def prepare(driver: sqlite3.Connection, _: object) -> None:
        driver.isolation_level = None  # or sqlite3 would begin and commit behind our back
        for name, value in pragmas.items():
            driver.execute(f"PRAGMA {name}={value}")

    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", start)
    return engine


def is_busy(error: Exception) -> bool:
    """Whether another connection holds the lock, so that asking again may help."""
    driver_error = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(driver_error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def begin_patiently(engine: Engine, patience: float = PATIENCE) -> Connection:
    """A connection inside its transaction; busy is asked again, with growing pauses, until patience ends."""
    deadline = time.monotonic() + patience
    pause = 0.005
    while True:
        try:
            connection = engine.connect()
            try:
                connection.begin()
            except BaseException:
                connection.close()
                raise
        except (DBAPIError, sqlite3.Error) as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
        else:
            return connection
        time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - spreads rivals, guards nothing
        pause = min(pause * 2, 0.5)


class SqliteStore:
    """Acts queue for the writer thread; asks run in a few reader threads that cannot write."""

    def __init__(self, url: URL) -> None:
        shared: dict[str, str | int] = {"busy_timeout": BUSY_TIMEOUT, "foreign_keys": "ON"}
        durable = shared | {"journal_mode": "WAL", "synchronous": "FULL"}
        self.writing = open_sqlite(url, "BEGIN IMMEDIATE", 1, durable)
        self.reading = open_sqlite(url, "BEGIN", READERS, shared | {"busy_timeout": 5000, "query_only": "ON"})
        self._queue: SimpleQueue[Call | None] = SimpleQueue()
        self._readers = Readers(self.reading, READERS, "sqlite-read", TOGETHER, LONG)
        self._open = True
        self._door = threading.Lock()
        self._writer = threading.Thread(target=self._work, name="sqlite-write", daemon=True)
        self._writer.start()

    def write(self, acts: Iterable[Call]) -> None:
        with self._door:
            if not self._open:
                raise RuntimeError("the database is closed")
            for act in acts:
                self._queue.put(act)

    def read(self, asks: Sequence[Call]) -> None:
        self._readers.take(asks)

    def close(self) -> None:
        """Finish every act that waits, then let the file go."""
        with self._door:
            if self._open:
                self._open = False
                self._queue.put(None)
        self._writer.join()
        self._readers.close()
        self.writing.dispose()
        self.reading.dispose()

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, more = self._company(first)
            self._commit(batch)
            if not more:
                return

    def _company(self, first: Call) -> tuple[list[Call], bool]:
        """The acts that wait already; a lone act waits for nobody. False: the door is closed behind them."""
        batch = [first]
        try:
            while len(batch) < BATCH:
                waiting = self._queue.get_nowait()
                if waiting is None:
                    return batch, False
                batch.append(waiting)
        except Empty:
            pass
        return batch, True

    def _commit(self, batch: Sequence[Call], *, apart: bool = False) -> None:
        """Settle every act of the batch, after its commit.

        A savepoint is two statements more beside the five of a tap, and few acts raise: so they run without,
        and a batch that breaks runs again, each act `apart`; if that breaks too, one by one.
        """
        try:
            connection = begin_patiently(self.writing)
        except Exception as error:  # noqa: BLE001 - nothing was begun: each caller is told so
            announce([(call, Raised(error)) for call in batch])
            return
        try:
            with connection:
                results = _run_all(connection, [call.run for call in batch], _run_apart if apart else _run)
        except BaseException as error:  # noqa: BLE001 - the transaction ended: nothing of it was kept
            if len(batch) == 1:
                announce([(batch[0], Raised(error))])
            elif not apart:
                self._commit(batch, apart=True)
            else:
                for call in batch:
                    self._commit([call])
            return
        announce(zip(batch, results, strict=True))


def _run_all(connection: Connection, acts: Sequence[Act], run: Run) -> list[object]:
    """What each act gave or raised, once all are durable together; raises with nothing kept."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError(f"the writer needs sqlite3's own connection, got {driver!r}")
    try:
        results = [run(driver, connection, act) for act in acts]
        connection.commit()
    except BaseException:
        driver.rollback()  # SQLAlchemy holds a failed commit for the end, SQLite stays in the transaction
        raise
    return results


def _run(driver: sqlite3.Connection, connection: Connection, act: Act) -> object:
    """The act's value; raises what it raised, or if the transaction is lost."""
    value = act(connection)
    if not driver.in_transaction:  # or what follows would be kept act by act
        raise RuntimeError("an act overlooked that its transaction was lost")
    return value


def _run_apart(driver: sqlite3.Connection, connection: Connection, act: Act) -> object:
    """The act's value, or what it raised once its savepoint is undone; raises if the transaction is lost."""
    driver.execute("SAVEPOINT act")
    try:
        value = act(connection)
    except BaseException as error:
        if not driver.in_transaction:
            raise
        driver.execute("ROLLBACK TO act")
        driver.execute("RELEASE act")
        return Raised(error)
    driver.execute("RELEASE act")
    return value
