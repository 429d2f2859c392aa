"""Home, and the menu for whoever typed something nobody else takes. Asked last."""

from aiogram import Router
from aiogram.enums import ChatType
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from handlers.screens import shown_in_place
from messages import home
from messages.home import HomeTap
from services.actors import known_or_root

router = Router(name="home")


class PrivateText(Filter):
    """Something typed to the bot alone."""

    async def __call__(self, message: Message) -> bool:
        return message.chat.type == ChatType.PRIVATE and message.text is not None


@router.callback_query(HomeTap.filter())
async def tapped(query: CallbackQuery, actor: Actor) -> None:
    known_or_root(actor)
    await shown_in_place(query, home.menu_screen(actor))


@router.message(PrivateText())
async def anything_else(message: Message, actor: Actor) -> None:
    known_or_root(actor)
    await message.answer(**home.menu_screen(actor).spoken())
