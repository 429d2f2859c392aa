"""Who is outstanding, who may know, and reminding them once."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from domain.deliveries import Kind
from domain.errors import Gone, NotForYou, Stranger, TopicClosed
from domain.ids import TopicId
from domain.roles import Role
from domain.units import UnitKind
from services import checkins, outstanding
from services.facts import facts_of
from storage import people, units
from storage.database import Database, Transaction
from storage.tables import Leave
from tests.services.study import DAY, FALLBACK, NEXT_SLOT, NOW, SLOT, Study, found_study, owed
from tests.services.test_checkins import EVENING, pushed
from tests.services.test_topics import stranger


def on_trip(tx: Transaction, study: Study, name: str, state: str = "asked") -> None:
    tx.execute(
        insert(Leave).values(
            membership_id=study.memberships[name],
            branch_id=study.first,
            starts_at=SLOT - timedelta(days=1),
            ends_at=SLOT + timedelta(days=2),
            kind="trip",
            state=state,
            request_key="span",
            asked_at=NOW,
        )
    )


def names(tx: Transaction, study: Study, topic: TopicId, by: str = "王芳") -> list[str]:
    seen = outstanding.outstanding_of(tx, study.actor(tx, by), topic, study.first, EVENING, FALLBACK)
    return [one.name for one in seen.waited]


def test_those_checked_in_exempt_or_on_leave_are_not_outstanding(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        study.enrol(tx, "周老", study.first, exempt="高龄")
        study.enrol(tx, "出差", study.first)
        study.enrol(tx, "被驳", study.first)
        on_trip(tx, study, "出差")
        on_trip(tx, study, "被驳", state="declined")
        topic = pushed(tx, study)
        checkins.check_in(tx, study.actor(tx, "李强"), topic, EVENING)
        seen = outstanding.outstanding_of(tx, study.actor(tx, "王芳"), topic, study.first, EVENING, FALLBACK)
        assert [one.name for one in seen.waited] == ["王芳", "张伟", "被驳"]
        assert (seen.on_leave, seen.exempt, seen.checked_in) == (1, 1, 1)

    database.write_now(story)


def test_names_stay_in_the_branch(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic = pushed(tx, study)
        for outsider in ("张伟", "赵敏", "孙丽"):
            with pytest.raises(NotForYou):
                outstanding.outstanding_of(
                    tx, study.actor(tx, outsider), topic, study.first, EVENING, FALLBACK
                )
        with pytest.raises(NotForYou):
            outstanding.choices(tx, study.actor(tx, "张伟"), EVENING)
        with pytest.raises(Stranger):
            outstanding.choices(tx, stranger(tx), EVENING)
        assert [one.topic for one in outstanding.choices(tx, study.actor(tx, "王芳"), EVENING)] == [topic]

    database.write_now(story)


def test_a_group_leader_sees_the_group_only(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        group = units.found_unit(tx, "第一党小组", UnitKind.GROUP, study.first, DAY, NOW)
        study.enrol(tx, "组长", study.first, group=group)
        study.enrol(tx, "组员", study.first, group=group)
        people.appoint(tx, study.people["组长"], group, Role.GROUP_LEADER, DAY)
        topic = pushed(tx, study)
        assert names(tx, study, topic, by="组长") == ["组长", "组员"]
        leader = study.actor(tx, "组长")
        checkins.check_in_for(tx, leader, topic, study.memberships["组员"], EVENING, FALLBACK)
        with pytest.raises(NotForYou):
            checkins.check_in_for(tx, leader, topic, study.memberships["李强"], EVENING, FALLBACK)

    database.write_now(story)


def test_each_is_reminded_once_and_the_unreachable_are_named_to_the_secretary(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        study.enrol(tx, "未绑", study.first, linked=False)
        topic = pushed(tx, study)
        secretary = study.actor(tx, "王芳")
        one = outstanding.remind(
            tx, secretary, topic, study.first, study.memberships["李强"], EVENING, FALLBACK
        )
        assert (one.reached, one.unreachable, one.before) == (1, (), 0)
        every = outstanding.remind(tx, secretary, topic, study.first, None, EVENING, FALLBACK)
        assert (every.reached, every.unreachable, every.before) == (1, ("未绑",), 1)
        again = outstanding.remind(tx, secretary, topic, study.first, None, EVENING, FALLBACK)
        assert (again.reached, again.before) == (0, 2)
        assert owed(tx, "remind") == sorted(study.accounts[name] for name in ("李强", "张伟"))

    database.write_now(story)


def test_a_reminder_is_not_sent_to_one_who_has_checked_in_or_left_meanwhile(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic = pushed(tx, study)
        outstanding.remind(tx, study.actor(tx, "王芳"), topic, study.first, None, EVENING, FALLBACK)
        on_trip(tx, study, "张伟")
        checkins.check_in(tx, study.actor(tx, "李强"), topic, EVENING)

        def said(name: str) -> object | None:
            to = study.private_of(tx, name)
            return facts_of(tx, Kind.TOPIC_REMINDER, topic, to, EVENING, FALLBACK)

        assert (said("李强"), said("张伟"), said("赵敏")) == (None, None, None)
        assert said("王芳") is not None

    database.write_now(story)


def test_after_the_deadline_nobody_is_reminded(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic = pushed(tx, study)
        late = NEXT_SLOT + timedelta(seconds=1)
        with pytest.raises(TopicClosed):
            outstanding.remind(tx, study.actor(tx, "王芳"), topic, study.first, None, late, FALLBACK)
        with pytest.raises(Gone):
            outstanding.remind(
                tx,
                study.actor(tx, "王芳"),
                topic,
                study.first,
                study.memberships["赵敏"],
                EVENING,
                FALLBACK,
            )

    database.write_now(story)
