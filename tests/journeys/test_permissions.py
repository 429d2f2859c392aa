"""Every act as every role, on the unit itself, above, below and outside: what the table allows works.

Everything else is refused in words, and leaves no trace in any table but the line in the trail.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.activity_forms import read_form
from domain.actors import Account, Actor
from domain.appointments import Appoint
from domain.bindings import Room
from domain.errors import NotForYou, Refusal, Stranger
from domain.handovers import HandoverPlan
from domain.ids import ActivityId, ClaimId, HandoverId, LeaveId, PersonId, ReflectionId, TopicId, UnitId
from domain.joining import ClaimState
from domain.participation import LeaveKind
from domain.people import Standing
from domain.periods import parse_period
from domain.roles import RIGHTS, Act, Relation, Role, covers
from domain.rosters import Reason, Roster, RosterRow
from domain.standings import NewStanding
from domain.trail import Search
from domain.transfers import Ask, Side
from domain.unit_changes import Create, Rename
from domain.units import UnitKind
from messages.refusals import words
from messages.speech import LOCALES, speaking
from services import (
    activities,
    activity_drafts,
    admin,
    appointments,
    attendance,
    bindings,
    claims,
    handovers,
    invites,
    leaves,
    members,
    outstanding,
    reflection_readers,
    reflections,
    rosters,
    standings,
    stays,
    summaries,
    topics,
    trail,
    transfers,
    unit_settings,
)
from services import units as unit_services
from services.actors import actor_of, permit
from storage import joining, people, units
from storage.database import Database, Transaction
from storage.tables import AuditEntry, Base
from storage.unit_changes import place_under
from tests.services.study import BOT, DAY, FALLBACK, NOW, Study, found_study
from tests.services.test_checkins import EVENING, pushed
from tests.world import World

TRIES = Account("telegram", 9_000, None, "zh")
LATER = EVENING + timedelta(days=2)  # when the activity is over
MONTH = parse_period("2026-11", EVENING.date())


@dataclass(frozen=True)
class Scene:
    """A branch with something of everything in it; 试者 is on the roster and holds nothing yet."""

    study: Study
    places: Mapping[Relation, UnitId]  # where a role stands, seen from the branch
    root: UnitId
    trier: PersonId
    topic: TopicId
    coming: ActivityId
    leave: LeaveId
    piece: ReflectionId
    claim: ClaimId
    newcomer: PersonId
    handover: HandoverId

    @property
    def branch(self) -> UnitId:
        return self.study.first


def set_the_scene(tx: Transaction) -> Scene:
    study = found_study(tx)
    root = units.found_unit(tx, "市直机关工委", UnitKind.COMMITTEE, None, DAY, NOW)
    place_under(tx, study.committee, root, DAY)
    group = units.found_unit(tx, "第一党小组", UnitKind.GROUP, study.first, DAY, NOW)
    topic = pushed(tx, study)
    wang, li = study.actor(tx, "王芳"), study.actor(tx, "李强")
    form = read_form("主题党日 参观纪念馆\n时间: 2026-11-28 15:00\n地点: 东城纪念馆")
    draft = activity_drafts.compose(tx, wang, form, "key", NOW, FALLBACK)
    coming = activity_drafts.publish(tx, wang, draft.id, NOW).activity.id
    leave = leaves.ask(tx, li, coming, LeaveKind.TRIP, None, NOW).leave.id
    piece = reflections.hand_in_text(tx, li, topic, "学习体会", EVENING).reflection.id
    study.enrol(tx, "新人", study.first, linked=False)
    newcomer = study.people["新人"]
    stranger = Account("telegram", 8_000, None, "zh")
    claim = joining.add_claim(
        tx, stranger, newcomer, study.first, None, "新人", None, ClaimState.WAITING, NOW
    )
    held = appointments.held_on(tx, wang, study.first, NOW).held[0].id
    plan = HandoverPlan(held, study.people["李强"], NOW.date())
    handover = handovers.ask(tx, wang, plan, BOT, frozenset(), NOW).id
    trier = people.add_person(tx, "试者", "试者", NOW)
    people.link_account(tx, trier, TRIES.platform, TRIES.user_id, None, NOW)
    places = {
        Relation.ON: study.first,
        Relation.ABOVE: study.committee,
        Relation.BELOW: group,
        Relation.OUTSIDE: study.second,
    }
    return Scene(study, places, root, trier, topic, coming, leave, piece, claim, newcomer, handover)


Doing = Callable[[Transaction, Actor, Scene], object]


def sees_everybody(tx: Transaction, actor: Actor, scene: Scene) -> None:
    """A group's leader may ask about the branch's topic, and is told of the group alone."""
    seen = outstanding.outstanding_of(tx, actor, scene.topic, scene.branch, EVENING, FALLBACK)
    if "张伟" not in {one.name for one in seen.waited}:
        raise NotForYou


def imports(tx: Transaction, actor: Actor, scene: Scene) -> None:
    """A file that adds somebody to the branch; one for a unit elsewhere is answered by naming its rows."""
    unit = units.unit_with(tx, scene.branch, EVENING.date())
    assert unit is not None
    row = RosterRow("1", 2, unit.path, None, "新来者", (), Standing.FULL, "", "", None, "", "")
    roster = Roster((row,), (), (), (), ((0,),))
    shown = rosters.compare(tx, actor, roster, EVENING)
    if [problem.reason for problem in shown.problems] == [Reason.UNIT_NOT_YOURS]:
        raise NotForYou
    assert rosters.import_shown(tx, actor, roster, shown.digest, EVENING).done


def moves(tx: Transaction, actor: Actor, scene: Scene) -> None:
    """A member goes to another branch."""
    member = scene.study.memberships["李强"]
    transfers.ask(tx, actor, Ask(member, scene.study.second, EVENING.date(), Side.LEAVES), EVENING)


def needs(act: Act) -> Doing:
    """An act whose screens are looked up by `permit` alone."""
    return lambda tx, actor, scene: permit(tx, actor, act, scene.branch, EVENING)


def appoints(role: Role) -> Doing:
    def doing(tx: Transaction, actor: Actor, scene: Scene) -> object:
        change = Appoint(scene.branch, scene.study.people["张伟"], role, EVENING.date())
        return appointments.make(tx, actor, change, EVENING)

    return doing


def reads_trail(tx: Transaction, actor: Actor, scene: Scene) -> None:
    """Who administers something else reads a trail in which this branch does not stand."""
    posted = Search(acts=frozenset({"topic_published"}))
    if not trail.further(tx, actor, posted, 2**62, EVENING).entries:
        raise NotForYou


DOINGS: Mapping[Act, Doing] = {
    Act.POST_TOPIC: lambda tx, who, it: topics.withdraw(tx, who, it.topic, EVENING, FALLBACK),
    Act.PLAN_ACTIVITY: lambda tx, who, it: activities.cancel(tx, who, it.coming, EVENING),
    Act.TAKE_ATTENDANCE: lambda tx, who, it: attendance.confirm(tx, who, it.coming, LATER),
    Act.DECIDE_LEAVE: lambda tx, who, it: leaves.decide(tx, who, it.leave, True, EVENING),
    Act.SEE_OUTSTANDING: sees_everybody,
    Act.READ_REFLECTIONS: lambda tx, who, it: reflection_readers.accept(tx, who, it.piece, EVENING, FALLBACK),
    Act.INVITE: lambda tx, who, it: invites.share(tx, who, it.branch, "token", EVENING),
    Act.DECIDE_JOIN: lambda tx, who, it: claims.decide(
        tx, who, it.claim, it.newcomer, BOT, EVENING, FALLBACK
    ),
    Act.BIND_CHAT: lambda tx, who, it: bindings.bind_to(
        tx, who, Room("telegram", BOT, -700, 0, "supergroup"), it.branch, EVENING
    ),
    Act.SEE_UNITS: lambda tx, who, it: unit_services.look(tx, who, it.branch, 0, EVENING),
    Act.CHANGE_SETTINGS: lambda tx, who, it: unit_settings.choose(
        tx, who, it.branch, "study_time", "08:00", EVENING, FALLBACK
    ),
    Act.ADD_UNIT: lambda tx, who, it: unit_services.make(
        tx, who, Create(it.branch, "第二党小组", UnitKind.GROUP), EVENING
    ),
    Act.CHANGE_UNIT: lambda tx, who, it: unit_services.make(tx, who, Rename(it.branch, "新名"), EVENING),
    Act.APPOINT: appoints(Role.PUBLICITY),
    Act.APPOINT_ADMINISTRATOR: appoints(Role.ADMINISTRATOR),
    Act.HAND_OVER: lambda tx, who, it: handovers.held_here(tx, who, it.branch, EVENING),
    Act.CONFIRM_HANDOVER: lambda tx, who, it: handovers.decide(tx, who, it.handover, True, EVENING, FALLBACK),
    Act.RECORD_STANDING: lambda tx, who, it: standings.record(
        tx, who, NewStanding(it.study.memberships["张伟"], Standing.PROBATIONARY, None), EVENING
    ),
    Act.RECORD_STAY: lambda tx, who, it: stays.guests(tx, who, it.branch, EVENING),
    Act.MOVE_MEMBER: moves,
    Act.IMPORT_ROSTER: imports,
    Act.EXPORT_ROSTER: needs(Act.EXPORT_ROSTER),
    Act.SEE_SUMMARY: lambda tx, who, it: summaries.figures_for(tx, who, it.branch, MONTH, EVENING, FALLBACK),
    Act.SEE_NAMES: lambda tx, who, it: members.listed(tx, who, it.branch, 0, EVENING),
    Act.OPEN_NAMES: lambda tx, who, it: summaries.open_names(tx, who, it.branch, MONTH, EVENING, FALLBACK),
    Act.SEE_AUDIT: reads_trail,
    Act.ADMINISTER: needs(Act.ADMINISTER),
}


class Undone(Exception):  # noqa: N818 - no error: it takes a case back
    """Carries what came of a case out of a transaction that is rolled back."""

    def __init__(self, refusal: Refusal | None, untouched: bool) -> None:
        self.refusal, self.untouched = refusal, untouched


@dataclass(frozen=True)
class Stage:
    """The scene in its database; `digests`: of all tables once a role was given, before anything is tried."""

    database: Database
    scene: Scene
    digests: dict[tuple[Role | None, UnitId | None], str]


@pytest.fixture(scope="module")
def stage(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One database for all cases; each case is rolled back."""
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("permissions") / "banxue.db")
    with Database.connect(f"sqlite:///{file}") as database:
        yield Stage(database, database.write_now(set_the_scene), {})


