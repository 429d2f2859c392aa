"""`python -m bot audit`: the trail, printed or written to a file."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.commands.opening import opened, plainly, ready
from messages import entries as words
from messages.speech import _, speaking
from reports.trail import to_csv, to_xlsx
from services.actors import today
from services.trail import take_as_owner


@plainly
def audit(search: list[str], csv: Path | None, xlsx: Path | None) -> int:
    """Print what the search finds, the newest first, or write it; looking leaves an entry too."""
    settings = ready()
    now, zone = datetime.now(UTC), settings.default_timezone
    with speaking(settings.default_locale), opened(settings) as database:
        asked = words.search_in(" ".join(search), today(now, zone))
        entries = database.write_now(take_as_owner, asked, zone, now)
        rows = words.rows(entries, zone)
        if csv is not None:
            csv.write_bytes(to_csv(rows, _))
        if xlsx is not None:
            xlsx.write_bytes(to_xlsx(rows, words.remark(len(rows)), now, _))
        if csv is None and xlsx is None:
            sys.stdout.writelines(f"{words.line(entry, zone)}\n" for entry in entries)
    return 0
