"""What the clock does for activities: occurrences, notices, reminders, rosters."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from domain.activities import NOTICE_AHEAD, PLAN_AHEAD, STAGES, Activity, Stage, reminds
from domain.attendance import TAP_FROM
from domain.deliveries import Cause, Kind
from domain.ids import PersonId
from domain.recurrence import Recurrence, day_key, occurrences
from services import cards, deliveries, gatherings
from services.activities import announce
from services.attendance import snapshot
from storage import activities, activity_plans, schedules
from storage.activity_plans import stage_of
from storage.database import Transaction
from storage.schedules import Schedule

BATCH = 20  # things planned in one act: keeps it under 50 ms
LONGEST_GAP = timedelta(days=366 * 2)  # a yearly rule finds its next occurrence within this

# The keepers hear a day before who comes; from half an hour before, the card takes taps at the door.
ROSTER = Stage("roster-1d", timedelta(days=1), timedelta(hours=2), timedelta(hours=6), to_going=False)
DOORS = Stage("doors", TAP_FROM, timedelta(0), timedelta(0), to_going=False)
OVER = "over"


def plan_due(tx: Transaction, now: datetime, fallback: Mapping[str, str]) -> int:  # noqa: ARG001 - zones stand with the activity
    """Do a bounded part of what is due; how many things, 0 when nothing is."""
    done = sum(_begin(tx, activity, now) for activity in activities.begun_unsnapshotted(tx, now, BATCH))
    horizon = (now + PLAN_AHEAD + timedelta(days=1)).date().isoformat()
    done += sum(_extend(tx, one, now) for one in schedules.short_of(tx, horizon, BATCH))
    for activity in activity_plans.unannounced(tx, now, NOTICE_AHEAD, BATCH):
        announce(tx, activity, now)
        done += 1
    for stage in (*STAGES, ROSTER, DOORS):
        coming = activity_plans.coming_without(tx, stage.name, now, stage.lead, stage.until, BATCH)
        done += sum(_stage(tx, stage, activity, announced, now) for activity, announced in coming)
    for over in activity_plans.over_without(tx, OVER, now, BATCH):
        activity = gatherings.planned(tx, over)
        deliveries.owe_people(tx, _cause(activity, OVER), Kind.ACTIVITY_NOTICE, over, [], now)
        cards.mark_stale(tx, "activity", over)
        done += 1
    return done


def next_due(tx: Transaction, now: datetime, fallback: Mapping[str, str]) -> datetime | None:  # noqa: ARG001 - as planning calls it
    """When next an activity is announced, reminded of, started or over."""
    leads = [timedelta(0), *(stage.lead for stage in (*STAGES, ROSTER, DOORS))]
    moments = [activities.next_start(tx, now, lead) for lead in leads]
    moments.append(activity_plans.next_end(tx, now))
    return min((moment for moment in moments if moment is not None), default=None)


def _begin(tx: Transaction, activity: Activity, now: datetime) -> int:
    """It starts: the roster is taken, and stands prefilled before those who keep it."""
    snapshot(tx, activity, now)
    keepers = gatherings.keepers_of(tx, activity)
    deliveries.owe_people(
        tx,
        _cause(activity, "roster-start"),
        Kind.ACTIVITY_ROSTER,
        activity.id,
        keepers,
        now,
        expires_at=activity.ends_at + timedelta(days=7),
    )
    return 1


def _extend(tx: Transaction, schedule: Schedule, now: datetime) -> int:
    """Plan occurrences until one lies beyond the horizon; a rule that has run out ends its schedule."""
    recurrence = Recurrence(schedule.rule, schedule.zone, schedule.starts)
    horizon = (now + PLAN_AHEAD + timedelta(days=1)).date().isoformat()
    for slot in occurrences(recurrence, now, now + PLAN_AHEAD + LONGEST_GAP):
        day = day_key(recurrence, slot)
        schedules.make_occurrence(tx, schedule, day, slot.at, now)
        if day >= horizon:
            return 1
    schedules.end(tx, schedule.id, now)
    return 1


def _stage(tx: Transaction, stage: Stage, activity: Activity, announced: datetime, now: datetime) -> int:
    """Owe one stage to those it concerns; nobody, where the notice came so late that it said the same."""
    if stage is DOORS:
        cards.mark_stale(tx, "activity", activity.id)
    told_just_now = announced > activity.starts_at - stage.lead - stage.apart
    people = [] if told_just_now or stage is DOORS else _concerned(tx, stage, activity)
    kind = Kind.ACTIVITY_ROSTER if stage is ROSTER else Kind.ACTIVITY_REMINDER
    expires = activity.starts_at - stage.until
    deliveries.owe_people(
        tx, _cause(activity, stage.name), kind, activity.id, people, now, expires_at=expires
    )
    return 1


def _concerned(tx: Transaction, stage: Stage, activity: Activity) -> Sequence[PersonId]:
    if stage is ROSTER:
        return gatherings.keepers_of(tx, activity)
    gathering = gatherings.gathered(tx, activity)
    return [one.person for one in gathering.expected if reminds(stage, gathering.answer_of(one.membership))]


def _cause(activity: Activity, stage: str) -> Cause:
    return Cause(
        f"activity:{activity.id}", activity.local_date.isoformat(), stage_of(stage, activity.version)
    )
