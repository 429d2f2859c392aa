"""The pages about privacy name every column that could say something about a person, and no other."""

import re
from pathlib import Path

import pytest
from sqlalchemy import Date, LargeBinary, String, Time

from storage.tables import Base

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("privacy.md", "privacy.zh.md")
PLATFORM_NUMBERS = frozenset({"user_id", "chat_id"})
TELLING = (String, LargeBinary, Date, Time)  # text is a String too


def telling() -> set[str]:
    """Columns that hold words, bytes, days or the platform's numbers."""
    return {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, TELLING) or (column.name in PLATFORM_NUMBERS and not column.foreign_keys)
    }


def named(page: str) -> list[str]:
    words = re.findall(r"`([a-z_]+\.[a-z_]+)`", (DOCS / page).read_text(encoding="utf-8"))
    return [word for word in words if word.partition(".")[0] in Base.metadata.tables]


@pytest.mark.parametrize("page", PAGES)
def test_every_column_that_could_tell_is_named_once(page: str) -> None:
    found = named(page)
    assert telling() - set(found) == set(), f"say in docs/{page} what these are for"
    assert set(found) - telling() == set(), f"docs/{page} names what is not there"
    assert len(found) == len(set(found))


@pytest.mark.parametrize("page", PAGES)
def test_each_row_says_why_how_long_who_sees_it_and_how_it_goes(page: str) -> None:
    rows = [line for line in (DOCS / page).read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert len(rows) > 20
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) == 5, row
        assert all(cells), row


def test_both_readmes_lead_to_the_pages() -> None:
    for readme, ending in (("README.md", "md"), ("README.zh.md", "zh.md")):
        text = (DOCS.parent / readme).read_text(encoding="utf-8")
        for page in ("privacy", "suitability"):
            assert f"(docs/{page}.{ending})" in text
            assert (DOCS / f"{page}.{ending}").is_file()
