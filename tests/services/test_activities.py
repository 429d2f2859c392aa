"""Activities are planned once, announced, reminded of to those concerned only, moved and called off."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from domain.activities import Answer, Kind, State
from domain.activity_forms import read_form
from domain.errors import (
    AlreadyStarted,
    CalledOff,
    Gone,
    NobodyToPlanFor,
    NotForYou,
    PastTime,
    Refusal,
    Stranger,
    TimeMissing,
    TooLong,
    UnreadableRepeat,
    UnreadableTime,
)
from domain.ids import ActivityId
from domain.participation import LeaveKind
from services import activities, activity_drafts, activity_facts, activity_plans, leaves, rsvps
from storage import chats, units
from storage.database import Database, Transaction
from storage.tables import Activity
from tests.services.assembly import DAY, FALLBACK, HOUR, NOW, STARTS, WEEK, Assembly, assemble


@pytest.fixture
def here(database: Database) -> Assembly:
    return assemble(database)


def rows(here: Assembly) -> list[tuple[str | None, datetime | None, str]]:
    def ask(tx: Transaction) -> list[tuple[str | None, datetime | None, str]]:
        found = tx.execute(
            select(Activity.slot, Activity.starts_at, Activity.state).order_by(Activity.starts_at)
        )
        return [(row.slot, row.starts_at, row.state) for row in found]

    return here.database.read_now(ask)


def test_one_message_becomes_the_plan_it_says(here: Assembly) -> None:
    form = read_form("主题党日 参观<纪念馆>\n时间:11月20日 15:00-17:30\n地点: 东城纪念馆\n议程: 集合\n讲解")
    draft = here.database.write_now(
        activity_drafts.compose, here.actor("王芳"), form, "message 1", NOW, FALLBACK
    )
    assert (draft.kind, draft.title, draft.place) == (Kind.THEME_DAY, "参观<纪念馆>", "东城纪念馆")
    assert draft.agenda == "集合\n讲解"
    assert (draft.starts_at, draft.ends_at) == (STARTS, STARTS + timedelta(hours=2, minutes=30))
    assert draft.unit_name == "第一党支部"
    assert not draft.short_notice


def test_nothing_is_posted_before_publishing_and_once_after_however_often(here: Assembly) -> None:
    form = read_form("主题党日\n时间: 2026-11-20 15:00")
    actor = here.actor("王芳")
    draft = here.database.write_now(activity_drafts.compose, actor, form, "m", NOW, FALLBACK)
    assert here.owed("notice") == []
    first = here.database.write_now(activity_drafts.publish, actor, draft.id, NOW)
    second = here.database.write_now(activity_drafts.publish, actor, draft.id, NOW)
    here.clock_strikes(NOW)
    assert (first.again, second.again) == (False, True)
    assert here.owed("notice").count("李强") == 1
    assert len(rows(here)) == 1


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("主题党日\n时间: 2026-10-20 15:00", PastTime),
        ("主题党日\n时间: 某个时候", UnreadableTime),
        ("主题党日\n时间: 2026-11-20 15:00\n重复: 有空的时候", UnreadableRepeat),
        ("主题党日\n重复: 每月", TimeMissing),
        ("主题党日", TimeMissing),
        ("主题党日 " + "长" * 101 + "\n时间: 2026-11-20 15:00", TooLong),
    ],
)
def test_a_plan_that_cannot_be_is_refused_and_leaves_nothing(
    here: Assembly, text: str, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        here.plans(text)
    assert rows(here) == []


@pytest.mark.parametrize(
    ("name", "refusal"),
    [("李强", NotForYou), ("吴敏", NobodyToPlanFor), ("没有这个人", Stranger)],
)
def test_only_those_who_lead_a_branch_or_group_plan(
    here: Assembly, name: str, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        here.plans("主题党日\n时间: 2026-11-20 15:00", by=name)


def test_another_branchs_secretary_changes_nothing(here: Assembly) -> None:
    activity = here.theme_day()
    for act in (activities.cancel, activities.end_series, activities.not_held):
        with pytest.raises(NotForYou):
            here.database.write_now(act, here.actor("外人"), activity, STARTS - DAY)
    with pytest.raises(NotForYou):
        here.database.write_now(rsvps.answer, here.actor("外人"), activity, True, NOW)
    with pytest.raises(Gone):
        here.database.write_now(rsvps.answer, here.actor("李强"), ActivityId(999), True, NOW)


def test_a_day_may_have_several(here: Assembly) -> None:
    here.plans("主题党日\n时间: 2026-11-12 09:00\n重复: FREQ=WEEKLY;BYDAY=TH;BYHOUR=9,14;COUNT=4")
    here.clock_strikes(NOW)
    here.clock_strikes(NOW + HOUR)
    days = ("2026-11-12", "2026-11-19")
    assert [slot for slot, _, _ in rows(here)] == [f"{day}T{at}" for day in days for at in ("09:00", "14:00")]


def test_a_rule_makes_each_occurrence_once_and_always_one_beyond_five_weeks(here: Assembly) -> None:
    here.plans("主题党日\n时间: 2026-11-12 15:00\n重复: 每月第二、四个周四")
    here.clock_strikes(NOW)
    here.clock_strikes(NOW + HOUR)
    slots = [slot for slot, _, _ in rows(here)]
    assert slots == ["2026-11-12", "2026-11-26", "2026-12-10"]
    here.clock_strikes(NOW + 2 * WEEK)
    assert [slot for slot, _, _ in rows(here)] == [*slots, "2026-12-24"]


@pytest.mark.parametrize("asked", ["2027-03-28 02:30", "2027-03-27 02:30"], ids=["on it", "before it"])
@pytest.mark.parametrize("at_once", [True, False], ids=["one message", "steps"])
def test_what_begins_in_an_hour_that_is_skipped_keeps_its_hour_ever_after(
    here: Assembly, asked: str, at_once: bool
) -> None:
    """Berlin goes from 02:00 to 03:00 on 28 March 2027: at three that day, at half past two ever after."""
    here.database.write_now(units.set_setting, here.branch, "timezone", "Europe/Berlin")
    if at_once:
        here.plans(f"主题党日\n时间: {asked}\n重复: 每周日")
    else:
        plan_in_steps(here, asked)
    here.clock_strikes(NOW + 18 * WEEK)
    sundays = [datetime(2027, 3, 28, 1, tzinfo=UTC)]
    sundays += [datetime(2027, 4, 4, 0, 30, tzinfo=UTC) + week * WEEK for week in range(3)]
    assert [at for _, at, _ in rows(here)][:4] == sundays
    assert [slot for slot, _, _ in rows(here)][:2] == ["2027-03-28", "2027-04-04"]


def plan_in_steps(here: Assembly, asked: str) -> None:
    actor = here.actor("王芳")

    def act(tx: Transaction) -> None:
        draft = activity_drafts.begin(tx, actor, Kind.THEME_DAY, "steps", NOW, FALLBACK).id
        activity_drafts.set_time(tx, actor, draft, asked, NOW)
        activity_drafts.set_repeat(tx, actor, draft, "每周三", NOW)
        activity_drafts.set_time(tx, actor, draft, asked, NOW)
        shown = activity_drafts.set_repeat(tx, actor, draft, "每周日", NOW).next_slots
        assert [one.minute for one in shown] == [0, 30, 30]
        activity_drafts.publish(tx, actor, draft, NOW)

    here.database.write_now(act)


def test_a_cancelled_occurrence_is_not_made_again_and_a_series_can_end(here: Assembly) -> None:
    activity = here.plans("主题党日\n时间: 2026-11-12 15:00\n重复: 每月12日")
    here.clock_strikes(NOW)
    here.database.write_now(activities.cancel, here.actor("王芳"), activity, NOW)
    here.clock_strikes(NOW + HOUR)
    assert [state for _, _, state in rows(here)] == [State.CANCELLED, State.PLANNED]
    december = here.database.read_now(lambda tx: tx.execute(select(Activity.id).offset(1)).scalar_one())
    here.database.write_now(activities.end_series, here.actor("王芳"), december, NOW)
    here.clock_strikes(NOW + 10 * WEEK)
    assert [state for _, _, state in rows(here)] == [State.CANCELLED, State.CANCELLED]


def test_an_occurrence_is_announced_a_week_ahead_and_that_is_its_first_reminder(here: Assembly) -> None:
    here.plans("主题党日\n时间: 2026-11-20 15:00\n重复: 每月20日")
    here.clock_strikes(STARTS - WEEK - HOUR)
    assert here.owed("notice") == []
    here.clock_strikes(STARTS - WEEK)
    assert "李强" in here.owed("notice")
    here.clock_strikes(STARTS - WEEK + HOUR)
    assert here.owed("remind-7d") == []


def test_the_card_goes_to_the_group_where_there_is_one(here: Assembly) -> None:
    def bind(tx: Transaction) -> None:
        chat = chats.meet(tx, "telegram", 42, -500, "supergroup", NOW)
        chats.bind(tx, chat, here.branch, here.people["王芳"], NOW)

    here.database.write_now(bind)
    here.theme_day()
    assert here.owed("notice") == ["群"]


def test_a_committee_meeting_is_announced_to_the_committee_alone(here: Assembly) -> None:
    here.plans("支委会\n时间: 2026-11-20 15:00")
    assert sorted(here.owed("notice")) == ["王芳", "陈静"]


def test_a_group_meeting_is_for_its_group(here: Assembly) -> None:
    activity = here.plans("党小组会\n时间: 2026-11-20 15:00", by="孙丽")
    assert sorted(here.owed("notice")) == ["周平", "孙丽"]
    with pytest.raises(NotForYou):
        here.database.write_now(rsvps.answer, here.actor("李强"), activity, True, NOW)


def test_reminders_go_to_those_concerned_only(here: Assembly) -> None:
    activity = here.theme_day()
    here.database.write_now(rsvps.answer, here.actor("李强"), activity, True, NOW)
    here.database.write_now(rsvps.answer, here.actor("周平"), activity, False, NOW)
    here.database.write_now(leaves.ask, here.actor("赵敏"), activity, LeaveKind.TRIP, None, NOW)
    for moment in (STARTS - WEEK, STARTS - DAY, STARTS - 2 * HOUR):
        here.clock_strikes(moment)
        here.clock_strikes(moment + timedelta(minutes=1))
    assert sorted(here.owed("remind-7d")) == ["孙丽", "王芳", "陈静"]
    assert sorted(here.owed("remind-1d")) == ["孙丽", "李强", "王芳", "陈静"]
    assert sorted(here.owed("remind-2h")) == ["孙丽", "李强", "王芳", "陈静"]


def test_a_reminder_is_dropped_when_leave_was_asked_before_it_left(here: Assembly) -> None:
    activity = here.theme_day()

    def facts(name: str) -> object:
        return here.database.read_now(
            activity_facts.reminder_facts, activity, here.at(name), STARTS - 2 * HOUR
        )

    assert facts("赵敏") is not None
    here.database.write_now(leaves.ask, here.actor("赵敏"), activity, LeaveKind.OFFICIAL, None, NOW)
    assert facts("赵敏") is None
    assert facts("老马") is None
    assert facts("外人") is None


def test_planned_a_day_ahead_nobody_is_reminded_twice_of_the_same(here: Assembly) -> None:
    here.theme_day(now=STARTS - DAY - HOUR)
    here.clock_strikes(STARTS - DAY)
    assert here.owed("remind-7d") == here.owed("remind-1d") == []
    here.clock_strikes(STARTS - 2 * HOUR)
    assert "李强" in here.owed("remind-2h")


def test_after_an_outage_only_the_reminder_that_still_helps_goes_out(here: Assembly) -> None:
    here.theme_day()
    here.clock_strikes(STARTS - HOUR)
    assert here.owed("remind-7d") == here.owed("remind-1d") == []
    assert "李强" in here.owed("remind-2h")


def test_moving_it_tells_those_going_and_reminds_anew(here: Assembly) -> None:
    activity = here.theme_day()
    here.database.write_now(rsvps.answer, here.actor("李强"), activity, True, NOW)
    here.clock_strikes(STARTS - WEEK)
    moved, told = here.database.write_now(
        activities.move, here.actor("王芳"), activity, "2026-11-27 15:00", STARTS - WEEK
    )
    assert (moved.starts_at, moved.version, told) == (STARTS + WEEK, 2, 1)
    assert here.owed("moved/2") == ["李强"]
    assert len(here.owed("notice")) == 8
    here.clock_strikes(STARTS + WEEK - DAY)
    assert "李强" in here.owed("remind-1d/2")
    with pytest.raises(PastTime):
        here.database.write_now(activities.move, here.actor("王芳"), activity, "2026-11-02 08:00", NOW)


def test_called_off_it_tells_those_going_and_takes_no_answers(here: Assembly) -> None:
    activity = here.theme_day()
    here.database.write_now(rsvps.answer, here.actor("李强"), activity, True, NOW)
    assert here.database.write_now(activities.cancel, here.actor("王芳"), activity, NOW) == 1
    assert here.database.write_now(activities.cancel, here.actor("王芳"), activity, NOW) == 0
    assert here.owed("cancelled") == ["李强"]
    with pytest.raises(CalledOff):
        here.database.write_now(rsvps.answer, here.actor("赵敏"), activity, True, NOW)
    here.clock_strikes(STARTS)
    assert here.owed("remind-1d") == here.owed("roster-start") == []


def test_answers_are_taken_until_it_starts_and_a_second_tap_changes_nothing(here: Assembly) -> None:
    activity = here.theme_day()
    li = here.actor("李强")
    first = here.database.write_now(rsvps.answer, li, activity, True, NOW)
    second = here.database.write_now(rsvps.answer, li, activity, True, NOW + HOUR)
    assert (first.already, second.already) == (False, True)
    assert second.notice.counts.going == 1
    assert second.notice.answer is Answer.GOING
    with pytest.raises(AlreadyStarted):
        here.database.write_now(rsvps.answer, li, activity, False, STARTS)


def test_the_agenda_shows_what_is_for_me_and_in_a_group_nobodys_answer(here: Assembly) -> None:
    activity = here.theme_day()
    here.plans("支委会\n时间: 2026-11-19 15:00")
    here.database.write_now(rsvps.answer, here.actor("李强"), activity, True, NOW)
    mine = here.database.read_now(activities.agenda, here.actor("李强"), NOW)
    assert [(line.activity.id, line.answer) for line in mine] == [(activity, Answer.GOING)]
    public = here.database.read_now(activities.agenda_of_group, here.branch, NOW)
    assert [(line.activity.id, line.answer) for line in public] == [(activity, None)]


def test_the_clock_knows_its_next_moment(here: Assembly) -> None:
    here.theme_day()
    here.clock_strikes(NOW)
    asked = [NOW]
    while (moment := here.database.read_now(activity_plans.next_due, asked[-1], FALLBACK)) is not None:
        here.clock_strikes(moment)
        asked.append(moment)
    leads = [STARTS - moment for moment in asked[1:]]
    assert leads == [WEEK, DAY, 2 * HOUR, HOUR / 2, timedelta(0), -2 * HOUR]
