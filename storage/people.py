"""People set down: their rows, accounts, memberships and appointments."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import insert, or_, select

from domain.ids import AccountId, AppointmentId, MembershipId, PersonId, UnitId
from domain.people import Standing
from domain.roles import Role
from storage.database import Transaction
from storage.tables import Account as accounts
from storage.tables import Appointment as appointments
from storage.tables import Membership as memberships
from storage.tables import MembershipStanding as standings
from storage.tables import Person as people


def add_person(
    tx: Transaction,
    name: str,
    name_key: str,
    now: datetime,
    number: str | None = None,
    joined: str | None = None,
) -> PersonId:
    """Set a person down; `joined` as exactly as it is known: "2015", "2015-07" or "2015-07-01"."""
    made: PersonId = tx.execute(
        insert(people)
        .values(name=name, name_key=name_key, number=number, joined=joined, created_at=now)
        .returning(people.id)
    ).scalar_one()
    return made


def enrol(
    tx: Transaction,
    person: PersonId,
    branch: UnitId,
    since: date,
    standing: Standing = Standing.FULL,
    exempt: str | None = None,
    group: UnitId | None = None,
    home: MembershipId | None = None,
    until: date | None = None,
) -> MembershipId:
    """Let a person belong to a branch from that day; with a `home` they are its guest."""
    made: MembershipId = tx.execute(
        insert(memberships)
        .values(person_id=person, branch_id=branch, group_id=group, since=since, home_id=home, until=until)
        .returning(memberships.id)
    ).scalar_one()
    tx.execute(insert(standings).values(membership_id=made, standing=standing, exempt=exempt, since=since))
    return made


def appoint(tx: Transaction, person: PersonId, unit: UnitId, role: Role, since: date) -> AppointmentId:
    """Give a person a role on a unit from that day."""
    made: AppointmentId = tx.execute(
        insert(appointments)
        .values(person_id=person, unit_id=unit, role=role, since=since)
        .returning(appointments.id)
    ).scalar_one()
    return made


def link_account(
    tx: Transaction, person: PersonId, platform: str, user_id: int, username: str | None, now: datetime
) -> AccountId:
    """Link an account that is linked with nobody."""
    made: AccountId = tx.execute(
        insert(accounts)
        .values(person_id=person, platform=platform, user_id=user_id, username=username, linked_at=now)
        .returning(accounts.id)
    ).scalar_one()
    return made


def names_of(tx: Transaction, persons: Iterable[PersonId]) -> dict[PersonId, str]:
    """Names by person."""
    found = tx.execute(select(people.id, people.name).where(people.id.in_(list(persons)))).all()
    return {row.id: row.name for row in found}


def members_on(tx: Transaction, branch: UnitId, on: date) -> list[PersonId]:
    """Who belonged to the branch that day, in the order they were enrolled."""
    return list(
        tx.execute(
            select(memberships.person_id)
            .where(
                memberships.branch_id == branch,
                memberships.since <= on,
                or_(memberships.until.is_(None), memberships.until > on),
            )
            .order_by(memberships.id)
        ).scalars()
    )


def membership_with(
    tx: Transaction, membership: MembershipId, on: date
) -> tuple[UnitId, UnitId | None] | None:
    """The branch and group of a membership that is active on that day."""
    found = tx.execute(
        select(memberships.branch_id, memberships.group_id).where(
            memberships.id == membership,
            memberships.since <= on,
            or_(memberships.until.is_(None), memberships.until > on),
        )
    ).first()
    return None if found is None else (UnitId(found.branch_id), found.group_id)


def units_of(tx: Transaction, person: PersonId, on: date) -> set[UnitId]:
    """Where a person belongs or holds a role that day, or will."""
    belongs = select(memberships.branch_id).where(
        memberships.person_id == person, or_(memberships.until.is_(None), memberships.until > on)
    )
    holds = select(appointments.unit_id).where(
        appointments.person_id == person, or_(appointments.until.is_(None), appointments.until > on)
    )
    return set(tx.execute(belongs.union(holds)).scalars())


def span_of(tx: Transaction, membership: MembershipId) -> tuple[PersonId, UnitId, date, date | None] | None:
    """Whose a membership is, in which branch, from when and until when."""
    row = tx.execute(
        select(memberships.person_id, memberships.branch_id, memberships.since, memberships.until).where(
            memberships.id == membership
        )
    ).first()
    return None if row is None else (row.person_id, row.branch_id, row.since, row.until)


def hold(tx: Transaction, membership: MembershipId) -> None:
    """Let nobody else change what hangs on this membership until this transaction ends."""
    tx.execute(select(memberships.id).where(memberships.id == membership).with_for_update())
