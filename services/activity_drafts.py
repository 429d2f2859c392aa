"""A plan being made: a row that survives restarts, shown exactly as it will be posted."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from domain.activities import (
    AGENDA_LIMIT,
    CATALOGUE,
    NOTICE_AHEAD,
    PLACE_LIMIT,
    TITLE_LIMIT,
    Activity,
    Draft,
    Kind,
    Planned,
    State,
)
from domain.activity_forms import ActivityForm, read_repeat, split_end
from domain.actors import Actor
from domain.errors import (
    AlreadyStarted,
    BadRule,
    CalledOff,
    Gone,
    NeverOccurs,
    NobodyToPlanFor,
    NotForYou,
    PastTime,
    TimeMissing,
    UnreadableRepeat,
)
from domain.ids import ActivityId, UnitId
from domain.moments import read_wall
from domain.recurrence import Recurrence, Slot, day_key, next_slots, wall_of
from domain.roles import Act
from domain.zones import to_instant, to_local
from services import gatherings
from services.activities import announce, checked, led_units
from services.actors import known, permit, settings_at
from storage import activities, audit, schedules, units
from storage.database import Transaction

SHOWN_SLOTS = 3  # of a rule, so that its maker sees it is the one meant


def begin(
    tx: Transaction, actor: Actor, kind: Kind, key: str, now: datetime, fallback: Mapping[str, str]
) -> Draft:
    """Start a plan for the first unit the actor plans for; the same key finds the same plan.

    Raises Stranger, NotForYou, NobodyToPlanFor.
    """
    by = known(actor)
    mine = led_units(tx, actor, now)
    if not mine:
        raise NobodyToPlanFor if actor.appointments else NotForYou
    zone = settings_at(tx, mine[0], now, fallback).zone
    return preview(tx, actor, activities.add_draft(tx, mine[0], kind, zone, key, by, now), now)


def compose(
    tx: Transaction,
    actor: Actor,
    form: ActivityForm,
    key: str,
    now: datetime,
    fallback: Mapping[str, str],
) -> Draft:
    """A plan from one message. Raises as the single steps do; then nothing is kept."""
    draft = begin(tx, actor, form.kind or Kind.THEME_DAY, key, now, fallback)
    reword(tx, actor, draft.id, now, title=form.title, place=form.place, agenda=form.agenda)
    if form.time:
        set_time(tx, actor, draft.id, form.time, now)
    if form.repeat:
        set_repeat(tx, actor, draft.id, form.repeat, now)
    return preview(tx, actor, draft.id, now)


def preview(tx: Transaction, actor: Actor, draft_id: ActivityId, now: datetime) -> Draft:
    """The plan as it stands. Raises Gone, NotForYou."""
    row = _own(tx, actor, draft_id)
    unit = units.unit_with(tx, row.unit_id, now.date())
    if unit is None:
        raise Gone
    return Draft(
        draft_id,
        row.unit_id,
        unit.name,
        Kind(row.kind),
        row.title,
        row.place,
        row.agenda,
        row.starts_at,
        row.ends_at,
        row.zone,
        row.draft_rule,
        tuple(slot.at for slot in _slots(row, now, SHOWN_SLOTS)),
        _clashes(tx, row),
        row.starts_at is not None and row.starts_at - now < NOTICE_AHEAD,
        len(led_units(tx, actor, now)) > 1,
    )


def set_kind(tx: Transaction, actor: Actor, draft_id: ActivityId, kind: Kind, now: datetime) -> Draft:
    """What it is; a time already set keeps its start and takes the kind's usual length."""
    row = _own(tx, actor, draft_id)
    ends = row.starts_at + timedelta(minutes=CATALOGUE[kind].minutes) if row.starts_at else None
    activities.change(tx, draft_id, kind=kind, ends_at=ends)
    return preview(tx, actor, draft_id, now)


