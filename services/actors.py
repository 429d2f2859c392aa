"""Who is acting, and what they may do."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.actors import Account, Actor, Belonging
from domain.errors import Gone, NotForYou, Stranger, UnitArchived
from domain.ids import PersonId, UnitId
from domain.roles import ALLOWED, Act, Role, may
from domain.settings import UnitSettings, in_force
from domain.unit_changes import ENDING_WITH_THE_UNIT
from domain.units import Unit
from storage import actors as stored
from storage import audit, units
from storage.database import Transaction


def actor_of(
    tx: Transaction, account: Account, now: datetime, fallback: Mapping[str, str], root: bool
) -> Actor:
    """The actor behind an account; a stranger has no person and holds nothing."""
    fallback_zone = in_force({}, fallback).zone
    on = now.astimezone(ZoneInfo(fallback_zone)).date()
    holder = stored.holder_of(tx, account.platform, account.user_id, on, fallback_zone)
    if holder is None:
        locale = account.language or in_force({}, fallback).locale
        return Actor(account, None, (), (), locale, fallback_zone, root)
    belongings, appointments = holder.belongings, holder.appointments
    home = belongings[0].branch if belongings else appointments[0].unit if appointments else None
    held = settings_at(tx, home, now, fallback) if home else in_force({}, fallback)
    locale = holder.locale or account.language or held.locale
    settled = tuple(
        _as_set(own, held if own.branch == home else settings_at(tx, own.branch, now, fallback))
        for own in belongings
    )
    return Actor(account, holder.person, settled, appointments, locale, held.zone, root)


def _as_set(own: Belonging, settings: UnitSettings) -> Belonging:
    return replace(own, zone=settings.zone, checkins=settings.checkins)


def settings_at(tx: Transaction, unit: UnitId, now: datetime, fallback: Mapping[str, str]) -> UnitSettings:
    """The settings in force at a unit."""
    return in_force(units.settings_of(tx, unit, now.date()), fallback)


def zones_of(
    tx: Transaction, branches: Sequence[UnitId], now: datetime, fallback: Mapping[str, str]
) -> dict[UnitId, str]:
    """The zone in force at each of some tens of units."""
    known = units.setting_of_each(tx, branches, "timezone", now.date())
    usual = in_force({}, fallback).zone
    return {branch: known.get(branch, usual) for branch in branches}


def today(now: datetime, zone: str) -> date:
    """The date people in that zone have."""
    return now.astimezone(ZoneInfo(zone)).date()


def known(actor: Actor) -> PersonId:
    """The person acting. Raises Stranger when the account is linked with nobody."""
    if actor.person is None:
        raise Stranger
    return actor.person


def known_or_root(actor: Actor) -> None:
    """Let those pass whom the bot knows: from a roster, or from its settings. Raises Stranger."""
    if not actor.root:
        known(actor)


def permit(tx: Transaction, actor: Actor, act: Act, unit: UnitId, now: datetime) -> Unit:
    """Let the act on the unit pass; returns the unit.

    Raises Gone where there is no such unit, Stranger for an unlinked account, NotForYou without the right,
    UnitArchived where something new would begin in what is over.
    """
    on = today(now, actor.zone)
    found = units.unit_with(tx, unit, on)
    if found is None:
        raise Gone
    if not allows(actor, act, units.line_above(tx, unit, on)):
        if actor.known or actor.root:
            raise NotForYou(act, unit)
        raise Stranger
    if found.is_over(on) and act in ENDING_WITH_THE_UNIT:
        raise UnitArchived
    return found


def allows(actor: Actor, act: Act, line: tuple[UnitId, ...]) -> bool:
    """Whether an actor may do the act on the unit that heads `line` (the unit, then its ancestors)."""
    if actor.root and Role.ADMINISTRATOR in ALLOWED[act]:
        return True
    return any(
        held.unit in line and may(held.role, act, above=held.unit != line[0]) for held in actor.appointments
    )


def units_where(actor: Actor, act: Act) -> tuple[UnitId, ...]:
    """The units on which the actor holds a role that allows the act there, in the order of appointment."""
    return tuple(dict.fromkeys(held.unit for held in actor.appointments if may(held.role, act, above=False)))


def note_refusal(tx: Transaction, actor: Actor, refusal: NotForYou, now: datetime) -> None:
    """Leave a trace of what somebody tried without the right to it; ids and codes only."""
    detail = {"act": str(refusal.act)} if refusal.act else None
    audit.note(tx, actor.person, "refused", "right", None, now, refusal.unit, detail)
