"""The trail searched: by person, act, day and unit, the newest first."""

import json
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, or_, select

from domain.ids import PersonId, UnitId
from domain.trail import Entry
from storage.database import Transaction
from storage.tables import Appointment as appointments
from storage.tables import AuditEntry as audit
from storage.tables import Chat as chats
from storage.tables import Claim as claims
from storage.tables import Leave as leaves
from storage.tables import Membership as memberships
from storage.tables import Person as people
from storage.tables import Reflection as reflections
from storage.tables import Unit as units
from storage.units import below

PEOPLE = ("person", "attendee")  # subjects that are a person's own number


def people_named(tx: Transaction, key: str) -> list[PersonId]:
    """Everybody of that name."""
    return list(tx.execute(select(people.id).where(people.name_key == key)).scalars())


def found(
    tx: Transaction,
    roots: Collection[UnitId] | None,
    who: Collection[PersonId] | None,
    acts: Collection[str],
    since: datetime | None,
    until: datetime | None,
    before: int | None,
    limit: int,
    on: date,
) -> list[Entry]:
    """Entries of that kind; `roots` None means of the whole organisation, `who` None means by anybody."""
    asked = _asked().order_by(audit.id.desc()).limit(limit)
    if roots is not None:
        under = (select(below(root, on).c.unit_id) for root in roots)
        asked = asked.where(or_(*(audit.unit_id.in_(one) for one in under)))
    if who is not None:
        asked = asked.where(or_(audit.person_id.in_(list(who)), _about(list(who))))
    if acts:
        asked = asked.where(audit.act.in_(list(acts)))
    if since is not None:
        asked = asked.where(audit.at >= since)
    if until is not None:
        asked = asked.where(audit.at < until)
    if before is not None:
        asked = asked.where(audit.id < before)
    return [_entry(row) for row in tx.execute(asked)]


def _entry(row: Any) -> Entry:
    key, at, act, who, kind, subject, about, unit, chat, number, detail = row
    details = json.loads(detail) if detail else {}
    return Entry(key, at, act, who, kind, subject, about, unit, chat, number, details)


def names_of_units(tx: Transaction, which: Collection[UnitId]) -> dict[UnitId, str]:
    """Names by unit, archived ones too."""
    found = tx.execute(select(units.id, units.name).where(units.id.in_(list(which))))
    return {row.id: row.name for row in found}


_OF: dict[str, Select[*tuple[Any, ...]]] = {
    "appointment": select(appointments.person_id).where(appointments.id == audit.subject_id),
    "membership": select(memberships.person_id).where(memberships.id == audit.subject_id),
    "claim": select(claims.person_id).where(claims.id == audit.subject_id),
    "leave": select(memberships.person_id)
    .join(leaves, leaves.membership_id == memberships.id)
    .where(leaves.id == audit.subject_id),
    "reflection": select(memberships.person_id)
    .join(reflections, reflections.membership_id == memberships.id)
    .where(reflections.id == audit.subject_id),
}


def _asked() -> Select[*tuple[Any, ...]]:
    concerned = people.__table__.alias("concerned")
    about = case(
        (audit.subject_kind.in_(PEOPLE), audit.subject_id),
        *((audit.subject_kind == kind, one.scalar_subquery()) for kind, one in _OF.items()),
    )
    return (
        select(
            audit.id,
            audit.at,
            audit.act,
            people.name,
            audit.subject_kind,
            audit.subject_id,
            concerned.c.name.label("about"),
            units.name.label("unit"),
            chats.kind,
            audit.chat_id,
            audit.detail,
        )
        .outerjoin(people, people.id == audit.person_id)
        .outerjoin(concerned, concerned.c.id == about)
        .outerjoin(units, units.id == audit.unit_id)
        .outerjoin(chats, chats.id == audit.chat_id)
    )


def _about(who: list[PersonId]) -> ColumnElement[bool]:
    """Said by keys, so that the index of subjects finds the few that are meant."""
    theirs = select(memberships.id).where(memberships.person_id.in_(who))
    keys: dict[str, Select[*tuple[Any, ...]]] = {
        "appointment": select(appointments.id).where(appointments.person_id.in_(who)),
        "membership": theirs,
        "claim": select(claims.id).where(claims.person_id.in_(who)),
        "leave": select(leaves.id).where(leaves.membership_id.in_(theirs)),
        "reflection": select(reflections.id).where(reflections.membership_id.in_(theirs)),
    }
    return or_(
        and_(audit.subject_kind.in_(PEOPLE), audit.subject_id.in_(who)),
        *(and_(audit.subject_kind == kind, audit.subject_id.in_(one)) for kind, one in keys.items()),
    )
