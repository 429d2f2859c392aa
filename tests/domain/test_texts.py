"""Long text arrives whole, in parts a chat can carry, cut where a reader would pause."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.texts import split_text, utf16_length

FAMILY = "👨‍👩‍👧‍👦"
PICTURES = ["😀", FAMILY, "👍🏽", "🇨🇳", "❤️", "e\u0301"]  # each one character to a reader
pieces = st.sampled_from(
    [
        "学习",
        "今天的学习让我……",
        "。",
        "!",
        " ",
        "\n",
        "\n\n",
        "\r\n",
        "\u3000",
        "word",
        ". ",
        "“好。”",
        "𠮷",
        *PICTURES,
    ]
)
texts = st.lists(pieces, max_size=60).map("".join) | st.text(max_size=200)


def test_length_is_counted_as_the_platform_counts() -> None:
    assert [utf16_length(text) for text in ("", "学习", "😀", FAMILY, "𠮷野")] == [0, 2, 2, 11, 3]


@given(texts)
def test_length_is_that_of_utf_16(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(texts, st.integers(2, 50))
def test_the_parts_are_the_text_but_for_white_space_at_the_cuts(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    at = 0
    for part in parts:
        assert part == part.strip() != ""
        assert utf16_length(part) <= limit
        found = text.index(part, at)
        assert not text[at:found].strip()
        at = found + len(part)
    assert not text[at:].strip()


@given(st.lists(st.sampled_from(["学", "。", *PICTURES]), min_size=1, max_size=60))
def test_what_people_see_as_one_character_is_never_cut(characters: list[str]) -> None:
    borders = {len("".join(characters[:count])) for count in range(len(characters) + 1)}
    at = 0
    for part in split_text("".join(characters), utf16_length(FAMILY)):
        at += len(part)
        assert at in borders


def test_a_row_of_flags_is_cut_between_flags() -> None:
    assert split_text("🇨🇳" * 7, 11) == ["🇨🇳" * 2, "🇨🇳" * 2, "🇨🇳" * 2, "🇨🇳"]


def test_text_that_fits_is_one_part_and_no_text_is_none() -> None:
    assert split_text("一" * 4096) == ["一" * 4096]
    assert split_text(" \n\u3000") == []


def test_a_paragraph_is_kept_whole_where_it_can_be() -> None:
    one, two = "学习条例第一章。" * 3, "学习条例第二章。" * 3
    assert split_text(f"{one}\n\n{two}", 30) == [one, two]
    assert split_text(f"{one}\n\n{two}", len(one)) == [one, two]


def test_then_a_sentence_with_its_closing_quote() -> None:
    assert split_text("他说:“要节约用水。”大家同意了这个意见。", 14) == [
        "他说:“要节约用水。”",
        "大家同意了这个意见。",
    ]
    assert split_text("It is 3.5 metres. Then on we go", 20) == ["It is 3.5 metres.", "Then on we go"]


def test_ten_thousand_characters_arrive() -> None:
    reflection = "今天的学习让我明白了节约用水的意义。" * 600
    parts = split_text(reflection)
    assert "".join(parts) == reflection
    assert all(re.fullmatch(r".*。", part) for part in parts)
    assert len(parts) == 3


def test_one_character_larger_than_a_part_is_cut_but_never_inside_a_surrogate_pair() -> None:
    parts = split_text(FAMILY, 4)
    assert "".join(parts) == FAMILY
    assert all(part.encode("utf-16-le") for part in parts)


def test_a_part_must_hold_a_character() -> None:
    with pytest.raises(ValueError, match="one character"):
        split_text("学", 1)
