"""The page as browsers meet it: the sample organisation, the real bot, several tabs, and bad manners."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientResponse, ClientSession, ClientWebSocketResponse, FormData, WSServerHandshakeError
from typer.testing import CliRunner
from yarl import URL

from simulator.__main__ import app
from simulator.page.deck import Deck, settings
from simulator.page.server import UnsafePlaceError, listening, open_page, refuse_unsafe
from simulator.seed_people import DRAWING, LEADER, MEMBER, SECRETARY
from simulator.stage import TOKEN

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENCE = 40.0  # seconds, for a machine that is busy with something else
Event = dict[str, Any]


class Tab:
    """A browser tab: what it was told, in order."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.events: list[Event] = []
        self._refs = 0

    async def next(self) -> Event:
        event: Event = json.loads(await self.socket.receive_str(timeout=PATIENCE))
        self.events.append(event)
        return event

    async def until(self, fits: Callable[[Event], bool], after: int = 0) -> Event:
        """The first event that fits, of those told and those to come."""
        for event in self.events[after:]:
            if fits(event):
                return event
        async with asyncio.timeout(PATIENCE):
            while True:
                if fits(event := await self.next()):
                    return event

    async def do(self, name: str, /, **more: Any) -> Event:
        """Ask for something; what came of it."""
        self._refs += 1
        ref = f"r{self._refs}"
        await self.socket.send_json({"do": name, "ref": ref, **more})
        return await self.until(lambda event: event["kind"] == "done" and event["ref"] == ref)

    @property
    def hello(self) -> Event:
        return next(event for event in reversed(self.events) if event["kind"] == "hello")

    @property
    def seen(self) -> int:
        """The number of the latest event it was told."""
        return max(int(event["seq"]) for event in self.events if "seq" in event and event["kind"] != "hello")

    def person(self, name: str) -> int:
        return next(int(person["id"]) for person in self.hello["people"] if person["name"] == name)

    def chat(self, title: str) -> int:
        return next(int(chat["id"]) for chat in self.hello["chats"] if chat["title"] == title)

    async def caught_up(self) -> None:
        """Told everything that stood when it came: an answer comes after the greeting.

        The number in the greeting is no mark: what stood last may be a toast, which newcomers are not told.
        """
        assert "error" in await self.do("nothing at all")


def says(words: str, chat: int | None = None) -> Callable[[Event], bool]:
    """A message, new or changed, with these words."""
    return lambda event: (
        event["kind"] in {"message", "edit"}
        and words in event["message"]["text"]
        and chat in {None, event["chat"]}
    )


class Page:
    """The address, and tabs that are closed in the end."""

    def __init__(self, deck: Deck, address: str, session: ClientSession) -> None:
        self.deck = deck
        self.address = address
        self.session = session

    @asynccontextmanager
    async def tab(self, since: int = 0, session: str | None = None) -> AsyncIterator[Tab]:
        query = f"since={since}" + (f"&session={session}" if session else "")
        async with self.session.ws_connect(f"{self.address}ws?{query}") as socket:
            tab = Tab(socket)
            assert (await tab.next())["kind"] == "hello"
            yield tab

    async def upload(self, query: dict[str, Any], name: str, data: bytes, kind: str) -> ClientResponse:
        form = FormData(quote_fields=False)  # browsers send names as they are
        form.add_field("file", data, filename=name, content_type=kind)
        return await self.session.post(f"{self.address}upload", params=query, data=form)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Page]:
    folder = tmp_path_factory.mktemp("page")
    async with (
        Deck.open(folder / "rows") as deck,
        open_page(deck, listening()) as address,
        ClientSession() as session,
    ):
        yield Page(deck, address, session)


# --- who may come ------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "example.org", ""])
async def test_it_opens_for_this_machine_only(host: str) -> None:
    with pytest.raises(UnsafePlaceError, match="expected a loopback address"):
        refuse_unsafe(host, None)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
async def test_this_machine_has_several_names(host: str) -> None:
    refuse_unsafe(host, None)
    refuse_unsafe(host, TOKEN)


async def test_it_does_not_start_beside_a_real_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "123456:A-REAL-ONE")
    refused = CliRunner().invoke(app, [])
    assert str(refused.exception).startswith("BOT_TOKEN is set")
    assert "A-REAL-ONE" not in str(refused.exception) + refused.output
    monkeypatch.delenv("BOT_TOKEN")
    refused = CliRunner().invoke(app, ["--host", "0.0.0.0"])
    assert "expected a loopback address" in str(refused.exception)


