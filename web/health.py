"""Whether the process lives, and whether it can work."""

import asyncio

import structlog
from aiohttp import web

from storage.database import Database

log = structlog.get_logger(__name__)

PATIENCE = 3.0  # seconds: a database that does not answer by then is as good as away


def health(db: Database) -> list[web.RouteDef]:
    """`/healthz`: the process answers. `/readyz`: the database does too. Served once intake has begun."""

    async def alive(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def ready(_: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(PATIENCE):
                await db.ping()
        except Exception as failure:  # noqa: BLE001 - any failure means: not ready
            log.warning("not_ready", fault=type(failure).__name__)
            return web.Response(status=503, text="database\n")
        return web.Response(text="ok\n")

    return [web.get("/healthz", alive), web.get("/readyz", ready)]
