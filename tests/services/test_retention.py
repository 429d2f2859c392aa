"""What people wrote is kept for as long as it was promised, and what is counted stays. On both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.participation import LeaveKind
from domain.rollups import Counted
from domain.topics import Attachment
from services import leaves, reflection_readers, reflections, retention
from storage import units
from storage.database import Database, Transaction
from storage.tables import Leave, Material, Reflection
from tests.services.assembly import DAY, NOW, Assembly, assemble
from tests.services.study import BOT, SLOT, counted, found_study
from tests.services.test_checkins import EVENING, pushed

MONTH = timedelta(days=31)


@pytest.fixture
def here(database: Database) -> Assembly:
    return assemble(database)


def test_the_reason_of_a_leave_goes_after_thirty_days_and_the_leave_stays(here: Assembly) -> None:
    def reasons(tx: Transaction) -> list[str | None]:
        return list(tx.execute(select(Leave.reason)).scalars())

    activity = here.theme_day()
    here.database.write_now(leaves.ask, here.actor("李强"), activity, LeaveKind.TRIP, "出差", NOW)
    assert here.database.write_now(retention.forget, NOW + 30 * DAY) == 0
    assert here.database.read_now(reasons) == ["出差"]
    assert here.database.write_now(retention.forget, NOW + 30 * DAY + timedelta(seconds=1)) == 1
    assert here.database.read_now(reasons) == [None]


@pytest.mark.parametrize(
    ("above", "here_set", "months", "kept"),
    [
        (None, None, 240, True),  # nobody said how long
        ("6", None, 5, True),
        ("6", None, 7, False),
        ("6", "always", 7, True),  # the branch says otherwise
        (None, "6", 7, False),
        ("always", "6", 7, False),
    ],
)
def test_reflections_are_kept_as_long_as_the_branch_says(
    database: Database, above: str | None, here_set: str | None, months: int, kept: bool
) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        for unit, value in ((study.committee, above), (study.first, here_set)):
            if value is not None:
                units.set_setting(tx, unit, "texts_kept", value)
        topic, li = pushed(tx, study), study.actor(tx, "李强")
        reflections.begin(tx, li, topic, EVENING)
        voice = Attachment("voice", "file-1", "unique-1", "录音.ogg", 900, bot_id=BOT)
        reflections.add_file(tx, li, topic, voice, "很有收获", EVENING)
        reflections.hand_in(tx, li, topic, EVENING)
        while retention.forget(tx, SLOT + months * MONTH):
            pass
        (text,) = tx.execute(select(Reflection.text)).scalars()
        assert text == ("很有收获" if kept else "")
        assert len(tx.execute(select(Material.id)).all()) == kept
        assert counted(tx, study.first, Counted.REFLECTIONS) == 1

    database.write_now(story)


def test_a_piece_that_was_only_spoken_and_what_it_was_answered_go_as_well(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        units.set_setting(tx, study.first, "texts_kept", "6")
        topic, li = pushed(tx, study), study.actor(tx, "李强")
        reflections.begin(tx, li, topic, EVENING)
        voice = Attachment("voice", "file-1", "unique-1", "录音.ogg", 900, bot_id=BOT)
        piece = reflections.add_file(tx, li, topic, voice, "", EVENING).reflection.id
        reflections.hand_in(tx, li, topic, EVENING)
        reflection_readers.give_back(tx, study.actor(tx, "王芳"), piece, "请再说说第二章", EVENING, {})
        while retention.forget(tx, SLOT + 7 * MONTH):
            pass
        assert tx.execute(select(Material.id)).all() == []
        assert list(tx.execute(select(Reflection.comment)).scalars()) == [None]

    database.write_now(story)
