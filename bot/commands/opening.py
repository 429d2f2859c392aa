"""How a command begins: settings read, log opened, database reached; or one line about why not."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import DatabaseError

from bot import logs
from bot.settings import Settings, WrongSetting, load, wrong
from storage.database import Database
from storage.migrate import current_revision, head_revision, migrate, reach

P = ParamSpec("P")
T = TypeVar("T")


class Unready(Exception):  # noqa: N818 - it reads as a sentence
    """One line for the administrator: what has to be done before this command."""


def ready() -> Settings:
    """The settings in force, with the log begun. Raises WrongSetting."""
    settings = load()
    logs.begin(settings.log_level, settings.log_format)
    return settings


def migrated(settings: Settings) -> str | None:
    """Bring the database to the newest revision; where it was before. Raises WrongSetting if out of reach."""
    _reached(reach, settings)
    before = current_revision(settings.database_url)
    migrate(settings.database_url)
    return before


def opened(settings: Settings) -> Database:
    """The database, for commands that change none of its tables. Raises WrongSetting or Unready."""
    at, newest = _reached(current_revision, settings), head_revision()
    if at != newest:
        raise Unready(f"The database is at {at or 'nothing'}, not at {newest}: run `python -m bot migrate`")
    return Database.connect(settings.database_url)


def plainly(command: Callable[P, int]) -> Callable[P, int]:
    """A wrong setting ends the command with one line and exit code 2; a file or a step that is wanting, 1."""

    @wraps(command)
    def spoken(*args: P.args, **kwargs: P.kwargs) -> int:
        try:
            return command(*args, **kwargs)
        except WrongSetting as said:
            sys.stderr.write(f"{said}\n")
            return 2
        except Unready as said:
            sys.stderr.write(f"{said}\n")
            return 1
        except OSError as error:
            if error.filename is None:  # not about a file somebody named
                raise
            sys.stderr.write(f"{error.filename}: {error.strerror}\n")
            return 1

    return spoken


def _reached(step: Callable[[str], T], settings: Settings) -> T:
    try:
        return step(settings.database_url)
    except (DatabaseError, OSError) as error:
        cause = error.orig if isinstance(error, DatabaseError) else error
        said = logs.redact(" ".join(str(cause).split()))
        raise WrongSetting(f"{wrong('DATABASE_URL', settings.database_url)}; {said}") from None
