"""What is written in answer to a question or carried by a link, and the files that come with it."""

from aiogram.enums import ChatType
from aiogram.filters import CommandObject, Filter
from aiogram.types import Message

from domain.actors import Actor
from domain.ids import TopicId
from domain.joining import intent_in
from domain.topics import Attachment

# The reply keyboard's words, in both languages: tapped in the middle of a question they still lead home.
MENU = frozenset({"学习", "打卡", "请假", "帮助", "study", "check in", "leave", "help"})


class Writing(Filter):
    """Something said in private that is neither a command nor a word of the reply keyboard."""

    async def __call__(self, message: Message) -> bool:
        said = (message.text or "").strip()
        return (
            message.chat.type == ChatType.PRIVATE and not said.startswith("/") and said.casefold() not in MENU
        )


class Intent(Filter):
    """A /start whose payload asks to do this with a topic; hands the topic on as `intended`."""

    def __init__(self, word: str) -> None:
        self.word = word

    async def __call__(self, _: Message, actor: Actor, command: CommandObject) -> bool | dict[str, TopicId]:
        found = intent_in(command.args or "")
        return {"intended": found[1]} if actor.known and found and found[0] == self.word else False


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
