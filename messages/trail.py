"""/audit: who did what, when, on whom, from which chat."""

from typing import Annotated, Literal

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Text, as_list

from domain.trail import TrailPage
from messages.entries import line
from messages.home import home_button
from messages.keys import KEY
from messages.outgoing import Outgoing, keyboard
from messages.speech import _


class TrailTap(CallbackData, prefix="trail"):
    """Older entries of the search that is kept in the conversation."""

    before: Annotated[int, KEY]


class TrailFileTap(CallbackData, prefix="trailf"):
    """All that the search finds, as a file."""

    form: Literal["csv", "xlsx"]


def screen(page: TrailPage) -> Outgoing:
    """Some entries, the newest first."""
    lines: list[Text | str] = [line(entry, page.zone) for entry in page.entries]
    if not lines:
        lines = [_("Nothing like that is in the trail.")]
    hint = _("Search: /audit name, act, day or period, such as /audit 王芳 2026-11. Looking leaves a line.")
    older = [_tap(_("Older ▸"), TrailTap(before=page.older))] if page.older else []
    files = [_tap("CSV", TrailFileTap(form="csv")), _tap("XLSX", TrailFileTap(form="xlsx"))]
    text = as_list(Bold(_("Trail")), *lines, hint)
    return Outgoing(text, keyboard(older, files if page.entries else [], [home_button()]))


def preparing() -> str:
    """While the file is made."""
    return _("The trail is being written…")


def file_name(form: str) -> str:
    """The file's name."""
    return f"banxue-trail.{form}"


def _tap(words: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=words, callback_data=data.pack())
