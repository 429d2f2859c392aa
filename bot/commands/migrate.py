"""`python -m bot migrate`."""

import sys

from bot.commands.opening import plainly, ready
from storage.migrate import current_revision
from storage.migrate import migrate as upgrade


@plainly
def migrate() -> int:
    """Upgrade, and say from where to where."""
    settings = ready()
    before = current_revision(settings.database_url)
    upgrade(settings.database_url)
    after = current_revision(settings.database_url)
    sys.stdout.write(f"{before or 'empty'} → {after}\n" if before != after else f"already at {after}\n")
    return 0
