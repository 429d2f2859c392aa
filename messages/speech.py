"""Which language is being spoken, and how a sentence is found in it.

Each noun has its own catalogue file, `locales/<language>/<noun>.po`, read at first use: there is nothing to
compile and nothing to go stale. English is written in the code; its catalogue holds the same sentences.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

LOCALES = ("zh", "en")
CATALOGUES = Path(__file__).with_name("locales")

_speaking: ContextVar[str] = ContextVar("speaking", default="zh")


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Everything said inside is said in `locale`."""
    token = _speaking.set(locale)
    try:
        yield
    finally:
        _speaking.reset(token)


def language() -> str:
    """The language being spoken: "zh" or "en"."""
    return _speaking.get()


def nearest_locale(code: str | None) -> str | None:
    """The language of ours for a client's code such as "zh-hans" or "en-GB"; None when we speak neither."""
    short = (code or "").split("-")[0].split("_")[0].lower()
    return short if short in LOCALES else None


def _(sentence: str) -> str:
    """The sentence in the language being spoken."""
    return _sentences(language()).get(sentence, sentence)


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name
    """Mark a sentence for the catalogues; it is translated where it is spoken."""
    return sentence


def ngettext(one: str, many: str, n: int) -> str:
    """The sentence for `n` things. Chinese has one form, English two."""
    if language() == "zh":
        return _sentences("zh").get(one, many)
    return one if n == 1 else many


@cache
def _sentences(locale: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((CATALOGUES / locale).glob("*.po")):
        with path.open("rb") as file:
            catalogue: Catalog = read_po(file, locale=locale, domain=path.stem)
        for message in catalogue:
            if not message.id or message.fuzzy:
                continue
            one = message.id[0] if isinstance(message.id, (list, tuple)) else message.id
            said = message.string[0] if isinstance(message.string, (list, tuple)) else message.string
            if said:
                found[one] = said
    return found
