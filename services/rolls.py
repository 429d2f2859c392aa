"""An activity's roster as those who keep it see it."""

from datetime import datetime

from domain.activities import Activity, Answer, State
from domain.attendance import Roster, RosterLine, prefilled, tally_of
from domain.ids import PersonId
from domain.participation import CountedAs, Outcome
from domain.roles import Role
from services import gatherings
from services.gatherings import Gathering
from storage import attendance, people, units
from storage.actors import holders_of
from storage.database import Transaction

ABOVE = frozenset({Role.COORDINATOR, Role.SECRETARY})  # who comes to sit in from the units above


def roster_of(tx: Transaction, activity: Activity, now: datetime) -> Roster:
    """Before the start what people said; from the start how they took part."""
    gathering = gatherings.gathered(tx, activity)
    rows = attendance.rows_of(tx, activity.id)
    begun = activity.state in {State.STARTED, State.CONFIRMED}
    unit = units.unit_with(tx, activity.unit, activity.local_date)
    lines = _from_rows(tx, gathering) if begun else _from_answers(gathering)
    return Roster(
        activity,
        unit.name if unit else "",
        lines,
        tally_of(rows) if activity.state is State.CONFIRMED else None,
        now,
        _addable(tx, gathering, {line.person for line in lines}) if begun else (),
    )


def _from_answers(gathering: Gathering) -> tuple[RosterLine, ...]:
    lines = []
    for one in gathering.participants:
        if one.part is CountedAs.OBSERVER:
            continue
        answer = gathering.answer_of(one.membership)
        leave = gathering.leaves.get(one.membership) if answer.on_leave else None
        outcome = prefilled(answer) if one.part is CountedAs.EXPECTED else None
        lines.append(
            RosterLine(
                one.person,
                one.name,
                one.part,
                answer,
                outcome,
                leave.kind if leave else None,
                leave.approved if leave else None,
                outcome is Outcome.LEAVE and leave is not None and leave.undecided,
            )
        )
    return tuple(lines)


def _from_rows(tx: Transaction, gathering: Gathering) -> tuple[RosterLine, ...]:
    rows = attendance.rows_of(tx, gathering.activity.id)
    names = people.names_of(tx, [row.person for row in rows])
    lines = []
    for row in rows:
        place = gathering.participant(row.person)
        answer = gathering.answer_of(place.membership) if place else Answer.NONE
        lines.append(
            RosterLine(
                row.person,
                names[row.person],
                row.part,
                answer,
                row.outcome,
                row.leave_kind,
                row.leave_approved,
                row.outcome is Outcome.LEAVE and not row.leave_approved,
            )
        )
    return tuple(lines)


def _addable(tx: Transaction, gathering: Gathering, there: set[PersonId]) -> tuple[tuple[PersonId, str], ...]:
    """Who may be added: the branch's people who are not on the roster, and those appointed above it."""
    on = gathering.activity.local_date
    found = dict.fromkeys(people.members_on(tx, gathering.branch, on))
    for unit in units.line_above(tx, gathering.branch, on)[1:]:
        found.update(dict.fromkeys(holders_of(tx, unit, ABOVE, on)))
    missing = [person for person in found if person not in there]
    names = people.names_of(tx, missing)
    return tuple((person, names[person]) for person in missing)
