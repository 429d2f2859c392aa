"""/requests: what waits for a decision of mine, each with its own card."""

from datetime import datetime

from aiogram import Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.types import Message

from domain.actors import Actor
from handlers.database import UpdateDatabase
from handlers.screens import said_in_private
from messages import joining
from messages import leaves as words
from services import join_facts, leaves
from services.actors import known

router = Router(name="requests")
SHOWN = 8  # cards at once: more bury the first


@router.message(Command("requests"))
async def requests(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, bot_username: str
) -> None:
    known(actor)
    asked = await db.read(leaves.waiting_for, actor)
    joins = await db.read(join_facts.waiting_for, actor, now)
    await said_in_private(message, words.requests(len(asked) + len(joins)), bot_username)
    if message.chat.type != ChatType.PRIVATE:
        return
    cards = [*map(joining.asked, joins), *map(words.asked, asked)]
    for card in cards[:SHOWN]:
        await message.answer(**card.spoken())
