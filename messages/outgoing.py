"""What is handed to a chat: text built of nodes, never of markup, with buttons and files."""

from dataclasses import dataclass, field
from typing import Any

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup
from aiogram.utils.formatting import Text

from domain.charts import Chart


@dataclass(frozen=True)
class Upload:
    """A file the bot already knows by id (`file_id`), or bytes under a name."""

    kind: str  # document, photo, video, voice
    file_id: str | None = None
    content: bytes | None = None
    name: str | None = None


@dataclass(frozen=True)
class Outgoing:
    """One message. `uploads` follow the text, in order."""

    text: Text
    keyboard: InlineKeyboardMarkup | ReplyKeyboardMarkup | None = None
    uploads: tuple[Upload, ...] = field(default=())

    def spoken(self) -> dict[str, Any]:
        """Arguments for `message.answer(**…)`, `edit_text(**…)` and `bot.send_message(chat, **…)`."""
        return {**self.text.as_kwargs(), "reply_markup": self.keyboard}


@dataclass(frozen=True)
class Charted:
    """A chart yet to be drawn, under which a caption repeats it as text."""

    chart: Chart
    caption: Text
    keyboard: InlineKeyboardMarkup


def rows(*buttons: InlineKeyboardButton, width: int = 2) -> list[list[InlineKeyboardButton]]:
    """Buttons laid out at most `width` a row: two fit an old phone."""
    return [list(buttons[i : i + width]) for i in range(0, len(buttons), width)]


def keyboard(*lines: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    """An inline keyboard of the given lines."""
    return InlineKeyboardMarkup(inline_keyboard=[line for line in lines if line])
