"""One browser tab on its socket: told everything, and what it asks done."""

import asyncio
import json
from contextlib import suppress

import structlog
from aiohttp import WSMsgType, web

from simulator.chats import JSON
from simulator.page.controls import CONTROLS
from simulator.page.deck import Deck
from simulator.page.people import ACTS
from simulator.page.requests import Refused, parsed

log = structlog.get_logger(__name__)


class Tab:
    """One browser tab on its socket."""

    def __init__(self, deck: Deck, ws: web.WebSocketResponse) -> None:
        self._deck = deck
        self._ws = ws
        self._work: set[asyncio.Task[None]] = set()

    async def live(self, since: int) -> None:
        """Tell it everything and do what it asks, until it is closed."""
        telling = asyncio.create_task(self._tell(since))
        try:
            async for message in self._ws:
                if message.type is WSMsgType.TEXT:
                    await self._take(message.data)
        finally:
            for task in (telling, *self._work):
                task.cancel()
            await asyncio.gather(telling, *self._work, return_exceptions=True)

    async def _tell(self, since: int) -> None:
        """Hello and what was missed, then everything as it happens; after a reset, from the beginning."""
        with suppress(ConnectionError):
            while True:
                feed = self._deck.feed
                await self._ws.send_str(dumps(hello(self._deck)))
                async for events in feed.follow(since):
                    for event in events:
                        await self._ws.send_str(event)
                await self._ws.send_str(dumps({"kind": "reset"}))
                since = 0

    async def _take(self, raw: str) -> None:
        """Do an act at once; what takes its time is done beside the rest."""
        try:
            act = parsed(raw)
        except Refused as refused:
            await self._ws.send_str(dumps({"kind": "done", "ref": None, "error": str(refused)}))
            return
        doing = asyncio.create_task(self._do(act))
        self._work.add(doing)
        doing.add_done_callback(self._work.discard)
        if act.get("do") not in list(CONTROLS):
            await doing

    async def _do(self, act: JSON) -> None:
        try:
            answer = await self._outcome(act)
        except Refused as refused:
            answer = {"error": str(refused)}
        except Exception as error:
            log.exception("act_failed")
            answer = {"error": f"{type(error).__name__}: {error}"}
        with suppress(ConnectionError):
            await self._ws.send_str(dumps({"kind": "done", "ref": act.get("ref")} | answer))

    async def _outcome(self, act: JSON) -> JSON:
        name = act.get("do")
        if isinstance(name, str) and name in CONTROLS:
            return await CONTROLS[name](self._deck, act)
        if isinstance(name, str) and name in ACTS:
            return self._deck.feed.once(act.get("once"), lambda: ACTS[name](self._deck, act))
        raise Refused(f"do: expected one of {', '.join((*ACTS, *CONTROLS))}")


def hello(deck: Deck) -> JSON:
    """Who is here, where they talk, and what time it is."""
    return {
        "seq": deck.feed.seq,
        "kind": "hello",
        "session": deck.feed.session,
        "people": [
            {
                "id": seat.person.id,
                "name": seat.person.name,
                "role": seat.role,
                "language": seat.person.account.language,
                "unit": seat.unit,
            }
            for seat in deck.planted.seats
        ],
        "chats": deck.feed.chat_shapes(),
        "clock": deck.clock_shape(),
        "locale": "zh",
    }


def dumps(event: JSON) -> str:
    return json.dumps(event, ensure_ascii=False)
