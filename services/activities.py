"""Theme days and meetings: planned, published, moved, called off."""

from datetime import datetime, timedelta

from domain.activities import (
    AGENDA_LIMIT,
    CATALOGUE,
    PLACE_LIMIT,
    TITLE_LIMIT,
    Activity,
    AgendaLine,
    Answer,
    Audience,
    State,
)
from domain.actors import Actor
from domain.deliveries import Cause, Kind
from domain.errors import (
    AlreadyStarted,
    CalledOff,
    NobodyToPlanFor,
    NotForYou,
    NotStartedYet,
    PastTime,
    TooLong,
)
from domain.ids import ActivityId, PersonId, UnitId
from domain.moments import read_moment
from domain.roles import Act
from domain.units import UnitKind
from services import cards, deliveries, gatherings
from services.actors import allows, known, permit
from services.gatherings import Gathering
from storage import activities, audit, chats, leaves, schedules, units
from storage.database import Transaction

SHOWN = 10  # activities on one agenda: a month's worth and more
LATELY = timedelta(days=31)  # how far back a keeper still finds an activity in the list


def announce(tx: Transaction, activity: Activity, now: datetime) -> None:
    """Owe the notice: the card of the branch's chats, or a private one to those it is for."""
    cause = Cause(f"activity:{activity.id}", activity.local_date.isoformat(), "notice")
    gathering = gatherings.gathered(tx, activity)
    to_all = CATALOGUE[activity.kind].audience is not Audience.COMMITTEE
    until = activity.starts_at
    if to_all and activity.unit == gathering.branch:
        deliveries.owe_branch(
            tx, cause, Kind.ACTIVITY_NOTICE, activity.id, gathering.branch, now, expires_at=until
        )
        return
    bound = chats.chats_bound_to(tx, activity.unit) if to_all else []
    if bound:
        deliveries.owe_chats(tx, cause, Kind.ACTIVITY_NOTICE, activity.id, bound, now, expires_at=until)
    else:
        people = [one.person for one in gathering.expected]
        deliveries.owe_people(tx, cause, Kind.ACTIVITY_NOTICE, activity.id, people, now, expires_at=until)


def cancel(tx: Transaction, actor: Actor, activity_id: ActivityId, now: datetime) -> int:
    """Call an activity off before it starts; how many of those coming are told. Again: nothing changes.

    Raises Gone, NotForYou, AlreadyStarted.
    """
    activity = _changeable(tx, actor, activity_id, now, but=State.CANCELLED)
    if activity.state is State.CANCELLED:
        return 0
    return _call_off(tx, actor, activity, now)


def end_series(tx: Transaction, actor: Actor, activity_id: ActivityId, now: datetime) -> int:
    """Call off an activity and all that its schedule would still bring; how many people are told."""
    activity = _changeable(tx, actor, activity_id, now, but=State.CANCELLED)
    if activity.schedule is None:
        return cancel(tx, actor, activity_id, now)
    schedules.end(tx, activity.schedule, now)
    audit.note(tx, known(actor), "schedule_ended", "schedule", activity.schedule, now, activity.unit)
    coming = schedules.still_to_come(tx, activity.schedule, now)
    return sum(_call_off(tx, actor, gatherings.planned(tx, one), now) for one in coming)


def _call_off(tx: Transaction, actor: Actor, activity: Activity, now: datetime) -> int:
    gathering = gatherings.gathered(tx, activity)
    activities.change(tx, activity.id, state=State.CANCELLED)
    deliveries.withdraw(tx, f"activity:{activity.id}", now)
    audit.note(tx, known(actor), "activity_cancelled", "activity", activity.id, now, activity.unit)
    cause = Cause(f"activity:{activity.id}:cancelled", activity.local_date.isoformat(), "cancelled")
    told = deliveries.owe_people(
        tx,
        cause,
        Kind.ACTIVITY_CANCELLED,
        activity.id,
        going(gathering),
        now,
        expires_at=activity.ends_at,
    )
    cards.mark_stale(tx, "activity", activity.id)
    return told


