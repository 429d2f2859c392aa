"""`python -m bot migrate`."""

import sys

from bot.commands.opening import migrated, plainly, ready
from storage.migrate import current_revision


@plainly
def migrate() -> int:
    """Upgrade, and say from where to where."""
    settings = ready()
    before = migrated(settings)
    after = current_revision(settings.database_url)
    sys.stdout.write(f"{before or 'empty'} → {after}\n" if before != after else f"already at {after}\n")
    return 0
