"""`python -m bot export-roster`; apart from the import, which needs no chat and none of its memory."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.commands.opening import opened, plainly, ready
from domain.names import parse_unit_path
from messages.invites import unknown_unit
from messages.roster_exports import cells, exported_line
from messages.speech import _, speaking
from reports.roster_exports import to_csv, to_xlsx
from services import roster_exports
from services.actors import today


@plainly
def export_roster(file: Path, *, unit: str | None) -> int:
    """Write everybody, or those of one unit, as import-roster takes them; 1 where there is no such unit."""
    settings = ready()
    now = datetime.now(UTC)
    on, path = today(now, settings.default_timezone), parse_unit_path(unit or "")
    with speaking(settings.default_locale), opened(settings) as database:
        rows = database.read_now(roster_exports.export_at, path, on)
        if not rows:
            sys.stderr.write(f"{unknown_unit(unit or '')}\n")
            return 1
        text = file.suffix.casefold() == ".csv"
        file.write_bytes(to_csv(cells(rows), _) if text else to_xlsx(cells(rows), _, now))
        database.write_now(roster_exports.note_taken_by_owner, len(rows), now)
        sys.stdout.write(f"{exported_line(len(rows))}\n")
    return 0
