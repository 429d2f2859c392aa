"""What follows somebody from one branch to another: leave goes along, answers lapse, what is open comes."""

from datetime import datetime, timedelta

from domain.activities import CATALOGUE, Activity, Audience, State
from domain.deliveries import Cause, Kind
from domain.ids import MembershipId, PersonId, UnitId
from services import cards, deliveries, leaves
from services.topic_windows import series
from storage import activities, activity_plans, obligations, rsvps, topics, units
from storage import leaves as kept
from storage.database import Transaction

AHEAD = timedelta(days=400)  # nothing is planned further ahead


def let_go(
    tx: Transaction,
    person: PersonId,
    old: MembershipId,
    branch: UnitId,
    at: datetime,
    zone: str,
    now: datetime,
    to: tuple[MembershipId, UnitId] | None = None,
) -> None:
    """From `at` on the person is not in the branch any more, but where `to` says, if anywhere.

    What is past stays as it was counted.
    """
    coming = _planned(tx, branch, at)
    rsvps.forget(tx, [one.id for one in coming], old)
    for leave in kept.standing_of(tx, person, at):
        if leave.membership == old:
            leaves.carry(tx, leave, to, at, zone, now)
    _mark(tx, coming)


def take_in(tx: Transaction, person: PersonId, branch: UnitId, now: datetime) -> None:
    """What the branch has open and announced comes to the person as well, where it writes to people."""
    coming = _planned(tx, branch, now)
    _mark(tx, coming)
    if not obligations.is_written_to(tx, person, branch):
        return
    for given in topics.opened_for(tx, [branch], now, now):
        if given.pushed_at is not None:
            cause = Cause(series(given.topic), given.slot, "push")
            until = given.closes_at
            deliveries.owe_people(tx, cause, Kind.TOPIC_PUSH, given.topic, [person], now, expires_at=until)
    told = activity_plans.announced(tx, [one.id for one in coming])
    for one in coming:
        to_all = one.unit == branch and CATALOGUE[one.kind].audience is not Audience.COMMITTEE
        if to_all and one.id in told:
            cause = Cause(f"activity:{one.id}", one.local_date.isoformat(), activity_plans.NOTICE)
            deliveries.owe_people(
                tx, cause, Kind.ACTIVITY_NOTICE, one.id, [person], now, expires_at=one.starts_at
            )


def _planned(tx: Transaction, branch: UnitId, at: datetime) -> list[Activity]:
    """What the branch and its groups have planned from then on."""
    parts = [branch, *(unit.id for unit in units.children_of(tx, branch, at.date()))]
    found = activities.between(tx, parts, at, at + AHEAD)
    return [one for one in found if one.state is State.PLANNED]


def _mark(tx: Transaction, coming: list[Activity]) -> None:
    for one in coming:
        cards.mark_stale(tx, "activity", one.id)