def move(
    tx: Transaction, actor: Actor, activity_id: ActivityId, words: str, now: datetime
) -> tuple[Activity, int]:
    """Set a planned activity for another time; it as it stands then, and how many of those coming are told.

    Raises UnreadableTime, PastTime, and as `cancel` does.
    """
    activity = _changeable(tx, actor, activity_id, now)
    starts = read_moment(words, now, activity.zone)
    if starts <= now:
        raise PastTime
    if starts == activity.starts_at:
        return activity, 0
    ends = starts + (activity.ends_at - activity.starts_at)
    activities.change(tx, activity_id, starts_at=starts, ends_at=ends, version=activity.version + 1)
    audit.note(tx, known(actor), "activity_moved", "activity", activity_id, now, activity.unit)
    moved = gatherings.planned(tx, activity_id)
    leaves.move(tx, moved)
    cause = Cause(f"activity:{activity_id}", moved.local_date.isoformat(), f"moved/{moved.version}")
    told = deliveries.owe_people(
        tx,
        cause,
        Kind.ACTIVITY_REMINDER,
        activity_id,
        going(gatherings.gathered(tx, moved)),
        now,
        expires_at=starts,
    )
    cards.mark_stale(tx, "activity", activity_id)
    return moved, told


def reword(
    tx: Transaction,
    actor: Actor,
    activity_id: ActivityId,
    now: datetime,
    *,
    title: str | None = None,
    place: str | None = None,
    agenda: str | None = None,
) -> Activity:
    """Change what a planned activity's card says, wherever it stands already."""
    activity = _changeable(tx, actor, activity_id, now)
    activities.change(
        tx,
        activity_id,
        title=checked(title, TITLE_LIMIT, activity.title),
        place=checked(place, PLACE_LIMIT, activity.place),
        agenda=checked(agenda, AGENDA_LIMIT, activity.agenda),
    )
    audit.note(tx, known(actor), "activity_reworded", "activity", activity_id, now, activity.unit)
    cards.mark_stale(tx, "activity", activity_id)
    return gatherings.planned(tx, activity_id)


def not_held(tx: Transaction, actor: Actor, activity_id: ActivityId, now: datetime) -> Activity:
    """It did not take place (未举行): its roster counts nowhere. Raises NotStartedYet before its time."""
    activities.hold(tx, activity_id)
    activity = gatherings.planned(tx, activity_id)
    gatherings.permit_inside(tx, actor, Act.TAKE_ATTENDANCE, activity)
    if now < activity.starts_at:
        raise NotStartedYet
    match activity.state:
        case State.NOT_HELD:
            return activity
        case State.PLANNED | State.STARTED:
            activities.change(tx, activity_id, state=State.NOT_HELD)
            audit.note(tx, known(actor), "activity_not_held", "activity", activity_id, now, activity.unit)
            cards.mark_stale(tx, "activity", activity_id)
            return gatherings.planned(tx, activity_id)
        case _:
            raise CalledOff if activity.state is State.CANCELLED else AlreadyStarted


def agenda(tx: Transaction, actor: Actor, now: datetime) -> tuple[AgendaLine, ...]:
    """What is coming for the actor, with what they said, soonest first."""
    known(actor)
    held_by = [unit for one in actor.belongings for unit in (one.branch, one.group) if unit is not None]
    found = (gatherings.gathered(tx, one) for one in activities.coming_to(tx, held_by, now, SHOWN))
    return tuple(
        _line(tx, one, actor.person) for one in found if actor.person and one.participant(actor.person)
    )


def agenda_of_group(tx: Transaction, unit: UnitId, now: datetime) -> tuple[AgendaLine, ...]:
    """What is coming for a whole unit: nothing about anybody."""
    found = activities.coming_to(tx, [unit], now, SHOWN)
    public = (one for one in found if CATALOGUE[one.kind].audience is not Audience.COMMITTEE)
    return tuple(_line(tx, gatherings.gathered(tx, one), None) for one in public)