def digest(tx: Transaction) -> str:
    """Of every row of every table."""
    rows = (tuple(row) for table in Base.metadata.sorted_tables for row in tx.execute(select(table)))
    return hashlib.sha256(repr(sorted(map(repr, rows))).encode()).hexdigest()


def tried(stage: Stage, doing: Doing, account: Account, role: Role | None, unit: UnitId | None) -> Undone:
    """What comes of somebody with this role doing it."""
    database, scene = stage.database, stage.scene

    def case(tx: Transaction) -> None:
        if role is not None and unit is not None:
            people.appoint(tx, scene.trier, unit, role, DAY)
        actor = actor_of(tx, account, EVENING, FALLBACK, False)
        if (role, unit) not in stage.digests:
            stage.digests[role, unit] = digest(tx)
        try:
            doing(tx, actor, scene)
        except Refusal as refusal:
            raise Undone(refusal, digest(tx) == stage.digests[role, unit]) from refusal
        raise Undone(None, untouched=False)

    with pytest.raises(Undone) as outcome:
        database.write_now(case)
    return outcome.value


def holds_back(outcome: Undone, kind: type[Refusal] = NotForYou) -> None:
    """Refused for want of the right, in words of both languages, with nothing changed."""
    assert isinstance(outcome.refusal, kind)
    assert outcome.untouched
    for locale in LOCALES:
        with speaking(locale):
            assert words(outcome.refusal)


