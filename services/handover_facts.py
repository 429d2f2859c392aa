"""What is told of hand-overs: to those above, and to both on the day."""

from collections.abc import Mapping
from datetime import datetime

from domain.actors import Actor
from domain.deliveries import Destination
from domain.handovers import (
    HandedOver,
    Handover,
    HandoverAsked,
    HandoverDecided,
    HandoverState,
    HandoverWords,
    confirming,
)
from domain.ids import HandoverId
from services.actors import allows, settings_at, today
from storage import handovers, people, units
from storage.database import Transaction

SHOWN = 20  # hand-overs that wait for one person


def waiting_for(tx: Transaction, actor: Actor, now: datetime) -> tuple[HandoverAsked, ...]:
    """The hand-overs that the actor may confirm, the longest waiting first."""
    asked = handovers.asked(tx, SHOWN * SHOWN)
    mine = [one for one in asked if may_confirm(tx, actor, one, now)][:SHOWN]
    return tuple(asked_of(tx, one, now) for one in mine)


def may_confirm(tx: Transaction, actor: Actor, one: Handover, now: datetime) -> bool:
    """Whether the actor stands above it; nobody confirms their own, ADMIN_IDS excepted."""
    if not actor.root and actor.person in (one.giver, one.successor):
        return False
    return allows(actor, confirming(one.role), units.line_above(tx, one.unit, today(now, actor.zone)))


def asked_facts(tx: Transaction, subject: int, now: datetime) -> HandoverAsked | None:
    """What those above are asked; None once somebody answered."""
    one = handovers.handover_with(tx, HandoverId(subject))
    return asked_of(tx, one, now) if one and one.state is HandoverState.ASKED else None


def decided_facts(tx: Transaction, subject: int, to: Destination) -> HandoverDecided | None:
    """What giver and successor are told of the answer; None where it has taken effect meanwhile."""
    one = handovers.handover_with(tx, HandoverId(subject))
    if one is None or one.state not in (HandoverState.CONFIRMED, HandoverState.DECLINED):
        return None
    if to.person not in (one.giver, one.successor):
        return None
    return HandoverDecided(words_of(tx, one), one.state, to.person == one.successor)


def done_facts(
    tx: Transaction, subject: int, to: Destination, now: datetime, fallback: Mapping[str, str]
) -> HandedOver | None:
    """What both are told on the day, with what is open then."""
    one = handovers.handover_with(tx, HandoverId(subject))
    if one is None or one.state is not HandoverState.DONE or to.person not in (one.giver, one.successor):
        return None
    zone = settings_at(tx, one.unit, now, fallback).zone
    duties = tuple(handovers.duties_of(tx, [one.unit], one.successor if one.drafts else None, now))
    return HandedOver(words_of(tx, one), to.person == one.successor, duties, zone, now)


def asked_of(tx: Transaction, one: Handover, now: datetime, reached: int = 0) -> HandoverAsked:
    """A hand-over as it is shown while it waits."""
    duties = tuple(handovers.duties_of(tx, [one.unit], one.giver if one.drafts else None, now))
    return HandoverAsked(one.id, words_of(tx, one), duties, reached)


def words_of(tx: Transaction, one: Handover) -> HandoverWords:
    """Who hands what to whom."""
    names = people.names_of(tx, [one.giver, one.successor])
    unit = units.unit_with(tx, one.unit, one.effective_on)
    return HandoverWords(
        one.role,
        unit.name if unit else "",
        names.get(one.giver, ""),
        names.get(one.successor, ""),
        one.effective_on,
    )
