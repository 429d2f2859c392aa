"""`python -m bot summary`."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.commands.opening import opened, plainly, ready
from domain.errors import Refusal
from domain.periods import parse_period
from messages.refusals import words
from messages.speech import _, speaking
from messages.summaries import told
from reports.summaries import to_xlsx
from services.actors import today
from services.summaries import summary_at


@plainly
def summary(unit: str, period: str, xlsx: Path | None, locale: str | None) -> int:
    """Print the figures, and write the workbook where one is wanted; a wrong unit or period is exit 1."""
    settings = ready()
    now = datetime.now(UTC)
    with speaking(locale or settings.default_locale), opened(settings) as database:
        try:
            asked = parse_period(period, today(now, settings.default_timezone))
            found = database.read_now(summary_at, unit, asked, now, settings.fallback)
        except Refusal as refusal:
            sys.stderr.write(f"{words(refusal)}\n")
            return 1
        sys.stdout.write(f"{told(found)}\n")
        if xlsx is not None:
            xlsx.write_bytes(to_xlsx(found, _))
    return 0