@pytest.mark.parametrize(("act", "relation"), list(product(Act, Relation)))
@pytest.mark.parametrize("role", Role)
def test_a_role_does_what_the_table_allows_and_nothing_else(
    stage: Stage, act: Act, relation: Relation, role: Role
) -> None:
    outcome = tried(stage, DOINGS[act], TRIES, role, stage.scene.places[relation])
    if covers(role, act, relation):
        assert outcome.refusal is None
    else:
        holds_back(outcome)


@pytest.mark.parametrize("act", Act)
def test_a_member_without_a_role_and_a_stranger_do_none_of_it(stage: Stage, act: Act) -> None:
    scene = stage.scene
    member = Account("telegram", scene.study.accounts["张伟"], None, "zh")
    for account in (member, TRIES):
        holds_back(tried(stage, DOINGS[act], account, None, None))
    nobody = tried(stage, DOINGS[act], Account("telegram", 1, None, "zh"), None, None)
    assert isinstance(nobody.refusal, Stranger | NotForYou)
    assert nobody.untouched


def test_every_act_is_driven() -> None:
    assert set(DOINGS) == set(RIGHTS) == set(Act)


def test_the_whole_outbox_is_for_who_administers_the_whole(stage: Stage) -> None:
    def looks(tx: Transaction, actor: Actor, scene: Scene) -> object:
        return admin.overview(tx, actor, BOT, EVENING)

    scene = stage.scene
    assert tried(stage, looks, TRIES, Role.ADMINISTRATOR, scene.root).refusal is None
    holds_back(tried(stage, looks, TRIES, Role.ADMINISTRATOR, scene.study.committee))
    for role in set(Role) - {Role.ADMINISTRATOR}:
        holds_back(tried(stage, looks, TRIES, role, scene.root))