def next_unit(
    tx: Transaction, actor: Actor, draft_id: ActivityId, now: datetime, fallback: Mapping[str, str]
) -> Draft:
    """Plan it for the next of the units the actor plans for."""
    row = _own(tx, actor, draft_id)
    mine = led_units(tx, actor, now)
    at = mine.index(row.unit_id) if row.unit_id in mine else -1
    unit: UnitId = mine[(at + 1) % len(mine)]
    zone = settings_at(tx, unit, now, fallback).zone
    wall = row.draft_wall if zone == row.zone else None
    activities.change(tx, draft_id, unit_id=unit, zone=zone, draft_wall=wall)
    return preview(tx, actor, draft_id, now)


def set_time(tx: Transaction, actor: Actor, draft_id: ActivityId, words: str, now: datetime) -> Draft:
    """When it is held, as in `2026-11-20 15:00` or `周五 15:00-17:00`. Raises UnreadableTime, PastTime."""
    row = _own(tx, actor, draft_id)
    start_words, end = split_end(words)
    wall = read_wall(start_words, now, row.zone)
    starts = to_instant(wall, row.zone)
    if starts <= now:
        raise PastTime
    ends = starts + timedelta(minutes=CATALOGUE[Kind(row.kind)].minutes)
    if end is not None:
        local = to_local(starts, row.zone).replace(hour=end[0], minute=end[1])
        ends = to_instant(local, row.zone)
        if ends <= starts:
            ends = to_instant(local + timedelta(days=1), row.zone)
    skipped = _if_skipped(wall, row.zone)
    activities.change(tx, draft_id, starts_at=starts, ends_at=ends, draft_wall=skipped)
    return preview(tx, actor, draft_id, now)


def set_repeat(tx: Transaction, actor: Actor, draft_id: ActivityId, words: str, now: datetime) -> Draft:
    """How it recurs, in words or as an RFC 5545 rule; the start becomes the first time that fits.

    Raises TimeMissing, UnreadableRepeat, NeverOccurs.
    """
    row = _own(tx, actor, draft_id)
    if row.starts_at is None:
        raise TimeMissing
    recurrence = _recurrence(words, _wall(row), row.zone)
    if recurrence is None:
        activities.change(tx, draft_id, draft_rule=None)
        return preview(tx, actor, draft_id, now)
    first = next_slots(recurrence, row.starts_at - timedelta(seconds=1))
    if not first:
        raise NeverOccurs
    lasts = row.ends_at - row.starts_at
    activities.change(
        tx,
        draft_id,
        draft_rule=recurrence.rule,
        starts_at=first[0].at,
        ends_at=first[0].at + lasts,
        draft_wall=_if_skipped(wall_of(recurrence, first[0]), row.zone),
    )
    return preview(tx, actor, draft_id, now)


def _recurrence(words: str, starts: datetime, zone: str) -> Recurrence | None:
    """What the words mean for something first held at `starts`; None: once. Raises UnreadableRepeat."""
    try:
        rule = read_repeat(words, starts)
        return None if rule is None else Recurrence(rule, zone, starts)
    except BadRule as error:
        raise UnreadableRepeat from error


def reword(
    tx: Transaction,
    actor: Actor,
    draft_id: ActivityId,
    now: datetime,
    *,
    title: str | None = None,
    place: str | None = None,
    agenda: str | None = None,
) -> Draft:
    """What the card will say. Raises TooLong."""
    row = _own(tx, actor, draft_id)
    activities.change(
        tx,
        draft_id,
        title=checked(title, TITLE_LIMIT, row.title),
        place=checked(place, PLACE_LIMIT, row.place),
        agenda=checked(agenda, AGENDA_LIMIT, row.agenda),
    )
    return preview(tx, actor, draft_id, now)


def discard(tx: Transaction, actor: Actor, draft_id: ActivityId) -> None:
    """Throw the plan away; nobody has seen it."""
    row = activities.draft_with(tx, draft_id)
    if row is not None and row.created_by == known(actor):
        activities.discard_draft(tx, draft_id)


