"""A period's figures for those who may see them: aggregates for coordinators, names inside the branch."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from domain.actors import Actor
from domain.errors import Gone, NotForYou, Stranger, UnknownPeriod, UnknownUnit
from domain.ids import UnitId
from domain.periods import Period
from domain.roles import Act
from domain.settings import in_force
from domain.summaries import Choice, Request, Summary
from domain.units import Unit
from services.actors import allows, permit, today, units_where
from services.gatherings import branch_of
from services.summary_making import make
from storage import audit, summaries, units
from storage.database import Transaction

CHOICES = 12  # units to choose from: as many as a screen of buttons shows


def summary_asked_for(
    tx: Transaction, actor: Actor, request: Request, now: datetime, fallback: Mapping[str, str]
) -> Summary | Choice:
    """What `/summary` asks for; a choice where several units are meant.

    Raises Stranger, NotForYou, UnknownUnit, UnknownPeriod.
    """
    found = units_meant(tx, actor, request, now)
    if len(found) == 1:
        return figures_for(tx, actor, found[0].id, request.period, now, fallback)
    return Choice(found[:CHOICES], request.period)


def figures_for(
    tx: Transaction, actor: Actor, unit: UnitId, period: Period, now: datetime, fallback: Mapping[str, str]
) -> Summary:
    """The figures as a chat shows them, without the list of activities. Raises Gone, Stranger, NotForYou."""
    permit(tx, actor, Act.SEE_SUMMARY, unit, now)
    names = sees_names(tx, actor, unit, today(now, actor.zone))
    summary = make(tx, unit, period, now, fallback, names=names, listed=False)
    openable = not names and _opens_names(tx, actor, unit, today(now, actor.zone))
    return replace(_with_way_up(tx, summary, actor, now), openable=openable)


def open_names(
    tx: Transaction, actor: Actor, unit: UnitId, period: Period, now: datetime, fallback: Mapping[str, str]
) -> Summary:
    """The names behind a branch's figures, opened from above: an act of its own, which leaves a trace.

    Raises Gone where there are no names to open, Stranger, NotForYou.
    """
    permit(tx, actor, Act.OPEN_NAMES, unit, now)
    if branch_of(tx, unit, today(now, actor.zone)) is None:
        raise Gone
    audit.note(tx, actor.person, "names_opened", "summary", unit, now, unit, {"period": period.key})
    return make(tx, unit, period, now, fallback, names=True, listed=False)


def summary_for(
    tx: Transaction, actor: Actor, unit: UnitId, period: Period, now: datetime, fallback: Mapping[str, str]
) -> Summary:
    """All that the workbook holds. Raises Gone, Stranger, NotForYou."""
    permit(tx, actor, Act.SEE_SUMMARY, unit, now)
    names = sees_names(tx, actor, unit, today(now, actor.zone))
    return make(tx, unit, period, now, fallback, names=names, listed=True)


def summary_of(
    tx: Transaction, unit: UnitId, period: Period, now: datetime, fallback: Mapping[str, str]
) -> Summary:
    """The same for the command line, which is nobody of the branch and sees no names."""
    return make(tx, unit, period, now, fallback, names=False, listed=True)


def summary_at(
    tx: Transaction, path: str, period: Period, now: datetime, fallback: Mapping[str, str]
) -> Summary:
    """The same for a unit given by its names from the root down, divided by "/". Raises UnknownUnit."""
    unit = units.unit_at_path(tx, _names_in(path), today(now, in_force({}, fallback).zone))
    if unit is None:
        raise UnknownUnit
    return summary_of(tx, unit, period, now, fallback)


def note_names_taken(tx: Transaction, actor: Actor, unit: UnitId, period: Period, now: datetime) -> None:
    """Taking a list of names away leaves a trace."""
    audit.note(tx, actor.person, "names_taken", "summary", unit, now, unit, {"period": period.key})


def sees_names(tx: Transaction, actor: Actor, unit: UnitId, on: date) -> bool:
    """Whether the actor may see names there: only in a branch or group, from inside the branch."""
    branch = branch_of(tx, unit, on)
    if branch is None:
        return False
    return any(allows(actor, Act.SEE_NAMES, units.line_above(tx, place, on)) for place in {unit, branch})


def _opens_names(tx: Transaction, actor: Actor, unit: UnitId, on: date) -> bool:
    return branch_of(tx, unit, on) is not None and allows(
        actor, Act.OPEN_NAMES, units.line_above(tx, unit, on)
    )


def units_meant(tx: Transaction, actor: Actor, request: Request, now: datetime) -> tuple[Unit, ...]:
    """The units whose figures are asked for. Raises Stranger, NotForYou, UnknownUnit, UnknownPeriod."""
    own = units_where(actor, Act.SEE_SUMMARY)
    if not own:
        raise NotForYou if actor.known else Stranger
    on = today(now, actor.zone)
    path = _names_in(request.unit_words)
    if not path:
        return tuple(unit for key in own if (unit := units.unit_with(tx, key, on)))
    found = {
        unit.id: unit
        for root in own
        for unit in summaries.units_named(tx, root, path[-1], on, CHOICES)
        if _ends_with(unit.path[:-1], path[:-1])
    }
    if not found:
        raise UnknownPeriod(request.unit_words) if request.like_a_period else UnknownUnit
    return tuple(found.values())


def _names_in(path: str) -> list[str]:
    return [name.strip() for name in re.split(r"[/／]", path) if name.strip()]


def _ends_with(names: tuple[str, ...], wanted: list[str]) -> bool:
    return not wanted or list(names[-len(wanted) :]) == wanted


def _with_way_up(tx: Transaction, summary: Summary, actor: Actor, now: datetime) -> Summary:
    line = units.line_above(tx, summary.unit_id, today(now, actor.zone))
    up = line[1] if len(line) > 1 and allows(actor, Act.SEE_SUMMARY, line[1:]) else None
    return replace(summary, parent=up)
