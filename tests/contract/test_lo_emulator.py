"""The whole process against an emulator this project did not write, by polling and by webhook."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from lo_bot_api_emulator import LoBotApiEmulator  # type: ignore[import-untyped]

from tests.contract.process import bot_process, free_port

TOKEN = "424242:synthetic-token-for-the-emulator-only"
PATIENCE = 60  # seconds; starting takes about five, most of them aiogram's


class Emulator(LoBotApiEmulator):  # type: ignore[misc]  # the package carries no types
    """Remembers which method was answered how, and wakes who waits for it."""

    def __init__(self) -> None:
        super().__init__(allow_insecure_loopback_webhooks=True)
        self.calls: list[tuple[str, int]] = []
        self.address = ""
        self._called = asyncio.Condition()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if method == "getUpdates":
            await self._note(method, 0)  # it may wait for long: say that it was asked
        answer: web.StreamResponse = await super().handle(request)
        await self._note(method, answer.status)
        return answer

    async def _note(self, method: str, status: int) -> None:
        async with self._called:
            self.calls.append((method, status))
            self._called.notify_all()

    async def until(self, seen: Callable[[list[tuple[str, int]]], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self._called:
            await self._called.wait_for(lambda: seen(self.calls))


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    emulator = Emulator()
    runner = web.AppRunner(emulator.app(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    emulator.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield emulator
    await runner.cleanup()


def start() -> dict[str, Any]:
    person = {"id": 700, "is_bot": False, "first_name": "王芳", "language_code": "zh-hans"}
    return {
        "message": {
            "message_id": 1,
            "from": person,
            "chat": {"id": 700, "type": "private", "first_name": "王芳"},
            "date": int(time.time()),
            "text": "/start",
            "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
        }
    }


def said(calls: list[tuple[str, int]]) -> bool:
    return ("sendMessage", 200) in calls


async def test_start_is_answered_by_polling(emulator: Emulator, tmp_path: Path) -> None:
    settings = {"BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": emulator.address}
    async with bot_process(tmp_path, **settings) as running:
        await emulator.until(lambda calls: ("getUpdates", 0) in calls)
        await emulator.enqueue_update(start(), token=TOKEN)
        await emulator.until(said)
        assert await running.stop() == 0
    assert [call for call in emulator.calls if call[1] >= 400] == []
    assert TOKEN not in "".join(running.log)
    assert "王芳" not in "".join(running.log)
    assert (tmp_path / "data" / "banxue.db").is_file()


async def test_start_is_answered_by_webhook(emulator: Emulator, tmp_path: Path) -> None:
    listen = f"127.0.0.1:{free_port()}"
    settings = {
        "BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": emulator.address,
        "LISTEN": listen,
        "WEBHOOK_URL": f"http://{listen}/telegram",
        "WEBHOOK_SECRET": "of-the-test",
    }
    async with bot_process(tmp_path, **settings) as running:
        await emulator.until(lambda calls: ("setWebhook", 200) in calls)
        await emulator.enqueue_update(start(), token=TOKEN)
        await emulator.until(said)
        async with aiohttp.ClientSession() as session, session.get(f"http://{listen}/readyz") as ready:
            assert ready.status == 200
        assert await running.stop() == 0
    assert [call for call in emulator.calls if call[1] >= 400] == []
    assert "getUpdates" not in {method for method, _ in emulator.calls}
    assert "of-the-test" not in "".join(running.log)
