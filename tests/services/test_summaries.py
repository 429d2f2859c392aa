"""A period's figures: what the raw rows say, of those who belonged then, for those who may see them."""

import io
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import insert, select, update

from domain.errors import NotForYou, Refusal, Stranger, UnknownPeriod, UnknownUnit
from domain.ids import ActivityId, TopicId, UnitId
from domain.participation import LeaveKind, Outcome
from domain.periods import parse_period
from domain.roles import Role
from domain.rollups import Counted, recounted
from domain.summaries import Choice, Summary, UnitLine, read_request
from domain.topic_forms import TopicForm
from domain.units import UnitKind
from messages.speech import _, speaking
from reports.summaries import to_xlsx
from services import (
    attendance,
    checkins,
    leaves,
    reflection_readers,
    reflections,
    rsvps,
    summaries,
    topic_drafts,
    topic_plans,
    topics,
)
from storage import people, rollups, units
from storage.database import Database, Transaction
from storage.summary_facts import facts_of
from storage.tables import Membership, MembershipStanding, Person, Reflection, Rollup, UnitPlace
from tests.services.assembly import DAY, FALLBACK, HOUR, NOW, SINCE, STARTS, Assembly, assemble

ZONE = "Asia/Shanghai"
SLOT = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
CLOSES = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 10, 1, 0, tzinfo=UTC)
NOVEMBER = parse_period("2026-11", date(2026, 12, 10))
PEOPLE = ("王芳", "陈静", "李强", "赵敏", "孙丽", "周平", "老马", "小何")
Act = Callable[[], object]


@pytest.fixture
def here(database: Database) -> Assembly:
    return assemble(database)


def topic_in(here: Assembly, opens: datetime = SLOT, closes: datetime = CLOSES) -> TopicId:
    """A topic of the branch, pushed."""
    wang, form = here.actor("王芳"), TopicForm("学习条例", publish_at=opens, closes_at=closes)

    def act(tx: Transaction) -> TopicId:
        draft = topic_drafts.from_form(tx, wang, form, (), f"k{opens}", NOW, FALLBACK).topic.id
        topic_drafts.publish(tx, wang, draft, NOW, FALLBACK)
        while topic_plans.plan_due(tx, opens, FALLBACK):
            pass
        return draft

    return here.database.write_now(act)


def confirmed(here: Assembly) -> ActivityId:
    """A theme day on 20 November: 赵敏 on a trip, 周平 on a leave nobody answered, 李强 away."""
    activity = here.theme_day()
    trip = here.database.write_now(leaves.ask, here.actor("赵敏"), activity, LeaveKind.TRIP, None, NOW)
    here.database.write_now(leaves.decide, here.actor("王芳"), trip.leave.id, True, NOW)
    here.database.write_now(leaves.ask, here.actor("周平"), activity, LeaveKind.PERSONAL, None, NOW)
    here.clock_strikes(STARTS)
    for name in ("王芳", "陈静", "孙丽"):
        here.database.write_now(attendance.arrive, here.actor(name), activity, STARTS)
    here.database.write_now(attendance.confirm, here.actor("王芳"), activity, STARTS + HOUR)
    return activity


def seen(here: Assembly, by: str, unit: UnitId, period: str = "2026-11", now: datetime = LATER) -> Summary:
    asked = parse_period(period, now.date())
    return here.database.read_now(summaries.summary_for, here.actor(by, now), unit, asked, now, FALLBACK)


def line_of(summary: Summary, name: str) -> UnitLine:
    return next(one for one in summary.children if one.name == name)


def moves_branch(here: Assembly, name: str, to: UnitId, on: date) -> None:
    """The person's membership ends, and one in another branch begins."""

    def act(tx: Transaction) -> None:
        held = select(Membership.id).where(Membership.person_id == here.people[name])
        tx.execute(
            update(MembershipStanding).where(MembershipStanding.membership_id.in_(held)).values(until=on)
        )
        tx.execute(update(Membership).where(Membership.person_id == here.people[name]).values(until=on))
        people.enrol(tx, here.people[name], to, on)

    here.database.write_now(act)


def other_branch(here: Assembly) -> UnitId:
    found = here.database.read_now(units.unit_at_path, ["机关党委", "第二党支部"], date(2026, 11, 1))
    assert found is not None
    return found


# --- the sums are the truth ----------------------------------------------------------------------


