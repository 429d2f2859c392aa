"""Chats that open, close or move under the bot."""

from datetime import datetime

from aiogram import Router
from aiogram.filters import Filter
from aiogram.types import ChatMemberRestricted, ChatMemberUpdated, Message

from domain.actors import Actor
from handlers.database import UpdateDatabase
from services import chats

router = Router(name="chats")

GONE = frozenset({"left", "kicked"})


class Migration(Filter):
    """The service message that a group became a supergroup, as the old group shows it."""

    async def __call__(self, message: Message) -> bool:
        return message.migrate_to_chat_id is not None


@router.my_chat_member()
async def standing_changed(
    event: ChatMemberUpdated, actor: Actor, db: UpdateDatabase, bot_id: int, now: datetime
) -> None:
    """Blocked or removed: no message goes there any more; silenced: they wait. Let in again: they go."""
    member = event.new_chat_member
    if member.status in GONE:
        await db.write(chats.lose, actor.account.platform, bot_id, event.chat.id, member.status, now)
    elif isinstance(member, ChatMemberRestricted) and not member.can_send_messages:
        await db.write(chats.silence, actor.account.platform, bot_id, event.chat.id, member.status, now)
    else:
        await db.write(chats.regain, actor.account.platform, bot_id, event.chat.id, event.chat.type, now)


@router.message(Migration())
async def moved(message: Message, actor: Actor, db: UpdateDatabase, bot_id: int, now: datetime) -> None:
    """The old number of the group dies; what was bound to it goes on under the new one."""
    target = message.migrate_to_chat_id
    if target is not None:
        await db.write(chats.move, actor.account.platform, bot_id, message.chat.id, target, now)
