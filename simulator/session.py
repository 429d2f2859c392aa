"""aiogram's session without a socket: the same form, the same answers, the same exceptions."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InputFile
from aiohttp import ClientConnectorError, ServerDisconnectedError
from aiohttp.client_reqrep import ConnectionKey

from simulator.errors import ConnectionLostError, GatewayError
from simulator.telegram import Telegram
from simulator.world import Upload

FILE_URL = re.compile(r"/file/bot(?P<token>[^/]+)/(?P<path>.+)$")


class InProcessSession(BaseSession):
    """Speaks with a simulated platform in the same process."""

    def __init__(self, telegram: Telegram, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._telegram = telegram

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109  # aiogram names it
    ) -> TelegramType:
        form, files = await self._form(bot, method)
        status, content = await self._answer(bot, method, form, files, timeout or self.timeout)
        response = self.check_response(bot=bot, method=method, status_code=status, content=content)
        return cast("TelegramType", response.result)

    async def _form(
        self, bot: Bot, method: TelegramMethod[TelegramType]
    ) -> tuple[dict[str, Any], dict[str, Upload]]:
        """What the HTTP session would put into its form: empty values are left out there too."""
        attached: dict[str, InputFile] = {}
        prepared = {
            name: self.prepare_value(value, bot=bot, files=attached)
            for name, value in method.model_dump(warnings=False).items()
            if value is not None
        }
        files = {
            key: Upload(file.filename or key, b"".join([chunk async for chunk in file.read(bot)]))
            for key, file in attached.items()
        }
        return {name: value for name, value in prepared.items() if value}, files

    async def _answer(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        form: dict[str, Any],
        files: dict[str, Upload],
        patience: float,
    ) -> tuple[int, str]:
        asked = self._telegram.clock.monotonic()
        try:
            async with asyncio.timeout(patience):
                envelope = await self._telegram.call(bot.token, method.__api_method__, form, files)
        except TimeoutError as late:
            raise too_late(method) from late
        except ConnectionLostError as lost:
            cause = ServerDisconnectedError() if lost.written else no_connection()
            message = f"{type(cause).__name__}: {cause}"
            raise TelegramNetworkError(method=method, message=message) from cause
        except GatewayError as gateway:
            return gateway.status, gateway.body.decode(gateway.charset)  # aiohttp fails at it as this does
        if self._telegram.clock.monotonic() - asked > patience and method.__api_method__ != "getUpdates":
            # A slow answer on the virtual clock ran past the client's patience.
            raise too_late(method) from TimeoutError()
        return envelope.get("error_code", 200), json.dumps(envelope)

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109  # aiogram names it
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """The bytes of a file the bot asked for with getFile."""
        del headers, timeout, raise_for_status
        match = FILE_URL.search(url)
        data = self._telegram.file(match["token"], match["path"]) if match else None
        if data is None:
            raise FileNotFoundError("the simulator keeps no such file, and has no network")
        for at in range(0, len(data), chunk_size):
            yield data[at : at + chunk_size]

    async def close(self) -> None:
        """Nothing is open."""


def too_late(method: TelegramMethod[Any]) -> TelegramNetworkError:
    return TelegramNetworkError(method=method, message="Request timeout error")


def no_connection() -> ClientConnectorError:
    """What aiohttp raises when nobody listens: nothing was written."""
    key = ConnectionKey("api.telegram.org", 443, True, True, None, None, None)
    return ClientConnectorError(key, ConnectionRefusedError(111, "Connection refused"))
