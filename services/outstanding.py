"""Who has not checked in yet, for the branch's own eyes; reminding them, privately and once a topic."""

from collections.abc import Mapping
from datetime import datetime

from domain.actors import Actor
from domain.deliveries import Cause, Destination, Kind
from domain.errors import CheckInOff, Gone, NobodyElse, NotForYou, NothingOpen, TopicClosed, TopicWithdrawn
from domain.ids import MembershipId, TopicId, UnitId
from domain.outstanding import Choice, Outstanding, Reminded, Waited
from domain.roles import Act
from domain.topics import Given, TopicReminder, TopicState
from domain.units import Unit, UnitKind
from services import deliveries
from services.actors import known, permit, settings_at, today, units_where
from services.topic_windows import series
from storage import actors as belonging
from storage import audit, outstanding, people, topics, units
from storage.database import Transaction
from storage.deliveries import reachable_people


def choices(tx: Transaction, actor: Actor, now: datetime) -> list[Choice]:
    """The open topics of the branches whose names the actor may see, the earliest first.

    Raises Stranger, and NotForYou for those who may see nobody's.
    """
    known(actor)
    branches = {_branch_of(view) for view in _views(tx, actor, now)}
    if not branches:
        raise NotForYou
    found = topics.opened_for(tx, branches, now, now)
    return [Choice(given.topic, given.branch, given.title) for given in found]


def outstanding_of(
    tx: Transaction,
    actor: Actor,
    topic_id: TopicId,
    branch: UnitId,
    now: datetime,
    fallback: Mapping[str, str],
) -> Outstanding:
    """Who of the branch has not checked in; to a group leader, who of the group.

    Exempt members, applicants and those on leave are not among them. Raises NotForYou, Gone.
    """
    view = _view(tx, actor, branch, now)
    given = _given(tx, topic_id, branch)
    if not checkins_on(tx, branch, now):
        raise CheckInOff
    zone = settings_at(tx, branch, now, fallback).zone
    waited, on_leave = _waited(tx, given, view, now, zone)
    names = units.unit_with(tx, branch, today(now, zone))
    progress = outstanding.progress_of(tx, topic_id, branch)
    return Outstanding(
        topic_id,
        branch,
        given.title,
        names.name if names else "",
        given.closes_at,
        zone,
        tuple(waited),
        on_leave,
        outstanding.exempt_of(tx, topic_id, branch),
        progress.checked_in + progress.beside,
        now <= given.closes_at,
    )


def remind(
    tx: Transaction,
    actor: Actor,
    topic_id: TopicId,
    branch: UnitId,
    only: MembershipId | None,
    now: datetime,
    fallback: Mapping[str, str],
) -> Reminded:
    """Owe a private reminder to all the outstanding, or to one of them; each gets one for a topic at most.

    Whoever asks is left out: they know. Raises TopicClosed after the deadline, NobodyElse, CheckInOff.
    """
    seen = outstanding_of(tx, actor, topic_id, branch, now, fallback)
    if not seen.open:
        raise TopicClosed
    asked = [one for one in seen.waited if only is None or one.membership == only]
    if not asked:
        raise Gone
    asked = [one for one in asked if one.person != actor.person]
    if not asked:
        raise NobodyElse
    cause = Cause(series(topic_id), "-", "remind")
    before = outstanding.reminded(tx, cause)
    new = [one for one in asked if one.person not in before]
    deliveries.owe_people(
        tx,
        cause,
        Kind.TOPIC_REMINDER,
        topic_id,
        [one.person for one in new],
        now,
        expires_at=seen.closes_at,
    )
    if new:
        detail = {"people": len(new)}
        audit.note(tx, known(actor), "reminded", "topic", topic_id, now, branch, detail)
    unreachable = tuple(one.name for one in new if not reachable_people(tx, [one.person]))
    return Reminded(len(new) - len(unreachable), unreachable, len(asked) - len(new))


def reminder_facts(
    tx: Transaction, topic_id: TopicId, to: Destination, now: datetime, fallback: Mapping[str, str]
) -> TopicReminder | None:
    """What the reminder says; None for one who has checked in, is on leave, or whose topic is over."""
    person = to.person
    if person is None:
        return None
    for own in belonging.belongings_of(tx, person, today(now, to.zone), to.zone):
        for given in topics.given_to(tx, topic_id, [own.branch]):
            over = given.state is TopicState.WITHDRAWN or now > given.closes_at
            if over or not checkins_on(tx, own.branch, now):
                continue
            zone = settings_at(tx, own.branch, now, fallback).zone
            if own.id in {one.membership for one in _waited(tx, given, None, now, zone)[0]}:
                return TopicReminder(topic_id, given.title, given.closes_at, zone)
    return None


def checkins_on(tx: Transaction, branch: UnitId, now: datetime) -> bool:
    """Whether the branch uses check-ins; off or voluntary is for units to say, not for a deployment."""
    return settings_at(tx, branch, now, {}).checkins


def membership_seen(
    tx: Transaction,
    actor: Actor,
    membership: MembershipId,
    now: datetime,
    fallback: Mapping[str, str],
) -> tuple[UnitId, str]:
    """The branch of a member whose name the actor may see, and its zone. Raises NotForYou, Gone."""
    known(actor)
    found = people.membership_with(tx, membership, today(now, actor.zone))
    if found is None:
        raise Gone
    branch, group = found
    view = _view(tx, actor, branch, now)
    if view.kind is UnitKind.GROUP and view.id != group:
        raise NotForYou
    return branch, settings_at(tx, branch, now, fallback).zone


def _waited(
    tx: Transaction, given: Given, view: Unit | None, now: datetime, zone: str
) -> tuple[list[Waited], int]:
    group = view.id if view is not None and view.kind is UnitKind.GROUP else None
    found = outstanding.waited_for(tx, given.topic, given.branch, group, today(now, zone))
    away = outstanding.on_leave_of(tx, [one.membership for one in found], given.opens_at, given.closes_at)
    return [one for one in found if one.membership not in away], len(away)


def _given(tx: Transaction, topic_id: TopicId, branch: UnitId) -> Given:
    found = topics.given_to(tx, topic_id, [branch])
    if not found:
        raise Gone
    if found[0].state is TopicState.WITHDRAWN:
        raise TopicWithdrawn
    if found[0].pushed_at is None:
        raise NothingOpen
    return found[0]


def _views(tx: Transaction, actor: Actor, now: datetime) -> list[Unit]:
    """The branches and groups whose names the actor may see."""
    on = today(now, actor.zone)
    found = [units.unit_with(tx, unit, on) for unit in units_where(actor, Act.SEE_OUTSTANDING)]
    return [unit for unit in found if unit and unit.kind in (UnitKind.BRANCH, UnitKind.GROUP)]


def _branch_of(view: Unit) -> UnitId:
    return view.id if view.kind is UnitKind.BRANCH or view.parent is None else view.parent


def _view(tx: Transaction, actor: Actor, branch: UnitId, now: datetime) -> Unit:
    """The branch itself, or the group of it that the actor leads. Raises NotForYou."""
    views = [view for view in _views(tx, actor, now) if _branch_of(view) == branch]
    if not views:
        return permit(tx, actor, Act.SEE_OUTSTANDING, branch, now)
    return min(views, key=lambda view: view.kind is UnitKind.GROUP)
