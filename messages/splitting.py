"""Cutting a long message where it hurts least, with its formatting, into parts the platform takes."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate

from aiogram.types import InlineKeyboardMarkup, MessageEntity, ReplyKeyboardMarkup
from aiogram.utils.formatting import Text

from messages.outgoing import Outgoing, Upload

TEXT_LIMIT = 4096  # UTF-16 units in one message, the platform's figure
SENTENCE_ENDS = "。!?!?;;…."
# What may go on in the next part; anything else (a link, a mention) would be spoilt by a cut.
DIVISIBLE = frozenset(
    {"bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote"}
    | {"code", "pre"}
)


@dataclass(frozen=True)
class Spoken:
    """A part that is text; the buttons stand under the last one."""

    text: str
    entities: tuple[MessageEntity, ...]
    keyboard: InlineKeyboardMarkup | ReplyKeyboardMarkup | None = None

    def digest(self) -> str:
        """The same for what looks the same."""
        seen = sha256(self.text.encode())
        for entity in self.entities:
            seen.update(entity.model_dump_json(exclude_defaults=True).encode())
        if self.keyboard is not None:
            seen.update(self.keyboard.model_dump_json(exclude_defaults=True).encode())
        return seen.hexdigest()


def parts_of(message: Outgoing) -> tuple[Spoken | Upload, ...]:
    """What is sent, one after another: the text in as many parts as it needs, then the files."""
    *before, last = split(message.text)
    return (*before, Spoken(last.text, last.entities, message.keyboard), *message.uploads)


def card_of(message: Outgoing) -> Spoken:
    """The part that carries the buttons and is edited when figures change."""
    last = split(message.text)[-1]
    return Spoken(last.text, last.entities, message.keyboard)


def split(text: Text, limit: int = TEXT_LIMIT) -> list[Spoken]:
    """Parts of at most `limit` units: cut between paragraphs, else lines, sentences, words, characters."""
    whole, entities = text.render()
    ends = [0, *accumulate(2 if ord(letter) > 0xFFFF else 1 for letter in whole)]  # units before each letter
    parts = []
    start = 0
    while start < len(whole):
        start = _after_blank(whole, start)
        end = _cut(whole, ends, entities, start, limit)
        last = start + len(whole[start:end].rstrip())
        if last > start:
            parts.append(Spoken(whole[start:last], _within(entities, ends[start], ends[last])))
        start = end
    return parts or [Spoken(whole, tuple(entities))]


def _after_blank(whole: str, start: int) -> int:
    """Blank space at a cut belongs to no part; at the very beginning it is left as it is."""
    while 0 < start < len(whole) and whole[start].isspace():
        start += 1
    return start


def _cut(whole: str, ends: list[int], entities: Iterable[MessageEntity], start: int, limit: int) -> int:
    """Where the part that begins at `start` ends."""
    if ends[-1] - ends[start] <= limit:
        return len(whole)
    furthest = start + 1
    while ends[furthest + 1] - ends[start] <= limit:
        furthest += 1
    room = whole[start:furthest]
    borders = (
        room.rfind("\n\n") + 2 if "\n\n" in room else 0,
        room.rfind("\n") + 1,
        max(room.rfind(mark) for mark in SENTENCE_ENDS) + 1,
        max(room.rfind(" "), room.rfind("\u3000")) + 1,
    )
    for border in borders:
        # A border in the first quarter would make a part of a few words only.
        if border >= len(room) // 4 and room[:border].strip():
            return _outside(ends, entities, start, start + border)
    return _outside(ends, entities, start, _between_letters(whole, start, furthest))


def _between_letters(whole: str, start: int, end: int) -> int:
    """A little earlier, where a letter and its accents or joined emoji would be torn apart."""
    for earlier in range(end, max(start, end - 16), -1):
        if not (_joins(whole[earlier]) or whole[earlier - 1] == "\u200d"):
            return earlier
    return end


def _joins(letter: str) -> bool:
    return letter == "\u200d" or unicodedata.category(letter) in {"Mn", "Me", "Mc", "Sk"}


def _outside(ends: list[int], entities: Iterable[MessageEntity], start: int, end: int) -> int:
    """Before a link or a mention, where `end` would fall inside it."""
    for entity in entities:
        stop = entity.offset + entity.length
        if entity.type not in DIVISIBLE and ends[start] < entity.offset < ends[end] < stop:
            while ends[end] > entity.offset:
                end -= 1
    return end


def _within(entities: Iterable[MessageEntity], start: int, end: int) -> tuple[MessageEntity, ...]:
    """The formatting of the units from `start` to `end`, counted from `start`."""
    found = []
    for entity in entities:
        first, last = max(entity.offset, start), min(entity.offset + entity.length, end)
        if first < last:
            found.append(entity.model_copy(update={"offset": first - start, "length": last - first}))
    return tuple(found)
