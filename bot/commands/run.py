"""`python -m bot run`."""

import asyncio
import errno
import sys

from aiogram.exceptions import TelegramNotFound, TelegramUnauthorizedError

from bot.commands.opening import plainly, ready
from bot.process import serve
from storage.migrate import migrate


@plainly
def run() -> int:
    """Migrate, then serve until a signal."""
    settings = ready()
    migrate(settings.database_url)
    try:
        asyncio.run(serve(settings))
    except (TelegramUnauthorizedError, TelegramNotFound):
        sys.stderr.write(
            "BOT_TOKEN: given a value not shown here, expected one the platform knows; it refuses this one\n"
        )
        return 2
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        sys.stderr.write(f"LISTEN: given {settings.listen!r}, expected an address nobody listens at\n")
        return 2
    return 0
