"""From what aiogram raises to what it means. Subclasses come before what they derive from."""

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from domain.retries import Failure, Trouble

PLAIN_WAIT = 5.0  # seconds, where a 429 does not say how long
LONGEST_DETAIL = 200  # characters of the platform's description that are kept

# What a 400 is about, by the words the platform uses; the first that fits.
BAD_REQUESTS: tuple[tuple[str, Trouble], ...] = (
    ("message is not modified", Trouble.NOTHING_TO_DO),
    ("query is too old", Trouble.NOTHING_TO_DO),
    ("message to edit not found", Trouble.MESSAGE_GONE),
    ("message can't be edited", Trouble.MESSAGE_GONE),
    ("message to delete not found", Trouble.MESSAGE_GONE),
    ("message can't be deleted", Trouble.MESSAGE_GONE),
    ("message thread not found", Trouble.THREAD_GONE),
    ("topic_deleted", Trouble.THREAD_GONE),
    ("chat not found", Trouble.CHAT_GONE),
    ("group chat was deactivated", Trouble.CHAT_GONE),
    ("not enough rights", Trouble.NO_RIGHTS),
    ("have no rights", Trouble.NO_RIGHTS),
    ("need administrator rights", Trouble.NO_RIGHTS),
    ("chat_write_forbidden", Trouble.NO_RIGHTS),
    ("chat_restricted", Trouble.NO_RIGHTS),
    ("topic_closed", Trouble.NO_RIGHTS),
)


def failure_of(error: Exception) -> Failure:
    """What a request's exception means."""
    match error:
        case TelegramRetryAfter():
            return Failure(Trouble.FLOOD, _detail(error), wait=float(error.retry_after))
        case TelegramMigrateToChat():
            return Failure(Trouble.MIGRATED, _detail(error), moved_to=error.migrate_to_chat_id)
        case TelegramAPIError():
            return _answered(error)
        case _ if _is_unreadable(error):
            return Failure(Trouble.UNKNOWN_OUTCOME, type(error).__name__)  # its text may quote a person
        case _:
            return bug_of(error)


def _is_unreadable(error: Exception) -> bool:
    """Whether there was an answer, in no JSON, or not in the charset it says, or in what is no charset.

    For the last codecs raise a bare LookupError; a KeyError is a bug of ours.
    """
    return isinstance(error, (ClientDecodeError, UnicodeDecodeError)) or type(error) is LookupError


def bug_of(error: Exception) -> Failure:
    """What it means that words cannot be made, whatever kind of exception says so: nothing was written."""
    return Failure(Trouble.BUG, type(error).__name__)


def _answered(error: TelegramAPIError) -> Failure:
    match error:
        case TelegramEntityTooLarge():
            trouble = Trouble.TOO_LARGE
        case TelegramNetworkError():
            never = isinstance(error.__cause__, (ClientConnectorError, ConnectionTimeoutError))
            trouble = Trouble.NOT_WRITTEN if never else Trouble.UNKNOWN_OUTCOME
            return Failure(trouble, f"{type(error).__name__} {type(error.__cause__).__name__}")
        case TelegramForbiddenError():
            trouble = Trouble.BLOCKED
        case TelegramUnauthorizedError() | TelegramNotFound() | TelegramConflictError():
            trouble = Trouble.TOKEN_REFUSED
        case TelegramServerError():
            trouble = Trouble.UNKNOWN_OUTCOME
        case _ if "too many requests" in error.message.lower():
            return Failure(Trouble.FLOOD, _detail(error), wait=PLAIN_WAIT)
        case _:
            trouble = _refused(error.message.lower())
    return Failure(trouble, _detail(error))


def _refused(words: str) -> Trouble:
    return next((trouble for said, trouble in BAD_REQUESTS if said in words), Trouble.MALFORMED)


def _detail(error: TelegramAPIError) -> str:
    said = error.message.splitlines()[-1] if error.message else ""
    return f"{type(error).__name__} {said}"[:LONGEST_DETAIL]
