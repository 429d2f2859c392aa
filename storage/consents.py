"""Who may read what was meant for the secretary before them."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import distinct, func, or_, select, update

from domain.consents import Terms
from domain.ids import AppointmentId, PersonId, UnitId
from domain.reflections import ReflectionState, Visibility
from domain.roles import Role
from storage.database import Transaction
from storage.tables import Appointment as appointments
from storage.tables import Membership as memberships
from storage.tables import ReadingConsent as consents
from storage.tables import Reflection as reflections
from storage.upserts import upsert


def terms_of(tx: Transaction, reader: PersonId, branch: UnitId, roles: Collection[Role], on: date) -> Terms:
    """When the reader held one of the roles in the branch, and who agreed to one that lasts."""
    held = tx.execute(
        select(appointments.id, appointments.since, appointments.until).where(
            appointments.person_id == reader,
            appointments.unit_id == branch,
            appointments.role.in_(sorted(roles)),
        )
    ).all()
    lasting = [row.id for row in held if row.until is None or row.until > on]
    agreed = tx.execute(
        select(consents.author_id).where(consents.appointment_id.in_(lasting), consents.agreed.is_(True))
    ).scalars()
    return Terms(tuple((row.since, row.until) for row in held), frozenset(agreed))


def authors_in(tx: Transaction, branch: UnitId, before: datetime) -> dict[PersonId, int]:
    """Whose pieces for the secretary only were handed in before that moment, and how many each."""
    found = tx.execute(
        select(memberships.person_id, func.count(distinct(reflections.id)).label("pieces"))
        .join(memberships, memberships.id == reflections.membership_id)
        .where(
            reflections.branch_id == branch,
            reflections.visibility == Visibility.SECRETARY,
            reflections.state != ReflectionState.DRAFT,
            reflections.handed_in_at < before,
        )
        .group_by(memberships.person_id)
        .order_by(memberships.person_id)
    )
    return {row.person_id: row.pieces for row in found}


def ask(tx: Transaction, appointment: AppointmentId, authors: Collection[PersonId], now: datetime) -> None:
    """Each is asked once."""
    for author in authors:
        tx.execute(
            upsert(tx, consents)
            .values(appointment_id=appointment, author_id=author, asked_at=now)
            .on_conflict_do_nothing(index_elements=["appointment_id", "author_id"])
        )


def asked_of(tx: Transaction, appointment: AppointmentId, author: PersonId) -> tuple[bool, bool | None]:
    """Whether the author was asked, and what they said."""
    row = tx.execute(
        select(consents.agreed).where(consents.appointment_id == appointment, consents.author_id == author)
    ).first()
    return (False, None) if row is None else (True, row.agreed)


def answer(
    tx: Transaction, appointment: AppointmentId, author: PersonId, agreed: bool, now: datetime
) -> None:
    """What the author says; the last word counts."""
    tx.execute(
        update(consents)
        .where(
            consents.appointment_id == appointment,
            consents.author_id == author,
            or_(consents.agreed.is_(None), consents.agreed != agreed),
        )
        .values(agreed=agreed, answered_at=now)
    )