async def test_a_refused_button_says_so_and_leaves_one_line_in_the_trail(world: World) -> None:
    committee = world.committee("机关党委")
    branch = world.branch("第一党支部", ["李强", "赵敏"], "王芳", under=committee, group_chat=True)
    outsider = world.branch("第二党支部", ["周平"], "陈静", under=committee)["陈静"]
    wang = branch["王芳"]
    wang.says("/newtopic 学习基层工作条例\n发布: 现在\n第一章")
    await world.settle()
    wang.taps("发布")
    wang.says("/newactivity 主题党日\n时间: 2026-11-20 15:00\n地点: 纪念馆")
    await world.settle()
    wang.taps("发布")
    await world.settle()
    outsider.says("/help")
    await world.settle()
    unit, person = branch.unit, branch.people["李强"].person
    forged = {
        "withdraw:1:1": Act.POST_TOPIC,
        f"missing:1:{unit}:0": Act.SEE_OUTSTANDING,
        f"share:{unit}": Act.INVITE,
        f"invitep:{unit}:{person}:": Act.INVITE,
        f"inviteo:{unit}:{person}:": Act.INVITE,
        f"invites:{unit}": Act.INVITE,
        f"take:{unit}:0": Act.MOVE_MEMBER,
        f"comeback:{unit}:{person}:1": Act.MOVE_MEMBER,
        f"left:{branch.people['李强'].membership}:1": Act.MOVE_MEMBER,
        f"sum:{unit}:2026-11": Act.SEE_SUMMARY,
        f"unit:{unit}:0": Act.SEE_UNITS,
        f"usetone|{unit}|checkin|off": Act.CHANGE_SETTINGS,
        f"unitnew:{unit}:group:regular": Act.ADD_UNIT,
        f"unitend:{unit}:0": Act.CHANGE_UNIT,
        f"rolegive:{unit}:secretary:{person}": Act.APPOINT,
        f"rolegive:{unit}:administrator:{person}": Act.APPOINT_ADMINISTRATOR,
    }
    moving = {"inbox", "conversations", "audit"}

    def rest(tx: Transaction) -> str:
        rows = [
            repr(tuple(row))
            for table in Base.metadata.sorted_tables
            if table.name not in moving
            for row in tx.execute(select(table))
        ]
        return hashlib.sha256(repr(sorted(rows)).encode()).hexdigest()

    before, told = world.database.read_now(rest), len(outsider.alerts)
    trail = len(world.rows(AuditEntry))
    for data in forged:
        outsider.taps_data(data, on=outsider.last_message)
        await world.settle()
    with speaking("zh"):
        assert outsider.alerts[told:] == [words(NotForYou())] * len(forged)
    assert world.database.read_now(rest) == before
    new = world.rows(AuditEntry)[trail:]
    assert [(row["act"], row["detail"]) for row in new] == [
        ("refused", f'{{"act": "{act}"}}') for act in forged.values()
    ]
    assert {row["unit_id"] for row in new} == {unit}
