"""How the bot is doing, for those who administer the whole of it; and telling them when something waits."""

from datetime import datetime, timedelta

from domain.actors import Actor
from domain.admin import Alert, Overview
from domain.deliveries import Cause, Destination, Kind, State
from domain.errors import NotForYou, Stranger
from domain.ids import PersonId
from domain.roles import Act, Role
from domain.zones import latest_date, to_instant
from services import deliveries
from services.actors import allows, today
from storage import admin, audit, held, leases, parked, units
from storage.actors import holders_of
from storage.database import Transaction
from storage.deliveries import addresses_of

SERIES = "admin"
GATHERING = timedelta(minutes=5)  # what goes wrong meanwhile is told in one message


def permit_all(tx: Transaction, actor: Actor | None, now: datetime) -> None:
    """Let an administrator of the whole organisation pass; None is who runs a command on the machine.

    The outbox and the inbox belong to no unit, so a right on a part of the tree is not enough.
    Raises Stranger, NotForYou.
    """
    if actor is None:
        return
    roots = units.children_of(tx, None, latest_date(now))
    if actor.root or any(allows(actor, Act.ADMINISTER, (root.id,)) for root in roots):
        return
    raise NotForYou(Act.ADMINISTER) if actor.known else Stranger


def note(
    tx: Transaction,
    actor: Actor | None,
    act: str,
    kind: str,
    subject: int,
    now: datetime,
    **detail: int | str,
) -> None:
    """Leave a trace of what an administrator decided: ids and codes only."""
    person = actor.person if actor else None
    if person is None:
        detail["by"] = "ADMIN_IDS" if actor else "command line"
    audit.note(tx, person, act, kind, subject, now, detail=detail or None)


def overview(tx: Transaction, actor: Actor, bot_id: int, now: datetime) -> Overview:
    """The figures of one bot. Raises Stranger, NotForYou."""
    permit_all(tx, actor, now)
    midnight = to_instant(datetime.combine(today(now, actor.zone), datetime.min.time()), actor.zone)
    leads, since = admin.leading_since(tx, bot_id, now)
    until = leases.paused_until(tx, bot_id)
    return Overview(
        ready=held.count(tx, bot_id, State.READY),
        oldest=admin.oldest_due(tx, bot_id, now),
        held=held.count(tx, bot_id, State.AMBIGUOUS),
        dead=held.count(tx, bot_id, State.DEAD),
        cancelled_today=admin.cancelled_since(tx, bot_id, midnight),
        paused=admin.paused_causes(tx),
        unreachable=admin.chats_in(tx, bot_id, "unreachable"),
        suspended=admin.chats_in(tx, bot_id, "suspended"),
        waiting=admin.updates_waiting(tx, bot_id, now),  # not the one that asks
        parked=parked.count(tx, bot_id),
        leads=leads,
        leads_since=since,
        quiet_until=until if until and until > now else None,
        zone=actor.zone,
    )


def tell(tx: Transaction, now: datetime) -> None:
    """Owe the administrators a word that something waits for them: one message, however much it is.

    Whoever has not got the last one yet needs no other, since it is counted when it is said.
    """
    listening = administrators(tx, now) - admin.still_to_hear(tx, SERIES)
    if not listening:
        return
    at = now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % GATHERING + GATHERING
    cause = Cause(SERIES, f"{at:%Y-%m-%dT%H:%M%z}", "alert")
    deliveries.owe_people(tx, cause, Kind.ADMIN_ALERT, 0, sorted(listening), now, due_at=at)


def alert_facts(
    tx: Transaction,
    to: Destination,
    now: datetime,
) -> Alert | None:
    """What waits now; None when all has been dealt with, and for one who administers no more."""
    if to.person not in administrators(tx, now):
        return None
    bot = admin.bot_of(tx, to.chat)
    found = Alert(
        held.count(tx, bot, State.AMBIGUOUS),
        held.count(tx, bot, State.DEAD),
        admin.paused_causes(tx),
        parked.count(tx, bot),
    )
    return None if found.empty else found


def administrators(tx: Transaction, now: datetime) -> set[PersonId]:
    """Who is appointed to administer the whole."""
    on = latest_date(now)
    roles = frozenset({Role.ADMINISTRATOR})
    return {
        person for root in units.children_of(tx, None, on) for person in holders_of(tx, root.id, roles, on)
    }


def command_chats(tx: Transaction, now: datetime) -> list[int]:
    """The platform's numbers of the administrators' private chats, whose clients list their command too."""
    return addresses_of(tx, administrators(tx, now))
