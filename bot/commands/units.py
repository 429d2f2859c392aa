"""`python -m bot import-units`: a sheet of units, from the machine."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.commands.opening import opened, plainly, ready
from domain.actors import Account, Actor
from domain.rosters import Reason
from domain.unit_files import UnitsDone, UnitsRehearsed, read_units
from messages.speech import speaking
from messages.unit_files import all_lines
from reports.rosters import read_sheets
from services import unit_files
from services.actors import today


@plainly
def import_units(file: Path, *, dry_run: bool) -> int:
    """Print what changes, and change it unless it is a dry run; 1 with any bad row, and nothing changed."""
    settings = ready()
    now = datetime.now(UTC)
    machine = Account("machine", 0, None, None)
    actor = Actor(machine, None, (), (), settings.default_locale, settings.default_timezone, root=True)
    with speaking(settings.default_locale), opened(settings) as database:
        sheets = read_sheets(file.read_bytes(), file.name)
        read = read_units(() if isinstance(sheets, Reason) else sheets, today(now, settings.default_timezone))
        done = UnitsDone((), 0, read.problems)
        if not read.problems:
            try:
                act = unit_files.rehearse if dry_run else unit_files.make
                done = database.write_now(act, actor, read.rows, now) or done
            except UnitsRehearsed as rehearsed:
                done = rehearsed.done
        done = replace(done, ignored=read.ignored)
        sys.stdout.writelines(f"{line}\n" for line in all_lines(done, dry_run=dry_run))
    return 1 if done.problems else 0
