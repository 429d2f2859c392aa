"""The one way to the rows: plain synchronous asks and acts, run in threads."""

from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import URL, make_url, select
from sqlalchemy.engine import Connection

from storage.outcomes import Call
from storage.postgresql import PostgresStore
from storage.sqlite import SqliteStore
from storage.turns import Turns

Transaction = Connection
P = ParamSpec("P")
T = TypeVar("T")


class Database:
    """`await db.read(ask, …)` and `await db.write(act, …)`.

    An act may run again (deadlock, busy, a batch that failed), so it does no I/O and changes none of its
    arguments. When `write` returns, the act is durable; when it raises, nothing of the act is kept.
    A caller cancelled while it waits does not know the outcome: the act still runs.
    """

    def __init__(self, url: URL) -> None:
        self.dialect = url.get_backend_name()
        self._store: SqliteStore | PostgresStore
        match self.dialect:
            case "sqlite":
                self._store = SqliteStore(url)
            case "postgresql":
                self._store = PostgresStore(url)
            case other:
                raise ValueError(f"expected sqlite:///… or postgresql://…, got {other}://")
        self._asks, self._acts = Turns(self._store.read), Turns(self._store.write)

    @classmethod
    def connect(cls, url: str) -> Self:
        """Open the database at this address; the folder of a SQLite file is made."""
        return cls(make_url(url))

    async def read(
        self, ask: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The ask's answer, from one snapshot that it cannot change."""
        answer: T = await self._asks.add(lambda tx: ask(tx, *args, **kwargs))
        return answer

    async def write(
        self, act: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The act's result, once it is durable."""
        outcome: T = await self._acts.add(lambda tx: act(tx, *args, **kwargs))
        return outcome

    def read_now(self, ask: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`read` for the command line, where no event loop runs."""
        answer: Future[T] = Future()
        self._store.read([Call(lambda tx: ask(tx, *args, **kwargs), answer)])
        return answer.result()

    def write_now(
        self, act: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`write` for the command line, where no event loop runs."""
        outcome: Future[T] = Future()
        self._store.write([Call(lambda tx: act(tx, *args, **kwargs), outcome)])
        return outcome.result()

    async def ping(self) -> None:
        """Raise unless the database answers."""
        await self.read(_answer)

    def ping_now(self) -> None:
        """`ping` for the command line."""
        self.read_now(_answer)

    def close(self) -> None:
        """Finish the acts that wait, then let go."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _answer(tx: Transaction) -> None:
    tx.execute(select(1))
