"""Coming in by a link: a personal one lets its person in, a shared one asks for a name, a code appoints."""

from collections.abc import Mapping
from datetime import datetime

from domain.actors import Account
from domain.deliveries import Cause, Kind
from domain.ids import PersonId, UnitId
from domain.joining import (
    GUESSES,
    GUESSING_SPAN,
    LONGEST_NAME,
    LONGEST_PAYLOAD,
    AlreadyIn,
    BecameAdministrator,
    ClaimState,
    Door,
    Link,
    LinkKind,
    LinkSpent,
    NameWanted,
    Newcomer,
    NoSuchLink,
    Outcome,
    TooManyGuesses,
    Welcome,
    hashed,
    may_hand_link,
    stranger_number,
)
from domain.names import name_key, person_name
from domain.roles import Role
from domain.zones import latest_date
from services import deliveries, intents
from services.actors import actor_of, settings_at, today
from services.vouching import home_of, places_of
from storage import actors, audit, chats, joining, people, units
from storage.database import Transaction


def open_link(
    tx: Transaction, who: Newcomer, payload: str, now: datetime, fallback: Mapping[str, str]
) -> Outcome:
    """Follow a link. A personal one lets its person in, a shared one asks for a name, a code appoints."""
    known = actors.person_of(tx, who.account.platform, who.account.user_id)
    if guessed_too_often(tx, who.account, now):
        return TooManyGuesses()
    link = joining.link_with(tx, hashed(payload)) if len(payload) <= LONGEST_PAYLOAD else None
    if link is not None and link.kind is LinkKind.ADMIN:
        return _follow_code(tx, who, link, known, now, fallback)
    if known is not None:
        return AlreadyIn() if link else guessed(tx, who.account, AlreadyIn(), now)
    if link is None or link.revoked:
        return guessed(tx, who.account, NoSuchLink(), now)
    return _follow(tx, who, link, now, fallback)


def _follow(
    tx: Transaction, who: Newcomer, link: Link, now: datetime, fallback: Mapping[str, str]
) -> Outcome:
    if not link.usable(now):
        return guessed(tx, who.account, LinkSpent(link.id), now)
    if link.person is None:
        unit = link.unit or UnitId(0)
        return NameWanted(Door(unit, link.id), name_of(tx, unit, now))
    if not _still_good(tx, who, link, link.person, now, fallback):
        return LinkSpent(link.id)
    if not joining.use(tx, link.id):
        return guessed(tx, who.account, LinkSpent(link.id), now)
    joining.hold(tx, [link.person])
    return let_in(tx, who, link.person, now, now, fallback)


def _still_good(
    tx: Transaction, who: Newcomer, link: Link, person: PersonId, now: datetime, fallback: Mapping[str, str]
) -> bool:
    """Whether its maker could make it today: a link kept from before opens no role given since."""
    if link.by is None or link.unit is None:
        return True
    on = today(now, settings_at(tx, link.unit, now, fallback).zone)
    held = [(one.unit, one.role) for one in actors.appointments_of(tx, link.by, on)]
    if may_hand_link(held, places_of(tx, person, on)):
        return True
    return bool(joining.numbers_of(tx, link.by, who.account.platform) & who.admin_ids)


def _follow_code(
    tx: Transaction,
    who: Newcomer,
    link: Link,
    known: PersonId | None,
    now: datetime,
    fallback: Mapping[str, str],
) -> Outcome:
    roots = units.children_of(tx, None, latest_date(now))
    if not roots or not link.usable(now) or not joining.use(tx, link.id):
        return guessed(tx, who.account, AlreadyIn() if known else NoSuchLink(), now)
    person = known or _unlisted_person(tx, who, now)
    on = today(now, settings_at(tx, roots[0].id, now, fallback).zone)
    held = {(h.unit, h.role) for h in actors.appointments_of(tx, person, on)}
    for root in roots:
        if (root.id, Role.ADMINISTRATOR) not in held:
            people.appoint(tx, person, root.id, Role.ADMINISTRATOR, on)
        audit.note(tx, person, "appointed_by_code", "link", link.id, now, root.id)
    actor = actor_of(tx, who.account, now, fallback, who.account.user_id in who.admin_ids)
    return BecameAdministrator(actor, tuple(root.name for root in roots))


def _unlisted_person(tx: Transaction, who: Newcomer, now: datetime) -> PersonId:
    """An administrator need not stand on a roster; they go by the name of their account."""
    name = person_name(who.client_name)[:LONGEST_NAME]
    person = people.add_person(tx, name, name_key(name), now)
    people.link_account(tx, person, who.account.platform, who.account.user_id, who.account.username, now)
    return person


def let_in(
    tx: Transaction,
    who: Newcomer,
    person: PersonId,
    wanted_at: datetime,
    now: datetime,
    fallback: Mapping[str, str],
) -> Welcome:
    """Link the account with the person, and finish what they had set out to do at `wanted_at`."""
    account, intent = who.account, who.intent
    for claim in joining.undecided_of(tx, account):
        intent = intent or claim.intent
        joining.settle(tx, claim.id, ClaimState.WITHDRAWN, claim.person, None, now)
    _replace(tx, who, person, now)
    people.link_account(tx, person, account.platform, account.user_id, account.username, now)
    audit.note(tx, person, "joined", "person", person, now)
    actor = actor_of(tx, account, now, fallback, account.user_id in who.admin_ids)
    done, refused = intents.complete(tx, actor, intent, wanted_at)
    home = home_of(tx, person, today(now, actor.zone))
    return Welcome(
        actor, people.names_of(tx, [person])[person], name_of(tx, home, now) if home else "", done, refused
    )


def _replace(tx: Transaction, who: Newcomer, person: PersonId, now: datetime) -> None:
    """One account stands for a person: the one before is let go, and told, in case it is the true one."""
    for number, old in joining.other_accounts(tx, person, who.account):
        joining.unlink(tx, person, old, now)
        audit.note(tx, person, "account_replaced", "account", number, now)
        room = chats.chat_with(tx, old.platform, who.bot_id, old.user_id)
        if room is not None:
            cause = Cause(f"account:{number}", now.isoformat(), "replaced")
            deliveries.owe_chats(tx, cause, Kind.ACCOUNT_REPLACED, number, [room], now)


def guessed_too_often(tx: Transaction, account: Account, now: datetime) -> bool:
    """Whether the account has been wrong so often that it must wait."""
    return joining.guesses_since(tx, stranger_number(account), now - GUESSING_SPAN) >= GUESSES


def guessed(tx: Transaction, account: Account, outcome: Outcome, now: datetime) -> Outcome:
    """Count a wrong payload or name against the account."""
    audit.note(tx, None, "guessed", "stranger", stranger_number(account), now)
    return outcome


def name_of(tx: Transaction, unit: UnitId, now: datetime) -> str:
    """The unit's name; empty where there is none."""
    found = units.unit_with(tx, unit, latest_date(now))
    return found.name if found else ""
