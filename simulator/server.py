"""The simulated platform over HTTP, for a bot that runs as a process of its own."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage

from simulator.errors import ConnectionLostError, GatewayError, PlatformError, bad_request
from simulator.telegram import Telegram
from simulator.world import Upload

LOOPBACK = "127.0.0.1"  # never anything else: tokens and names stay on this machine
REQUEST_LIMIT = 64 * 1024 * 1024  # bytes; somewhat over the platform's 50 MB, which the core refuses itself


def make_app(telegram: Telegram) -> web.Application:
    """`/bot<token>/<method>` and `/file/bot<token>/<path>`, as the platform serves them."""

    async def method(request: web.Request) -> web.StreamResponse:
        token, name = request.match_info["token"], request.match_info["method"]
        try:
            answer = await telegram.call(token, name, *await arguments(request))
        except PlatformError as refusal:
            answer = telegram.refused(name, refusal)
        except GatewayError as gateway:
            kind = {"Content-Type": f"text/html; charset={gateway.charset}"}
            return web.Response(status=gateway.status, body=gateway.body, headers=kind)
        except ConnectionLostError:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        return web.json_response(answer, status=answer.get("error_code", 200), dumps=dumps)

    async def file(request: web.Request) -> web.Response:
        data = telegram.file(request.match_info["token"], request.match_info["path"])
        if data is None:
            raise web.HTTPNotFound
        return web.Response(body=data)

    app = web.Application(client_max_size=REQUEST_LIMIT)
    app.router.add_route("*", "/bot{token:[^/]+}/{method:[^/]+}", method)
    app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", file)
    return app


def dumps(answer: Any) -> str:
    return json.dumps(answer, ensure_ascii=False)


async def arguments(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Parameters from the query, a form, a multipart form or a JSON body. Raises PlatformError."""
    params: dict[str, Any] = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        return params | structure(await request.read()), files
    try:
        form = await request.post()
    except (ValueError, LookupError, AssertionError, BadHttpMessage) as broken:  # however aiohttp finds it so
        raise bad_request("can't parse form data") from broken
    for name, value in form.items():
        if isinstance(value, web.FileField):
            files[name] = Upload(value.filename, value.file.read(), value.content_type)
        else:
            params[name] = value if isinstance(value, str) else _text(bytes(value))
    return params, files


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeError as broken:
        raise bad_request("strings must be encoded in UTF-8") from broken


def structure(body: bytes) -> dict[str, Any]:
    """The parameters in a JSON body."""
    try:
        given = json.loads(body or b"{}")
        json.dumps(given, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except UnicodeError as broken:
        raise bad_request("strings must be encoded in UTF-8") from broken
    except (ValueError, RecursionError) as broken:
        raise bad_request("can't parse object") from broken
    if not isinstance(given, dict):
        raise bad_request("JSON object expected")
    return given


@asynccontextmanager
async def serving(telegram: Telegram, port: int = 0) -> AsyncIterator[str]:
    """Serve on the loopback address; yields the base URL."""
    runner = web.AppRunner(make_app(telegram), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, LOOPBACK, port).start()
        yield f"http://{LOOPBACK}:{runner.addresses[0][1]}"
    finally:
        await telegram.close()
        await runner.cleanup()
