"""How every command begins: settings read, or one line about the wrong one; the log opened."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from bot import logs
from bot.settings import Settings, WrongSetting, load

P = ParamSpec("P")


def ready() -> Settings:
    """The settings in force, with the log begun. Raises WrongSetting."""
    settings = load()
    logs.begin(settings.log_level, settings.log_format)
    return settings


def plainly(command: Callable[P, int]) -> Callable[P, int]:
    """A wrong setting ends the command with one line and exit code 2."""

    @wraps(command)
    def spoken(*args: P.args, **kwargs: P.kwargs) -> int:
        try:
            return command(*args, **kwargs)
        except WrongSetting as wrong:
            sys.stderr.write(f"{wrong}\n")
            return 2

    return spoken