def sums_and_recount(here: Assembly, key: str) -> tuple[dict[Counted, int], dict[Counted, int]]:
    """What the rollups hold for the branch, and what the raw rows come to."""

    def ask(tx: Transaction) -> tuple[dict[Counted, int], dict[Counted, int]]:
        period = parse_period(key, LATER.date())
        row = tx.execute(
            select(Rollup.__table__).where(Rollup.branch_id == here.branch, Rollup.period == key)
        ).one_or_none()
        held = {kind: row._mapping[kind] if row else 0 for kind in Counted}
        return held, recounted(facts_of(tx, here.branch, period, ZONE))

    return here.database.read_now(ask)


def random_act(here: Assembly, chance: random.Random, given: list[TopicId], held: list[ActivityId]) -> Act:
    """Something somebody might do, allowed or not."""
    write, topic, activity = here.database.write_now, chance.choice(given), chance.choice(held)
    who, now = chance.choice(PEOPLE), chance.choice((SLOT, SLOT + DAY, CLOSES + HOUR, LATER))
    actor, wang, person = here.actor(who), here.actor("王芳"), here.people[who]

    def decide(judge: Any, *more: object) -> None:
        pieces = here.database.read_now(lambda tx: list(tx.execute(select(Reflection.id)).scalars()))
        if pieces:
            piece = chance.choice(pieces)
            write(lambda tx: judge(tx, wang, piece, *more, now, FALLBACK))

    acts: tuple[Act, ...] = (
        lambda: write(checkins.check_in, actor, topic, now),
        lambda: write(checkins.check_in, actor, topic, now),
        lambda: write(checkins.undo, actor, topic, now),
        lambda: write(reflections.hand_in_text, actor, topic, "今天学习很有收获", now),
        lambda: decide(reflection_readers.accept),
        lambda: decide(reflection_readers.give_back, "请补充"),
        lambda: write(attendance.turn, wang, activity, person, now),
        lambda: write(attendance.put, wang, activity, person, chance.choice(list(Outcome)), now),
        lambda: write(attendance.arrive, actor, activity, STARTS),
        lambda: write(attendance.add, wang, activity, here.people["小何"], now),
        lambda: write(attendance.confirm, wang, activity, now),
        lambda: write(attendance.make_up, actor, activity, now),
        lambda: write(rsvps.answer, actor, activity, True, NOW),
        lambda: write(topics.withdraw, wang, given[-1], now, FALLBACK) if chance.random() < 0.1 else None,
    )
    return chance.choice(acts)


@pytest.mark.parametrize("seed", range(3))
def test_sums_equal_a_recount_whatever_people_do(here: Assembly, seed: int) -> None:
    chance = random.Random(seed)
    december = datetime(2026, 12, 4, 2, 0, tzinfo=UTC)
    given = [
        topic_in(here),
        topic_in(here, december, december + 7 * DAY),
        topic_in(here, SLOT + HOUR, CLOSES),
    ]
    held = [here.theme_day(), here.plans("党课 专题\n时间: 2026-12-01 09:00")]
    here.clock_strikes(LATER)
    refused = 0
    for _number in range(120):
        try:
            random_act(here, chance, given, held)()
        except Refusal:
            refused += 1
    assert refused < 110  # most of them would otherwise prove nothing
    for key in ("2026-11", "2026-12", "2026-Q4", "2026", "2026-10"):
        sums, recount = sums_and_recount(here, key)
        assert sums == recount
    assert recounted_anything(here)


def recounted_anything(here: Assembly) -> bool:
    sums, _recount = sums_and_recount(here, "2026")
    return sums[Counted.CHECKINS] > 0 and sums[Counted.EXPECTED] > 0


def test_a_count_moves_in_its_month_its_quarter_and_its_year(here: Assembly) -> None:
    here.database.write_now(rollups.move_all, here.branch, "2026-02", {Counted.TOPICS: 2, Counted.LATE: 1})
    here.database.write_now(rollups.move, here.branch, "2026-03", Counted.TOPICS, -1)
    assert [here.sums(key).get(Counted.TOPICS, 0) for key in ("2026-02", "2026-03", "2026-Q1", "2026")] == [
        2,
        -1,
        1,
        1,
    ]
    assert here.sums("2026")[Counted.LATE] == 1
    assert set(Rollup.__table__.columns.keys()) == {"branch_id", "period", *Counted}


# --- who belonged then ---------------------------------------------------------------------------


