"""/requests: what waits for a decision of mine, each with its own card."""

from datetime import datetime

from aiogram import Bot, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from domain.errors import Stranger
from handlers.database import UpdateDatabase
from handlers.screens import said_in_private, shown_in_place
from handlers.words import MenuTo
from messages import handovers, joining
from messages import leaves as words
from messages import transfers as moving
from messages.outgoing import Outgoing
from services import handover_facts, join_facts, leaves, transfers

router = Router(name="requests")
SHOWN = 8  # cards at once: more bury the first


@router.message(Command("requests"))
async def requests(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, bot_username: str
) -> None:
    cards = await _waiting(actor, db, now)
    await said_in_private(message, words.requests(len(cards)), bot_username)
    if message.chat.type != ChatType.PRIVATE:
        return
    for card in cards[:SHOWN]:
        await message.answer(**card.spoken())


@router.callback_query(MenuTo("requests"))
async def chosen(query: CallbackQuery, actor: Actor, db: UpdateDatabase, now: datetime, bot: Bot) -> None:
    cards = await _waiting(actor, db, now)
    await shown_in_place(query, words.requests(len(cards)))
    for card in cards[:SHOWN]:
        await bot.send_message(actor.account.user_id, **card.spoken())


async def _waiting(actor: Actor, db: UpdateDatabase, now: datetime) -> list[Outgoing]:
    """The cards; those whom ADMIN_IDS name need not stand on a roster. Raises Stranger."""
    if not actor.known and not actor.root:
        raise Stranger
    asked = await db.read(leaves.waiting_for, actor)
    joins = await db.read(join_facts.waiting_for, actor, now)
    moves = await db.read(handover_facts.waiting_for, actor, now)
    going = await db.read(transfers.waiting_for, actor, now)
    return [
        *map(joining.asked, joins),
        *map(handovers.asked, moves),
        *map(moving.asked, going),
        *map(words.asked, asked),
    ]