def agenda_here(
    tx: Transaction, platform: str, bot_id: int, chat_id: int, thread_id: int, now: datetime
) -> tuple[AgendaLine, ...]:
    """The agenda of the unit that a group stands for; empty where it stands for none."""
    chat = chats.chat_with(tx, platform, bot_id, chat_id, thread_id)
    unit = chats.unit_of(tx, chat) if chat is not None else None
    return agenda_of_group(tx, unit, now) if unit is not None else ()


def leavable(tx: Transaction, actor: Actor, now: datetime) -> tuple[Activity, ...]:
    """What is coming that the actor is expected at and has not asked leave from."""
    return tuple(
        line.activity
        for line in agenda(tx, actor, now)
        if line.activity.starts_at > now and line.answer is not None and not line.answer.on_leave
    )


def managed(tx: Transaction, actor: Actor, activity_id: ActivityId, now: datetime) -> tuple[Activity, int]:
    """An activity before those who may change it, and how many are coming. Raises Gone, NotForYou."""
    activity = gatherings.planned(tx, activity_id)
    permit(tx, actor, Act.PLAN_ACTIVITY, activity.unit, now)
    return activity, gatherings.gathered(tx, activity).counts.going


def led_by(tx: Transaction, actor: Actor, now: datetime) -> tuple[Activity, ...]:
    """The activities whose roster the actor keeps or whose plan they may change: coming, then of late.

    Raises Stranger, NotForYou, NobodyToPlanFor.
    """
    known(actor)
    units_led = led_units(tx, actor, now)
    if not units_led:
        raise NobodyToPlanFor if actor.appointments else NotForYou
    coming = activities.coming_to(tx, units_led, now, SHOWN)
    lately = [
        one
        for one in activities.lately_of(tx, units_led, now, SHOWN)
        if one.starts_at > now - LATELY and one not in coming
    ]
    return (*coming, *lately)


def led_units(tx: Transaction, actor: Actor, now: datetime) -> list[UnitId]:
    """Branches and groups the actor may plan for: those they lead, and the groups of a branch they lead."""
    found: dict[UnitId, None] = {}
    for held in actor.appointments:
        unit = units.unit_with(tx, held.unit, now.date())
        if unit is None or unit.kind not in {UnitKind.BRANCH, UnitKind.GROUP} or not _plans(actor, held.unit):
            continue
        found[unit.id] = None
        if unit.kind is UnitKind.BRANCH:
            found.update({child.id: None for child in units.children_of(tx, unit.id, now.date())})
    return list(found)


def _plans(actor: Actor, unit: UnitId) -> bool:
    return allows(actor, Act.PLAN_ACTIVITY, (unit,))


def going(gathering: Gathering) -> list[PersonId]:
    """Those who said they come."""
    return [
        one.person for one in gathering.participants if gathering.answer_of(one.membership) is Answer.GOING
    ]


def checked(text: str | None, limit: int, before: str) -> str:
    """The text as it is kept; None keeps what was there. Raises TooLong."""
    if text is None:
        return before
    typed = text.strip()
    if len(typed) > limit:
        raise TooLong(len(typed), limit)
    return typed


def _changeable(
    tx: Transaction, actor: Actor, activity_id: ActivityId, now: datetime, but: State | None = None
) -> Activity:
    """A planned activity that the actor may change (`but`: or one already in that state)."""
    activities.hold(tx, activity_id)
    activity = gatherings.planned(tx, activity_id)
    permit(tx, actor, Act.PLAN_ACTIVITY, activity.unit, now)
    if activity.state is but:
        return activity
    if activity.state in {State.CANCELLED, State.NOT_HELD}:
        raise CalledOff
    if activity.state is not State.PLANNED or activity.starts_at <= now:
        raise AlreadyStarted
    return activity


def _line(tx: Transaction, gathering: Gathering, person: PersonId | None) -> AgendaLine:
    activity = gathering.activity
    unit = units.unit_with(tx, activity.unit, activity.local_date)
    return AgendaLine(
        activity,
        unit.name if unit else "",
        gathering.asked_of(person),
        gathering.counts,
    )
