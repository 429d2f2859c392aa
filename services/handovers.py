"""Handing a role over: its holder names a successor and a day, somebody above confirms it."""

from collections.abc import Mapping
from datetime import date, datetime, time

from domain.actors import Actor
from domain.appointments import FURTHEST, Held
from domain.deliveries import Cause, Kind
from domain.errors import (
    AlreadySo,
    Gone,
    HandoverSettled,
    LastAdministrator,
    NotForYou,
    NothingToHandOver,
    PastTime,
    TooFarAhead,
)
from domain.handovers import (
    Handover,
    HandoverAsked,
    HandoverDecided,
    HandoverPlan,
    HandoverState,
    HandoverWords,
    HeldRole,
    Successors,
    WeighedHandover,
    confirming,
)
from domain.ids import AppointmentId, HandoverId, PersonId, UnitId
from domain.names import name_key, person_name
from domain.roles import ALLOWED, Act, Role, may
from domain.unit_changes import PAGE
from domain.zones import to_instant
from services import deliveries, handover_facts
from services.actors import known, permit, settings_at, today
from services.handover_plans import take_effect
from services.join_facts import candidates_of
from storage import appointments, audit, chats, handovers, joining, people, unit_changes, units
from storage.actors import belongings_of, holders_of
from storage.database import Transaction

PLATFORM = "telegram"


def mine(tx: Transaction, actor: Actor, now: datetime) -> tuple[HeldRole, ...]:
    """The roles the actor could hand over. Raises Stranger, NothingToHandOver."""
    person, on = known(actor), today(now, actor.zone)
    places = dict.fromkeys(held.unit for held in actor.appointments)
    found = [one for unit in places for one in held_there(tx, person, unit, on)]
    if not found:
        raise NothingToHandOver
    return tuple(_held_role(tx, one, on) for one in found)


def held_here(tx: Transaction, actor: Actor, unit: UnitId, now: datetime) -> tuple[HeldRole, ...]:
    """The actor's roles on a unit. Raises as `permit`."""
    permit(tx, actor, Act.HAND_OVER, unit, now)
    on = today(now, actor.zone)
    return tuple(_held_role(tx, one, on) for one in held_there(tx, known(actor), unit, on))


def held_there(tx: Transaction, person: PersonId, unit: UnitId, on: date) -> list[Held]:
    """The roles somebody holds on a unit that day."""
    lasting = appointments.lasting_on(tx, unit, on)
    return [one for one in lasting if one.person == person and one.since <= on]


def successors(
    tx: Transaction, actor: Actor, appointment: AppointmentId, typed: str, now: datetime
) -> Successors:
    """Who of exactly this name stands at or below the unit. Raises as `weigh`."""
    held = _mine(tx, actor, appointment, now)
    words, on = person_name(typed), today(now, actor.zone)
    rows = [row for row in joining.rows_named(tx, held.unit, name_key(words), on) if row != held.person]
    return Successors(appointment, words, candidates_of(tx, rows[:PAGE], on))


def weigh(tx: Transaction, actor: Actor, plan: HandoverPlan, now: datetime) -> WeighedHandover:
    """Whether it can be asked for, and what would pass; nothing is changed.

    Raises Stranger, Gone, NotForYou, UnitArchived, AlreadySo, PastTime, TooFarAhead, LastAdministrator.
    """
    held, on = _mine(tx, actor, plan.appointment, now), today(now, actor.zone)
    if plan.on < on:
        raise PastTime
    if plan.on > on + FURTHEST or (held.until is not None and plan.on >= held.until):
        raise TooFarAhead
    if handovers.waiting_for(tx, held.id) is not None:
        raise AlreadySo
    _must_fit(tx, held, plan, on)
    unit = units.unit_with(tx, held.unit, on)
    name = people.names_of(tx, [plan.successor])[plan.successor]
    words = HandoverWords(held.role, unit.name if unit else "", held.name, name, plan.on)
    duties = handovers.duties_of(tx, [held.unit], held.person if plan.drafts else None, now)
    return WeighedHandover(plan, words, tuple(duties))


