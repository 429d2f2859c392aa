"""Liveness and readiness, as a supervisor asks for them."""

import threading

import psycopg
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from psycopg import sql
from sqlalchemy import make_url

from storage.database import Database, Transaction
from web import health


async def asked(db: Database) -> tuple[int, int]:
    """What `/healthz` and `/readyz` answer now."""
    site = web.Application()
    site.add_routes(health.health(db))
    async with TestClient(TestServer(site)) as client:
        return (await client.get("/healthz")).status, (await client.get("/readyz")).status


async def test_a_process_is_ready_while_its_database_answers(database: Database) -> None:
    assert await asked(database) == (200, 200)


async def test_a_server_that_goes_away_and_comes_back(
    postgresql: Database, postgres_url: str, postgres_host: str
) -> None:
    """Alive throughout; ready again by itself once the server takes connections."""
    name = sql.Identifier(make_url(postgres_url).database or "")
    with psycopg.connect(host=postgres_host, user="postgres", dbname="postgres", autocommit=True) as server:
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [make_url(postgres_url).database],
        )
        assert await asked(postgresql) == (200, 503)
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
    assert await asked(postgresql) == (200, 200)


async def test_a_database_that_hangs_is_not_waited_for(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    hanging = threading.Event()

    async def ping() -> None:
        def hang(_: Transaction) -> None:
            hanging.wait(30)

        await sqlite.read(hang)

    monkeypatch.setattr(sqlite, "ping", ping)
    try:
        assert await asked(sqlite) == (200, 503)
    finally:
        hanging.set()
