"""What a delivery about an activity says when it is sent; None when it is no longer owed."""

from datetime import datetime

from domain.activities import STAGES, Answer, Called, Notice, Reminder, State
from domain.attendance import Roster
from domain.deliveries import Destination
from domain.ids import ActivityId, PersonId
from domain.participation import CountedAs
from services import gatherings, notices
from services.rolls import roster_of
from storage import activities
from storage.database import Transaction

LAST_CALLS = STAGES[1].lead  # from here on those going are reminded as well


def notice_facts(tx: Transaction, subject: int, to: Destination, now: datetime) -> Notice | None:
    """The card: a group's in any state, a person's while they are still asked to come."""
    activity = activities.activity_with(tx, ActivityId(subject))
    if activity is None:
        return None
    gathering = gatherings.gathered(tx, activity)
    if not to.private:
        return notices.seen_in_group(tx, gathering, now)
    place = gathering.participant(to.person) if to.person else None
    if place is None or to.person is None or place.part is CountedAs.EXEMPT:
        return None
    if activity.state not in {State.PLANNED, State.STARTED} or gathering.answer_of(place.membership).on_leave:
        return None
    return notices.seen_by_person(tx, gathering, to.person, now)


def reminder_facts(tx: Transaction, subject: int, to: Destination, now: datetime) -> Reminder | None:
    """Still expected, not excused, not declined; far ahead those going need none, unless it moved."""
    activity = activities.activity_with(tx, ActivityId(subject))
    if activity is None or activity.state is not State.PLANNED or activity.starts_at <= now:
        return None
    gathering = gatherings.gathered(tx, activity)
    place = gathering.participant(to.person) if to.person else None
    if place is None or place.part is CountedAs.EXEMPT:
        return None
    answer = gathering.answer_of(place.membership)
    near = activity.starts_at - now <= LAST_CALLS or activity.version > 1
    if answer.on_leave or answer is Answer.NOT_GOING or (answer is Answer.GOING and not near):
        return None
    return Reminder(activity, answer, now)


def roster_facts(tx: Transaction, subject: int, to: Destination, now: datetime) -> Roster | None:
    """The roster, to those who keep it, until it is confirmed."""
    activity = activities.activity_with(tx, ActivityId(subject))
    if activity is None or activity.state not in {State.PLANNED, State.STARTED}:
        return None
    if to.person not in gatherings.keepers_of(tx, activity):
        return None
    return roster_of(tx, activity, now)


def cancelled_facts(tx: Transaction, subject: int, to: Destination) -> Called | None:
    """It was called off, to those who were coming."""
    activity = activities.activity_with(tx, ActivityId(subject))
    if activity is None or activity.state is not State.CANCELLED or to.person is None:
        return None
    return Called(activity) if _came(tx, activity.id, to.person) else None


def _came(tx: Transaction, activity: ActivityId, person: PersonId) -> bool:
    gathering = gatherings.gathered(tx, gatherings.planned(tx, activity))
    place = gathering.participant(person)
    return place is not None and gathering.answer_of(place.membership) is Answer.GOING
