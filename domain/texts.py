"""Cutting long text into parts a chat can carry."""

import re
import unicodedata
from collections.abc import Iterator

MESSAGE_UNITS = 4096  # UTF-16 code units in one message, as Telegram counts them

# Each cuts where its group ends.
_PARAGRAPH = re.compile(r"(?P<cut>)\n\s*\n")
_LINE = re.compile(r"(?P<cut>)\n")
_SENTENCE = re.compile(r"(?P<cut>[。!?！？；…]+[”’」』）)\"']*|[.;][\"')]*(?=\s))")
_WORD = re.compile(r"(?P<cut>)\s")
_JOINER = "\u200d"


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, the measure of Telegram's limits."""
    return len(text) + sum(character > "\uffff" for character in text)


def split_text(text: str, limit: int = MESSAGE_UNITS) -> list[str]:
    """Cut at paragraphs, else lines, sentences, words or characters, into parts of at most `limit` units.

    Only white space at the cuts and at the two ends is lost; no part is empty.
    """
    if limit < 2:
        raise ValueError("a part must hold one character of two UTF-16 units")
    return list(_parts(text.strip(), limit))


def _parts(rest: str, limit: int) -> Iterator[str]:
    while rest:
        cut = _cut(rest, limit)
        yield rest[:cut].rstrip()
        rest = rest[cut:].lstrip()


def _cut(text: str, limit: int) -> int:
    fits = _fitting(text, limit)
    if fits == len(text):
        return fits
    for border in (_PARAGRAPH, _LINE, _SENTENCE, _WORD):
        # Looks a little past the part, so that white space right behind a full one is a border too.
        found = [match.end("cut") for match in border.finditer(text, 0, fits + 2)]
        usable = [cut for cut in found if cut <= fits and _is_border(text, cut)]
        if usable:
            return usable[-1]
    return next((cut for cut in range(fits, 0, -1) if _is_border(text, cut)), fits)


def _fitting(text: str, limit: int) -> int:
    """How many characters from the start fit into `limit` units."""
    units = 0
    for count, character in enumerate(text):
        units += utf16_length(character)
        if units > limit:
            return count
    return len(text)


def _is_border(text: str, at: int) -> bool:
    """Whether what people see as one character is left whole by a cut here."""
    before, after = text[at - 1], text[at]
    if _JOINER in (before, after) or unicodedata.category(after).startswith("M"):
        return False
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return False  # a skin tone, a flag's tag
    return not (_is_flag_letter(after) and _flag_letters_before(text, at) % 2)


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_letters_before(text: str, at: int) -> int:
    count = 0
    while count < at and _is_flag_letter(text[at - 1 - count]):
        count += 1
    return count
