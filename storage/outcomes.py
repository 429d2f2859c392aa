"""From the threads of the database back to those who wait: many are woken by one call."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

Outcome: TypeAlias = asyncio.Future[Any] | Future[Any]


@dataclass(frozen=True, slots=True)
class Raised:
    """What an act or ask raised, to be handed to its own caller."""

    error: BaseException


@dataclass(frozen=True, slots=True)
class Call:
    """Something to be run on a connection, and who waits for what comes of it."""

    run: Callable[[Connection], Any]
    outcome: Outcome


# What each loop will be told when it next goes round: while it is busy, more is added without waking it.
_DOOR = Lock()
_TOLD: WeakKeyDictionary[asyncio.AbstractEventLoop, list[tuple[Outcome, object]]] = WeakKeyDictionary()


def announce(results: Iterable[tuple[Call, object]]) -> None:
    """Tell every caller what its call gave or raised; the callers of one event loop all at once."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[Outcome, object]]] = {}
    for call, result in results:
        if isinstance(call.outcome, asyncio.Future):
            by_loop.setdefault(call.outcome.get_loop(), []).append((call.outcome, result))
        else:
            _settle(call.outcome, result)
    for loop, told in by_loop.items():
        with _DOOR:
            waking = _TOLD.setdefault(loop, [])
            waking += told
            first = len(waking) == len(told)
        if first:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(_settle_all, loop)


def _settle_all(loop: asyncio.AbstractEventLoop) -> None:
    with _DOOR:
        told = _TOLD.pop(loop)
    for outcome, result in told:
        if not outcome.done():  # a caller who left does not know the outcome
            _settle(outcome, result)


def _settle(outcome: Outcome, result: object) -> None:
    if not isinstance(result, Raised):
        outcome.set_result(result)
    elif isinstance(result.error, StopIteration):  # which no future can carry
        outcome.set_exception(RuntimeError("an act or ask ended in StopIteration"))
    else:
        outcome.set_exception(result.error)
