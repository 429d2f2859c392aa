"""What stands between the platform and several processes: each of them gets every update."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

SECRET = "simulated-secret-of-a-webhook"


@asynccontextmanager
async def relaying(ports: Sequence[int]) -> AsyncIterator[str]:
    """An address that posts what it gets to all of these ports; somebody's 200 is enough."""

    async def post(session: aiohttp.ClientSession, port: int, body: bytes, headers: dict[str, str]) -> int:
        try:
            async with session.post(f"http://127.0.0.1:{port}/", data=body, headers=headers) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return 502

    async def relay(request: web.Request) -> web.Response:
        body = await request.read()
        headers = {
            name: value for name, value in request.headers.items() if name.startswith(("X-", "Content-Type"))
        }
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
            answers = await asyncio.gather(*(post(session, port, body, headers) for port in ports))
        return web.Response(status=min(answers))

    app = web.Application(client_max_size=2**26)
    app.router.add_post("/", relay)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()
