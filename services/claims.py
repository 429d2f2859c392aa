"""Saying who one is after a shared link. A typed name never gains a role: somebody above vouches for it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.actors import Actor
from domain.deliveries import Cause, Kind
from domain.errors import ClaimSettled, Gone
from domain.ids import ActivityId, ClaimId, LinkId, PersonId, TopicId, UnitId
from domain.joining import (
    AT_ACTIVITY,
    LONGEST_NAME,
    AlreadyIn,
    ClaimState,
    Door,
    Link,
    NameUnknown,
    NameWanted,
    Newcomer,
    NoSuchLink,
    Outcome,
    TooManyGuesses,
    Waits,
)
from domain.names import name_key, person_name
from services import deliveries
from services.actors import settings_at, today
from services.joining import guessed, guessed_too_often, let_in, name_of
from services.vouching import deciders_of, seat_of, settle, tell_claimant, wants_vouching
from storage import activities, actors, audit, chats, joining, topics
from storage.database import Transaction


def claim_by_name(
    tx: Transaction, who: Newcomer, door: Door, typed: str, now: datetime, fallback: Mapping[str, str]
) -> Outcome:
    """The name somebody typed at a door: theirs at once, or theirs to ask for."""
    if turned_away := _turned_away(tx, who, now):
        return turned_away
    link = _link(tx, door)
    usable = link is not None and link.usable(now)
    on = today(now, settings_at(tx, door.unit, now, fallback).zone)
    name = person_name(typed)[:LONGEST_NAME]
    rows = joining.rows_named(tx, door.unit, name_key(name), on)
    if not rows:
        return guessed(tx, who.account, NameUnknown(), now)
    joining.hold(tx, rows)
    if len(rows) > 1 or not usable or wants_vouching(tx, rows[0], on):
        return _ask(tx, who, door, rows, name, now, fallback)
    if joining.linked_of(tx, rows) or joining.claims_on(tx, rows[0], [ClaimState.FROZEN]):
        return _second_claim(tx, who, door, rows[0], name, now, fallback)
    return _claim_freely(tx, who, door, rows[0], name, now, fallback)


def ask_at_card(tx: Transaction, who: Newcomer, wanted: tuple[str, int], now: datetime) -> Outcome:
    """Somebody came by a card: the name they type is looked for where its topic or activity belongs."""
    if guessed_too_often(tx, who.account, now):
        return TooManyGuesses()
    word, number = wanted
    found = (
        activities.activity_with(tx, ActivityId(number))
        if word in AT_ACTIVITY
        else topics.topic_with(tx, TopicId(number))
    )
    if found is None:
        return guessed(tx, who.account, NoSuchLink(), now)
    return NameWanted(Door(found.unit), name_of(tx, found.unit, now), asking=True)


def ask_in(
    tx: Transaction, who: Newcomer, link_id: LinkId, now: datetime, fallback: Mapping[str, str]
) -> Outcome:
    """申请加入 after a spent link: a personal one tells who asks, after a shared one the name is typed."""
    if actors.person_of(tx, who.account.platform, who.account.user_id) is not None:
        return AlreadyIn()
    if guessed_too_often(tx, who.account, now):
        return TooManyGuesses()
    link = joining.link_at(tx, link_id)
    if link is None or link.unit is None or link.revoked:
        raise Gone
    door = Door(link.unit, link.id)
    if link.person is None:
        return NameWanted(door, name_of(tx, link.unit, now), asking=True)
    joining.hold(tx, [link.person])
    return _ask(tx, who, door, [link.person], None, now, fallback)


def decide(
    tx: Transaction,
    actor: Actor,
    claim_id: ClaimId,
    person: PersonId | None,
    bot_id: int,
    now: datetime,
    fallback: Mapping[str, str],
) -> str:
    """Somebody above says which row the newcomer is, or None that they are not; the name that was claimed.

    Raises Gone, NotForYou, or ClaimSettled once another has answered.
    """
    claim = settle(tx, actor, claim_id, person, bot_id, now)
    if person is None:
        return claim.typed or ""
    if actors.person_of(tx, claim.account.platform, claim.account.user_id) is not None:
        raise ClaimSettled
    joining.hold(tx, [person])
    who = Newcomer(claim.account, "", bot_id, intent=claim.intent)
    return let_in(tx, who, person, claim.asked_at, now, fallback).name


def _turned_away(tx: Transaction, who: Newcomer, now: datetime) -> AlreadyIn | TooManyGuesses | Waits | None:
    """Before any name is looked for; an account asks one question at a time, or names could be tried out."""
    if actors.person_of(tx, who.account.platform, who.account.user_id) is not None:
        return AlreadyIn()
    if guessed_too_often(tx, who.account, now):
        return TooManyGuesses()
    return Waits(asked=True) if joining.undecided_of(tx, who.account) else None


def _claim_freely(
    tx: Transaction,
    who: Newcomer,
    door: Door,
    person: PersonId,
    typed: str,
    now: datetime,
    fallback: Mapping[str, str],
) -> Outcome:
    if door.link is None or not joining.use(tx, door.link):
        return _ask(tx, who, door, [person], typed, now, fallback)
    on = today(now, settings_at(tx, door.unit, now, fallback).zone)
    seat = seat_of(tx, [person], door.unit, on)
    claim = joining.add_claim(
        tx, who.account, person, seat, door.link, typed, who.intent, ClaimState.LINKED, now
    )
    welcome = let_in(tx, who, person, now, now, fallback)
    _tell_deciders(tx, claim, Kind.JOINED, [person], seat, who, now, fallback)
    return welcome


def _second_claim(
    tx: Transaction,
    who: Newcomer,
    door: Door,
    person: PersonId,
    typed: str,
    now: datetime,
    fallback: Mapping[str, str],
) -> Outcome:
    """A row has its account already. One that was claimed by name alone is frozen, and so is this claim."""
    first = joining.claims_on(tx, person, [ClaimState.LINKED])
    for claim in first:
        joining.unlink(tx, person, claim.account, now)
        joining.settle(tx, claim.id, ClaimState.FROZEN, person, None, now, [ClaimState.LINKED])
        audit.note(tx, None, "froze", "claim", claim.id, now, claim.unit)
        tell_claimant(tx, claim, ClaimState.FROZEN, who.bot_id, now)
        _tell_deciders(tx, claim.id, Kind.JOIN_ASKED, [person], claim.unit, who, now, fallback)
    frozen = joining.claims_on(tx, person, [ClaimState.FROZEN])
    state = ClaimState.FROZEN if frozen else ClaimState.WAITING
    return _ask(tx, who, door, [person], typed, now, fallback, state)


def _ask(
    tx: Transaction,
    who: Newcomer,
    door: Door,
    rows: Sequence[PersonId],
    typed: str | None,
    now: datetime,
    fallback: Mapping[str, str],
    state: ClaimState = ClaimState.WAITING,
) -> Waits:
    """Let the nearest appointed person above say whether it is them; one question of an account at a time."""
    if joining.undecided_of(tx, who.account):
        return Waits(asked=True)
    on = today(now, settings_at(tx, door.unit, now, fallback).zone)
    seat = seat_of(tx, rows, door.unit, on)
    person = rows[0] if len(rows) == 1 else None
    claim = joining.add_claim(tx, who.account, person, seat, door.link, typed, who.intent, state, now)
    return Waits(asked=_tell_deciders(tx, claim, Kind.JOIN_ASKED, rows, seat, who, now, fallback))


def _tell_deciders(
    tx: Transaction,
    claim: ClaimId,
    kind: Kind,
    rows: Sequence[PersonId],
    seat: UnitId,
    who: Newcomer,
    now: datetime,
    fallback: Mapping[str, str],
) -> bool:
    """Tell the nearest people above, finally the deployment's administrators; whether anybody is reached."""
    on = today(now, settings_at(tx, seat, now, fallback).zone)
    cause = Cause(f"claim:{claim}", "-", kind)
    deciding = deciders_of(tx, rows, seat, on)
    if deliveries.owe_people(tx, cause, kind, claim, deciding, now):
        return True
    platform = who.account.platform
    rooms = (chats.chat_with(tx, platform, who.bot_id, number) for number in sorted(who.admin_ids))
    return deliveries.owe_chats(tx, cause, kind, claim, [room for room in rooms if room], now) > 0


def _link(tx: Transaction, door: Door) -> Link | None:
    """The link behind a door, unless it was withdrawn since."""
    link = joining.link_at(tx, door.link) if door.link else None
    if link is not None and (link.revoked or link.unit != door.unit):
        raise Gone
    return link
