"""Who took part: the roster taken at the start, taps at the door, the secretary's corrections."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from domain.activities import Activity, State
from domain.actors import Actor
from domain.attendance import Arrival, Roster, Row, counted, on_arrival, prefilled
from domain.attendance import after as next_outcome
from domain.errors import Gone, NothingToMakeUp, NotStartedYet, RosterClosed
from domain.ids import ActivityId, PersonId
from domain.participation import CountedAs, LeaveKind, Outcome
from domain.roles import Act
from services import cards, gatherings
from services.actors import known
from services.gatherings import Gathering
from services.rolls import roster_of
from storage import activities, attendance, audit, rollups
from storage.audiences import Participant
from storage.database import Transaction

MAKE_UP_WITHIN = timedelta(days=92)  # a quarter: what is older belongs to a figure already reported


def snapshot(tx: Transaction, activity: Activity, now: datetime) -> None:
    """The activity starts: a row for everybody expected or exempt, prefilled with what they said."""
    activities.hold(tx, activity.id)
    gathering = gatherings.gathered(tx, activity)
    there = {row.person for row in attendance.rows_of(tx, activity.id)}
    missing = [
        one
        for one in gathering.participants
        if one.person not in there and one.part is not CountedAs.OBSERVER
    ]
    attendance.set_down(
        tx, activity.id, [(_prefilled(gathering, one), one.standing) for one in missing], None
    )
    activities.change(tx, activity.id, state=State.STARTED, snapshot_at=now)
    cards.mark_stale(tx, "activity", activity.id)


def arrive(tx: Transaction, actor: Actor, activity_id: ActivityId, now: datetime) -> Arrival:
    """The actor says they are there. What the secretary said before stands; a second tap changes nothing.

    Raises NotForYou, CalledOff, NotYetStarting, RosterClosed.
    """
    activities.hold(tx, activity_id)
    activity = gatherings.standing(tx, activity_id)
    gathering = gatherings.gathered(tx, activity)
    place = gatherings.own_place(actor, gathering)
    outcome = on_arrival(activity, now)
    if activity.state is State.CONFIRMED:
        raise RosterClosed
    row = attendance.row_of(tx, activity_id, place.person)
    if row is not None and row.outcome is not None and row.marked_by is not None:
        return Arrival(activity, row.outcome, now, already=True)
    if row is None:
        arrived = _row(gathering, place, outcome, None, None, by=place.person)
        attendance.set_down(tx, activity_id, [(arrived, place.standing)], now)
    else:
        attendance.mark(tx, activity_id, place.person, outcome, None, None, place.person, now)
    return Arrival(activity, outcome, now, already=False)


def roster(tx: Transaction, actor: Actor, activity_id: ActivityId, now: datetime) -> Roster:
    """The roster before those who keep it. Raises NotForYou, Gone."""
    activity = gatherings.planned(tx, activity_id)
    gatherings.permit_inside(tx, actor, Act.TAKE_ATTENDANCE, activity)
    return roster_of(tx, activity, now)


def turn(tx: Transaction, actor: Actor, activity_id: ActivityId, person: PersonId, now: datetime) -> Roster:
    """The keeper taps a name: the next outcome for somebody expected; exempt: came or not; observer: off."""
    with _correcting(tx, actor, activity_id, now) as activity:
        row = attendance.row_of(tx, activity_id, person)
        if row is None:
            raise Gone
        match row.part:
            case CountedAs.OBSERVER:
                attendance.remove(tx, activity_id, person)
            case CountedAs.EXEMPT:
                came = None if row.outcome else Outcome.PRESENT
                attendance.mark(tx, activity_id, person, came, None, None, known(actor), now)
            case CountedAs.EXPECTED:
                _mark(tx, activity, row, next_outcome(row.outcome), known(actor), now)
        _note_mark(tx, actor, activity, person, now)
    return roster(tx, actor, activity_id, now)


def put(
    tx: Transaction, actor: Actor, activity_id: ActivityId, person: PersonId, outcome: Outcome, now: datetime
) -> Roster:
    """The keeper says how one expected person took part."""
    with _correcting(tx, actor, activity_id, now) as activity:
        row = attendance.row_of(tx, activity_id, person)
        if row is None or row.part is not CountedAs.EXPECTED:
            raise Gone
        _mark(tx, activity, row, outcome, known(actor), now)
        _note_mark(tx, actor, activity, person, now)
    return roster(tx, actor, activity_id, now)


def unsaid_came(tx: Transaction, actor: Actor, activity_id: ActivityId, now: datetime) -> Roster:
    """Everybody expected of whom nothing is known was there."""
    with _correcting(tx, actor, activity_id, now) as activity:
        attendance.unsaid_become(tx, activity_id, Outcome.PRESENT, known(actor), now)
        audit.note(tx, known(actor), "attendance_marked_all", "activity", activity_id, now, activity.unit)
    return roster(tx, actor, activity_id, now)


def confirm(tx: Transaction, actor: Actor, activity_id: ActivityId, now: datetime) -> Roster:
    """The roster stands: who is expected and unaccounted for was absent. Again: nothing changes."""
    with _correcting(tx, actor, activity_id, now) as activity:
        if activity.state is not State.CONFIRMED:
            by = known(actor)
            attendance.unsaid_become(tx, activity_id, Outcome.ABSENT, by, now)
            activities.change(tx, activity_id, state=State.CONFIRMED, confirmed_at=now, confirmed_by=by)
            audit.note(tx, by, "attendance_confirmed", "activity", activity_id, now, activity.unit)
            cards.mark_stale(tx, "activity", activity_id)
    return roster(tx, actor, activity_id, now)


def add(tx: Transaction, actor: Actor, activity_id: ActivityId, person: PersonId, now: datetime) -> Roster:
    """Somebody who is not on the roster came: expected if they should have stood there, else an observer."""
    with _correcting(tx, actor, activity_id, now) as activity:
        gathering = gatherings.gathered(tx, activity)
        if person not in {one for one, _ in roster_of(tx, activity, now).addable}:
            raise Gone
        if attendance.row_of(tx, activity_id, person) is None:
            place = gathering.participant(person)
            part = place.part if place else CountedAs.OBSERVER
            row = Row(
                person,
                place.membership if place else None,
                gathering.branch,
                part,
                Outcome.PRESENT,
                None,
                None,
                None,
                known(actor),
            )
            attendance.set_down(tx, activity_id, [(row, place.standing if place else None)], now)
            _note_mark(tx, actor, activity, person, now)
    return roster(tx, actor, activity_id, now)


def _note_mark(tx: Transaction, actor: Actor, activity: Activity, person: PersonId, now: datetime) -> None:
    detail = {"activity": activity.id}
    audit.note(tx, known(actor), "attendance_marked", "attendee", person, now, activity.unit, detail)


def make_up(tx: Transaction, actor: Actor, activity_id: ActivityId, now: datetime) -> Activity:
    """A member says they have made up (补学) what they missed on leave; saying it again changes nothing.

    Raises NothingToMakeUp.
    """
    activities.hold(tx, activity_id)
    activity = gatherings.standing(tx, activity_id)
    row = attendance.row_of(tx, activity_id, known(actor))
    if row is None or row.outcome is not Outcome.LEAVE:
        raise NothingToMakeUp
    if row.made_up_at is None:
        with _recounting(tx, activity):
            attendance.stamp_made_up(tx, activity_id, row.person, now)
        audit.note(tx, row.person, "made_up", "activity", activity_id, now, activity.unit)
    return activity


def to_make_up(tx: Transaction, actor: Actor, now: datetime) -> tuple[Activity, ...]:
    """What the actor missed on leave of late and may still make up."""
    missed = attendance.to_make_up(tx, known(actor), now - MAKE_UP_WITHIN)
    return tuple(gatherings.planned(tx, one) for one in missed)


def excuse(tx: Transaction, activity: Activity, person: PersonId) -> None:
    """A leave was approved after the start: it is no longer 未批."""
    activities.hold(tx, activity.id)
    with _recounting(tx, gatherings.planned(tx, activity.id)):
        attendance.approve_leave(tx, activity.id, person)


@contextmanager
def _correcting(tx: Transaction, actor: Actor, activity_id: ActivityId, now: datetime) -> Iterator[Activity]:
    """A change of the roster by one of its keepers; once confirmed, audited and counted anew."""
    activities.hold(tx, activity_id)
    activity = gatherings.standing(tx, activity_id)
    gatherings.permit_inside(tx, actor, Act.TAKE_ATTENDANCE, activity)
    if now < activity.starts_at:
        raise NotStartedYet
    if activity.state is State.PLANNED:
        snapshot(tx, activity, now)
    with _recounting(tx, activity):
        yield activity
    if activity.state is State.CONFIRMED:
        audit.note(tx, known(actor), "attendance_corrected", "activity", activity_id, now, activity.unit)


@contextmanager
def _recounting(tx: Transaction, activity: Activity) -> Iterator[None]:
    """Move the month's sums by whatever changes inside, once the roster is, or becomes, confirmed."""
    before = attendance.rows_of(tx, activity.id) if activity.state is State.CONFIRMED else None
    yield
    if gatherings.planned(tx, activity.id).state is not State.CONFIRMED:
        return
    rows = attendance.rows_of(tx, activity.id)
    branch = gatherings.branch_of(tx, activity.unit, activity.local_date)
    if branch is None:
        raise Gone
    for credited in sorted({branch, *(row.branch for row in [*rows, *(before or ())])}):
        held = credited == branch
        new = counted((row for row in rows if row.branch == credited), held=held)
        was = counted((row for row in before or () if row.branch == credited), held=held)
        old = was if before is not None else {}
        changes = {kind: amount - old.get(kind, 0) for kind, amount in new.items()}
        rollups.move_all(tx, credited, activity.month, changes)


