"""Who says that a newcomer is who they claim to be, and what follows from yes, no and 不是本人."""

from collections.abc import Sequence
from datetime import date, datetime

from domain.actors import Actor
from domain.deliveries import Cause, Kind
from domain.errors import ClaimAnswered, ClaimSettled, Gone, NotForYou
from domain.ids import ClaimId, PersonId, UnitId
from domain.joining import (
    Claim,
    ClaimState,
    Place,
    vouches,
)
from domain.names import name_key
from domain.roles import ALLOWED, Act, Role
from services import deliveries
from services.actors import today
from storage import actors, audit, chats, joining, people, units
from storage.database import Transaction
from storage.deliveries import reachable_people


def wants_vouching(tx: Transaction, person: PersonId, on: date) -> bool:
    """Whether a row holds any role, or will, so that its name alone opens nothing."""
    return bool(actors.lasting_of(tx, person, on))


def places_of(tx: Transaction, person: PersonId, on: date) -> list[Place]:
    """Every unit the row stands in, as a member or with a role, be it one that has yet to begin."""
    held = actors.lasting_of(tx, person, on)
    belongings = actors.belongings_of(tx, person, on, "")
    return [
        *(Place(units.line_above(tx, h.unit, on), h.role) for h in held),
        *(Place(units.line_above(tx, b.branch, on), None) for b in belongings),
    ]


def home_of(tx: Transaction, person: PersonId, on: date) -> UnitId | None:
    """The branch a person belongs to, or else the unit they are appointed on."""
    belongings = actors.belongings_of(tx, person, on, "")
    held = actors.appointments_of(tx, person, on)
    return belongings[0].branch if belongings else held[0].unit if held else None


def seat_of(tx: Transaction, rows: Sequence[PersonId], door: UnitId, on: date) -> UnitId:
    """The unit from which upwards to look for somebody who can vouch: the highest the rows stand in."""
    places = [place for row in rows for place in places_of(tx, row, on)]
    homes = {place.line[0] for place in places}
    if not places or (len(rows) > 1 and len(homes) > 1):
        return door
    return min((place.line for place in places), key=len)[0]


def deciders_of(tx: Transaction, rows: Sequence[PersonId], seat: UnitId, on: date) -> tuple[PersonId, ...]:
    """The nearest people above whom the bot can reach, and who stand above all that these rows hold."""
    places = [place for row in rows for place in places_of(tx, row, on)]
    deciding = ALLOWED[Act.DECIDE_JOIN]
    for unit in units.line_above(tx, seat, on):
        holders = [p for p in actors.holders_of(tx, unit, deciding, on) if p not in rows]
        linked = joining.linked_of(tx, holders)
        able = tuple(p for p in holders if p in linked and vouches(_held(tx, p, on), places))
        if reachable_people(tx, able):
            return able
    return ()


def settle(
    tx: Transaction, actor: Actor, claim_id: ClaimId, person: PersonId | None, bot_id: int, now: datetime
) -> Claim:
    """Set the answer down: yes (`person` names the row) or no (None). The first answer stands.

    The caller lets the approved in. Raises Gone, NotForYou, or ClaimSettled.
    """
    claim = _claim(tx, claim_id)
    on = today(now, actor.zone)
    _must_vouch(tx, actor, claim, person, on)
    state = ClaimState.DECLINED if person is None else ClaimState.APPROVED
    if not joining.settle(tx, claim.id, state, person or claim.person, actor.person, now):
        raise answered(tx, claim.id)
    audit.note(tx, actor.person, f"claim_{state}", "claim", claim.id, now, claim.unit)
    if person is not None:
        for other in joining.claims_on(tx, person, [ClaimState.FROZEN]):
            joining.settle(tx, other.id, ClaimState.DECLINED, person, actor.person, now)
            tell_claimant(tx, other, ClaimState.DECLINED, bot_id, now)
    tell_claimant(tx, claim, state, bot_id, now)
    return claim


def answered(tx: Transaction, claim: ClaimId) -> ClaimSettled:
    """Who was quicker, where it was a person."""
    by = joining.decider_of(tx, claim)
    return ClaimAnswered(people.names_of(tx, [by])[by]) if by else ClaimSettled()


def disown(tx: Transaction, actor: Actor, claim_id: ClaimId, bot_id: int, now: datetime) -> str:
    """不是本人: the account is let go and the row is free again; the row's name."""
    claim = _claim(tx, claim_id)
    if claim.person is None:
        raise Gone
    on = today(now, actor.zone)
    _must_vouch(tx, actor, claim, claim.person, on)
    if not joining.settle(
        tx, claim.id, ClaimState.DISOWNED, claim.person, actor.person, now, [ClaimState.LINKED]
    ):
        raise answered(tx, claim.id)
    joining.unlink(tx, claim.person, claim.account, now)
    audit.note(tx, actor.person, "claim_disowned", "claim", claim.id, now, claim.unit)
    tell_claimant(tx, claim, ClaimState.DISOWNED, bot_id, now)
    return people.names_of(tx, [claim.person])[claim.person]


def tell_claimant(tx: Transaction, claim: Claim, state: ClaimState, bot_id: int, now: datetime) -> None:
    """Owe the one who asked the answer, in their private chat; linked or not."""
    chat = chats.chat_with(tx, claim.account.platform, bot_id, claim.account.user_id)
    if chat is not None:
        cause = Cause(f"claim:{claim.id}", "-", f"decided-{state}")
        deliveries.owe_chats(tx, cause, Kind.JOIN_DECIDED, claim.id, [chat], now)


def rows_of(tx: Transaction, claim: Claim, on: date) -> list[PersonId]:
    """The rows a claim may mean, looked up again: the roster may have changed since it was asked."""
    if claim.person is not None:
        return [claim.person]
    link = joining.link_at(tx, claim.link) if claim.link else None
    unit = link.unit if link and link.unit else claim.unit
    return joining.rows_named(tx, unit, name_key(claim.typed or ""), on)


def _held(tx: Transaction, person: PersonId, on: date) -> list[tuple[UnitId, Role]]:
    return [(held.unit, held.role) for held in actors.appointments_of(tx, person, on)]


def _must_vouch(tx: Transaction, actor: Actor, claim: Claim, person: PersonId | None, on: date) -> None:
    rows = rows_of(tx, claim, on)
    if person is not None and person not in rows:
        raise Gone
    if not may_decide(tx, actor, claim, on, [person] if person else rows):
        raise NotForYou


def may_decide(
    tx: Transaction, actor: Actor, claim: Claim, on: date, rows: Sequence[PersonId] | None = None
) -> bool:
    """Whether the actor stands above all that the rows in question hold; nobody vouches for themselves."""
    meant = rows_of(tx, claim, on) if rows is None else rows
    if actor.person is not None and actor.person in meant:
        return False
    if actor.root:
        return True
    held = [(h.unit, h.role) for h in actor.appointments]
    places = [place for row in meant for place in places_of(tx, row, on)]
    return vouches(held, places or [Place(units.line_above(tx, claim.unit, on), None)])


def _claim(tx: Transaction, claim_id: ClaimId) -> Claim:
    claim = joining.claim_at(tx, claim_id)
    if claim is None:
        raise Gone
    return claim
