"""Posting a topic: its draft, the preview, the week's notice, the push at the slot and the closing."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.actors import Account, Actor
from domain.errors import (
    ClosesTooSoon,
    Gone,
    NobodyNamed,
    NotForYou,
    SeveralNamed,
    Stranger,
    TitleMissing,
    TooLong,
    TopicOpened,
    TopicWithdrawn,
    UnknownAudience,
)
from domain.ids import TopicId
from domain.people import Standing
from domain.rollups import Counted
from domain.topic_forms import TopicForm
from domain.topics import Attachment, Audience, Published
from domain.units import UnitKind
from services import topic_drafts, topic_lists, topic_plans, topics
from services.actors import actor_of
from storage import outstanding, people, units
from storage.database import Database, Transaction
from tests.services.study import (
    FALLBACK,
    NEXT_SLOT,
    NOW,
    SLOT,
    Study,
    counted,
    found_study,
    owed,
)

STATUTE = TopicForm("学习基层工作条例", "第一章第二条…")


def publish(
    tx: Transaction, study: Study, form: TopicForm = STATUTE, by: str = "王芳", now: datetime = NOW
) -> Published:
    """Drafted from one message and published with one tap."""
    actor = study.actor(tx, by, now)
    draft = topic_drafts.from_form(tx, actor, form, (), f"m{form.title}", now, FALLBACK)
    return topic_drafts.publish(tx, actor, draft.topic.id, now, FALLBACK)


def plan_until(tx: Transaction, now: datetime) -> None:
    """The planner's turn: until nothing is due."""
    while topic_plans.plan_due(tx, now, FALLBACK):
        pass


def test_without_times_a_topic_takes_the_first_slot_a_week_off_and_closes_at_the_next(
    database: Database,
) -> None:
    def story(tx: Transaction) -> None:
        published = publish(tx, found_study(tx))
        assert (published.preview.opens_at, published.preview.closes_at) == (SLOT, NEXT_SLOT)
        assert not published.preview.short_notice
        assert published.preview.people == 3

    database.write_now(story)