def test_a_branchs_figures_stand_per_branch_and_in_total(here: Assembly) -> None:
    confirmed(here)
    topic = topic_in(here)
    here.database.write_now(checkins.check_in, here.actor("李强"), topic, SLOT)
    here.database.write_now(checkins.check_in, here.actor("孙丽"), topic, CLOSES + HOUR)
    here.database.write_now(reflections.hand_in_text, here.actor("李强"), topic, "有收获", SLOT)
    summary = seen(here, "吴敏", here.committee)
    first = line_of(summary, "第一党支部")
    assert str(first.tally.line) == "Line(expected=6, attended=3, leave=2, absent=1, exempt=1)"
    assert (first.tally.leave_by_kind.trip, first.tally.unapproved) == (1, 1)
    assert (first.topics, first.checkins, first.late_checkins, first.reflections) == (1, 2, 1, 1)
    assert (first.members, first.held) == (7, 1)  # the applicant is no member
    assert summary.totals == replace(
        first, unit_id=here.committee, name="机关党委", kind=UnitKind.COMMITTEE, members=8
    )
    assert [one.title for one in summary.activities] == ["参观纪念馆"]
    assert summary.activities[0].tally == first.tally


def test_a_branchs_groups_and_those_in_none_add_up_to_it(here: Assembly) -> None:
    confirmed(here)
    summary = seen(here, "王芳", here.branch)
    group, beside = summary.children
    assert (group.name, group.members, group.tally.expected, group.tally.attended) == ("第一党小组", 2, 2, 1)
    assert (beside.groupless, beside.members, beside.tally.expected) == (True, 5, 4)
    assert group.tally + beside.tally == summary.totals.tally
    alone = seen(here, "孙丽", here.group)
    assert (alone.totals.tally, alone.totals.members) == (group.tally, 2)


def test_who_moved_to_another_branch_stays_in_the_past_periods_figures(here: Assembly) -> None:
    confirmed(here)
    topic = topic_in(here)
    here.database.write_now(checkins.check_in, here.actor("李强"), topic, SLOT)
    before = seen(here, "王芳", here.branch)
    moves_branch(here, "李强", other_branch(here), date(2026, 12, 5))
    assert seen(here, "王芳", here.branch) == before
    december = seen(here, "王芳", here.branch, "2026-12")
    assert december.totals.members == before.totals.members - 1
    assert december.names is not None
    assert "李强" in {one.name for one in december.names}  # until the fifth
    january = seen(here, "王芳", here.branch, "2027-01", LATER + 40 * DAY)
    assert january.names is not None
    assert "李强" not in {one.name for one in january.names}


def test_a_period_is_summed_over_the_tree_as_it_stood_at_its_end(here: Assembly) -> None:
    confirmed(here)
    new_committee = here.database.write_now(units.found_unit, "新党委", UnitKind.COMMITTEE, None, SINCE, NOW)

    def act(tx: Transaction) -> None:
        tx.execute(update(UnitPlace).where(UnitPlace.unit_id == here.branch).values(until=date(2026, 12, 1)))
        tx.execute(
            insert(UnitPlace).values(unit_id=here.branch, parent_id=new_committee, since=date(2026, 12, 1))
        )
        people.appoint(tx, here.people["吴敏"], new_committee, Role.COORDINATOR, SINCE)

    here.database.write_now(act)
    assert seen(here, "吴敏", here.committee).totals.tally.expected == 6
    assert seen(here, "吴敏", here.committee, "2026-12").totals.tally.expected == 0
    assert [one.name for one in seen(here, "吴敏", here.committee, "2026-12").children] == ["第二党支部"]
    assert seen(here, "吴敏", new_committee).totals.tally.expected == 0
    # A year is summed over the tree of its end, or of today: there the branch stands elsewhere now.
    assert seen(here, "吴敏", new_committee, "2026").totals.tally.expected == 6


# --- who may see what ----------------------------------------------------------------------------


def test_names_are_for_those_inside_the_branch(here: Assembly) -> None:
    confirmed(here)
    for name in ("王芳", "陈静"):
        names = seen(here, name, here.branch).names
        assert names is not None
        assert [one.name for one in names] == list(PEOPLE)
    assert seen(here, "吴敏", here.branch).names is None
    assert seen(here, "吴敏", here.committee).names is None
    own = seen(here, "孙丽", here.group).names
    assert own is not None
    assert [(one.name, one.expected, one.attended, one.leave) for one in own] == [
        ("孙丽", 1, 1, 0),
        ("周平", 1, 0, 1),
    ]
    assert seen(here, "王芳", here.group).names == own


def test_a_role_on_a_unit_of_several_branches_opens_no_names(here: Assembly) -> None:
    here.database.write_now(people.appoint, here.people["吴敏"], here.committee, Role.SECRETARY, SINCE)
    assert seen(here, "吴敏", here.committee).names is None
    assert seen(here, "吴敏", here.branch).names is None


