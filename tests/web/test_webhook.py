"""The webhook: proven, stored, and only then acknowledged."""

import asyncio
import json
from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import event

from storage.database import Database
from storage.tables import InboxUpdate
from tests.world import TOKEN, World
from web.health import health
from web.webhook import LARGEST, SECRET_HEADER, webhook

SECRET = "a-secret"
PROVEN = {SECRET_HEADER: SECRET}

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client(world: World) -> AsyncIterator[Client]:
    site = web.Application()
    site.add_routes(webhook("/hook", SECRET, lambda raw: world.app.intake.take([raw])))
    site.add_routes(health(world.database))
    async with TestClient(TestServer(site)) as opened:
        yield opened


def update(number: int = 7) -> str:
    return json.dumps({"update_id": number, "poll": {"id": "1"}})


def stored(world: World) -> list[int]:
    return [row["update_id"] for row in world.rows(InboxUpdate)]


async def test_a_proven_update_is_stored_when_it_is_acknowledged(world: World, client: Client) -> None:
    answer = await client.post("/hook", data=update(), headers=PROVEN)
    assert (answer.status, await answer.text()) == (200, "")
    assert world.rows(InboxUpdate)[0]["raw"] == update()
    await world.settle()


@pytest.mark.parametrize(
    "headers", [{}, {SECRET_HEADER: "guess"}, {SECRET_HEADER: ""}, {SECRET_HEADER: "密"}]
)
async def test_without_the_secret_nothing_is_stored(
    world: World, client: Client, headers: dict[str, str]
) -> None:
    assert (await client.post("/hook", data=update(), headers=headers)).status == 401
    assert stored(world) == []


async def test_a_secret_in_no_encoding_is_a_wrong_one(world: World, client: Client) -> None:
    reader, writer = await asyncio.open_connection(client.host, client.port)
    header = SECRET_HEADER.encode() + b": \xff\xfe"
    writer.write(b"POST /hook HTTP/1.1\r\nHost: x\r\n" + header + b"\r\nContent-Length: 0\r\n\r\n")
    status = await reader.readline()
    writer.close()
    await writer.wait_closed()
    assert b" 401 " in status
    assert stored(world) == []


async def test_the_same_update_again_is_acknowledged_and_stored_once(world: World, client: Client) -> None:
    for _ in range(3):
        assert (await client.post("/hook", data=update(), headers=PROVEN)).status == 200
    assert stored(world) == [7]
    await world.settle()


async def test_more_than_any_update_is_refused_unread(world: World, client: Client) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(LARGEST // 65536 + 2):
            yield b" " * 65536

    assert (await client.post("/hook", data=BytesIO(b" " * (LARGEST + 1)), headers=PROVEN)).status == 413
    assert (await client.post("/hook", data=endless(), headers=PROVEN)).status == 413
    assert stored(world) == []


NONSENSE = [
    "",
    "{",
    "[]",
    "7",
    '{"update_id": "7"}',
    '{"update_id": true}',
    '{"update_id": -1}',
    "{}",
    b"\xff\xfe",
    '{"update_id": 7, "poll": ' + "[" * 500_000,
    '{"update_id": ' + "7" * 5_000 + "}",
]


@pytest.mark.parametrize("body", NONSENSE, ids=range(len(NONSENSE)))
async def test_what_is_no_update_is_refused(world: World, client: Client, body: str | bytes) -> None:
    assert (await client.post("/hook", data=body, headers=PROVEN)).status == 400
    assert stored(world) == []


async def test_while_the_database_is_away_updates_must_come_again(
    world: World, sqlite: Database, client: Client
) -> None:
    assert (await client.get("/readyz")).status == 200
    sqlite.close()
    answer = await client.post("/hook", data=update(), headers=PROVEN)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert (await client.get("/readyz")).status == 503
    assert (await client.get("/healthz")).status == 200


async def test_while_too_much_waits_more_must_come_again(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.intake.FULL", 0)
    answer = await client.post("/hook", data=update(), headers=PROVEN)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert stored(world) == []


async def test_updates_out_of_order_are_all_taken(world: World, client: Client) -> None:
    for number in (9, 7, 8, 7):
        assert (await client.post("/hook", data=update(number), headers=PROVEN)).status == 200
    assert sorted(stored(world)) == [7, 8, 9]
    await world.settle()


async def test_a_crowd_of_posts_is_stored_by_few_acts_and_each_once(
    world: World, sqlite: Database, client: Client
) -> None:
    stores: list[int] = []

    def count(*_: object) -> None:
        stores.append(1)

    event.listen(sqlite._store.writing, "before_cursor_execute", count)
    numbers = [*range(40), *range(40)]
    answers = await asyncio.gather(
        *(client.post("/hook", data=update(number), headers=PROVEN) for number in numbers)
    )
    assert {answer.status for answer in answers} == {200}
    assert len(stores) < 40
    assert sorted(stored(world)) == list(range(40))
    await world.settle()


async def test_a_million_characters_are_stored_and_answered(world: World, client: Client) -> None:
    wang = world.branch(members=["王芳"])["王芳"]
    wang.says("长")
    (said,) = world.telegram.updates_for(TOKEN)
    said["message"]["text"] = "x" * (1_000_000 - len(json.dumps(said)))
    answer = await client.post("/hook", data=json.dumps(said), headers=PROVEN)
    assert answer.status == 200
    await world.settle()
    assert [row["state"] for row in world.rows(InboxUpdate)] == ["done"]
    assert "/help" in wang.screen()
    assert world.app.updates.faults == 0


@pytest.mark.parametrize(
    "broken",
    ['{"message": 7}', '{"callback_query": {"id": null}}', '{"message": {"text": "\\ud800"}}'],
    ids=["a number", "an empty tap", "half a letter"],
)
async def test_what_only_looks_like_an_update_is_parked_and_harms_nobody(
    world: World, client: Client, broken: str
) -> None:
    wang = world.branch(members=["王芳"])["王芳"]
    raw = json.dumps({"update_id": 7} | json.loads(broken))
    assert (await client.post("/hook", data=raw, headers=PROVEN)).status == 200
    wang.sends_sticker()
    await world.settle()
    assert sorted(row["state"] for row in world.rows(InboxUpdate)) == ["done", "parked"]
    assert "/help" in wang.screen()
