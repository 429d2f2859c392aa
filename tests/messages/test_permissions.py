"""The page of permissions says what the code does."""

from domain.roles import RIGHTS, Act
from messages.permissions import ACTS, PAGE, page


def test_the_page_of_permissions_is_printed_from_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m messages.permissions"


def test_every_act_has_its_row_and_its_words() -> None:
    assert set(RIGHTS) == set(ACTS) == set(Act)
