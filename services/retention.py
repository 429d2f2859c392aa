"""How long what people wrote is kept where it first came in."""

from datetime import datetime, timedelta

from storage import retention
from storage.database import Transaction

# Telegram keeps an update for a day, so after a week none comes again: its number need not be remembered
# either, and the row goes with the texts in it.
UPDATES = timedelta(days=7)
PARKED = timedelta(days=30)  # an administrator had a month to decide
CONVERSATIONS = timedelta(days=30)  # since anything was said in it
CHUNK = 500  # rows in one act: keeps it well under 50 ms


def forget(tx: Transaction, now: datetime) -> int:
    """Delete some of what has been kept long enough; 0 when nothing is left to delete.

    An update that nobody has dealt with is kept, however old.
    """
    updates = retention.forget_updates(tx, now - UPDATES, now - PARKED, CHUNK)
    return updates + retention.forget_conversations(tx, now - CONVERSATIONS, CHUNK)
