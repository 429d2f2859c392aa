"""How long what people wrote is kept where it first came in."""

from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from domain.settings import ALWAYS, TEXTS
from domain.zones import latest_date
from services import leaves
from storage import retention, roster_staging, units
from storage.database import Transaction

# Telegram keeps an update for a day, so after a week none comes again: its number need not be remembered
# either, and the row goes with the texts in it.
UPDATES = timedelta(days=7)
PARKED = timedelta(days=30)  # an administrator had a month to decide
CONVERSATIONS = timedelta(days=30)  # since anything was said in it
STAGED = timedelta(days=1)  # what an import that was killed left aside; no import takes so long
CHUNK = 500  # rows in one act: keeps it well under 50 ms


def forget(tx: Transaction, now: datetime) -> int:
    """Delete some of what has been kept long enough; 0 when nothing is left to delete.

    An update that nobody has dealt with is kept, however old.
    """
    updates = retention.forget_updates(tx, now - UPDATES, now - PARKED, CHUNK)
    staged = roster_staging.clear(tx, now - STAGED, CHUNK)
    talks = retention.forget_conversations(tx, now - CONVERSATIONS, CHUNK)
    reasons = leaves.forget_reasons(tx, now, CHUNK)
    return updates + staged + talks + reasons + _forget_texts(tx, now)


def _forget_texts(tx: Transaction, now: datetime) -> int:
    """Reflections that their branch keeps only for some months: the text goes, that there was one stays."""
    on = latest_date(now)
    held = {
        below: values.get(TEXTS, ALWAYS)
        for unit in units.units_setting(tx, TEXTS)
        for below, values in units.settings_below(tx, unit, on).items()
    }
    gone = 0
    for months in sorted(set(held.values()) - {ALWAYS}):
        branches = [unit for unit, kept in held.items() if kept == months]
        gone += retention.forget_texts(tx, branches, now - relativedelta(months=int(months)), CHUNK)
    return gone
