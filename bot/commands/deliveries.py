"""`python -m bot deliveries`: what is held, dead or waiting; sent again or dropped from the machine."""

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

from bot.commands.opening import Unready, opened, plainly, ready
from bot.settings import Settings
from domain.held import Decision, Outcome, Shelf, Stuck
from domain.ids import DeliveryId, OccurrenceId
from messages.admin import outcome
from messages.held import cause_name, decided, nothing_left, told
from messages.speech import speaking
from services import held
from storage.database import Database

MOST = 10_000  # rows of a list; who has more to look at names a cause


@plainly
def list_them(state: Shelf, cause: str | None, *, as_json: bool) -> int:
    """Print what lies there, a line or an object each."""
    settings = ready()
    with speaking(settings.default_locale), opened(settings) as database:
        causes = _causes(database, cause)
        rows = database.read_now(held.listed, settings.bot_id, state, causes, MOST)
        if as_json:
            _print([json.dumps([_plain(row) for row in rows], ensure_ascii=False, indent=1)])
        else:
            _print(told(row, settings.default_timezone, datetime.now(UTC)) for row in rows)
    return 0


@plainly
def decide(decision: Decision, ids: list[int], cause: str | None, state: Shelf) -> int:
    """Send again, or drop, these or all of a cause in a state; 1 when any could not be."""
    if bool(ids) == bool(cause):
        raise Unready("Name either ids or a --cause, as `deliveries list` prints them")
    settings = ready()
    now = datetime.now(UTC)
    with speaking(settings.default_locale), opened(settings) as database:
        if ids:
            return _each(database, settings, decision, ids, now)
        return _all(database, settings, decision, cause, state, now)


def _each(database: Database, settings: Settings, decision: Decision, ids: list[int], now: datetime) -> int:
    failed = 0
    for number in ids:
        delivery = DeliveryId(number)
        done = database.write_now(held.decide, None, settings.bot_id, delivery, decision, now)
        failed |= done is not Outcome.DONE
        _print([f"{number}: {outcome(done)}"])
    return int(failed)


def _all(
    database: Database,
    settings: Settings,
    decision: Decision,
    cause: str | None,
    state: Shelf,
    now: datetime,
) -> int:
    concerned = 0
    for occurrence in _causes(database, cause) or []:
        batch = database.write_now(
            held.decide_all, None, settings.bot_id, occurrence, state, decision, None, now
        )
        if batch is not None and batch.count:
            concerned += batch.count
            _print([f"{cause_name(batch.subject.cause)}: {decided(batch)}"])
    if not concerned:
        sys.stderr.write(f"{nothing_left()}\n")
    return 0 if concerned else 1


def _causes(database: Database, name: str | None) -> list[OccurrenceId] | None:
    if name is None:
        return None
    found = database.read_now(held.causes_called, name)
    if not found:
        raise Unready(f"There is no cause {name}; `deliveries list` prints them")
    return found


def _plain(row: Stuck) -> dict[str, object]:
    return {
        "id": row.id,
        "state": row.state,
        "kind": row.subject.kind,
        "title": row.subject.title,
        "cause": cause_name(row.subject.cause),
        "unit": row.unit,
        "private": row.private,
        "reachable": row.reachable,
        "since": row.since.isoformat(),
        "reason": (row.reason or "").split(" ", 1)[0] or None,
        "attempts": row.attempts,
        "maybe_repeat": row.maybe_repeat,
        "expires_at": row.expires_at.isoformat() if row.expires_at else None,
    }


def _print(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
