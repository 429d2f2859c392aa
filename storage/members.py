"""Who belongs to a branch or group."""

from datetime import date

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select

from domain.ids import MembershipId, UnitId
from domain.members import Member
from domain.people import Standing
from storage.database import Transaction
from storage.tables import Account as accounts
from storage.tables import Membership as memberships
from storage.tables import MembershipStanding as standings
from storage.tables import Person as people
from storage.tables import Unit as units

_LINKED = exists().where(
    accounts.person_id == memberships.person_id,
    accounts.unlinked_at.is_(None),
    accounts.user_id.is_not(None),
)


def count_of(tx: Transaction, unit: UnitId, on: date) -> tuple[int, int]:
    """How many belong there that day, and how many of them are linked."""
    count = select(func.count()).select_from(memberships)
    everybody = tx.execute(count.where(*_belong(unit, on))).scalar_one()
    return everybody, tx.execute(count.where(*_belong(unit, on), _LINKED)).scalar_one()


def members_of(tx: Transaction, unit: UnitId, on: date, limit: int, offset: int) -> tuple[Member, ...]:
    """Some of those who belong there that day, in order of enrolment."""
    asked = _asked(on).where(*_belong(unit, on)).order_by(memberships.id).limit(limit).offset(offset)
    return tuple(_member(row) for row in tx.execute(asked))


def member_with(tx: Transaction, membership: MembershipId, on: date) -> Member | None:
    """The member of a membership that lasts that day."""
    lasts = (memberships.since <= on, or_(memberships.until.is_(None), memberships.until > on))
    row = tx.execute(_asked(on).where(memberships.id == membership, *lasts)).first()
    return None if row is None else _member(row)


def is_guest(tx: Transaction, membership: MembershipId) -> bool:
    """Whether they belong elsewhere."""
    home = select(memberships.home_id).where(memberships.id == membership)
    return tx.execute(home).scalar() is not None


def _asked(on: date) -> Select[MembershipId, str, str, str | None, str, bool]:
    return (
        select(
            memberships.id,
            people.name,
            standings.standing,
            standings.exempt,
            units.name.label("group_name"),
            _LINKED.label("linked"),
        )
        .select_from(memberships)
        .join(people, people.id == memberships.person_id)
        .join(
            standings,
            and_(
                standings.membership_id == memberships.id,
                standings.since <= on,
                or_(standings.until.is_(None), standings.until > on),
            ),
        )
        .outerjoin(units, units.id == memberships.group_id)
    )


def _member(row: Row[MembershipId, str, str, str | None, str, bool]) -> Member:
    return Member(
        row.id,
        row.name,
        Standing(row.standing),
        bool(row.exempt),
        row.group_name or "",
        bool(row.linked),
    )


def _belong(unit: UnitId, on: date) -> tuple[ColumnElement[bool], ...]:
    return (
        or_(memberships.branch_id == unit, memberships.group_id == unit),
        memberships.since <= on,
        or_(memberships.until.is_(None), memberships.until > on),
    )
