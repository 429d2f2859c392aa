"""Putting a summary together: sums over the tree, a branch's groups and names from its raw rows."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from domain.errors import Gone
from domain.ids import UnitId
from domain.participation import CountedAs, tally
from domain.periods import Period
from domain.rollups import Counted, Facts, Sums
from domain.summaries import NameLine, Summary, UnitLine, line_of, sums_of_group
from domain.units import Unit, UnitKind
from services.actors import settings_at, today
from services.gatherings import branch_of
from storage import summaries, units
from storage.database import Transaction
from storage.summary_facts import facts_of
from storage.summary_lists import Belonged, activities_below, belonged_to


def make(
    tx: Transaction,
    unit_id: UnitId,
    period: Period,
    now: datetime,
    fallback: Mapping[str, str],
    *,
    names: bool,
    listed: bool,
) -> Summary:
    """The figures of a unit over the tree and the members as they stood at the period's end, or stand today.

    Names come only with `names` and only in a branch or group, activities only with `listed`. Raises Gone.
    """
    zone = settings_at(tx, unit_id, now, fallback).zone
    on = min(period.last, today(now, zone))
    unit = units.unit_with(tx, unit_id, on)
    if unit is None:
        raise Gone
    facts: Facts | None = None
    branch = branch_of(tx, unit_id, on)
    if branch is not None:
        facts = facts_of(tx, branch, period, settings_at(tx, branch, now, fallback).zone)
    totals, children = _lines(tx, unit, branch, facts, on, period)
    return Summary(
        unit.id,
        unit.path,
        period,
        zone,
        now,
        totals,
        children,
        activities_below(tx, unit.id, on, period) if listed else (),
        _names(tx, unit, branch, facts, period)
        if names and branch is not None and facts is not None
        else None,
    )


def _lines(
    tx: Transaction, unit: Unit, branch: UnitId | None, facts: Facts | None, on: date, period: Period
) -> tuple[UnitLine, tuple[UnitLine, ...]]:
    """The unit's own line, and one for each unit under it."""
    if branch is not None and facts is not None and branch != unit.id:
        members = summaries.members_by_group(tx, branch, on).get(unit.id, 0)
        return line_of(unit, members, sums_of_group(facts, unit.id)), ()
    by_child = summaries.sums_by_child(tx, unit.id, on, period)
    members_by_child = summaries.members_by_child(tx, unit.id, on)
    totals = line_of(unit, sum(members_by_child.values()), _sum(by_child.values()))
    below = summaries.children_of(tx, unit, on)
    if facts is not None:
        return totals, _groups(tx, unit.id, below, facts, on)
    return totals, tuple(
        line_of(child, members_by_child.get(child.id, 0), by_child.get(child.id, {})) for child in below
    )


def _groups(
    tx: Transaction, branch: UnitId, below: list[Unit], facts: Facts, on: date
) -> tuple[UnitLine, ...]:
    """A line for each group of a branch, and one for those in none, so that the lines add up."""
    if not below:
        return ()
    members = summaries.members_by_group(tx, branch, on)
    lines = [line_of(group, members.get(group.id, 0), sums_of_group(facts, group.id)) for group in below]
    beside = line_of(
        Unit(branch, "", UnitKind.GROUP, branch, ()), members.get(None, 0), sums_of_group(facts, None)
    )
    alone = beside.members or beside.tally.expected or beside.checkins or beside.reflections
    return (*lines, beside) if alone else tuple(lines)


def _names(tx: Transaction, unit: Unit, branch: UnitId, facts: Facts, period: Period) -> tuple[NameLine, ...]:
    branch_unit = units.unit_with(tx, branch, period.last)
    group = unit.id if unit.id != branch else None
    return tuple(
        _name_line(person, branch_unit.name if branch_unit else "", facts)
        for person in belonged_to(tx, branch, group, period)
    )


def _name_line(who: Belonged, branch: str, facts: Facts) -> NameLine:
    figures = tally(
        one.part
        for one in facts.took
        if one.person == who.person and one.part.counted_as is CountedAs.EXPECTED
    )
    return NameLine(
        who.person,
        who.name,
        branch,
        who.group_name,
        who.standing,
        figures.expected,
        figures.attended,
        figures.leave,
        figures.absent,
        sum(one.person == who.person for one in facts.studied),
        sum(one.person == who.person for one in facts.wrote),
    )


def _sum(many: Iterable[Sums]) -> Sums:
    found = list(many)
    return {kind: sum(sums.get(kind, 0) for sums in found) for kind in Counted}
