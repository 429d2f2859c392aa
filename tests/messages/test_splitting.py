"""Cutting long messages: nothing lost, nothing torn, formatting kept."""

from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import Bold, Text, TextLink
from hypothesis import given
from hypothesis import strategies as st

from messages.outgoing import Outgoing, Upload, keyboard
from messages.splitting import TEXT_LIMIT, Spoken, card_of, parts_of, split

WORDS = st.text(alphabet="学习abc。 \n😀👨‍👩‍👧é,", max_size=60)
NODES = st.lists(st.tuples(WORDS, st.sampled_from(["plain", "bold", "link"])), max_size=12)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def styled(nodes: list[tuple[str, str]]) -> Text:
    made: list[Text | str] = []
    for words, style in nodes:
        if style == "bold" and words:
            made.append(Bold(words))
        elif style == "link" and words:
            made.append(TextLink(words, url="https://example.org/"))
        else:
            made.append(words)
    return Text(*made)


def letters_by_style(text: str, spans: list[tuple[str, int, int]]) -> list[tuple[str, frozenset[str]]]:
    """Each letter that is not blank, with what is drawn over it."""
    found, at = [], 0
    for letter in text:
        if not letter.isspace():
            found.append((letter, frozenset(kind for kind, start, end in spans if start <= at < end)))
        at += units(letter)
    return found


def letters_of(parts: list[Spoken]) -> list[tuple[str, frozenset[str]]]:
    return [
        letter
        for part in parts
        for letter in letters_by_style(
            part.text, [(e.type, e.offset, e.offset + e.length) for e in part.entities]
        )
    ]


@given(nodes=NODES, limit=st.integers(8, 80))
def test_no_letter_and_no_style_is_lost(nodes: list[tuple[str, str]], limit: int) -> None:
    text = styled(nodes)
    whole, entities = text.render()
    parts = split(text, limit)
    assert letters_of(parts) == letters_of([Spoken(whole, tuple(entities))])
    for part in parts:
        assert units(part.text) <= limit
        for entity in part.entities:
            assert 0 <= entity.offset < entity.offset + entity.length <= units(part.text)
    if whole.strip():
        assert all(part.text.strip() for part in parts)


def test_a_short_message_is_left_as_it_is() -> None:
    assert [part.text for part in split(Text("学习\n\n打卡"))] == ["学习\n\n打卡"]


def test_paragraphs_are_kept_whole() -> None:
    first, second = "一" * 50, "二" * 50
    assert [part.text for part in split(Text(f"{first}\n\n{second}"), 60)] == [first, second]


def test_a_sentence_is_kept_whole_where_a_paragraph_is_too_long() -> None:
    assert [part.text for part in split(Text("一二三四五六七。八九十。"), 10)] == [
        "一二三四五六七。",
        "八九十。",
    ]


def test_a_link_is_not_cut_in_two() -> None:
    text = Text("看看" * 4, TextLink("学习材料在这里", url="https://example.org/"))
    parts = split(text, 12)
    assert [part.text for part in parts] == ["看看" * 4, "学习材料在这里"]
    assert [len(part.entities) for part in parts] == [0, 1]


def test_a_family_of_joined_emoji_stays_together() -> None:
    family = "👨‍👩‍👧"
    assert [part.text for part in split(Text("学学学" + family), 8)] == ["学学学", family]


def test_the_buttons_stand_under_the_last_text_and_files_follow() -> None:
    buttons = keyboard([InlineKeyboardButton(text="打卡", callback_data="x")])
    message = Outgoing(Text("学" * (TEXT_LIMIT + 1)), buttons, (Upload("photo", file_id="abc"),))
    first, last, photo = parts_of(message)
    assert isinstance(first, Spoken)
    assert isinstance(last, Spoken)
    assert (first.keyboard, last.keyboard) == (None, buttons)
    assert photo == message.uploads[0]
    assert card_of(message) == last


def test_what_looks_the_same_has_the_same_digest() -> None:
    def shown(words: str, button: str) -> str:
        buttons = keyboard([InlineKeyboardButton(text=button, callback_data="x")])
        return card_of(Outgoing(Text(Bold(words)), buttons)).digest()

    assert shown("打卡 1/12", "打卡") == shown("打卡 1/12", "打卡")
    assert shown("打卡 1/12", "打卡") != shown("打卡 2/12", "打卡")
    assert shown("打卡 1/12", "打卡") != shown("打卡 1/12", "撤销")
