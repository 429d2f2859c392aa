"""The log as it is written, for the tests that read it."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr

import structlog

from bot import logs


@contextmanager
def written_log(level: str) -> Iterator[io.StringIO]:
    """What a JSON log of that level holds; the logging of the test session is put back afterwards."""
    root, written = logging.getLogger(), io.StringIO()
    handlers, before = root.handlers[:], root.level
    with redirect_stderr(written):
        logs.begin(level, "json")
    yield written
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(before)
