"""How long what people wrote is kept where it first came in."""

from datetime import datetime, timedelta

from storage import retention, roster_staging
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
    return updates + staged + retention.forget_conversations(tx, now - CONVERSATIONS, CHUNK)