def publish(tx: Transaction, actor: Actor, draft_id: ActivityId, now: datetime) -> Planned:
    """Let the plan stand. Published again, it stands as it did: the draft's id is its key.

    What is held once is announced at once; what recurs, seven days ahead of each time. Raises TimeMissing,
    PastTime, NotForYou, Gone.
    """
    activities.hold(tx, draft_id)
    row = activities.draft_with(tx, draft_id)
    if row is None:
        raise Gone
    permit(tx, actor, Act.PLAN_ACTIVITY, row.unit_id, now)
    if State(row.state) is not State.DRAFT:
        return Planned(_still_planned(tx, draft_id), row.draft_rule, again=True)
    if row.starts_at is None:
        raise TimeMissing
    if row.starts_at <= now:
        raise PastTime
    schedule = None
    if row.draft_rule is not None:
        schedule = schedules.add_schedule(
            tx,
            row.unit_id,
            Kind(row.kind),
            row.draft_rule,
            row.zone,
            _wall(row),
            (row.ends_at - row.starts_at) // timedelta(minutes=1),
            row.title,
            row.place,
            row.agenda,
            f"activity:{draft_id}",
            known(actor),
            now,
        )
    activities.publish(tx, draft_id, schedule, _slot_of(row), now)
    audit.note(tx, known(actor), "activity_published", "activity", draft_id, now, row.unit_id)
    activity = gatherings.planned(tx, draft_id)
    if schedule is None or activity.starts_at - now <= NOTICE_AHEAD:
        announce(tx, activity, now)
    return Planned(activity, row.draft_rule, again=False)


def _still_planned(tx: Transaction, draft_id: ActivityId) -> Activity:
    found = activities.activity_with(tx, draft_id)
    if found is None or found.state is State.CANCELLED:
        raise CalledOff
    return found


def _own(tx: Transaction, actor: Actor, draft_id: ActivityId) -> Row[Any]:
    """A plan still being made, by its maker. Raises Gone, NotForYou, AlreadyStarted once it was published."""
    row = activities.draft_with(tx, draft_id)
    if row is None or State(row.state) is State.CANCELLED:
        raise Gone
    if row.created_by != known(actor):
        raise NotForYou
    if State(row.state) is not State.DRAFT:
        raise AlreadyStarted
    return row


def _slot_of(row: Row[Any]) -> str:
    """The slot of a plan's first time, as planning would key it."""
    if row.draft_rule is None:
        return to_local(row.starts_at, row.zone).date().isoformat()
    recurrence = Recurrence(row.draft_rule, row.zone, _wall(row))
    return day_key(recurrence, next_slots(recurrence, row.starts_at - timedelta(seconds=1))[0])


def _slots(row: Row[Any], now: datetime, count: int) -> list[Slot]:
    if row.draft_rule is None or row.starts_at is None:
        return []
    recurrence = Recurrence(row.draft_rule, row.zone, _wall(row))
    return next_slots(recurrence, max(now, row.starts_at - timedelta(seconds=1)), count)


def _wall(row: Row[Any]) -> datetime:
    """The wall time that was asked for: what recurs keeps it, where its first day happens to skip it too."""
    if row.draft_wall is not None:
        return datetime.fromisoformat(row.draft_wall)
    return to_local(row.starts_at, row.zone)


def _if_skipped(wall: datetime, zone: str) -> str | None:
    """The wall time to remember, where the moment itself does not show it."""
    return None if to_local(to_instant(wall, zone), zone) == wall else wall.isoformat()


def _clashes(tx: Transaction, row: Row[Any]) -> bool:
    """Whether something of this kind already stands for that unit on that day."""
    if row.starts_at is None:
        return False
    day = to_local(row.starts_at, row.zone).replace(hour=0, minute=0)
    first = to_instant(day, row.zone)
    same_day = activities.between(tx, [row.unit_id], first, to_instant(day + timedelta(days=1), row.zone))
    return any(one.kind == row.kind for one in same_day)
