"""The running demo behind the page, for what a test does or checks on the other side of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiogram import Bot
from aiohttp import ClientSession
from sqlalchemy import select

from domain.deliveries import Kind
from simulator.chats import JSON
from simulator.page.deck import Deck
from simulator.page.server import listening, open_page
from simulator.people import SimPerson
from simulator.stage import TOKEN
from storage import forthcoming
from storage.database import Transaction
from storage.tables import Chat, Delivery


@dataclass(frozen=True)
class Owed:
    """A message of the record: how it stands, and in which chat of the platform."""

    state: str
    chat: int


class Demo:
    """One world for the whole session; `fresh` begins it anew."""

    def __init__(self, deck: Deck, address: str) -> None:
        self.deck = deck
        self.address = address
        self._used = False

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: Path) -> AsyncIterator["Demo"]:
        async with Deck.open(folder / "rows") as deck, open_page(deck, listening()) as address:
            yield cls(deck, address)

    async def fresh(self) -> None:
        """The organisation as it was in the beginning."""
        if self._used:
            await self.deck.reset()
        self._used = True

    @property
    def bot(self) -> Bot:
        """The real bot's own line to the platform: what it says here is said over HTTP."""
        return self.deck.app.bot

    def person(self, name: str) -> SimPerson:
        return self.deck.planted.people[name]

    async def calls(self, method: str, body: bytes, kind: str = "application/json") -> JSON:
        """Call the platform with any bytes; its answer."""
        url = self.bot.session.api.api_url(TOKEN, method)
        async with ClientSession() as session:
            answer = await session.post(url, data=body, headers={"Content-Type": kind})
            told: JSON = await answer.json()
            return told

    async def quiet(self) -> None:
        """Everything that was asked has been answered, and what is due has been sent."""
        await self.deck.telegram.bots[TOKEN].updates.taken()
        await self.deck.app.workers.idle()
        while await self.deck.app.db.read(forthcoming.owed, self.deck.clock.now()):  # noqa: ASYNC110 - the sender rings no bell
            await asyncio.sleep(0.05)

    async def owed(self, kind: Kind) -> list[Owed]:
        """What is in the record of the newest subject of a kind."""

        def read(tx: Transaction) -> list[Owed]:
            newest = select(Delivery.subject_id).where(Delivery.kind == kind).order_by(Delivery.id.desc())
            asked = (
                select(Delivery.state, Chat.chat_id)
                .join(Chat, Chat.id == Delivery.chat_id)
                .where(Delivery.kind == kind, Delivery.subject_id == newest.limit(1).scalar_subquery())
            )
            return [Owed(*row) for row in tx.execute(asked)]

        return await self.deck.app.db.read(read)

    def accepted(self, chat: int, words: str) -> int:
        """How many messages with these words the platform has taken for a chat."""
        return sum(
            receipt.method == "sendMessage"
            and str(receipt.params["chat_id"]) == str(chat)
            and words in str(receipt.params["text"])
            for receipt in self.deck.telegram.receipts
        )
