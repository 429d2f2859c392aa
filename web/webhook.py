"""Where Telegram posts updates: proven, stored, and only then acknowledged."""

import hmac
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

log = structlog.get_logger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
LARGEST = 1 << 20  # bytes; a real update is a few thousand
TRY_AGAIN = {"Retry-After": "5"}  # seconds

Take = Callable[[str], Awaitable[object]]


def webhook(path: str, secret: str, take: Take) -> list[web.RouteDef]:
    """The route that takes updates. `take` returns once one is durable, raises ValueError for nonsense."""

    async def receive(request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode()):
            return web.Response(status=401)
        body = await _body(request)
        if body is None:
            return web.Response(status=413)
        try:
            await take(body.decode())
        except ValueError:
            return web.Response(status=400)
        except Exception as failure:  # noqa: BLE001 - not stored, for whatever reason: it must come again
            log.warning("update_not_stored", fault=type(failure).__name__)
            return web.Response(status=503, headers=TRY_AGAIN)
        return web.Response()

    return [web.post(path, receive)]


async def _body(request: web.Request) -> bytes | None:
    """The body; None when it is larger than any update."""
    if (request.content_length or 0) > LARGEST:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LARGEST:
            return None
    return bytes(body)
