"""The process told to stop, as a supervisor does, at awkward moments."""

import asyncio
import time
from pathlib import Path

from tests.contract.process import bot_process, free_port

TOKEN = "424242:synthetic-token-for-the-emulator-only"
PATIENCE = 150  # seconds; starting takes about five, most of them aiogram's
PROMISED = 20  # seconds in which it is gone


async def test_who_waits_for_the_network_can_be_stopped(tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    async with bot_process(tmp_path, BOT_TOKEN=TOKEN, TELEGRAM_API_URL=nowhere) as running:
        async with asyncio.timeout(PATIENCE):
            while not any("platform_unreachable" in line for line in running.log):  # noqa: ASYNC110 - a pipe
                await asyncio.sleep(0.05)
        asked = time.monotonic()
        assert await running.stop() == 0
        assert time.monotonic() - asked < PROMISED
    assert "Traceback" not in "".join(running.log)
    assert TOKEN not in "".join(running.log)
