"""What is said in the code, held against the catalogues: `python -m messages.catalogues`.

Rewrites the English catalogues, where every sentence stands as it is, along the Chinese ones, and prints what
the Chinese ones lack or hold too much.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from messages.speech import CATALOGUES

ROOT = Path(__file__).parents[1]
SPEAKING_ROOMS = ("messages", "reports")
MARKS = frozenset({"_", "N_", "ngettext", "speak"})
# No dates in it: a catalogue changes when a sentence does.
HEADER = b'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'

Sentence = str | tuple[str, str]


def said_in_code() -> set[Sentence]:
    """Every marked sentence; one with a plural as a pair."""
    return {
        sentence
        for room in SPEAKING_ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        for sentence in _marked(ast.parse(path.read_text("utf-8")))
    }


def catalogue(locale: str, noun: str) -> Catalog:
    """One catalogue file as it stands."""
    with (CATALOGUES / locale / f"{noun}.po").open("rb") as file:
        return read_po(file, locale=locale)


def held(locale: str) -> dict[Sentence, tuple[str, ...]]:
    """Every sentence of a language's catalogues with what is said for it."""
    found: dict[Sentence, tuple[str, ...]] = {}
    for path in sorted((CATALOGUES / locale).glob("*.po")):
        for message in catalogue(locale, path.stem):
            if message.id:
                found[_sentence(message.id)] = (
                    (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
                )
    return found


def rewrite_english() -> None:
    """Let English hold each sentence of the Chinese files as it is said in the code."""
    (CATALOGUES / "en").mkdir(exist_ok=True)
    for path in sorted((CATALOGUES / "zh").glob("*.po")):
        english = Catalog(locale="en", fuzzy=False)
        for message in catalogue("zh", path.stem):
            if message.id:
                english.add(message.id, message.id)
        with (CATALOGUES / "en" / path.name).open("wb") as file:
            file.write(HEADER)
            write_po(file, english, omit_header=True, width=100)


def _marked(tree: ast.AST) -> Iterator[Sentence]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS):
            continue
        texts = [a.value for a in node.args[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if node.func.id == "ngettext":
            yield texts[0], texts[1]
        elif texts:
            yield texts[0]


def _sentence(key: object) -> Sentence:
    return (str(key[0]), str(key[1])) if isinstance(key, (list, tuple)) else str(key)


if __name__ == "__main__":
    rewrite_english()
    code, chinese = said_in_code(), held("zh")
    for sentence in sorted(code - chinese.keys(), key=str):
        sys.stdout.write(f"missing: {sentence!r}\n")
    for sentence in sorted(chinese.keys() - code, key=str):
        sys.stdout.write(f"left over: {sentence!r}\n")
