"""Who an activity is for, of those who belonged on its day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from domain.activities import CATALOGUE, Audience, Kind
from domain.ids import MembershipId, PersonId, UnitId
from domain.participation import CountedAs
from domain.people import Standing
from domain.roles import COMMITTEE
from domain.units import FORMS, Form
from storage.database import Transaction
from storage.tables import Appointment as appointments
from storage.tables import Membership as memberships
from storage.tables import MembershipStanding as standings
from storage.tables import Person as people
from storage.tables import Unit as units


@dataclass(frozen=True)
class Participant:
    """One person an activity is for."""

    person: PersonId
    name: str
    membership: MembershipId
    standing: Standing
    part: CountedAs
    home: UnitId | None = None  # of a guest: the branch they belong to


def audience(tx: Transaction, kind: Kind, unit: UnitId, branch: UnitId, on: date) -> list[Participant]:
    """Those an activity of `unit` (the branch itself, or a group of it) is for, in roster order."""
    rules, homes = CATALOGUE[kind], aliased(memberships)
    asked = (
        select(
            memberships.id.label("membership"),
            memberships.person_id,
            people.name,
            standings.standing,
            standings.exempt,
            homes.branch_id.label("home"),
            _away(on).label("away"),
        )
        .outerjoin(homes, homes.id == memberships.home_id)
        .join(people, people.id == memberships.person_id)
        .join(standings, standings.membership_id == memberships.id)
        .where(
            memberships.branch_id == branch,
            memberships.since <= on,
            or_(memberships.until.is_(None), memberships.until > on),
            standings.since <= on,
            or_(standings.until.is_(None), standings.until > on),
        )
        .order_by(memberships.id)
    )
    if unit != branch:
        asked = asked.where(memberships.group_id == unit)
    if rules.audience is Audience.COMMITTEE:
        asked = asked.where(_on_committee(branch, on))
    return [
        Participant(
            PersonId(row.person_id),
            row.name,
            MembershipId(row.membership),
            Standing(row.standing),
            _part(Standing(row.standing), row.exempt is not None or bool(row.away), rules.applicants),
            row.home,
        )
        for row in tx.execute(asked)
    ]


def _away(on: date) -> ColumnElement[bool]:
    """Whether a member takes part elsewhere as a guest that day, and so is not required at home."""
    stays, hosts = aliased(memberships), aliased(units)
    instead = [form for form in Form if not FORMS[form].beside_home]
    return exists().where(
        stays.home_id == memberships.id,
        stays.since <= on,
        or_(stays.until.is_(None), stays.until > on),
        hosts.id == stays.branch_id,
        hosts.form.in_(instead),
    )


def _on_committee(branch: UnitId, on: date):  # type: ignore[no-untyped-def]  # a SQL condition
    return exists().where(
        and_(
            appointments.person_id == memberships.person_id,
            appointments.unit_id == branch,
            appointments.role.in_(sorted(COMMITTEE)),
            appointments.since <= on,
            or_(appointments.until.is_(None), appointments.until > on),
        )
    )


def _part(standing: Standing, exempt: bool, applicants_expected: bool) -> CountedAs:
    if exempt:
        return CountedAs.EXEMPT
    if standing is Standing.APPLICANT and not applicants_expected:
        return CountedAs.OBSERVER
    return CountedAs.EXPECTED
