"""The database as a handler sees it: bound to the update it answers."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from storage.database import Transaction

P = ParamSpec("P")
T = TypeVar("T")


class UpdateDatabase(Protocol):
    """Read as often as needed; write once: the write also marks the update done, in its transaction."""

    async def read(
        self, ask: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The ask's answer."""

    async def write(
        self, act: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The act's result, once it, the conversation so far and "done" are durable together."""