def _mark(
    tx: Transaction, activity: Activity, row: Row, outcome: Outcome, by: PersonId, now: datetime
) -> None:
    """Leave that the keeper records is approved by that; leave asked before keeps its kind and decision."""
    kind, approved = None, None
    if outcome is Outcome.LEAVE:
        leave = gatherings.gathered(tx, activity).leaves.get(row.membership) if row.membership else None
        kind = leave.kind if leave else LeaveKind.OTHER
        approved = leave.approved if leave else True
    attendance.mark(tx, activity.id, row.person, outcome, kind, approved, by, now)


def _prefilled(gathering: Gathering, one: Participant) -> Row:
    if one.part is CountedAs.EXEMPT:
        return _row(gathering, one, None, None, None, by=None)
    answer = gathering.answer_of(one.membership)
    outcome = prefilled(answer)
    leave = gathering.leaves.get(one.membership)
    if outcome is not Outcome.LEAVE or leave is None:
        return _row(gathering, one, outcome, None, None, by=None)
    return _row(gathering, one, outcome, leave.kind, leave.approved, by=None)


def _row(
    gathering: Gathering,
    one: Participant,
    outcome: Outcome | None,
    kind: LeaveKind | None,
    approved: bool | None,
    by: PersonId | None,
) -> Row:
    branch = gathering.credited(one)
    return Row(one.person, one.membership, branch, one.part, outcome, kind, approved, None, by)
