"""The log: for people on a console, or JSON. It holds no token and nothing anybody wrote."""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
PASSWORD = re.compile(r"(?<=://)([^\s/:@]+):[^\s/@]+@")
PLACES = 8  # innermost frames of a fault that are worth a line
# Errors whose message is a machine's own, about a file or a connection, and quotes nobody.
QUOTABLE = (OSError,)

Event = MutableMapping[str, Any]


def begin(level: str, form: str) -> None:
    """Send everything, libraries' lines as well, through one formatter."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        faults_without_words,
        without_secrets,
    ]
    lines: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.PositionalArgumentsFormatter(), *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, lines],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("aiogram.event", "aiohttp.access", "alembic", "apscheduler"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def briefly(error: BaseException) -> str:
    """What went wrong, in a few words."""
    return redact(f"{type(error).__name__}: {error}" if isinstance(error, QUOTABLE) else type(error).__name__)


def describe(error: BaseException) -> str:
    """What went wrong and where, as class names and places: messages of errors quote what people typed."""
    chain: list[str] = []
    at: BaseException | None = error
    while at is not None and len(chain) < 3:
        chain.append(f"{briefly(at)} at {_places(at.__traceback__)}")
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return redact(" < ".join(chain))


def redact(text: str) -> str:
    """The text with anything that looks like a token or a password taken out."""
    return PASSWORD.sub(r"\1:…@", TOKEN.sub("…", text))


def faults_without_words(_logger: object, _method: str, event: Event) -> Event:
    """Replace an exception by its description."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["fault"] = describe(error)
    return event


def without_secrets(_logger: object, _method: str, event: Event) -> Event:
    """Take tokens and passwords out of every text of the line."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = redact(value)
    return event


def _places(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)[-PLACES:]
    return " > ".join(f"{'/'.join(f.filename.split('/')[-2:])}:{f.lineno}" for f in frames) or "nowhere"
