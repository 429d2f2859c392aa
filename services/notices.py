"""The card of an activity: as a group sees it, and as one member does."""

from datetime import datetime

from domain.activities import Notice
from domain.actors import Actor
from domain.attendance import TAP_FROM
from domain.ids import ActivityId, PersonId
from services import gatherings
from services.gatherings import Gathering
from storage import schedules, units
from storage.database import Transaction


def seen_by(tx: Transaction, actor: Actor, gathering: Gathering, now: datetime) -> Notice:
    """The card before the actor in private."""
    return _notice(tx, gathering, actor.person, now, private=True)


def seen_in_group(tx: Transaction, gathering: Gathering, now: datetime) -> Notice:
    """The card before everybody."""
    return _notice(tx, gathering, None, now, private=False)


def seen_by_person(tx: Transaction, gathering: Gathering, person: PersonId, now: datetime) -> Notice:
    """The card sent to one person."""
    return _notice(tx, gathering, person, now, private=True)


def card(tx: Transaction, actor: Actor, activity_id: ActivityId, now: datetime) -> Notice:
    """The card of an activity that is for the actor. Raises Gone, NotForYou."""
    gathering = gatherings.gathered(tx, gatherings.planned(tx, activity_id))
    gatherings.own_place(actor, gathering)
    return seen_by(tx, actor, gathering, now)


def _notice(
    tx: Transaction, gathering: Gathering, person: PersonId | None, now: datetime, *, private: bool
) -> Notice:
    activity = gathering.activity
    unit = units.unit_with(tx, activity.unit, activity.local_date)
    return Notice(
        activity=activity,
        unit_name=unit.name if unit else "",
        counts=gathering.counts,
        rule=schedules.rule_of(tx, activity.schedule) if activity.schedule else None,
        answer=gathering.asked_of(person),
        private=private,
        now=now,
        arriving=activity.starts_at - TAP_FROM <= now <= activity.ends_at,
    )
