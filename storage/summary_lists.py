"""What a summary lists: activities under a unit, and those who belonged to a branch."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from domain.activities import Kind, State
from domain.ids import ActivityId, PersonId, UnitId
from domain.participation import Attended, Tally, tally
from domain.people import Standing
from domain.periods import Period
from domain.summaries import ActivityLine
from domain.units import UnitKind
from storage.database import Transaction
from storage.summary_facts import around, attended, in_period
from storage.tables import Activity as activities
from storage.tables import Attendance as attendance
from storage.tables import Membership as memberships
from storage.tables import MembershipStanding as standings
from storage.tables import Person as people
from storage.tables import Unit as units
from storage.tables import UnitPlace as places
from storage.units import below


@dataclass(frozen=True)
class Belonged:
    """Somebody who belonged to a branch at some time of a period, as they last did in it."""

    person: PersonId
    name: str
    group: UnitId | None
    group_name: str
    standing: Standing


def activities_below(tx: Transaction, root: UnitId, on: date, period: Period) -> tuple[ActivityLine, ...]:
    """What was planned at or under the unit in the period, by time; a group stands behind its branch."""
    parents = aliased(units)
    under = below(root, on)
    found = tx.execute(
        select(
            activities.id,
            activities.kind,
            activities.title,
            activities.starts_at,
            activities.zone,
            activities.state,
            units.name,
            units.kind.label("unit_kind"),
            parents.name.label("parent"),
        )
        .join(under, under.c.unit_id == activities.unit_id)
        .join(units, units.id == activities.unit_id)
        .outerjoin(
            places,
            and_(
                places.unit_id == units.id,
                places.since <= on,
                or_(places.until.is_(None), places.until > on),
            ),
        )
        .outerjoin(parents, parents.id == places.parent_id)
        .where(_planned_in(period))
        .order_by(activities.starts_at, activities.id)
    ).all()
    tallies = _tallies(tx, select(under.c.unit_id), period)
    return tuple(
        ActivityLine(
            row.id,
            f"{row.parent} / {row.name}" if row.unit_kind == UnitKind.GROUP and row.parent else row.name,
            Kind(row.kind),
            row.title,
            row.starts_at,
            State(row.state),
            tallies.get(row.id, Tally()),
        )
        for row in found
        if in_period(period, row.starts_at, row.zone)
    )


def belonged_to(
    tx: Transaction, branch: UnitId, group: UnitId | None, period: Period
) -> tuple[Belonged, ...]:
    """Who belonged to the branch (or to one group of it) in the period, in order of enrolment."""
    asked = (
        select(
            memberships.person_id,
            people.name,
            memberships.group_id,
            units.name.label("group_name"),
            standings.standing,
        )
        .join(people, people.id == memberships.person_id)
        .join(standings, standings.membership_id == memberships.id)
        .outerjoin(units, units.id == memberships.group_id)
        .where(
            memberships.branch_id == branch,
            *(_met(dated, period) for dated in (memberships, standings)),
        )
        .order_by(memberships.id, standings.since)
    )
    if group is not None:
        asked = asked.where(memberships.group_id == group)
    return tuple(
        {
            row.person_id: Belonged(
                row.person_id, row.name, row.group_id, row.group_name or "", Standing(row.standing)
            )
            for row in tx.execute(asked)
        }.values()
    )


def _met(dated: type[memberships] | type[standings], period: Period) -> ColumnElement[bool]:
    return and_(dated.since <= period.last, or_(dated.until.is_(None), dated.until > period.first))


def _planned_in(period: Period) -> ColumnElement[bool]:
    """A plan has a slot once it is published, so a draft thrown away is not taken for one called off."""
    return and_(
        activities.starts_at.between(*around(period)),
        activities.state != State.DRAFT,
        activities.slot.is_not(None),
    )


def _tallies(tx: Transaction, of: Select[tuple[UnitId]], period: Period) -> dict[ActivityId, Tally]:
    made_up = attendance.made_up_at.is_not(None)
    shape = (
        attendance.activity_id,
        attendance.counted_as,
        attendance.outcome,
        attendance.leave_kind,
        attendance.leave_approved,
        made_up,
    )
    found = tx.execute(
        select(*shape, func.count())
        .join(activities, activities.id == attendance.activity_id)
        .where(_planned_in(period), activities.state == State.CONFIRMED, activities.unit_id.in_(of))
        .group_by(*shape)
    ).all()
    rows: defaultdict[ActivityId, list[Attended]] = defaultdict(list)
    for activity, counted_as, outcome, kind, approved, made, count in found:
        rows[activity] += [attended(counted_as, outcome, kind, approved, bool(made))] * count
    return {activity: tally(parts) for activity, parts in rows.items()}
