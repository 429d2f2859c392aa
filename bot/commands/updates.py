"""`python -m bot updates`: those that failed three times; tried again or dropped from the machine."""

import json
import sys
from datetime import UTC, datetime

from bot.commands.opening import opened, plainly, ready
from domain.held import Decision, Outcome
from messages.admin import outcome
from messages.parked import told
from messages.speech import speaking
from services import parked

MOST = 10_000  # rows of a list


@plainly
def list_them(*, as_json: bool) -> int:
    """Print the parked updates, a line or an object each; never what they say."""
    settings = ready()
    with speaking(settings.default_locale), opened(settings) as database:
        rows = database.read_now(parked.listed, settings.bot_id, MOST)
        if as_json:
            plain = [
                {"id": row.update_id, "kind": row.kind, "at": row.received_at.isoformat(), "error": row.error}
                for row in rows
            ]
            sys.stdout.write(f"{json.dumps(plain, indent=1)}\n")
        else:
            sys.stdout.writelines(f"{told(row, settings.default_timezone)}\n" for row in rows)
    return 0


@plainly
def decide(decision: Decision, ids: list[int]) -> int:
    """Try these again, or be done with them; 1 when any could not be."""
    settings = ready()
    now, failed = datetime.now(UTC), 0
    with speaking(settings.default_locale), opened(settings) as database:
        for number in ids:
            done = database.write_now(parked.decide, None, settings.bot_id, number, decision, now)
            failed |= done is not Outcome.DONE
            sys.stdout.write(f"{number}: {outcome(done)}\n")
    return int(failed)