@pytest.mark.parametrize(
    ("who", "where"), [("李强", "branch"), ("孙丽", "branch"), ("王芳", "committee"), ("外人", "branch")]
)
def test_figures_of_others_are_refused(here: Assembly, who: str, where: str) -> None:
    with pytest.raises(NotForYou):
        seen(here, who, getattr(here, where))


def test_a_stranger_is_not_told_which_units_there_are(here: Assembly) -> None:
    with pytest.raises(Stranger):
        seen(here, "路人", here.branch)
    with pytest.raises(Stranger):
        asked_for(here, "路人", "")


def test_kinds_of_leave_are_hidden_where_fewer_than_five_belong(here: Assembly) -> None:
    from_above = seen(here, "吴敏", here.committee)
    assert from_above.shows_leave_kinds(line_of(from_above, "第一党支部").members)
    assert not from_above.shows_leave_kinds(line_of(from_above, "第二党支部").members)


# --- asking --------------------------------------------------------------------------------------


def asked_for(here: Assembly, by: str, words: str) -> Summary | Choice:
    request = read_request(words, LATER.date())
    return here.database.read_now(
        summaries.summary_asked_for, here.actor(by, LATER), request, LATER, FALLBACK
    )


@pytest.mark.parametrize(
    ("words", "unit", "period"),
    [
        ("", "机关党委", "2026-12"),
        ("2026-Q4", "机关党委", "2026-Q4"),
        ("上月 第一党支部", "第一党支部", "2026-11"),
        ("第一党支部 2026", "第一党支部", "2026"),
        ("机关党委/第二党支部", "第二党支部", "2026-12"),
        ("last-month 机关党委 / 第一党支部", "第一党支部", "2026-11"),
        ("第二", "第二党支部", "2026-12"),
    ],
)
def test_a_unit_and_a_period_are_found_in_either_order(
    here: Assembly, words: str, unit: str, period: str
) -> None:
    found = asked_for(here, "吴敏", words)
    assert isinstance(found, Summary)
    assert (found.unit_path[-1], found.period.key) == (unit, period)


def test_several_units_of_a_name_are_a_choice(here: Assembly) -> None:
    found = asked_for(here, "吴敏", "2026-11 党支部")
    assert isinstance(found, Choice)
    assert [unit.name for unit in found.units] == ["第一党支部", "第二党支部"]


@pytest.mark.parametrize("words", ["2026-13", "上上月", "2026-Q5", "next-quarter"])
def test_an_unknown_period_is_said_to_be_one(here: Assembly, words: str) -> None:
    with pytest.raises(UnknownPeriod):
        asked_for(here, "吴敏", words)


def test_a_unit_elsewhere_is_as_unknown_as_one_that_does_not_exist(here: Assembly) -> None:
    for words in ("第二党支部", "没有这个", "%"):
        with pytest.raises(UnknownUnit):
            asked_for(here, "王芳", words)


# --- the workbook --------------------------------------------------------------------------------


def test_a_name_that_looks_like_a_formula_is_shown_as_typed(here: Assembly) -> None:
    confirmed(here)
    typed = '=HYPERLINK("http://x","<&*_")'
    here.database.write_now(
        lambda tx: tx.execute(update(Person).where(Person.id == here.people["李强"]).values(name=typed))
    )
    with speaking("zh"):
        content = to_xlsx(seen(here, "王芳", here.branch), _)
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        names = book.get_sheet_by_name("名单").to_python()
        groups = book.get_sheet_by_name("下级组织").to_python()
    assert typed in {row[0] for row in names}
    assert [row[0] for row in groups][2:5] == ["第一党小组", "未编入小组", "合计"]


def test_the_command_line_finds_a_unit_by_its_path_and_sees_no_names(here: Assembly) -> None:
    confirmed(here)
    read = here.database.read_now
    found = read(summaries.summary_at, "机关党委/第一党支部", NOVEMBER, LATER, FALLBACK)
    assert (found.totals.tally.expected, found.names) == (6, None)
    assert found.activities
    for path in ("第一党支部", "", "机关党委/第一党支部/没有"):
        with pytest.raises(UnknownUnit):
            read(summaries.summary_at, path, NOVEMBER, LATER, FALLBACK)


def test_an_unconfirmed_activity_is_listed_without_figures(here: Assembly) -> None:
    here.theme_day()
    here.clock_strikes(STARTS + timedelta(minutes=1))
    (activity,) = seen(here, "吴敏", here.committee).activities
    assert (activity.state, activity.tally.expected) == ("started", 0)
