"""`python -m bot erased`: digests of the erased, kept apart from backups, used after one is restored."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.commands.opening import Unready, opened, plainly, ready
from domain.ids import PersonId
from domain.tombstones import Stone
from messages.erased import anonymous, erased_again
from messages.speech import speaking
from services import erasures
from services.actors import today


@plainly
def list_them() -> int:
    """Print a line of JSON for each: a number and digests, nobody's name."""
    settings = ready()
    with opened(settings) as database:
        for stone in database.read_now(erasures.stones):
            line = {"person": stone.person, "digests": sorted(stone.digests)}
            sys.stdout.write(f"{json.dumps(line)}\n")
    return 0


@plainly
def erase_again(file: Path) -> int:
    """Erase those of the file once more whom a restored copy brought back. Again changes nothing."""
    settings = ready()
    stones = [_read(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    now = datetime.now(UTC)
    on = today(now, settings.default_timezone)
    with speaking(settings.default_locale), opened(settings) as database:
        done = [database.write_now(erasures.erase_again, stone, anonymous(), on, now) for stone in stones]
        sys.stdout.write(f"{erased_again(sum(done))}\n")
    return 0


def _read(line: str) -> Stone:
    try:
        plain = json.loads(line)
        return Stone(PersonId(int(plain["person"])), frozenset(map(str, plain["digests"])))
    except (ValueError, KeyError, TypeError) as wrong:
        raise Unready("This is no list of `python -m bot erased list`.") from wrong
