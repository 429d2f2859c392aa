"""Calls that no client library would make: answered in the platform's form, and the platform stands."""

import pytest
from aiohttp import ClientSession

from simulator.api import METHODS
from simulator.people import SimPerson
from simulator.server import serving
from simulator.telegram import Telegram
from tests.simulator.conftest import TOKEN

JSON_TYPE = "application/json"

# What is sent, and as what. ME stands for a chat the bot knows.
BODIES = [
    (b"{not json", JSON_TYPE),
    (b"[]", JSON_TYPE),
    (b"null", JSON_TYPE),
    (b'"text"', JSON_TYPE),
    (b"\xff\xfe", JSON_TYPE),
    (b"[" * 100_000, JSON_TYPE),
    (b'{"chat_id":5}', "application/json; charset=klingon"),
    (b"no boundary", "multipart/form-data"),
    (b"--b\r\ngarbage", "multipart/form-data; boundary=b"),
    (
        b'--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: a/b\r\n\r\n\xff\r\n--b--\r\n',
        "multipart/form-data; boundary=b",
    ),
    (b"chat_id=%zz&text=%ff", "application/x-www-form-urlencoded"),
    (b"words", "text/plain"),
    (b'{"chat_id":1e400,"text":"x"}', JSON_TYPE),
    (b'{"chat_id":[],"text":"x","user_id":{},"message_id":{}}', JSON_TYPE),
    (b'{"chat_id":99999999999999999999999,"text":"x"}', JSON_TYPE),
    (b'{"chat_id":ME,"text":"\\ud800"}', JSON_TYPE),
    (
        b'{"chat_id":ME,"message_id":1e400,"text":"x","media":5,"photo":5,"options":5,"question":"x"}',
        JSON_TYPE,
    ),
    (
        b'{"chat_id":ME,"message_id":2,"text":"x","media":[5],"options":[5],"commands":[5],"scope":5}',
        JSON_TYPE,
    ),
    (b'{"chat_id":ME,"media":[{"type":5}],"commands":5,"reaction":5,"url":5,"allowed_updates":5}', JSON_TYPE),
    (
        b'{"chat_id":ME,"message_id":2,"media":{"type":[]},"reaction":[5],"commands":[{"command":[]}]}',
        JSON_TYPE,
    ),
    (b'{"chat_id":ME,"text":"x","entities":5,"caption_entities":5,"photo":"x"}', JSON_TYPE),
    (b'{"chat_id":ME,"text":"x","entities":[5]}', JSON_TYPE),
    (b'{"chat_id":ME,"text":"x","entities":[{"type":"bold","offset":"a","length":1}]}', JSON_TYPE),
    (b'{"chat_id":ME,"text":"x","entities":[{"type":[]}]}', JSON_TYPE),
    (b'{"chat_id":ME,"text":"x","reply_parameters":5}', JSON_TYPE),
    (b'{"chat_id":ME,"text":"x","reply_parameters":{"message_id":"x"}}', JSON_TYPE),
    (b'{"chat_id":ME,"text":"x","reply_markup":"["}', JSON_TYPE),
    (b'{"chat_id":ME,"text":"x","reply_markup":{"inline_keyboard":5}}', JSON_TYPE),
    (b'{"chat_id":ME,"text":"x","reply_markup":{"inline_keyboard":[5]}}', JSON_TYPE),
    (b'{"chat_id":ME,"text":"x","reply_markup":{"inline_keyboard":[[5]]}}', JSON_TYPE),
    (b'{"chat_id":ME,"text":"x","reply_markup":{"keyboard":5}}', JSON_TYPE),
    (b'{"chat_id":ME,"text":"x","reply_markup":{"keyboard":[[{"x":1}]]}}', JSON_TYPE),
    (b'{"chat_id":ME,"text":"x","ephemeral_message_parameters":5}', JSON_TYPE),
    (b'{"chat_id":ME,"text":"x","message_thread_id":"x"}', JSON_TYPE),
]
HARMLESS = {"getupdates"}  # with nothing to be wrong in it, it waits for updates


@pytest.mark.parametrize("method", [*(name for name in METHODS if name not in HARMLESS), "sendHologram"])
async def test_whatever_is_sent_is_answered_in_the_platforms_form(
    telegram: Telegram, wang: SimPerson, method: str
) -> None:
    async with serving(telegram) as base, ClientSession() as session:
        for body, kind in BODIES:
            data = body.replace(b"ME", str(wang.id).encode())
            answer = await session.post(
                f"{base}/bot{TOKEN}/{method}", data=data, headers={"Content-Type": kind}
            )
            told = await answer.json()
            assert told["ok"] is (answer.status == 200), (body, told)
            if not told["ok"]:
                assert told["error_code"] == answer.status < 500, (body, told)
                assert told["description"], body


@pytest.mark.parametrize(
    ("body", "description"),
    [
        (b"[]", "Bad Request: JSON object expected"),
        (b'{"chat_id":"nobody","text":"x"}', "Bad Request: chat not found"),
        (b'{"chat_id":ME}', "Bad Request: message text is empty"),
        (b'{"chat_id":ME,"text":"x","reply_markup":5}', "Bad Request: object expected as reply markup"),
    ],
)
async def test_what_is_wrong_is_said_in_the_platforms_words(
    telegram: Telegram, wang: SimPerson, body: bytes, description: str
) -> None:
    async with serving(telegram) as base, ClientSession() as session:
        data = body.replace(b"ME", str(wang.id).encode())
        answer = await session.post(
            f"{base}/bot{TOKEN}/sendMessage", data=data, headers={"Content-Type": JSON_TYPE}
        )
        assert await answer.json() == {"ok": False, "error_code": 400, "description": description}
        assert wang.messages == []


async def test_a_method_the_platform_does_not_have_is_not_found(telegram: Telegram) -> None:
    async with serving(telegram) as base, ClientSession() as session:
        answer = await session.post(f"{base}/bot{TOKEN}/sendHologram", json={})
        assert (answer.status, (await answer.json())["description"]) == (404, "Not Found: method not found")
