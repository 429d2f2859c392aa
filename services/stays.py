"""Recording who is a guest of a branch: floating members, and those sent to a temporary branch."""

from datetime import date, datetime

from domain.actors import Actor
from domain.errors import AlreadySo, Gone, NotForYou, UnitMisplaced
from domain.ids import MembershipId, UnitId
from domain.names import name_key, person_name
from domain.roles import Act
from domain.stays import PAGE as GUESTS
from domain.stays import Guest, GuestsPage, Visitor, VisitorsFound
from domain.unit_changes import PAGE
from domain.units import Unit, UnitKind
from services.actors import allows, permit, today
from storage import audit, people, stays, units
from storage.database import Transaction


def guests(tx: Transaction, actor: Actor, unit: UnitId, now: datetime, page: int = 0) -> GuestsPage:
    """A page of a branch's guests. Raises UnitMisplaced for what is no branch, and as `permit`."""
    host, on = _host(tx, actor, unit, now), today(now, actor.zone)
    found = stays.guests_of(tx, unit, on)
    at = min(max(page, 0), max(len(found) - 1, 0) // GUESTS)
    return GuestsPage(host, tuple(found[at * GUESTS : (at + 1) * GUESTS]), on, len(found), at)


def visitors(tx: Transaction, actor: Actor, unit: UnitId, typed: str, now: datetime) -> VisitorsFound:
    """Whom of exactly this name the actor could make a guest: only whose own branch they answer for, too."""
    host, on = _host(tx, actor, unit, now), today(now, actor.zone)
    words = person_name(typed)
    found = stays.visitors_named(tx, name_key(words), on, PAGE * PAGE)
    mine = [one for one in found if _answers_for(tx, actor, one, on) and one.branch != unit]
    return VisitorsFound(host, words, tuple(mine[:PAGE]))


def visitor(
    tx: Transaction, actor: Actor, unit: UnitId, membership: MembershipId, now: datetime
) -> tuple[Unit, Visitor]:
    """The host, and who would be its guest; nothing is changed. Raises what `begin` raises."""
    host, on = _host(tx, actor, unit, now), today(now, actor.zone)
    guest = member_at_home(tx, membership, on)
    if not _answers_for(tx, actor, guest, on):
        raise NotForYou(Act.RECORD_STAY, guest.branch)
    if guest.branch == unit or stays.belongs_or_stays(tx, guest, unit, on):
        raise AlreadySo
    return host, guest


def member_at_home(tx: Transaction, membership: MembershipId, on: date) -> Visitor:
    """Who belongs somewhere by that membership that day. Raises Gone for a guest or one who left."""
    found = stays.home_of(tx, membership, on)
    if found is None:
        raise Gone
    return found[0]


def begin(tx: Transaction, actor: Actor, unit: UnitId, membership: MembershipId, now: datetime) -> GuestsPage:
    """From today the member takes part there as a guest, and still belongs at home.

    In a unit made for a time, until it ends. Raises Gone, NotForYou, UnitMisplaced, UnitArchived, AlreadySo.
    """
    people.hold(tx, membership)
    host, guest = visitor(tx, actor, unit, membership, now)
    on = today(now, actor.zone)
    found = stays.home_of(tx, membership, on)
    if found is None:
        raise Gone
    _visitor, standing, exempt = found
    stay = people.enrol(tx, guest.person, unit, on, standing, exempt, home=membership, until=host.archived_on)
    audit.note(tx, actor.person, "stay_begun", "membership", stay, now, unit, {"home": guest.branch})
    return guests(tx, actor, unit, now)


def staying(tx: Transaction, actor: Actor, stay: MembershipId, now: datetime) -> tuple[Unit, Guest]:
    """A stay that could be ended, with its host. Raises Gone, AlreadySo, and as `permit`."""
    found = stays.stay_with(tx, stay)
    if found is None:
        raise Gone
    host = permit(tx, actor, Act.RECORD_STAY, found[0], now)
    if found[1].until is not None and found[1].until <= today(now, actor.zone):
        raise AlreadySo
    return host, found[1]


def end(tx: Transaction, actor: Actor, stay: MembershipId, now: datetime) -> GuestsPage:
    """From today the guest takes part at home only. Raises what `staying` raises."""
    host, guest = staying(tx, actor, stay, now)
    stays.end(tx, stay, today(now, actor.zone))
    audit.note(tx, actor.person, "stay_ended", "membership", guest.stay, now, host.id)
    return guests(tx, actor, host.id, now)


def _host(tx: Transaction, actor: Actor, unit: UnitId, now: datetime) -> Unit:
    host = permit(tx, actor, Act.RECORD_STAY, unit, now)
    if host.kind is not UnitKind.BRANCH:
        raise UnitMisplaced
    return host


def _answers_for(tx: Transaction, actor: Actor, guest: Visitor, on: date) -> bool:
    """Nobody takes a member from a branch that is not theirs to speak for."""
    return allows(actor, Act.RECORD_STAY, units.line_above(tx, guest.branch, on))