def test_notice_goes_a_week_ahead_and_the_push_at_the_slot(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        study.group_chat(tx, study.first)
        publish(tx, study)
        week_ahead = SLOT - timedelta(days=7)
        assert topic_plans.next_due(tx, NOW, FALLBACK) == week_ahead
        plan_until(tx, week_ahead - timedelta(seconds=1))
        assert owed(tx, "notice") == []
        plan_until(tx, week_ahead)
        assert (owed(tx, "notice"), owed(tx, "push")) == ([-500], [])
        assert topic_plans.next_due(tx, week_ahead, FALLBACK) == SLOT
        plan_until(tx, SLOT)
        plan_until(tx, SLOT)
        assert owed(tx, "push") == [-500]
        assert topic_plans.next_due(tx, SLOT, FALLBACK) == NEXT_SLOT
        plan_until(tx, NEXT_SLOT)
        assert topic_plans.next_due(tx, NEXT_SLOT, FALLBACK) is None

    database.write_now(story)


def test_publishing_twice_publishes_once(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        first = publish(tx, study)
        again = topic_drafts.publish(
            tx, study.actor(tx, "王芳"), first.preview.topic.id, NOW + timedelta(days=8), FALLBACK
        )
        assert (first.again, again.again) == (False, True)
        assert again.preview.opens_at == SLOT  # as set down, not as it would be now
        assert len(topic_lists.posted(tx, study.actor(tx, "王芳"), 0, NOW, FALLBACK)[0]) == 1

    database.write_now(story)


def test_one_message_handled_twice_makes_one_draft(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        secretary = study.actor(tx, "王芳")
        one, two = (
            topic_drafts.from_form(tx, secretary, STATUTE, (), "m7", NOW, FALLBACK).topic.id for _ in "12"
        )
        assert one == two

    database.write_now(story)


@pytest.mark.parametrize(
    ("days", "announced", "short"),
    [(8, timedelta(days=1), False), (3, timedelta(0), True), (0.5, None, True)],
)
def test_less_than_a_week_ahead_is_said_and_announced_at_once_or_not_at_all(
    database: Database, days: float, announced: timedelta | None, short: bool
) -> None:
    def story(tx: Transaction) -> None:
        opens = NOW + timedelta(days=days)
        form = TopicForm("学习", publish_at=opens, closes_at=opens + timedelta(days=6))
        preview = publish(tx, found_study(tx), form).preview
        assert preview.short_notice is short
        assert preview.announce_at == (None if announced is None else NOW + announced)

    database.write_now(story)


def test_a_moment_that_passes_while_the_preview_stands_means_at_once(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        form = TopicForm("学习", publish_at=NOW, closes_at=NOW + timedelta(hours=2))
        draft = topic_drafts.from_form(tx, study.actor(tx, "王芳"), form, (), "m", NOW, FALLBACK)
        later = NOW + timedelta(minutes=5)
        assert (
            topic_drafts.publish(
                tx, study.actor(tx, "王芳"), draft.topic.id, later, FALLBACK
            ).preview.opens_at
            == later
        )
        with pytest.raises(ClosesTooSoon):
            topic_drafts.set_times(tx, study.actor(tx, "王芳"), draft.topic.id, later, NOW, later, FALLBACK)

    database.write_now(story)


def test_a_topic_from_above_goes_to_every_branch_at_its_own_slot(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        units.set_setting(tx, study.second, "study_rule", "FREQ=WEEKLY;BYDAY=TH")
        units.set_setting(tx, study.second, "study_time", "15:30")
        preview = publish(tx, study, TopicForm("学习", audience=Audience.BELOW), by="孙丽").preview
        assert (preview.branches, preview.people, preview.same_times) == (2, 5, False)
        thursday = datetime(2026, 11, 26, 7, 30, tzinfo=UTC)
        assert preview.opens_at == thursday
        plan_until(tx, thursday)
        assert owed(tx, "push") == [study.accounts["赵敏"], study.accounts["孙丽"]]
        plan_until(tx, SLOT)
        assert len(owed(tx, "push")) == 5

    database.write_now(story)


def test_a_person_of_two_branches_is_written_to_once(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        people.enrol(tx, study.people["李强"], study.second, NOW.date())
        publish(tx, study, TopicForm("学习", audience=Audience.BELOW), by="孙丽")
        plan_until(tx, SLOT)
        assert owed(tx, "push").count(study.accounts["李强"]) == 1

    database.write_now(story)


def test_the_roster_is_kept_as_it_stood_at_the_push(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        study.enrol(tx, "周老", study.first, exempt="高龄")
        study.enrol(tx, "小陈", study.first, standing=Standing.APPLICANT)
        study.enrol(tx, "未来", study.first, since=NEXT_SLOT.date())
        topic = publish(tx, study).preview.topic.id
        plan_until(tx, SLOT)
        progress = outstanding.progress_of(tx, topic, study.first)
        assert progress.expected == 3  # without the exempt, the applicant, and who came later
        assert outstanding.exempt_of(tx, topic, study.first) == 1
        assert counted(tx, study.first, Counted.TOPICS) == 1

    database.write_now(story)


def test_a_branch_that_was_down_over_the_whole_window_is_not_told_afterwards(database: Database) -> None:
    def story(tx: Transaction) -> None:
        publish(tx, found_study(tx))
        plan_until(tx, NEXT_SLOT + timedelta(hours=1))
        assert (owed(tx, "notice"), owed(tx, "push")) == ([], [])

    database.write_now(story)


def test_a_withdrawn_topic_is_sent_no_more_and_counts_no_more(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic = publish(tx, study).preview.topic.id
        plan_until(tx, SLOT)
        for _ in "12":
            topics.withdraw(tx, study.actor(tx, "王芳"), topic, SLOT, FALLBACK)
        assert owed(tx, "push") == []
        assert counted(tx, study.first, Counted.TOPICS) == 0
        assert topic_lists.open_topics(tx, study.actor(tx, "李强"), SLOT) == []
        with pytest.raises(TopicWithdrawn):
            topic_drafts.set_title(tx, study.actor(tx, "王芳"), topic, "另一题", SLOT)

    database.write_now(story)


def test_times_change_until_a_branch_has_the_topic(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        secretary = study.actor(tx, "王芳")
        topic = publish(tx, study).preview.topic.id
        sooner, end = NOW + timedelta(days=2), NOW + timedelta(days=5)
        topic_drafts.set_times(tx, secretary, topic, sooner, end, NOW, FALLBACK)
        preview = topic_drafts.preview(tx, secretary, topic, NOW, FALLBACK)
        assert (preview.opens_at, preview.closes_at) == (sooner, end)
        plan_until(tx, sooner)
        with pytest.raises(TopicOpened):
            topic_drafts.set_times(tx, secretary, topic, None, None, sooner, FALLBACK)

    database.write_now(story)


def test_a_lead_speaker_is_a_member_of_the_audience(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        study.group_chat(tx, study.first)
        assert publish(tx, study, TopicForm("一", lead="李 强")).preview.lead_name == "李强"
        plan_until(tx, SLOT - timedelta(days=7))
        assert owed(tx, "notice") == [-500, study.accounts["李强"]]
        with pytest.raises(NobodyNamed):
            publish(tx, study, TopicForm("二", lead="赵敏"))
        namesake = study.people["李强"]
        study.enrol(tx, "李强", study.first)
        assert study.people["李强"] != namesake
        with pytest.raises(SeveralNamed):
            publish(tx, study, TopicForm("三", lead="李强"))

    database.write_now(story)


def test_only_those_who_may_post_do(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic = publish(tx, study).preview.topic.id
        for act in (
            lambda actor: topic_drafts.begin(tx, actor, "d", NOW),
            lambda actor: topic_drafts.set_title(tx, actor, topic, "改", NOW),
            lambda actor: topic_drafts.publish(tx, actor, topic, NOW, FALLBACK),
            lambda actor: topics.withdraw(tx, actor, topic, NOW, FALLBACK),
            lambda actor: topic_lists.page_of(tx, actor, topic, NOW, FALLBACK),
            lambda actor: topic_lists.posted(tx, actor, 0, NOW, FALLBACK),
        ):
            with pytest.raises(NotForYou):
                act(study.actor(tx, "李强"))
        with pytest.raises(NotForYou):  # the secretary of another branch
            topics.withdraw(tx, study.actor(tx, "赵敏"), topic, NOW, FALLBACK)
        with pytest.raises(Stranger):
            topic_drafts.begin(tx, stranger(tx), "d", NOW)
        with pytest.raises(Gone):
            topic_drafts.publish(tx, study.actor(tx, "王芳"), TopicId(999_999), NOW, FALLBACK)
        with pytest.raises(UnknownAudience):
            publish(tx, study, TopicForm("学习", audience=Audience.BELOW))

    database.write_now(story)


def stranger(tx: Transaction) -> Actor:
    return actor_of(tx, Account("telegram", 777, None, "zh"), NOW, FALLBACK, root=False)


def test_a_draft_belongs_to_who_began_it(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        draft = topic_drafts.begin(tx, study.actor(tx, "王芳"), "d", NOW)
        with pytest.raises(TitleMissing):
            topic_drafts.publish(tx, study.actor(tx, "王芳"), draft, NOW, FALLBACK)
        with pytest.raises(NotForYou):
            topic_drafts.set_title(tx, study.actor(tx, "孙丽"), draft, "改", NOW)
        topic_drafts.add_attachment(
            tx, study.actor(tx, "王芳"), draft, Attachment("photo", "id", "unique"), "说明", NOW
        )
        topic_drafts.discard(tx, study.actor(tx, "王芳"), draft, NOW)
        topic_drafts.discard(tx, study.actor(tx, "王芳"), draft, NOW)
        with pytest.raises(Gone):
            topic_drafts.set_title(tx, study.actor(tx, "王芳"), draft, "改", NOW)

    database.write_now(story)


def test_too_long_a_text_is_refused_with_both_figures(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        with pytest.raises(TooLong) as refused:
            publish(tx, study, TopicForm("学习", "字" * 3_001))
        assert (refused.value.length, refused.value.limit) == (3_001, 3_000)

    database.write_now(story)


def test_settings_of_a_whole_tree_are_those_of_each_of_its_units(database: Database) -> None:
    def story(tx: Transaction) -> None:
        top = units.found_unit(tx, "工委", UnitKind.COMMITTEE, None, NOW.date(), NOW)
        root = units.found_unit(tx, "机关党委", UnitKind.COMMITTEE, top, NOW.date(), NOW)
        middle = units.found_unit(tx, "东城总支", UnitKind.GENERAL_BRANCH, root, NOW.date(), NOW)
        leaves = [
            units.found_unit(tx, f"支部{n}", UnitKind.BRANCH, place, NOW.date(), NOW)
            for n, place in enumerate((root, middle, middle))
        ]
        for unit, zone in ((top, "Asia/Urumqi"), (middle, "Asia/Shanghai"), (leaves[2], "Europe/Berlin")):
            units.set_setting(tx, unit, "timezone", zone)
        units.set_setting(tx, root, "locale", "en")
        held = units.settings_below(tx, root, NOW.date())
        each = {unit: units.settings_of(tx, unit, NOW.date()) for unit in (root, middle, *leaves)}
        assert held == each
        zones = units.setting_of_each(tx, [middle, *leaves], "timezone", NOW.date())
        assert zones == {unit: each[unit]["timezone"] for unit in (middle, *leaves)}
        assert units.setting_of_each(tx, [top, root], "locale", NOW.date()) == {root: "en"}

    database.write_now(story)
