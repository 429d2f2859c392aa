"""What is there of a person that would go, and by what the erased are known again."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    ScalarSelect,
    Select,
    and_,
    exists,
    func,
    insert,
    or_,
    select,
)

from domain.activities import State
from domain.appointments import never_lapses
from domain.erasures import Going
from domain.ids import PersonId, UnitId
from domain.names import name_key
from domain.roles import Role
from domain.tombstones import Graveyard, Mark, Stone, Traits, marks_of
from domain.topics import TopicState
from storage.database import Transaction
from storage.tables import Account as accounts
from storage.tables import Activity as activities
from storage.tables import Appointment as appointments
from storage.tables import Key as keys
from storage.tables import Leave as leaves
from storage.tables import Material as materials
from storage.tables import Membership as memberships
from storage.tables import Person as people
from storage.tables import Reflection as reflections
from storage.tables import Rsvp as rsvps
from storage.tables import Tombstone as tombstones
from storage.tables import Topic as topics

KEY = "tombstones"  # the name of the key, made by the migration that made the table


def memberships_of(person: PersonId) -> Select[*tuple[Any, ...]]:
    """Every membership they ever had."""
    return select(memberships.id).where(memberships.person_id == person)


def pieces_of(person: PersonId) -> ColumnElement[bool]:
    """Their reflections."""
    return reflections.membership_id.in_(memberships_of(person))


def drafts_of(person: PersonId) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The topics and the activities that they began and nobody has seen."""
    return (
        and_(topics.created_by == person, topics.state == TopicState.DRAFT),
        and_(activities.created_by == person, activities.state == State.DRAFT),
    )


def coming(now: datetime) -> ColumnElement[bool]:
    """Answers to activities that have not begun."""
    begun = select(activities.id).where(or_(activities.starts_at <= now, activities.snapshot_at.is_not(None)))
    return rsvps.activity_id.not_in(begun)


def lasting(table: type[memberships | appointments], on: date) -> ColumnElement[bool]:
    """Not over on that day."""
    return or_(table.until.is_(None), table.until > on)


def going(tx: Transaction, person: PersonId, on: date, now: datetime) -> Going:
    """What would go, counted."""
    topic_drafts, activity_drafts = drafts_of(person)
    theirs = select(reflections.id).where(pieces_of(person))
    row = tx.execute(
        select(
            _count(accounts.id, accounts.person_id == person, accounts.unlinked_at.is_(None)),
            _count(reflections.id, pieces_of(person), reflections.text != ""),
            _count(materials.id, materials.reflection_id.in_(theirs)),
            _count(topics.id, topic_drafts) + _count(activities.id, activity_drafts),
            _count(leaves.id, leaves.membership_id.in_(memberships_of(person)), leaves.reason.is_not(None)),
            _count(rsvps.activity_id, rsvps.membership_id.in_(memberships_of(person)), coming(now)),
            _count(appointments.id, appointments.person_id == person, lasting(appointments, on)),
            _count(memberships.id, memberships.person_id == person, lasting(memberships, on)),
        )
    ).one()
    return Going(*row)


def _count(column: object, *which: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count(column)).where(*which).scalar_subquery()  # type: ignore[arg-type]  # any column


def administers(tx: Transaction, person: PersonId, on: date) -> list[UnitId]:
    """The units they administer, or will."""
    return list(
        tx.execute(
            select(appointments.unit_id).where(
                appointments.person_id == person,
                appointments.role == Role.ADMINISTRATOR,
                lasting(appointments, on),
            )
        ).scalars()
    )


def others_administer(tx: Transaction, line: Iterable[UnitId], person: PersonId, on: date) -> bool:
    """Whether others with accounts administer these units from that day on for good."""
    linked = select(accounts.person_id).where(accounts.unlinked_at.is_(None), accounts.user_id.is_not(None))
    found = tx.execute(
        select(appointments.since, appointments.until).where(
            appointments.unit_id.in_(list(line)),
            appointments.role == Role.ADMINISTRATOR,
            appointments.person_id != person,
            lasting(appointments, on),
            appointments.person_id.in_(linked),
        )
    )
    return never_lapses([(row.since, row.until) for row in found], on)


def traits_of(tx: Transaction, person: PersonId) -> Traits:
    """By what the person could be known again; not by what is somebody else's by now."""
    who = tx.execute(select(people.name, people.number, people.joined).where(people.id == person)).one()
    now = accounts.__table__.alias("now")
    of_others = exists().where(
        now.c.platform == accounts.platform,
        now.c.user_id == accounts.user_id,
        now.c.unlinked_at.is_(None),
        now.c.person_id != person,
    )
    own = and_(accounts.person_id == person, ~of_others)
    linked = tx.execute(select(accounts.user_id, accounts.username).where(own)).all()
    return Traits(
        name_key(who.name),
        who.number,
        who.joined,
        frozenset(row.user_id for row in linked if row.user_id is not None),
        frozenset(row.username for row in linked if row.username),
        frozenset(tx.execute(_stood_in(person)).scalars()),
    )


def _stood_in(person: PersonId) -> CompoundSelect[*tuple[Any, ...]]:
    """The units in which they ever belonged or held a role."""
    stood = select(memberships.branch_id).where(memberships.person_id == person)
    return stood.union(select(appointments.unit_id).where(appointments.person_id == person))


def deployment_key(tx: Transaction) -> str:
    """The secret of the digests."""
    return tx.execute(select(keys.value).where(keys.name == KEY)).scalar_one()


def digests_of(tx: Transaction, traits: Traits) -> list[str]:
    """What would be kept of somebody."""
    return [said for _mark, said in marks_of(traits, deployment_key(tx))]


def bury(tx: Transaction, person: PersonId, traits: Traits, now: datetime) -> None:
    """Keep what the person would be known by again, unreadable."""
    rows = [
        {"person_id": person, "kind": mark, "digest": said, "made_at": now}
        for mark, said in marks_of(traits, deployment_key(tx))
    ]
    if rows:
        tx.execute(insert(tombstones), rows)


def stones(tx: Transaction) -> list[Stone]:
    """Everybody who was erased, by digests alone: what is kept apart from the backups."""
    found: dict[PersonId, set[str]] = {}
    for row in tx.execute(select(tombstones.person_id, tombstones.digest).order_by(tombstones.id)):
        found.setdefault(row.person_id, set()).add(row.digest)
    return [Stone(person, frozenset(digests)) for person, digests in found.items()]


def graveyard(tx: Transaction) -> Graveyard:
    """Everybody who was erased."""
    found = tx.execute(select(tombstones.person_id, tombstones.kind, tombstones.digest)).all()
    stones = frozenset((row.person_id, Mark(row.kind), row.digest) for row in found)
    return Graveyard(deployment_key(tx), stones)


def next_number(tx: Transaction, person: PersonId) -> int:
    """A number that nobody erased bears who ever stood in one of this person's units."""
    units = _stood_in(person)
    beside = (
        select(memberships.person_id)
        .where(memberships.branch_id.in_(units))
        .union(select(appointments.person_id).where(appointments.unit_id.in_(units)))
    )
    named = tx.execute(
        select(people.name).where(people.erased_at.is_not(None), people.id.in_(beside))
    ).scalars()
    return max((int(name.rpartition("#")[2]) for name in named), default=0) + 1
