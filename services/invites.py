"""Making links: a unit's shared one, personal ones for its roster, and the code of the first administrator.

Tokens and seeds are made where randomness may be asked for, and arrive as arguments: an act may run again.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from domain.actors import Actor
from domain.errors import Gone, NobodyToInvite, NoOrganisation, NotForYou, NothingToInvite, TooManyToInvite
from domain.ids import PersonId, UnitId
from domain.invites import MOST_AT_ONCE, PAGE, Invitations, PersonalLink, PersonalSheet, SharedLink
from domain.joining import (
    ADMIN_LIFE,
    PERSONAL_LIFE,
    SHARED_LIFE,
    SHARED_USES,
    LinkKind,
    Place,
    hashed,
    may_hand_link,
    token,
)
from domain.roles import Act
from domain.zones import latest_date
from services.actors import known, permit, today, units_where
from services.join_facts import candidates_of
from services.vouching import places_of
from storage import audit, joining, units
from storage.database import Transaction


def inviting(tx: Transaction, actor: Actor, unit: UnitId | None, page: int, now: datetime) -> Invitations:
    """The unit asked for, or the actor's first, with those who still need a link."""
    known(actor)
    able = units_where(actor, Act.INVITE)
    if unit is None and not able:
        raise NothingToInvite
    found = permit(tx, actor, Act.INVITE, unit or able[0], now)
    on = today(now, actor.zone)
    waiting = joining.unlinked_members(tx, found.id, on)
    at = min(max(page, 0), max(len(waiting) - 1, 0) // PAGE)
    shown = candidates_of(tx, waiting[at * PAGE : (at + 1) * PAGE], on)
    others = tuple(other for one in able if (other := units.unit_with(tx, one, on)))
    return Invitations(found, others, shown, len(waiting), at)


def share(tx: Transaction, actor: Actor, unit: UnitId, new_token: str, now: datetime) -> SharedLink:
    """A shared link by somebody who may invite to the unit."""
    permit(tx, actor, Act.INVITE, unit, now)
    return share_as_owner(tx, unit, new_token, now, by=actor.person)


def share_as_owner(
    tx: Transaction, unit: UnitId, new_token: str, now: datetime, by: PersonId | None = None
) -> SharedLink:
    """A shared link by whoever holds the machine."""
    found = units.unit_with(tx, unit, latest_date(now))
    if found is None:
        raise Gone
    expires = now + SHARED_LIFE
    link = joining.add_link(tx, hashed(new_token), LinkKind.SHARED, unit, None, SHARED_USES, expires, by, now)
    audit.note(tx, by, "invited", "link", link, now, unit)
    return SharedLink(found, new_token, SHARED_USES, expires)


def invite_person(
    tx: Transaction,
    actor: Actor,
    unit: UnitId,
    person: PersonId,
    seed: bytes,
    now: datetime,
    *,
    again: bool = False,
) -> PersonalLink:
    """A personal link for somebody of the unit who is not linked yet; earlier ones die.

    `again`: for one who is, and has another account now; whoever opens it takes the place of the one before.
    Raises Gone, and NotForYou for a row that holds a role which the actor does not stand above.
    """
    permit(tx, actor, Act.INVITE, unit, now)
    on = today(now, actor.zone)
    places = places_of(tx, person, on)
    stands = any(unit in place.line for place in places)
    if not stands or (person in joining.linked_of(tx, [person])) is not again:
        raise Gone
    if not _may_hand(actor, places):
        raise NotForYou(Act.INVITE, unit)
    return _personal(tx, unit, [person], seed, now, actor.person)[0]


def invite_all(tx: Transaction, actor: Actor, unit: UnitId, seed: bytes, now: datetime) -> PersonalSheet:
    """A personal link for everybody there who is not linked yet, to print; earlier ones die.

    Those are left out whose roles the actor does not stand above. Raises NobodyToInvite, TooManyToInvite.
    """
    found, on = permit(tx, actor, Act.INVITE, unit, now), today(now, actor.zone)
    waiting = joining.unlinked_members(tx, unit, on)
    if len(waiting) > MOST_AT_ONCE:
        raise TooManyToInvite(MOST_AT_ONCE)
    able = [person for person in waiting if _may_hand(actor, places_of(tx, person, on))]
    if not able:
        raise NobodyToInvite
    links = _personal(tx, unit, able, seed, now, actor.person)
    return PersonalSheet(found, tuple(links), len(waiting) - len(able))


def invite_everybody(tx: Transaction, unit: UnitId, seed: bytes, now: datetime) -> list[PersonalLink]:
    """A personal link for everybody at or below the unit who is not linked yet; earlier ones die."""
    waiting = joining.unlinked_members(tx, unit, latest_date(now))
    if not waiting:
        raise NobodyToInvite
    return _personal(tx, unit, waiting, seed, now, None)


def admin_code(tx: Transaction, new_token: str, now: datetime) -> datetime:
    """A one-time code that makes its holder the administrator; until when it can be used."""
    if not units.children_of(tx, None, latest_date(now)):
        raise NoOrganisation
    expires = now + ADMIN_LIFE
    joining.add_link(tx, hashed(new_token), LinkKind.ADMIN, None, None, 1, expires, None, now)
    return expires


def _may_hand(actor: Actor, places: Collection[Place]) -> bool:
    return actor.root or may_hand_link([(h.unit, h.role) for h in actor.appointments], places)


def _personal(
    tx: Transaction,
    unit: UnitId,
    persons: Iterable[PersonId],
    seed: bytes,
    now: datetime,
    by: PersonId | None,
) -> list[PersonalLink]:
    expires = now + PERSONAL_LIFE
    listed = candidates_of(tx, persons, latest_date(now))
    joining.revoke_personal(tx, [row.person for row in listed], now)
    made = []
    for row in listed:
        new_token = token(seed, row.person)
        link = joining.add_link(
            tx, hashed(new_token), LinkKind.PERSONAL, unit, row.person, 1, expires, by, now
        )
        audit.note(tx, by, "invited", "link", link, now, unit)
        made.append(PersonalLink(row, new_token, expires))
    return made
