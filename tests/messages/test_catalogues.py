"""Every sentence is said in Chinese and in English."""

import string

import pytest

from messages.catalogues import Sentence, catalogue, held, said_in_code
from messages.speech import CATALOGUES, LOCALES, ngettext, speaking


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def forms(sentence: Sentence) -> tuple[str, ...]:
    return (sentence,) if isinstance(sentence, str) else sentence


@pytest.mark.parametrize("locale", LOCALES)
def test_every_sentence_of_the_code_stands_in_the_catalogue(locale: str) -> None:
    stands = held(locale)
    missing = {sentence for sentence in said_in_code() if not all(stands.get(sentence, ("",)))}
    assert missing == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_no_catalogue_keeps_a_sentence_nobody_says(locale: str) -> None:
    assert held(locale).keys() - said_in_code() == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_a_translation_keeps_the_places_for_names_and_figures(locale: str) -> None:
    wrong = {
        sentence: said
        for sentence, said in held(locale).items()
        if any(fields(form) != fields(forms(sentence)[-1]) for form in said)
    }
    assert wrong == {}


@pytest.mark.parametrize("locale", LOCALES)
def test_no_sentence_stands_in_two_files(locale: str) -> None:
    each = [
        message.id
        for path in (CATALOGUES / locale).glob("*.po")
        for message in catalogue(locale, path.stem)
        if message.id
    ]
    assert len(each) == len(held(locale))


def test_figures_agree_with_their_noun() -> None:
    with speaking("en"):
        assert ngettext("{n} day", "{n} days", 1) == "{n} day"
        assert ngettext("{n} day", "{n} days", 2) == "{n} days"
