"""One tap: new, late, again, taken back; for oneself or, by the secretary, for another."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from domain.checkins import Outcome
from domain.errors import NotCheckedIn, NotForYou, NotYetOpen, Stranger, TopicClosed, TopicWithdrawn
from domain.ids import TopicId
from domain.rollups import Counted
from domain.topic_forms import TopicForm
from domain.topics import Audience
from services import checkins, topics
from storage import outstanding, people
from storage.database import Database, Transaction
from storage.tables import CheckIn
from tests.services.study import FALLBACK, NEXT_SLOT, NOW, SLOT, Study, counted, found_study
from tests.services.test_topics import plan_until, publish, stranger

EVENING = SLOT + timedelta(hours=10)


def pushed(tx: Transaction, study: Study, form: TopicForm | None = None, by: str = "王芳") -> TopicId:
    """A topic that is open."""
    topic = publish(tx, study, form or TopicForm("学习"), by=by).preview.topic.id
    plan_until(tx, SLOT)
    return topic


def test_a_tap_counts_once_however_often_it_is_repeated(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic, li = pushed(tx, study), study.actor(tx, "李强")
        first = checkins.check_in(tx, li, topic, EVENING)
        again = checkins.check_in(tx, li, topic, EVENING + timedelta(hours=1))
        assert (first.outcome, again.outcome) == (Outcome.NEW, Outcome.ALREADY)
        assert again.at == EVENING  # the first one counts
        assert counted(tx, study.first, Counted.CHECKINS) == 1
        assert counted(tx, study.first, Counted.LATE_CHECKINS) == 0
        assert outstanding.progress_of(tx, topic, study.first).checked_in == 1

    database.write_now(story)


def test_undo_takes_back_until_the_deadline_and_no_longer(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic, li = pushed(tx, study), study.actor(tx, "李强")
        checkins.check_in(tx, li, topic, EVENING)
        checkins.undo(tx, li, topic, NEXT_SLOT)
        assert counted(tx, study.first, Counted.CHECKINS) == 0
        with pytest.raises(NotCheckedIn):
            checkins.undo(tx, li, topic, NEXT_SLOT)
        checkins.check_in(tx, li, topic, NEXT_SLOT)
        with pytest.raises(TopicClosed):
            checkins.undo(tx, li, topic, NEXT_SLOT + timedelta(seconds=1))
        assert counted(tx, study.first, Counted.CHECKINS) == 1

    database.write_now(story)


def test_after_the_deadline_a_tap_is_late_and_counts_in_the_topics_month(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic = pushed(tx, study)
        receipt = checkins.check_in(tx, study.actor(tx, "李强"), topic, NEXT_SLOT + timedelta(seconds=1))
        assert receipt.outcome is Outcome.LATE
        assert counted(tx, study.first, Counted.LATE_CHECKINS) == 1
        assert counted(tx, study.first, Counted.CHECKINS) == 1
        assert counted(tx, study.first, Counted.CHECKINS, "2026-12") == 0

    database.write_now(story)


def test_before_the_slot_nobody_checks_in(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic = publish(tx, study).preview.topic.id
        with pytest.raises(NotYetOpen):
            checkins.check_in(tx, study.actor(tx, "李强"), topic, SLOT - timedelta(seconds=1))

    database.write_now(story)


def test_one_tap_of_a_person_of_two_branches_counts_in_each(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        people.enrol(tx, study.people["李强"], study.second, NOW.date())
        topic = pushed(tx, study, TopicForm("学习", audience=Audience.BELOW), by="孙丽")
        receipt = checkins.check_in(tx, study.actor(tx, "李强"), topic, EVENING)
        assert receipt.outcome is Outcome.NEW
        assert [counted(tx, branch, Counted.CHECKINS) for branch in (study.first, study.second)] == [1, 1]
        checkins.undo(tx, study.actor(tx, "李强"), topic, EVENING)
        assert [counted(tx, branch, Counted.CHECKINS) for branch in (study.first, study.second)] == [0, 0]

    database.write_now(story)


def test_who_joins_after_the_push_may_check_in_beside_the_expected(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic = pushed(tx, study)
        study.enrol(tx, "新来", study.first, since=SLOT.date())
        checkins.check_in(tx, study.actor(tx, "新来", EVENING), topic, EVENING)
        progress = outstanding.progress_of(tx, topic, study.first)
        assert (progress.expected, progress.checked_in, progress.beside) == (3, 0, 1)

    database.write_now(story)


def test_strangers_other_branches_and_withdrawn_topics_are_refused(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic = pushed(tx, study)
        with pytest.raises(Stranger):
            checkins.check_in(tx, stranger(tx), topic, EVENING)
        with pytest.raises(NotForYou):
            checkins.check_in(tx, study.actor(tx, "赵敏"), topic, EVENING)
        with pytest.raises(NotForYou):
            checkins.check_in(tx, study.actor(tx, "李强"), TopicId(10**9), EVENING)
        topics.withdraw(tx, study.actor(tx, "王芳"), topic, EVENING, FALLBACK)
        with pytest.raises(TopicWithdrawn):
            checkins.check_in(tx, study.actor(tx, "李强"), topic, EVENING)
        assert tx.execute(select(CheckIn.topic_id)).all() == []

    database.write_now(story)


def test_a_secretary_checks_in_by_proxy_and_it_shows_by_whom(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic = pushed(tx, study)
        li = study.memberships["李强"]
        checkins.check_in_for(tx, study.actor(tx, "王芳"), topic, li, EVENING, FALLBACK)
        assert tx.execute(select(CheckIn.recorded_by)).scalar() == study.people["王芳"]
        for outsider in ("张伟", "赵敏", "孙丽"):
            with pytest.raises(NotForYou):
                checkins.check_in_for(tx, study.actor(tx, outsider), topic, li, EVENING, FALLBACK)
        with pytest.raises(NotForYou):  # a member of another branch
            checkins.check_in_for(
                tx, study.actor(tx, "王芳"), topic, study.memberships["赵敏"], EVENING, FALLBACK
            )

    database.write_now(story)


def test_the_month_is_the_branchs_own(database: Database) -> None:
    """Opened at 07:00 on 1 December in Shanghai, which is still November in UTC."""

    def story(tx: Transaction) -> None:
        study = found_study(tx)
        opens = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)
        topic = publish(tx, study, TopicForm("学习", publish_at=opens)).preview.topic.id
        plan_until(tx, opens)
        checkins.check_in(tx, study.actor(tx, "李强"), topic, opens)
        assert counted(tx, study.first, Counted.CHECKINS, "2026-12") == 1
        assert counted(tx, study.first, Counted.TOPICS, "2026-12") == 1

    database.write_now(story)
