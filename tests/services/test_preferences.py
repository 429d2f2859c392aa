"""What people choose for themselves, and what holds where they chose nothing. On both databases."""

from datetime import time

import pytest

from domain.errors import Stranger
from domain.quiet import QuietHours
from services import preferences
from storage import units
from storage.database import Database, Transaction
from tests.services.study import FALLBACK, NOW, found_study
from tests.services.test_topics import stranger


def test_the_branch_s_hours_hold_until_somebody_chooses_their_own(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        li = study.actor(tx, "李强")
        units.set_setting(tx, study.committee, "quiet_hours", "20:30-08:00")
        first = preferences.preferences_of(tx, li, NOW, FALLBACK)
        assert (first.quiet, first.unit_quiet) == (None, QuietHours(time(20, 30), time(8)))
        mine = QuietHours(time(23), time(6))
        assert preferences.choose_quiet(tx, li, mine, NOW, FALLBACK).quiet == mine
        assert preferences.choose_private(tx, li, True, NOW, FALLBACK).private_push
        kept = preferences.choose_language(tx, li, "en", NOW, FALLBACK)
        assert (kept.quiet, kept.private_push, kept.locale, kept.speaks) == (mine, True, "en", "en")
        assert study.actor(tx, "李强").locale == "en"
        freed = preferences.choose_quiet(tx, li, None, NOW, FALLBACK)
        assert (freed.quiet, freed.locale) == (None, "en")
        assert preferences.preferences_of(tx, study.actor(tx, "张伟"), NOW, FALLBACK).locale is None

    database.write_now(story)


def test_a_stranger_has_nothing_to_choose(database: Database) -> None:
    def story(tx: Transaction) -> None:
        assert found_study(tx)
        with pytest.raises(Stranger):
            preferences.choose_private(tx, stranger(tx), True, NOW, FALLBACK)

    database.write_now(story)
