"""Leaving a branch, and coming back to it: the record keeps both memberships, each with its dates."""

from datetime import date, datetime

from domain.actors import Actor
from domain.deliveries import Cause, Destination, Kind
from domain.errors import Gone, HoldsRoles, UnitArchived
from domain.ids import MembershipId, PersonId, UnitId
from domain.names import name_key, person_name
from domain.roles import Act
from domain.transfers import (
    OPEN,
    SHOWN,
    Departure,
    Former,
    FormersFound,
    MemberBack,
    MemberLeft,
    TransferState,
)
from domain.units import Unit
from domain.zones import latest_date
from services import deliveries, obligations
from services.actors import permit, today
from services.stays import member_at_home
from services.transfers import tell
from storage import audit, joining, people, rosters, transfers, units
from storage import obligations as kept
from storage.database import Transaction


def weigh(tx: Transaction, actor: Actor, membership: MembershipId, now: datetime) -> Departure:
    """Who would leave; nothing is changed. Raises Gone, Stranger, NotForYou, HoldsRoles."""
    on = today(now, actor.zone)
    member = member_at_home(tx, membership, on)
    unit = permit(tx, actor, Act.MOVE_MEMBER, member.branch, now)
    if kept.holds_role(tx, member.person, unit.id, on):
        raise HoldsRoles
    return Departure(membership, member.person, member.name, unit)


def leave(tx: Transaction, actor: Actor, membership: MembershipId, now: datetime) -> Departure:
    """From today the member belongs there no more; a transfer under way is dropped. Raises as `weigh`."""
    people.hold(tx, membership)
    going = weigh(tx, actor, membership, now)
    on = today(now, actor.zone)
    rosters.end_membership(tx, membership, on)
    under_way = transfers.open_of(tx, membership)
    if under_way is not None:
        transfers.settle(tx, under_way.id, TransferState.WITHDRAWN, OPEN, actor.person, now)
        deliveries.withdraw(tx, f"transfer:{under_way.id}", now)
        dropped = transfers.transfer_with(tx, under_way.id)
        if dropped is not None and under_way.state is TransferState.AGREED:
            tell(tx, dropped, now)
    obligations.let_go(tx, going.person, membership, going.unit.id, now, actor.zone, now)
    if not people.units_of(tx, going.person, on):
        joining.revoke_personal(tx, [going.person], now)
    audit.note(tx, actor.person, "left", "membership", membership, now, going.unit.id)
    cause = Cause(f"membership:{membership}", on.isoformat(), "left")
    deliveries.owe_people(tx, cause, Kind.MEMBER_LEFT, membership, [going.person], now)
    return going


def formers(tx: Transaction, actor: Actor, unit: UnitId, typed: str, now: datetime) -> FormersFound:
    """Who of that name belonged to the branch and belongs nowhere now. Raises as `permit`."""
    found = permit(tx, actor, Act.MOVE_MEMBER, unit, now)
    name = person_name(typed)
    named = transfers.formers_named(tx, unit, name_key(name), today(now, actor.zone), SHOWN)
    return FormersFound(found, name, tuple(named))


def returning(
    tx: Transaction, actor: Actor, unit: UnitId, person: PersonId, now: datetime
) -> tuple[Unit, Former]:
    """Who would come back; nothing is changed. Raises Gone, UnitArchived, and as `permit`."""
    found = permit(tx, actor, Act.MOVE_MEMBER, unit, now)
    former = transfers.former_with(tx, unit, person, today(now, actor.zone))
    if former is None:
        raise Gone
    if found.archived_on is not None:  # its end is set: they would be left in what is no more
        raise UnitArchived
    return found, former


def come_back(tx: Transaction, actor: Actor, unit: UnitId, person: PersonId, now: datetime) -> Former:
    """From today they belong there again, as they did last. Raises what `returning` raises."""
    joining.hold(tx, [person])
    found, former = returning(tx, actor, unit, person, now)
    on = today(now, actor.zone)
    standing, exempt = transfers.last_standing(tx, unit, person)
    made = people.enrol(tx, person, unit, on, standing, exempt)
    audit.note(tx, actor.person, "came_back", "membership", made, now, found.id)
    obligations.take_in(tx, person, unit, now)
    cause = Cause(f"membership:{made}", on.isoformat(), "back")
    deliveries.owe_people(tx, cause, Kind.MEMBER_BACK, made, [person], now)
    return former


def left_facts(tx: Transaction, subject: int, to: Destination, now: datetime) -> MemberLeft | None:
    """What one who left is told; None once they belong there again."""
    found = _dated(tx, subject, to)
    if found is None or found[2] is None:
        return None
    name = _name(tx, found[0], now)
    return MemberLeft(name, found[2])


def back_facts(tx: Transaction, subject: int, to: Destination, now: datetime) -> MemberBack | None:
    """What one who came back is told; None once they have left again."""
    found = _dated(tx, subject, to)
    if found is None or found[2] is not None:
        return None
    return MemberBack(_name(tx, found[0], now), found[1])


def _dated(tx: Transaction, subject: int, to: Destination) -> tuple[UnitId, date, date | None] | None:
    """The branch and the dates of a membership, where it is the reader's."""
    found = people.span_of(tx, MembershipId(subject))
    return found[1:] if found is not None and found[0] == to.person else None


def _name(tx: Transaction, unit: UnitId, now: datetime) -> str:
    found = units.unit_with(tx, unit, latest_date(now))
    return found.name if found else ""
