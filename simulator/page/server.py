"""The page over HTTP and one WebSocket, for browsers on this machine only."""

import ipaddress
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

from aiohttp import web

from simulator.chats import JSON
from simulator.page.deck import Deck
from simulator.page.people import send_file
from simulator.page.requests import Refused, number, words
from simulator.page.tabs import Tab
from simulator.stage import TOKEN
from simulator.world import Upload

STATIC = Path(__file__).parent / "static"
LARGEST_UPLOAD = 50 * 1024 * 1024  # bytes, somewhat over what the bot may fetch
LARGEST_ACT = 1024 * 1024  # bytes of one message of the socket
PING = 20.0  # seconds; a tab that is gone is let go
GUARDS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:;"
    " connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
SHOWN_IN_PLACE = {"image/jpeg", "video/mp4", "audio/ogg", "audio/mpeg", "image/webp"}


class UnsafePlaceError(Exception):
    """One line for whoever started it: why the page does not open here."""


def refuse_unsafe(host: str, token: str | None) -> None:
    """Raises UnsafePlaceError beside a real token, or where others could reach the page."""
    if token and token != TOKEN:
        raise UnsafePlaceError(
            "BOT_TOKEN is set: the simulator does not run beside a real token; unset it and start again"
        )
    if not at_home(host):
        raise UnsafePlaceError(f"--host: given {host!r}, expected a loopback address such as 127.0.0.1")


def at_home(host: str | None) -> bool:
    """Whether only this machine calls itself so."""
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def listening(host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    """A socket of this machine. Raises OSError where the port is taken."""
    refuse_unsafe(host, None)
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)


@asynccontextmanager
async def open_page(deck: Deck, door: socket.socket) -> AsyncIterator[str]:
    """Serve the page; yields its address."""
    runner = web.AppRunner(make_app(deck), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.SockSite(runner, door).start()
        host, port = door.getsockname()[:2]
        yield f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    finally:
        await runner.cleanup()


def make_app(deck: Deck) -> web.Application:
    """Index, modules, socket, uploads and files of the chats."""

    async def index(_: web.Request) -> web.FileResponse:
        return web.FileResponse(STATIC / "index.html")

    async def tab(request: web.Request) -> web.WebSocketResponse:
        since = request.query.get("since", "0")
        if request.query.get("session", deck.feed.session) != deck.feed.session or not since.isdecimal():
            since = "0"
        ws = web.WebSocketResponse(heartbeat=PING, max_msg_size=LARGEST_ACT)
        await ws.prepare(request)
        await Tab(deck, ws).live(int(since[:17]))
        return ws

    async def upload(request: web.Request) -> web.Response:
        try:
            answer = await received(deck, request)
        except Refused as refused:
            return web.Response(status=400, text=str(refused))
        return web.json_response(answer)

    async def file(request: web.Request) -> web.Response:
        stored = deck.telegram.files.get(request.match_info["id"])
        if stored is None:
            raise web.HTTPNotFound
        shown = stored.content_type in SHOWN_IN_PLACE
        name = f"filename*=UTF-8''{quote(stored.filename, safe='')}"
        return web.Response(
            body=stored.data,
            content_type=stored.content_type if shown else "application/octet-stream",
            headers={"Content-Disposition": f"{'inline' if shown else 'attachment'}; {name}"},
        )

    app = web.Application(client_max_size=LARGEST_UPLOAD, middlewares=[guarded])
    app.router.add_get("/", index)
    app.router.add_get("/ws", tab)
    app.router.add_post("/upload", upload)
    app.router.add_get("/files/{id}", file)
    app.router.add_static("/static/", STATIC)
    return app


@web.middleware
async def guarded(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer only pages of this machine: no name that was bent to it, no script of another site."""
    origin = request.headers.get("Origin")
    try:
        ours = at_home(urlsplit(f"//{request.host}").hostname)
        ours = ours and (origin is None or urlsplit(origin).netloc == request.host)
    except ValueError:  # no address at all
        ours = False
    if not ours:
        raise web.HTTPForbidden(text="this page is for this machine only")
    response = await handler(request)
    if not response.prepared:
        response.headers.update(GUARDS)
    return response


async def received(deck: Deck, request: web.Request) -> JSON:
    """Put an uploaded file into a chat."""
    act: JSON = dict(request.query)
    for name in ("person", "chat", "thread"):
        if name in act:
            with suppress(ValueError):
                act[name] = int(act[name])
    number(act, "person")
    form = await request.post() if request.content_type == "multipart/form-data" else None
    given = next((field for field in (form or {}).values() if isinstance(field, web.FileField)), None)
    if form is None or given is None:
        raise Refused("expected a multipart form with a file")
    upload = Upload(given.filename, given.file.read(), given.content_type)
    return send_file(deck, act, str(act.get("kind")), upload, words(act, "caption"))