def ask(
    tx: Transaction, actor: Actor, plan: HandoverPlan, bot_id: int, admin_ids: frozenset[int], now: datetime
) -> HandoverAsked:
    """Ask the nearest people above to confirm it, finally ADMIN_IDS. Raises what `weigh` raises."""
    held = _mine(tx, actor, plan.appointment, now)
    unit_changes.hold(tx, [held.unit])
    weigh(tx, actor, plan, now)
    made = handovers.ask(tx, plan, held.unit, now)
    detail: dict[str, int | str | None] = {"role": held.role, "to": plan.successor, "on": plan.on.isoformat()}
    audit.note(tx, actor.person, "handover_asked", "handover", made, now, held.unit, detail)
    one = _with(tx, made)
    cause = Cause(f"handover:{made}", "-", "asked")
    able = confirmers_of(tx, one, today(now, actor.zone))
    reached = deliveries.owe_people(tx, cause, Kind.HANDOVER_ASKED, made, able, now)
    if not reached:
        rooms = (chats.chat_with(tx, PLATFORM, bot_id, number) for number in sorted(admin_ids))
        reached = deliveries.owe_chats(
            tx, cause, Kind.HANDOVER_ASKED, made, [room for room in rooms if room], now
        )
    return handover_facts.asked_of(tx, one, now, reached)


def confirmers_of(tx: Transaction, one: Handover, on: date) -> tuple[PersonId, ...]:
    """The nearest people above with an account who may confirm it, neither giver nor successor."""
    act = confirming(one.role)
    line = units.line_above(tx, one.unit, on)
    for unit in line:
        roles = frozenset(role for role in ALLOWED[act] if may(role, act, above=unit != line[0]))
        holders = [p for p in holders_of(tx, unit, roles, on) if p not in (one.giver, one.successor)]
        linked = joining.linked_of(tx, holders)
        able = tuple(person for person in holders if person in linked)
        if able:
            return able
    return ()


def decide(
    tx: Transaction,
    actor: Actor,
    handover: HandoverId,
    yes: bool,
    now: datetime,
    fallback: Mapping[str, str],
) -> HandoverDecided:
    """Confirm or decline; the first answer wins, and both are told.

    Confirmed, the roles change by their dates; one whose day has come takes effect at once. Raises Gone,
    NotForYou, HandoverSettled, AlreadySo, LastAdministrator.
    """
    one = _with(tx, handover)
    permit(tx, actor, confirming(one.role), one.unit, now)
    if not handover_facts.may_confirm(tx, actor, one, now):
        raise NotForYou(confirming(one.role), one.unit)
    unit_changes.hold(tx, [one.unit])
    one = _with(tx, handover)
    if one.state is not HandoverState.ASKED:
        raise HandoverSettled(_answerer(tx, one))
    state = HandoverState.CONFIRMED if yes else HandoverState.DECLINED
    more = _appointed(tx, one, now, fallback) if yes else {}
    handovers.settle(
        tx, handover, HandoverState.ASKED, state, decided_at=now, decided_by=actor.person, **more
    )
    deliveries.withdraw(tx, f"handover:{handover}", now)
    audit.note(tx, actor.person, f"handover_{state}", "handover", handover, now, one.unit)
    one = _with(tx, handover)
    if one.takes_effect_at is not None and one.takes_effect_at <= now:
        take_effect(tx, one, now)
    else:
        cause = Cause(f"handover:{handover}:decided", "-", "decided")
        told = [one.giver, one.successor] if yes else [one.giver]
        deliveries.owe_people(tx, cause, Kind.HANDOVER_DECIDED, handover, told, now)
    return HandoverDecided(handover_facts.words_of(tx, one), state, to_successor=False)


