"""Hand-overs, standings and ends of units as both databases keep them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from domain.activity_forms import read_form
from domain.actors import Account
from domain.appointments import Appoint, Held
from domain.errors import (
    AlreadySo,
    Gone,
    HandoverSettled,
    NotForYou,
    NotMeantForYou,
    PastTime,
    TooFarAhead,
    UnitInUse,
)
from domain.handovers import Duty, HandoverPlan, HandoverState
from domain.ids import HandoverId, PersonId, TopicId, UnitId
from domain.joining import ClaimState
from domain.moments import Span
from domain.participation import LeaveKind
from domain.people import Standing
from domain.reflections import Visibility
from domain.roles import Role
from domain.standings import NewStanding
from domain.topics import TopicState
from domain.transfers import Ask, Side
from domain.unit_changes import Archive, Create
from domain.units import Form, UnitKind
from services import (
    activity_drafts,
    consents,
    handover_plans,
    handovers,
    leaves,
    planning,
    reflection_readers,
    reflections,
    standings,
    stays,
    topic_drafts,
    transfers,
    unit_ends,
)
from services import appointments as roles
from services import units as unit_services
from storage import appointments, joining, people, topics, units
from storage import handovers as stored
from storage.actors import belongings_of
from storage.database import Database, Transaction
from storage.standings import stood
from storage.tables import Unit
from tests.services.study import BOT, DAY, FALLBACK, NOW, Study, found_study
from tests.services.test_checkins import EVENING, pushed

TODAY = NOW.date()
NOBODY: frozenset[int] = frozenset()


def role_of(tx: Transaction, study: Study, name: str) -> Held:
    (held,) = handovers.held_there(tx, study.people[name], study.first, TODAY)
    return held


def administered(tx: Transaction, study: Study) -> None:
    """何平 administers the committee, and is a member nowhere."""
    he = people.add_person(tx, "何平", "何平", NOW)
    people.link_account(tx, he, "telegram", 77, None, NOW)
    people.appoint(tx, he, study.committee, Role.ADMINISTRATOR, DAY)
    study.people["何平"], study.accounts["何平"] = he, 77


def asked(tx: Transaction, study: Study, on: date = TODAY, to: str = "李强") -> HandoverId:
    plan = HandoverPlan(role_of(tx, study, "王芳").id, study.people[to], on)
    return handovers.ask(tx, study.actor(tx, "王芳"), plan, BOT, NOBODY, NOW).id


def confirmed(tx: Transaction, study: Study, on: date = TODAY, at: datetime = NOW) -> HandoverId:
    handover = asked(tx, study, on)
    handovers.decide(tx, study.actor(tx, "孙丽"), handover, True, at, FALLBACK)
    return handover


def secretaries(tx: Transaction, study: Study, on: date) -> list[PersonId]:
    held = appointments.lasting_on(tx, study.first, on)
    return [one.person for one in held if one.role is Role.SECRETARY and one.since <= on]


def test_a_role_and_its_drafts_pass_on_the_day(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        wang, li = study.people["王芳"], study.people["李强"]
        draft = topic_drafts.begin(tx, study.actor(tx, "王芳"), "same key", NOW)
        topic_drafts.begin(tx, study.actor(tx, "王芳"), "other key", NOW)
        form = read_form("主题党日 参观\n时间: 2026-11-28 15:00\n地点: 馆")
        plan = activity_drafts.compose(tx, study.actor(tx, "王芳"), form, "same key", NOW, FALLBACK)
        on = TODAY + timedelta(days=3)
        handover = confirmed(tx, study, on)
        before, after = on - timedelta(days=1), on
        assert (secretaries(tx, study, before), secretaries(tx, study, after)) == ([wang], [li])
        midnight = datetime.fromisoformat(f"{on}T00:00:00+08:00")
        assert handover_plans.next_due(tx, NOW, FALLBACK) == midnight
        assert planning.next_due(tx, NOW, FALLBACK) is not None
        assert handover_plans.plan_due(tx, midnight - timedelta(seconds=1), FALLBACK) == 0
        assert handover_plans.plan_due(tx, midnight, FALLBACK) == 1
        assert handover_plans.plan_due(tx, midnight, FALLBACK) == 0
        found = stored.handover_with(tx, handover)
        assert found is not None
        assert found.state is HandoverState.DONE
        topic = topics.topic_with(tx, draft)
        assert topic is not None
        assert (topic.created_by, topic.state) == (li, TopicState.DRAFT)
        later = study.actor(tx, "李强", midnight)
        assert activity_drafts.preview(tx, later, plan.id, midnight).id == plan.id
        kinds = [duty.duty for duty in stored.duties_of(tx, [study.first], li, midnight)]
        assert kinds.count(Duty.DRAFT) == 3

    database.write_now(story)


def test_the_sheet_names_what_waits_for_an_answer(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        li = study.actor(tx, "李强")
        leaves.ask_span(tx, li, Span(TODAY, TODAY), LeaveKind.TRIP, None, NOW)
        stranger = Account("telegram", 8_000, None, "zh")
        joining.add_claim(tx, stranger, None, study.first, None, "新人", None, ClaimState.WAITING, NOW)
        ask = Ask(study.memberships["张伟"], study.second, TODAY, Side.LEAVES)
        transfers.ask(tx, study.actor(tx, "王芳"), ask, NOW)
        found = stored.duties_of(tx, [study.first], None, NOW)
        assert [(one.duty, one.what) for one in found] == [
            (Duty.REQUEST, "李强"),
            (Duty.JOIN, "新人"),
            (Duty.TRANSFER, "张伟"),
        ]
        others = stored.duties_of(tx, [study.second], None, NOW)
        assert [one.duty for one in others] == [Duty.TRANSFER]

    database.write_now(story)


def test_a_group_leaders_hand_over_is_confirmed_by_the_branchs_secretary(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        group = units.found_unit(tx, "第一党小组", UnitKind.GROUP, study.first, DAY, NOW)
        for name in ("周平", "陈静"):
            study.enrol(tx, name, study.first, group=group)
        held = people.appoint(tx, study.people["周平"], group, Role.GROUP_LEADER, DAY)
        plan = HandoverPlan(held, study.people["陈静"], TODAY)
        handover = handovers.ask(tx, study.actor(tx, "周平"), plan, BOT, NOBODY, NOW).id
        one = stored.handover_with(tx, handover)
        assert one is not None
        assert handovers.confirmers_of(tx, one, TODAY) == (study.people["王芳"],)
        handovers.decide(tx, study.actor(tx, "王芳"), handover, True, NOW, FALLBACK)
        (leader,) = [one for one in appointments.lasting_on(tx, group, TODAY) if one.until is None]
        assert leader.person == study.people["陈静"]

    database.write_now(story)


def test_what_cannot_be_handed_over_is_refused(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        wang, held = study.actor(tx, "王芳"), role_of(tx, study, "王芳")
        plan = HandoverPlan(held.id, study.people["李强"], TODAY)
        for wrong, refusal in (
            (replace(plan, on=TODAY - timedelta(days=1)), PastTime),
            (replace(plan, on=TODAY + timedelta(days=400)), TooFarAhead),
            (replace(plan, successor=study.people["赵敏"]), Gone),  # of another branch
            (replace(plan, successor=study.people["王芳"]), Gone),
            (replace(plan, successor=PersonId(9999)), Gone),
        ):
            with pytest.raises(refusal):
                handovers.weigh(tx, wang, wrong, NOW)
        with pytest.raises(NotForYou):
            handovers.weigh(tx, study.actor(tx, "赵敏"), plan, NOW)
        asked(tx, study)
        with pytest.raises(AlreadySo):
            handovers.weigh(tx, wang, plan, NOW)

    database.write_now(story)


def test_who_already_holds_the_role_takes_it_over_from_nobody(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        people.appoint(tx, study.people["李强"], study.first, Role.SECRETARY, DAY)
        plan = HandoverPlan(role_of(tx, study, "王芳").id, study.people["李强"], TODAY)
        with pytest.raises(AlreadySo):
            handovers.weigh(tx, study.actor(tx, "王芳"), plan, NOW)

    database.write_now(story)


def test_the_nearest_above_confirm_it_and_the_second_answer_is_refused(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        handover = asked(tx, study)
        one = stored.handover_with(tx, handover)
        assert one is not None
        assert handovers.confirmers_of(tx, one, TODAY) == (study.people["孙丽"],)
        for name in ("王芳", "李强", "赵敏"):
            with pytest.raises(NotForYou):
                handovers.decide(tx, study.actor(tx, name), handover, True, NOW, FALLBACK)
        people.appoint(tx, study.people["王芳"], study.committee, Role.COORDINATOR, DAY)
        assert handovers.confirmers_of(tx, one, TODAY) == (study.people["孙丽"],)
        with pytest.raises(NotForYou):  # with the right, and their own all the same
            handovers.decide(tx, study.actor(tx, "王芳"), handover, True, NOW, FALLBACK)
        handovers.decide(tx, study.actor(tx, "孙丽"), handover, False, NOW, FALLBACK)
        with pytest.raises(HandoverSettled) as refused:
            handovers.decide(tx, study.actor(tx, "孙丽"), handover, True, NOW, FALLBACK)
        assert refused.value.by == "孙丽"
        with pytest.raises(HandoverSettled):
            handovers.withdraw(tx, study.actor(tx, "王芳"), handover, NOW)
        assert secretaries(tx, study, TODAY) == [study.people["王芳"]]

    database.write_now(story)


def test_a_day_that_passed_before_the_word_came_is_today(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        handover = asked(tx, study, TODAY + timedelta(days=1))
        later = NOW + timedelta(days=4)
        handovers.decide(tx, study.actor(tx, "孙丽", later), handover, True, later, FALLBACK)
        assert secretaries(tx, study, TODAY + timedelta(days=3)) == [study.people["王芳"]]
        assert secretaries(tx, study, later.date()) == [study.people["李强"]]
        one = stored.handover_with(tx, handover)
        assert one is not None
        assert one.state is HandoverState.DONE

    database.write_now(story)


def test_a_term_with_an_end_keeps_it(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        ends = TODAY + timedelta(days=100)
        appointments.end(tx, role_of(tx, study, "王芳").id, ends)
        confirmed(tx, study)
        (held,) = handovers.held_there(tx, study.people["李强"], study.first, TODAY)
        assert held.until == ends

    database.write_now(story)


def test_a_role_ended_before_the_word_came_does_not_pass(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        handover = asked(tx, study)
        appointments.end(tx, role_of(tx, study, "王芳").id, TODAY)
        with pytest.raises(Gone):
            handovers.decide(tx, study.actor(tx, "孙丽"), handover, True, NOW, FALLBACK)

    database.write_now(story)


def test_pieces_for_the_secretary_are_listed_to_a_successor_by_consent(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic: TopicId = pushed(tx, study)
        zhang = study.actor(tx, "张伟")
        reflections.hand_in_text(tx, zhang, topic, "心里话", EVENING)
        piece = reflections.set_visibility(tx, zhang, topic, Visibility.SECRETARY, EVENING).reflection
        reflections.hand_in_text(tx, study.actor(tx, "王芳"), topic, "给大家", EVENING)
        later = EVENING + timedelta(days=2)
        plan = HandoverPlan(role_of(tx, study, "王芳").id, study.people["李强"], later.date())
        handover = handovers.ask(tx, study.actor(tx, "王芳", later), plan, BOT, NOBODY, later).id
        handovers.decide(tx, study.actor(tx, "孙丽", later), handover, True, later, FALLBACK)
        (made,) = handovers.held_there(tx, study.people["李强"], study.first, later.date())

        def listed() -> list[str]:
            li = study.actor(tx, "李强", later)
            return [line.author_name for line in reflection_readers.pieces_on(tx, li, topic, later)[1]]

        assert listed() == ["王芳"]
        li = study.actor(tx, "李强", later)
        with pytest.raises(NotMeantForYou):
            reflection_readers.give_back(tx, li, piece.id, "再写写", later, FALLBACK)
        with pytest.raises(Gone):  # was not asked
            consents.answer(tx, study.actor(tx, "王芳", later), made.id, True, later)
        facts = consents.asked_facts(tx, made.id, study.private_of(tx, "张伟"), later)
        assert facts is not None
        assert facts.pieces == 1
        consents.answer(tx, zhang, made.id, True, later)
        assert listed() == ["张伟", "王芳"]
        assert consents.asked_facts(tx, made.id, study.private_of(tx, "张伟"), later) is None
        consents.answer(tx, zhang, made.id, False, later)
        assert listed() == ["王芳"]

    database.write_now(story)


def test_one_appointed_from_above_reads_what_is_older_by_consent_too(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic, zhang = pushed(tx, study), study.actor(tx, "张伟")
        reflections.hand_in_text(tx, zhang, topic, "心里话", EVENING)
        reflections.set_visibility(tx, zhang, topic, Visibility.SECRETARY, EVENING)
        later = EVENING + timedelta(days=2)
        change = Appoint(study.first, study.people["李强"], Role.DEPUTY, later.date())
        roles.make(tx, study.actor(tx, "孙丽", later), change, later)
        (made,) = handovers.held_there(tx, study.people["李强"], study.first, later.date())
        assert consents.asked_facts(tx, made.id, study.private_of(tx, "张伟"), later) is not None
        li = study.actor(tx, "李强", later)
        assert reflection_readers.pieces_on(tx, li, topic, later)[1] == []
        consents.answer(tx, zhang, made.id, True, later)
        assert len(reflection_readers.pieces_on(tx, li, topic, later)[1]) == 1

    database.write_now(story)


def test_a_standing_is_dated_and_goes_along_where_they_are_a_guest(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        administered(tx, study)
        home = study.memberships["李强"]
        stay = stays.begin(tx, study.actor(tx, "何平"), study.second, home, NOW).guests[0].stay
        new = NewStanding(home, Standing.FULL, "年老体弱")
        later = NOW + timedelta(days=2)
        standings.record(tx, study.actor(tx, "王芳", later), new, later)
        assert [(one.exempt, one.until) for one in stood(tx, home)] == [
            ("年老体弱", None),
            (None, later.date()),
        ]
        assert stood(tx, stay)[0].exempt == "年老体弱"
        with pytest.raises(AlreadySo):
            standings.record(tx, study.actor(tx, "王芳", later), new, later)
        with pytest.raises(Gone):  # a guest stands as at home
            standings.record(tx, study.actor(tx, "赵敏", later), replace(new, membership=stay), later)

    database.write_now(story)


def test_a_unit_ends_on_its_day_where_it_is(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        administered(tx, study)
        admin, ends = study.actor(tx, "何平"), TODAY + timedelta(days=5)
        made: UnitId = unit_services.make(
            tx, admin, Create(study.committee, "临时", UnitKind.BRANCH, Form.TEMPORARY, ends), NOW
        ).id
        stays.begin(tx, admin, made, study.memberships["李强"], NOW)
        study.group_chat(tx, made, -900)
        midnight = datetime.fromisoformat(f"{ends}T00:00:00+08:00")
        assert unit_ends.next_due(tx, NOW, FALLBACK) == midnight
        assert unit_ends.plan_due(tx, midnight - timedelta(seconds=1), FALLBACK) == 0
        assert unit_ends.plan_due(tx, midnight, FALLBACK) == 1
        assert unit_ends.plan_due(tx, midnight, FALLBACK) == 0
        units.set_setting(tx, study.second, "timezone", "America/Los_Angeles")
        tx.execute(update(Unit).where(Unit.id == study.second).values(archived_on=ends))
        western = datetime.fromisoformat(f"{ends}T00:00:00-08:00").astimezone(UTC)
        assert unit_ends.next_due(tx, western - timedelta(hours=2), FALLBACK) == western
        assert [one.branch for one in belongings_of(tx, study.people["李强"], ends, "")] == [study.first]
        with pytest.raises(UnitInUse):  # members of its own keep a branch
            unit_services.make(tx, admin, Archive(study.first, ends), NOW)

    database.write_now(story)