async def test_a_taken_port_is_said_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOT_TOKEN", raising=False)
    with listening() as door:
        port = door.getsockname()[1]
        refused = CliRunner().invoke(app, ["--port", str(port)])
    assert str(refused.exception).startswith(f"--port: given {port}, where one cannot listen")


async def test_neither_environment_nor_env_file_reaches_the_bot(
    page: Page, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("BOT_TOKEN=1:X\nWEBHOOK_URL=https://example.org/x\nADMIN_IDS=5\n")
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    made = settings("http://127.0.0.1:1", "sqlite:///here.db")
    assert (made.token, made.webhook_url, made.admin_ids) == (TOKEN, "", frozenset())
    assert made.database_url == "sqlite:///here.db"


async def test_other_sites_get_nothing_from_it(page: Page) -> None:
    bent = await page.session.get(page.address, headers={"Host": "evil.example:80"})
    assert bent.status == 403
    assert (await page.session.get(page.address, headers={"Host": "[:1"})).status in {400, 403}
    assert (await page.session.get(page.address, headers={"Host": "127.8.8.8:8765"})).status == 200
    foreign = {"Origin": "https://evil.example"}
    with pytest.raises(WSServerHandshakeError) as refused:
        await page.session.ws_connect(f"{page.address}ws", headers=foreign)
    assert refused.value.status == 403
    assert (await page.session.post(f"{page.address}upload", headers=foreign)).status == 403


async def test_the_index_and_its_modules_come_with_their_guards(page: Page) -> None:
    index = await page.session.get(page.address)
    assert index.status == 200
    assert "default-src 'self'" in index.headers["Content-Security-Policy"]
    module = await page.session.get(f"{page.address}static/app.js")
    assert module.status == 200
    assert "javascript" in module.headers["Content-Type"]
    climbing = URL(f"{page.address}static/%2e%2e/server.py", encoded=True)
    assert (await page.session.get(climbing)).status in {403, 404}


# --- several tabs ------------------------------------------------------------------------------------


async def test_two_tabs_hear_the_same_and_the_bot_answers(page: Page) -> None:
    async with page.tab() as one, page.tab() as two:
        me = one.person(MEMBER)
        start = len(two.events)
        assert "error" not in await one.do("say", person=me, chat=me, text="/me")
        asked = [await tab.until(says("/me", me), start) for tab in (one, two)]
        answered = [await tab.until(says("记录", me), start) for tab in (one, two)]
        assert asked[0] == asked[1]
        assert answered[0] == answered[1]
        assert answered[0]["message"]["from"]["bot"]


async def test_a_tab_that_was_away_hears_what_it_missed_once(page: Page) -> None:
    async with page.tab() as tab:
        await tab.caught_up()
        me, seen, session = tab.person(MEMBER), tab.seen, tab.hello["session"]
        known = {
            (event["chat"], event["message"]["id"])
            for event in tab.events
            if event["kind"] in {"message", "edit"}
        }
    person = page.deck.person(me)
    assert person is not None
    for number in range(3):
        person.says(f"趁断线说的第 {number} 句")
    async with page.tab(seen, session) as back:
        await back.until(says("趁断线说的第 2 句"))
        new = [event for event in back.events if event["kind"] == "message"]
        assert all(event["seq"] > seen for event in back.events if event["kind"] != "hello")
        assert known.isdisjoint((event["chat"], event["message"]["id"]) for event in new)
        texts = [event["message"]["text"] for event in new]
        assert [text for text in texts if text.startswith("趁断线")] == [
            f"趁断线说的第 {number} 句" for number in range(3)
        ]


async def test_a_tap_is_answered_in_a_toast_and_the_card_moves(page: Page) -> None:
    async with page.tab() as tab:
        me, group = tab.person(LEADER), tab.chat(f"{DRAWING}群")
        card = await tab.until(lambda event: says("打卡 ", group)(event) and event["message"]["rows"] != [])
        labels = [[button["text"] for button in row] for row in card["message"]["rows"]]
        [(row, column)] = [
            (r, c) for r, line in enumerate(labels) for c, label in enumerate(line) if "打卡" in label
        ]
        before = len(tab.events)
        where = {"chat": group, "message": card["message"]["id"], "row": row, "column": column}
        assert "error" not in await tab.do("tap", person=me, **where)
        toast = await tab.until(lambda event: event["kind"] == "toast", before)
        assert (toast["person"], "已打卡" in toast["text"]) == (me, True)
        moved = await tab.until(
            lambda event: event["kind"] == "edit" and event["message"]["id"] == card["message"]["id"], before
        )
        assert moved["message"]["text"] != card["message"]["text"]


# --- bad manners -------------------------------------------------------------------------------------


MALFORMED = [
    "",
    "not json",
    "[]",
    "null",
    '"say"',
    "[" * 100_000,
    "{}",
    '{"do":null}',
    '{"do":["say"]}',
    '{"do":"dance"}',
    '{"do":"say"}',
    '{"do":"say","person":"王","chat":1,"text":"x"}',
    '{"do":"say","person":true,"chat":1,"text":"x"}',
    '{"do":"say","person":1e999,"chat":1,"text":"x"}',
    '{"do":"say","person":ME,"chat":5,"text":"x"}',
    '{"do":"say","person":ME,"chat":ME,"text":"   "}',
    '{"do":"say","person":ME,"chat":ME,"text":5}',
    '{"do":"say","person":ME,"chat":ME,"text":"\\ud800"}',
    '{"do":"say","person":ME,"chat":ME,"text":"x","reply_to":99999}',
    '{"do":"say","person":ME,"chat":ME,"text":"x","thread":7}',
    '{"do":"tap","person":ME,"chat":ME,"message":99999,"row":0,"column":0}',
    '{"do":"tap","person":ME,"chat":ME,"message":2,"row":-1,"column":0}',
    '{"do":"tap","person":ME,"chat":ME,"message":2,"row":0,"column":99}',
    '{"do":"link","person":ME,"payload":"有空格 的"}',
    '{"do":"edit","person":ME,"chat":ME,"message":99999,"text":"x"}',
    '{"do":"vote","person":ME,"chat":ME,"message":2,"options":[0]}',
    '{"do":"vote","person":ME,"chat":ME,"message":2,"options":"0"}',
    '{"do":"clock","to":"yesterday"}',
    '{"do":"clock"}',
    '{"do":"fault","name":"earthquake"}',
    '{"do":"fault","name":"slow","seconds":-1}',
    '{"do":"fault","name":"slow","seconds":1e9}',
]


async def test_what_cannot_be_done_is_said_and_the_tab_lives_on(page: Page) -> None:
    async with page.tab() as tab:
        me = tab.person(MEMBER)
        for raw in MALFORMED:
            before = len(tab.events)
            await tab.socket.send_str(raw.replace("ME", str(me)))
            done = await tab.until(lambda event: event["kind"] == "done", before)
            assert done.get("error"), raw
            assert "Error" not in done["error"], f"{raw}: {done['error']}"
        assert "message" in await tab.do("say", person=me, chat=me, text="还在")


async def test_a_number_that_is_none_means_from_the_beginning(page: Page) -> None:
    for since in ("x", "-1", "1e9", "9" * 40, "٣"):
        async with page.session.ws_connect(f"{page.address}ws?since={since}") as socket:
            tab = Tab(socket)
            assert (await tab.next())["kind"] == "hello"
            assert await tab.until(lambda event: event["kind"] == "message")


# --- files -------------------------------------------------------------------------------------------


async def test_a_photo_is_sent_and_shown_and_a_page_among_files_is_only_downloaded(page: Page) -> None:
    async with page.tab() as tab:
        me = tab.person(MEMBER)
        query = {"person": me, "chat": me, "kind": "photo", "caption": "黑板"}
        sent = await page.upload(query, "board.png", b"\x89PNG", "image/png")
        assert sent.status == 200
        shown = await tab.until(says("黑板", me))
        photo = await page.session.get(page.address.rstrip("/") + shown["message"]["media"]["url"])
        assert (await photo.read(), photo.headers["Content-Disposition"][:6]) == (b"\x89PNG", "inline")
        query = {"person": me, "chat": me, "kind": "document", "caption": "网页"}
        await page.upload(query, "页.html", b"<script>alert(1)</script>", "text/html")
        shown = await tab.until(says("网页", me))
        assert shown["message"]["media"]["name"] == "页.html"
        file = await page.session.get(page.address.rstrip("/") + shown["message"]["media"]["url"])
        assert file.headers["Content-Disposition"].startswith("attachment")
        assert file.headers["Content-Type"] == "application/octet-stream"
        assert file.headers["X-Content-Type-Options"] == "nosniff"


async def test_uploads_that_make_no_sense_are_refused_in_words(page: Page) -> None:
    async with page.tab() as tab:
        me = tab.person(MEMBER)
    for query, data in (
        ({"person": me, "chat": me, "kind": "hologram"}, b"x"),
        ({"person": me, "chat": me, "kind": "photo"}, b""),
        ({"person": 5, "chat": me, "kind": "photo"}, b"x"),
        ({"person": "x", "chat": me, "kind": "photo"}, b"x"),
        ({"kind": "photo"}, b"x"),
    ):
        refused = await page.upload(query, "f", data, "image/png")
        assert (refused.status, bool(await refused.text())) == (400, True), query
    bare = await page.session.post(f"{page.address}upload", params={"person": me}, json={})
    assert bare.status == 400
    assert (await page.session.get(f"{page.address}files/nothing")).status == 404


# --- the clock ---------------------------------------------------------------------------------------


def moment(event: Event) -> datetime:
    return datetime.fromisoformat(event["clock"]["now"])


async def test_the_clock_stands_runs_and_is_moved(page: Page) -> None:
    async with page.tab() as tab:
        stood = moment(await tab.do("clock", to="pause"))
        assert moment(await tab.do("clock", to="pause")) == stood
        assert moment(await tab.do("clock", to="+1h")) == stood + timedelta(hours=1)
        fast = await tab.do("clock", to="x60")
        assert fast["clock"]["speed"] == 60
        assert (await tab.do("clock", to="run"))["clock"]["speed"] == 1
        await tab.do("clock", to="pause")


async def test_what_is_listed_as_due_is_what_then_comes(page: Page) -> None:
    async with page.tab() as tab:
        await tab.do("clock", to="pause")
        due = await tab.until(lambda event: event["kind"] == "due" and event["items"] != [])
        listed = next(item for item in due["items"] if item["what"].startswith("提醒"))
        before = len(tab.events)
        while moment(done := await tab.do("clock", to="due")) < datetime.fromisoformat(listed["at"]):
            assert "error" not in done
        sent = await tab.until(
            lambda event: (
                event["kind"] == "call"
                and event["method"] == "sendMessage"
                and "提醒" in event["params"]["text"]
                and event["at"] >= listed["at"]
            ),
            before,
        )
        names = {person.id: name for name, person in page.deck.planted.people.items()}
        told = {names[int(event["params"]["chat_id"])] for event in tab.events[before:]
                if event["kind"] == "call" and event["method"] == "sendMessage"
                and event["params"]["text"][:10] == sent["params"]["text"][:10]}  # fmt: skip
        assert set(listed["to"].partition(" +")[0].split("、")) <= told


async def test_the_calendar_runs_sixty_times_faster_and_the_bot_keeps_up(page: Page) -> None:
    async with page.tab() as tab:
        await tab.do("clock", to="pause")
        due = await tab.until(lambda event: event["kind"] == "due" and event["items"] != [])
        at = datetime.fromisoformat(next(i["at"] for i in due["items"] if not i["what"].startswith("开始")))
        await page.deck.advance(at - page.deck.clock.now() - timedelta(seconds=40))
        before = len(tab.events)
        await tab.do("clock", to="x60")
        sent = await tab.until(
            lambda event: (
                event["kind"] == "call"
                and event["method"] == "sendMessage"
                and datetime.fromisoformat(event["at"]) >= at
            ),
            before,
        )
        assert datetime.fromisoformat(sent["at"]) < at + timedelta(minutes=60)
        await tab.do("clock", to="run")


# --- faults ------------------------------------------------------------------------------------------


async def test_too_many_requests_are_refused_for_a_while_and_then_answered(page: Page) -> None:
    async with page.tab() as tab:
        await tab.caught_up()
        me, before = tab.person(SECRETARY), len(tab.events)
        await tab.do("fault", name="too_many", seconds=2)
        switched = await tab.until(lambda event: event["kind"] == "faults" and event["lasting"] != {}, before)
        assert switched["lasting"].keys() == {"too_many"}
        await tab.do("say", person=me, chat=me, text="/me")
        refused = await tab.until(
            lambda event: event["kind"] == "call" and event["answer"].get("error_code") == 429, before
        )
        assert refused["answer"]["parameters"]["retry_after"] in {1, 2}
        await tab.until(lambda event: event["kind"] == "faults" and event["lasting"] == {}, before + 1)
        await tab.do("say", person=me, chat=me, text="/me")
        await tab.until(says("记录", me), before)


async def test_a_cut_connection_shows_as_no_answer_and_happens_once(page: Page) -> None:
    async with page.tab() as tab:
        await tab.caught_up()
        me, before = tab.person(MEMBER), len(tab.events)
        await tab.do("fault", name="drop_after")
        await tab.until(
            lambda event: event["kind"] == "faults" and event["planned"] == {"drop_after": 1}, before
        )
        await tab.do("say", person=me, chat=me, text="/help")
        cut = await tab.until(
            lambda event: event["kind"] == "call" and event["answer"]["ok"] is False, before
        )
        assert "error_code" not in cut["answer"]
        await tab.until(lambda event: event["kind"] == "faults" and event["planned"] == {}, before + 1)


async def test_a_spell_is_ended_before_its_time(page: Page) -> None:
    async with page.tab() as tab:
        await tab.caught_up()
        before = len(tab.events)
        await tab.do("fault", name="server_error", seconds=3000)
        await tab.until(
            lambda event: event["kind"] == "faults" and "server_error" in event["lasting"], before
        )
        before = len(tab.events)
        await tab.do("fault", name="server_error", seconds=0)
        await tab.until(lambda event: event["kind"] == "faults" and event["lasting"] == {}, before)


async def test_who_blocks_the_bot_hears_nothing_until_they_unblock_it(page: Page) -> None:
    async with page.tab() as tab:
        await tab.caught_up()
        me, before = tab.person(MEMBER), len(tab.events)
        await tab.do("block", person=me)
        await tab.until(lambda event: event["kind"] == "block" and event["blocked"], before)
        assert "blocked" in (await tab.do("say", person=me, chat=me, text="/me"))["error"]
        await tab.do("unblock", person=me)
        assert "error" not in await tab.do("say", person=me, chat=me, text="/me")
        await tab.until(says("记录", me), before)


async def test_a_group_migrates_and_goes_on_under_its_new_number(page: Page) -> None:
    async with page.tab() as tab:
        await tab.caught_up()
        me, old, before = tab.person(SECRETARY), tab.chat(f"{DRAWING}群"), len(tab.events)
        new = (await tab.do("fault", name="migrate", chat=old))["chat"]
        gone = await tab.until(lambda event: event["kind"] == "chat" and event["chat"]["id"] == old, before)
        assert gone["chat"]["gone"]
        fresh = await tab.until(lambda event: event["kind"] == "chat" and event["chat"]["id"] == new, before)
        assert me in fresh["chat"]["people"]
        assert "error" in await tab.do("say", person=me, chat=old, text="旧群")
        await tab.do("say", person=me, chat=new, text="/topic")
        await tab.until(lambda event: says("", new)(event) and event["message"]["from"]["bot"], before)


async def test_the_bot_answers_after_a_restart(page: Page) -> None:
    async with page.tab() as tab:
        await tab.caught_up()
        me, before, old = tab.person(LEADER), len(tab.events), page.deck.app
        assert "error" not in await tab.do("restart")
        assert page.deck.app is not old
        await tab.do("say", person=me, chat=me, text="/me")
        await tab.until(says("记录", me), before)


async def test_reset_begins_a_new_session_for_every_tab(page: Page) -> None:
    async with page.tab() as one, page.tab() as two:
        me, session, seen = one.person(MEMBER), one.hello["session"], one.hello["seq"]
        await one.do("say", person=me, chat=me, text="会被忘记的一句")
        assert "error" not in await one.do("reset")
        for tab in (one, two):
            begun = await tab.until(lambda event: event["kind"] == "hello" and event["session"] != session)
            after = tab.events.index(begun)
            assert begun["clock"]["now"].startswith("2026-11-20T01:00")
            await tab.until(lambda event: event["kind"] == "menu" and event["commands"] != [], after)
            assert not any(says("会被忘记")(event) for event in tab.events[after:])
        async with page.tab(seen, session) as late:
            assert await late.until(says("/start", me))