def withdraw(tx: Transaction, actor: Actor, handover: HandoverId, now: datetime) -> tuple[HeldRole, ...]:
    """The giver takes it back while nobody has answered. Raises Gone, NotForYou, HandoverSettled."""
    one = _with(tx, handover)
    if one.giver != known(actor):
        raise NotForYou(Act.HAND_OVER, one.unit)
    if not handovers.settle(tx, handover, HandoverState.ASKED, HandoverState.WITHDRAWN):
        raise HandoverSettled(_answerer(tx, one))
    deliveries.withdraw(tx, f"handover:{handover}", now)
    audit.note(tx, actor.person, "handover_withdrawn", "handover", handover, now, one.unit)
    return mine(tx, actor, now)


def _appointed(
    tx: Transaction, one: Handover, now: datetime, fallback: Mapping[str, str]
) -> dict[str, object]:
    """The giver's role ends and the successor's begins, on the day or today if that is past."""
    zone = settings_at(tx, one.unit, now, fallback).zone
    on = max(one.effective_on, today(now, zone))
    held = appointments.appointment_with(tx, one.appointment)
    if held is None or (held.until is not None and held.until <= on):
        raise Gone
    appointments.hold_administrators(tx, units.line_above(tx, one.unit, on))
    _must_fit(tx, held, HandoverPlan(held.id, one.successor, on), today(now, zone))
    appointments.end(tx, held.id, on)
    made = people.appoint(tx, one.successor, one.unit, one.role, on)
    if held.until is not None:
        appointments.end(tx, made, held.until)
    return {
        "effective_on": on,
        "takes_effect_at": to_instant(datetime.combine(on, time()), zone),
        "successor_appointment_id": made,
    }


def _must_fit(tx: Transaction, held: Held, plan: HandoverPlan, on: date) -> None:
    """Raises Gone, AlreadySo, or LastAdministrator for a successor whom nobody could reach."""
    if plan.successor == held.person or not people.names_of(tx, [plan.successor]):
        raise Gone
    if not _stands_below(tx, plan.successor, held.unit, on):
        raise Gone
    if appointments.has(tx, plan.successor, held.unit, held.role, plan.on):
        raise AlreadySo
    if held.role is not Role.ADMINISTRATOR or joining.linked_of(tx, [plan.successor]):
        return
    if not appointments.is_administered(tx, units.line_above(tx, held.unit, on), plan.on, held.id):
        raise LastAdministrator


def _stands_below(tx: Transaction, person: PersonId, unit: UnitId, on: date) -> bool:
    """Whether somebody stands at or below the unit: a forged id reaches nobody else."""
    groups = {own.group for own in belongings_of(tx, person, on, "") if own.group is not None}
    at = people.units_of(tx, person, on) | groups
    return any(unit in units.line_above(tx, one, on) for one in at)


def _mine(tx: Transaction, actor: Actor, appointment: AppointmentId, now: datetime) -> Held:
    """A role the actor holds today. Raises Stranger, Gone, NotForYou."""
    held, on = appointments.appointment_with(tx, appointment), today(now, actor.zone)
    if held is None:
        raise Gone
    permit(tx, actor, Act.HAND_OVER, held.unit, now)
    if held.person != known(actor) or held.since > on or (held.until is not None and held.until <= on):
        raise NotForYou(Act.HAND_OVER, held.unit)
    return held


def _held_role(tx: Transaction, held: Held, on: date) -> HeldRole:
    waiting = handovers.waiting_for(tx, held.id)
    unit = units.unit_with(tx, held.unit, on)
    to = people.names_of(tx, [waiting.successor])[waiting.successor] if waiting else ""
    return HeldRole(held, unit.name if unit else "", waiting, to)


def _with(tx: Transaction, handover: HandoverId) -> Handover:
    found = handovers.handover_with(tx, handover)
    if found is None:
        raise Gone
    return found


def _answerer(tx: Transaction, one: Handover) -> str:
    return people.names_of(tx, [one.decided_by])[one.decided_by] if one.decided_by else ""
