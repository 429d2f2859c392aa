"""The template of a roster is one that the reader of rosters reads."""

from datetime import UTC, datetime

import pytest

from domain.people import Standing
from domain.roles import Role
from domain.rosters import Remark
from domain.units import UnitKind
from messages.speech import _, speaking
from reports.roster_templates import to_xlsx
from reports.rosters import read_file

AT = datetime(2026, 11, 6, tzinfo=UTC)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_heading_and_every_example_is_understood(locale: str) -> None:
    with speaking(locale):
        roster = read_file(to_xlsx(_, AT), "template.xlsx")
    assert roster.problems == ()
    assert roster.unread == ()
    assert [note.remark for note in roster.notes] == [Remark.SHEET_SKIPPED]  # the one that says how
    first, second = roster.rows
    assert (first.roles, first.standing, first.joined) == ((Role.SECRETARY,), Standing.FULL, "2015-07-01")
    assert (first.unit_kind, len(first.unit_path), first.number_id) == (UnitKind.BRANCH, 2, "A001")
    assert (second.roles, second.standing, second.username) == ((), Standing.PROBATIONARY, "gu_heng")
    assert roster.says_exempt
