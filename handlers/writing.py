"""What is written in answer to a question or carried by a link, its files, and what a client cut up."""

from datetime import datetime, timedelta

from aiogram.enums import ChatType
from aiogram.filters import CommandObject, Filter
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from domain.actors import Actor
from domain.errors import TextWanted
from domain.joining import intent_in
from domain.texts import utf16_length
from domain.topics import Attachment

# The reply keyboard's words, in both languages: tapped in the middle of a question they still lead home.
MENU = frozenset({"学习", "打卡", "请假", "帮助", "study", "check in", "leave", "help"})


CUT = 4_000  # UTF-16 units: a client cuts a longer text near the platform's 4096 and sends the rest after it
TOGETHER = timedelta(seconds=5)  # within which the pieces of one text arrive
LEFT_OUT = "left_out"  # in a conversation: when a piece of a text was refused


class Writing(Filter):
    """Something said in private that is neither a command nor a word of the reply keyboard."""

    async def __call__(self, message: Message) -> bool:
        return is_writing(message)


class Intent(Filter):
    """A /start whose payload asks to do this; hands on what it is about as `intended`."""

    def __init__(self, word: str) -> None:
        self.word = word

    async def __call__(self, _: Message, actor: Actor, command: CommandObject) -> bool | dict[str, int]:
        found = intent_in(command.args or "")
        return {"intended": found[1]} if actor.known and found and found[0] == self.word else False


def is_writing(message: Message) -> bool:
    """Whether it is an answer, not something that leads elsewhere."""
    said = (message.text or "").strip()
    return message.chat.type == ChatType.PRIVATE and not said.startswith("/") and said.casefold() not in MENU


def text_of(message: Message) -> str:
    """The words of an answer. Raises TextWanted for a sticker, a photo, anything else."""
    if message.text is None:
        raise TextWanted
    return message.text


def may_be_cut(message: Message) -> bool:
    """Whether the client may send a rest of it."""
    return message.chat.type == ChatType.PRIVATE and utf16_length(message.text or "") >= CUT


def is_rest(message: Message, before: str | None) -> bool:
    """Whether it is the rest of what came at that moment, if anything did."""
    return (
        before is not None
        and message.text is not None
        and is_writing(message)
        and message.date - datetime.fromisoformat(before) <= TOGETHER
    )


async def leave_out(state: FSMContext, message: Message) -> None:
    """A piece was refused, in one sentence that goes for the rest as well."""
    await state.update_data({LEFT_OUT: message.date.isoformat()})


async def is_left_out(state: FSMContext, message: Message) -> bool:
    """Whether it is the rest of a text that was refused."""
    data = await state.get_data()
    before = data.pop(LEFT_OUT, None)
    if before is None:
        return False
    rest = is_rest(message, before)
    await state.set_data(data | ({LEFT_OUT: message.date.isoformat()} if rest else {}))
    return rest


def attachment_in(message: Message, bot_id: int) -> Attachment | None:
    """The file, photo, video or voice note of a message."""
    if message.photo:
        photo = message.photo[-1]  # the largest
        return Attachment("photo", photo.file_id, photo.file_unique_id, None, photo.file_size, bot_id=bot_id)
    for kind, file in (("document", message.document), ("video", message.video), ("voice", message.voice)):
        if file is not None:
            name = getattr(file, "file_name", None)
            return Attachment(kind, file.file_id, file.file_unique_id, name, file.file_size, bot_id=bot_id)
    return None
