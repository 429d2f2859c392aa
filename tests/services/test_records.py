"""One's own record of the year: what is counted, and when a year begins. On both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import Stranger
from domain.participation import Outcome
from services import attendance, checkins, records, reflections
from storage.database import Database, Transaction
from tests.services.assembly import HOUR, STARTS, assemble
from tests.services.study import NEXT_SLOT, SLOT, found_study
from tests.services.test_checkins import pushed
from tests.services.test_topics import stranger


def test_topics_check_ins_and_reflections_are_counted(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic, li = pushed(tx, study), study.actor(tx, "李强")
        assert records.record_of(tx, li, SLOT).checkins == 0
        checkins.check_in(tx, li, topic, NEXT_SLOT + timedelta(hours=1))
        reflections.write(tx, li, topic, "很有收获", SLOT)
        assert records.record_of(tx, li, SLOT).reflections == 0  # a draft is nobody's business
        reflections.hand_in(tx, li, topic, SLOT)
        found = records.record_of(tx, li, NEXT_SLOT)
        assert (found.year, found.topics, found.checkins, found.late_checkins) == (2026, 1, 1, 1)
        assert found.reflections == 1
        silent = records.record_of(tx, study.actor(tx, "张伟"), NEXT_SLOT)
        assert (silent.topics, silent.checkins, silent.reflections) == (1, 0, 0)

    database.write_now(story)


def test_a_year_begins_at_midnight_in_the_branch(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic, li = pushed(tx, study), study.actor(tx, "李强")
        checkins.check_in(tx, li, topic, SLOT)
        last_moment = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
        assert records.record_of(tx, li, last_moment).checkins == 1
        found = records.record_of(tx, li, last_moment + timedelta(minutes=1))
        assert (found.year, found.checkins, found.topics) == (2027, 0, 0)

    database.write_now(story)


def test_attendance_counts_once_it_is_confirmed(database: Database) -> None:
    here = assemble(database)
    activity = here.theme_day()
    here.clock_strikes(STARTS)
    later = STARTS + HOUR
    wang = here.actor("王芳")
    database.write_now(attendance.put, wang, activity, here.people["李强"], Outcome.PRESENT, later)
    mine = here.actor("李强")
    assert database.read_now(records.record_of, mine, later).attendance.expected == 0
    database.write_now(attendance.confirm, wang, activity, later)
    found = database.read_now(records.record_of, mine, later).attendance
    assert (found.expected, found.present) == (1, 1)


def test_a_stranger_has_no_record(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        assert study
        with pytest.raises(Stranger):
            records.record_of(tx, stranger(tx), SLOT)

    database.write_now(story)
