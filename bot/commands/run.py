"""`python -m bot run`."""

import asyncio
import errno
import os
import socket

from aiogram.exceptions import TelegramBadRequest, TelegramNotFound, TelegramUnauthorizedError
from aiogram.methods import SetWebhook

from bot import logs
from bot.commands.opening import migrated, plainly, ready
from bot.process import serve
from bot.settings import WrongSetting, wrong

# What a listening address can be wrong in: in use, not this machine's, or only for root.
BIND_FAULTS = frozenset({errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES})


@plainly
def run() -> int:
    """Migrate, then serve until a signal."""
    settings = ready()
    migrated(settings)
    try:
        asyncio.run(serve(settings))
    except (TelegramUnauthorizedError, TelegramNotFound):
        raise WrongSetting(f"{wrong('BOT_TOKEN', settings.token)}; the platform refuses this one") from None
    except TelegramBadRequest as refused:
        if not isinstance(refused.method, SetWebhook):
            raise
        said = logs.redact(refused.message)
        raise WrongSetting(f"{wrong('WEBHOOK_URL', settings.webhook_url)}; {said}") from None
    except OSError as error:
        unknown = isinstance(error, socket.gaierror)
        if error.filename is not None or not (unknown or error.errno in BIND_FAULTS):
            raise
        said = "no such host" if unknown else os.strerror(error.errno or 0)
        raise WrongSetting(f"{wrong('LISTEN', settings.listen)}; {said}") from None
    return 0
