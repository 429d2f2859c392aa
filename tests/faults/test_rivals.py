"""Two acts want the same row of PostgreSQL at one moment: the second finds what the first left of it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from threading import Event
from typing import TypeVar

from sqlalchemy import Boolean, column, func, select, table

from domain.topics import TopicCard
from services import card_edits, checkins, retention, sending
from services import deliveries as owed
from services import leases as services
from storage import inbox, parked
from storage.database import Database, Transaction
from storage.tables import Delivery, InboxUpdate
from tests.scheduling.office import BOT_ID, FALLBACK, NOON, Office, until
from tests.scheduling.test_cards import Study

First = TypeVar("First")
Second = TypeVar("Second")
LOCKS = table("pg_locks", column("granted", Boolean))
PATIENCE = 30.0  # seconds
HOUR, MONTH = timedelta(hours=1), timedelta(days=31)


async def at_once(
    database: Database, first: Callable[[Transaction], First], second: Callable[[Transaction], Second]
) -> tuple[First, Second]:
    """The second is asked when the first is done and not yet durable: it waits for it, or passes by."""
    done, go_on = Event(), Event()

    def held(tx: Transaction) -> First:
        value = first(tx)
        done.set()
        assert go_on.wait(PATIENCE)
        return value

    one = asyncio.create_task(database.write(held))
    await asyncio.to_thread(done.wait, PATIENCE)
    other = asyncio.create_task(database.write(second))
    waiting = select(func.count()).select_from(LOCKS).where(~LOCKS.c.granted)
    await until(lambda: other.done() or database.read_now(lambda tx: tx.execute(waiting).scalar_one()))
    go_on.set()
    return await one, await other


async def test_what_is_claimed_as_it_expires_is_cancelled_by_who_claimed_it(postgresql: Database) -> None:
    office = Office(postgresql)
    office.owe([office.member().chat], expires_at=NOON + HOUR)
    lease = await postgresql.write(services.hold, BOT_ID, "one", NOON)
    assert lease is not None
    (claimed,), expired = await at_once(
        postgresql,
        lambda tx: sending.claim(tx, lease, [], NOON, 9),
        lambda tx: owed.expire(tx, NOON + HOUR, FALLBACK),
    )
    assert (office.rows(), expired) == (["leased"], 0)
    assert await postgresql.write(sending.begin, claimed.id, lease, NOON + HOUR, FALLBACK) is None
    assert office.rows(Delivery.state, Delivery.reason) == [("cancelled", "expired")]


async def test_what_expires_as_it_is_claimed_is_claimed_by_nobody(postgresql: Database) -> None:
    office = Office(postgresql)
    office.owe([office.member().chat], expires_at=NOON + HOUR)
    lease = await postgresql.write(services.hold, BOT_ID, "one", NOON)
    assert lease is not None
    expired, claimed = await at_once(
        postgresql,
        lambda tx: owed.expire(tx, NOON + HOUR, FALLBACK),
        lambda tx: sending.claim(tx, lease, [], NOON, 9),
    )
    assert (office.rows(), expired, claimed) == (["cancelled"], 1, [])


async def test_what_is_claimed_as_the_lease_is_taken_over_is_ready_again(postgresql: Database) -> None:
    """Whoever claimed it may have died right after: nobody else would look at it while the next leads."""
    office = Office(postgresql)
    office.owe([office.member().chat])
    lease = await postgresql.write(services.hold, BOT_ID, "one", NOON)
    assert lease is not None
    office.lease_runs_out()

    def takes_over(tx: Transaction) -> int:
        rival = services.hold(tx, BOT_ID, "another", NOON)
        assert rival is not None
        return services.take_over(tx, rival, NOON).ready

    claimed, ready = await at_once(postgresql, lambda tx: sending.claim(tx, lease, [], NOON, 9), takes_over)
    assert (len(claimed), ready, office.rows()) == (1, 1, ["ready"])


async def test_a_tap_as_a_card_is_drawn_is_on_it_or_makes_it_stale_anew(postgresql: Database) -> None:
    study = Study(postgresql)
    await study.push()
    now = study.office.clock.now()
    actors = [postgresql.read_now(study.actor, member) for member in study.crowd[:3]]
    taps = [lambda tx, who=who: checkins.check_in(tx, who, study.topic, now) for who in actors]
    await postgresql.write(taps[0])
    (card,) = await postgresql.read(card_edits.stale, BOT_ID)

    def draw(tx: Transaction) -> int:
        facts = card_edits.begin_edit(tx, card, now, FALLBACK).facts
        assert isinstance(facts, TopicCard)
        return facts.progress.checked_in

    _, drawn = await at_once(postgresql, taps[1], draw)
    assert (drawn, study.card_row().stale) == (2, False)
    drawn, _ = await at_once(postgresql, draw, taps[2])
    assert (drawn, study.card_row().stale) == (2, True)


def keep_parked(database: Database) -> None:
    """An update that has been parked for a month."""

    def act(tx: Transaction) -> None:
        inbox.store(tx, BOT_ID, [(1, "{}")], NOON - MONTH)
        inbox.settle(tx, BOT_ID, 1, inbox.PARKED, NOON - MONTH)

    database.write_now(act)


def kept(database: Database) -> list[str]:
    return database.read_now(lambda tx: list(tx.execute(select(InboxUpdate.state)).scalars()))


async def test_an_update_tried_again_as_it_is_to_be_forgotten_is_kept(postgresql: Database) -> None:
    keep_parked(postgresql)
    retried, forgotten = await at_once(
        postgresql, lambda tx: parked.retry(tx, BOT_ID, 1), lambda tx: retention.forget(tx, NOON)
    )
    assert (retried, forgotten, kept(postgresql)) == (True, 0, ["new"])


async def test_an_update_forgotten_as_it_is_to_be_tried_again_is_gone_and_that_is_said(
    postgresql: Database,
) -> None:
    keep_parked(postgresql)
    forgotten, retried = await at_once(
        postgresql, lambda tx: retention.forget(tx, NOON), lambda tx: parked.retry(tx, BOT_ID, 1)
    )
    assert (retried, forgotten, kept(postgresql)) == (False, 1, [])
