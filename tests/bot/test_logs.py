"""The log holds no token and nothing anybody wrote."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs
from tests.bot.logbook import written_log

TOKEN = "123456:a-token-that-opens-nothing-at-all"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the log holds."""
    with written_log("INFO") as written:
        yield written


def test_a_token_is_taken_out_of_every_line(lines: io.StringIO) -> None:
    structlog.get_logger("bot").info("asked", url=f"https://api.telegram.org/bot{TOKEN}/getMe")
    logging.getLogger("aiohttp.client").warning("asked %s", f"/bot{TOKEN}/getMe")
    written = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [line["event"] for line in written] == ["asked", "asked /bot…/getMe"]
    assert TOKEN not in lines.getvalue()


def test_a_database_password_is_taken_out(lines: io.StringIO) -> None:
    structlog.get_logger("bot").info("using postgresql://banxue:hunter2@db/banxue")
    assert "hunter2" not in lines.getvalue()
    assert "banxue:…@db" in lines.getvalue()


def test_a_fault_is_told_by_class_and_place_without_its_words(lines: io.StringIO) -> None:
    try:
        int("what a member wrote")
    except ValueError:
        structlog.get_logger("bot").exception("failed")
        logging.getLogger("aiogram").exception("failed")
    for line in map(json.loads, lines.getvalue().splitlines()):
        assert line["fault"].startswith("ValueError at bot/test_logs.py:")
    assert "member" not in lines.getvalue()


def test_faults_of_the_machine_keep_their_message() -> None:
    assert "No space left" in logs.describe(OSError(28, "No space left on device"))
