"""`python -m bot import-roster`."""

import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from bot.commands.opening import migrated, plainly, ready
from bot.commands.progress import Bar
from domain.errors import Refusal
from domain.names import parse_unit_path
from domain.roster_plans import RosterPlan
from messages.refusals import words
from messages.roster_plans import comparing, reading, report
from messages.speech import speaking
from reports.rosters import read_file
from services import rosters
from services.actors import today
from services.roster_imports import import_in_chunks
from storage.database import Database

BREATH = 0.025  # seconds between two acts; SQLite's own pauses grow to that within a tenth of a second


@plainly
def import_roster(file: Path, *, dry_run: bool, unit: str | None, end_missing: bool) -> int:
    """Print what changes, and change it unless it is a dry run; 1 with any bad row, and nothing changed."""
    settings = ready()
    now = datetime.now(UTC)
    on = today(now, settings.default_timezone)
    bar = Bar(sys.stderr)
    with speaking(settings.default_locale):
        bar.say(reading())
        roster = read_file(file.read_bytes(), file.name, parse_unit_path(unit or ""))
        bar.say(comparing(len(roster.rows)))
        migrated(settings)
        with Database.connect(settings.database_url) as database:
            try:
                if dry_run:
                    plan: RosterPlan = database.read_now(rosters.plan, roster, on)
                else:
                    told = _gently(bar) if database.dialect == "sqlite" else bar.at
                    plan = import_in_chunks(database, roster, end_missing, on, now, told)
            except Refusal as refusal:
                bar.end()
                sys.stderr.write(f"{words(refusal)}\n")
                return 1
        bar.end()
        _print(report(roster, plan, dry_run=dry_run, end_missing=end_missing))
    return 1 if plan.problems else 0


def _gently(bar: Bar) -> Callable[[int, int], None]:
    """SQLite has one writer, and who waits asks again only now and then: the bot is let in between."""

    def told(done: int, total: int) -> None:
        bar.at(done, total)
        time.sleep(BREATH)

    return told


def _print(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
