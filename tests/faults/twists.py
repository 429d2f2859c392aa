"""What a life of the bot is given beside its settings: a wider pace, a shorter lease, a sudden end."""

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

from bot import workers
from bot.clock import SystemClock
from scheduling import alarm, leadership, pacing, sender
from services import deliveries, leases
from storage import postgresql


def wide() -> None:
    """The platform takes ten times as much: a slot is free, a pause over, the alarm sounds ten times as soon.

    As many are in the air at once as ever, so that a crash leaves as many in doubt.
    """
    pause, answered = pacing.Pacer.pause, pacing.Pacer.answered

    def shortly(self: pacing.Pacer, seconds: float, now: float) -> None:
        pause(self, seconds / 10, now)

    def freed(self: pacing.Pacer, ticket: pacing.Ticket, asked: float, now: float) -> None:
        answered(self, ticket, asked, now)
        self._free_at[ticket.slot] = now + 0.1

    replace(alarm, "PLAN_EVERY", alarm.PLAN_EVERY / 10)
    replace(alarm, "DRAIN_EVERY", alarm.DRAIN_EVERY / 10)
    replace(pacing, "CHAT_PAUSE", 0.1)
    replace(pacing.Pacer, "pause", shortly)
    replace(pacing.Pacer, "answered", freed)


def lease(seconds: float) -> None:
    """A lease that runs out sooner, with everything that is measured by it as much sooner."""
    part = seconds / leases.TTL.total_seconds()
    for module, name in ((leadership, "RENEW"), (leadership, "TRUST"), (sender, "APART")):
        replace(module, name, getattr(module, name) * part)
    replace(leases, "TTL", leases.TTL * part)
    replace(leases, "MARGIN", leases.MARGIN * part)
    replace(postgresql, "FORGOTTEN", postgresql.FORGOTTEN * part)


def reaping() -> None:
    """What was stored and is in nobody's hands is noticed within seconds, not after a minute."""
    replace(workers, "LEFT_AFTER", workers.LEFT_AFTER / 30)
    replace(alarm, "REAP_EVERY", 1)


def die_at_commit(number: int, *, after: bool) -> None:
    """End by SIGKILL just before the n-th commit, or just after it and before anybody hears of it."""
    commit: Callable[[DefaultDialect, Any], None] = DefaultDialect.do_commit
    left = number

    def last(self: DefaultDialect, connection: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0 and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        commit(self, connection)
        if left == 0 and after:
            os.kill(os.getpid(), signal.SIGKILL)

    replace(DefaultDialect, "do_commit", last)


def die_in_fanout(number: int) -> None:
    """End by SIGKILL in the n-th act that makes deliveries, with those of the act made and not committed."""
    owe = deliveries.owe_branches
    left = number

    def last(*args: Any, **kwargs: Any) -> Any:
        nonlocal left
        left -= 1
        made = owe(*args, **kwargs)
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return made

    replace(deliveries, "owe_branches", last)


def calendar(file: str) -> None:
    """The machine's calendar is wrong by as many seconds as stand in a file."""

    def wrong(self: SystemClock) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(Path(file).read_text(encoding="utf-8") or 0))

    replace(SystemClock, "now", wrong)


def replace(owner: Any, name: str, by: object) -> None:
    """Set what is there already: a name that has moved must not pass unnoticed."""
    if not hasattr(owner, name):
        raise AttributeError(f"{owner} has no {name} any more")
    setattr(owner, name, by)
