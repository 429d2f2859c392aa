"""Every refusal has words, in both languages."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import domain
from domain.errors import Refusal
from messages.refusals import SENTENCES
from messages.speech import _, speaking


def refusals() -> set[type[Refusal]]:
    for module in iter_modules([str(Path(domain.__file__).parent)]):
        import_module(f"domain.{module.name}")
    found, open_ends = {Refusal}, [Refusal]
    while open_ends:
        found.update(below := open_ends.pop().__subclasses__())
        open_ends.extend(below)
    return {kind for kind in found if kind.__module__.startswith("domain.")}


def test_every_refusal_has_words() -> None:
    assert {kind.__name__ for kind in refusals()} - {kind.__name__ for kind in SENTENCES} == set()


def test_every_refusal_speaks_chinese() -> None:
    with speaking("zh"):
        assert [words for words in SENTENCES.values() if _(words) == words] == []
