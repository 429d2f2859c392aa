"""What hangs on a membership: stays elsewhere, roles in the branch, and how the branch writes to people."""

from datetime import date

from sqlalchemy import and_, exists, or_, select

from domain.ids import MembershipId, PersonId, UnitId
from storage.database import Transaction
from storage.deliveries import REACHABLE
from storage.tables import Appointment as appointments
from storage.tables import Chat as chats
from storage.tables import Membership as memberships
from storage.tables import Preference as preferences
from storage.units import below


def stays_of(tx: Transaction, home: MembershipId, on: date) -> list[tuple[UnitId, date | None]]:
    """Where the member is a guest that day or later, and until when."""
    found = tx.execute(
        select(memberships.branch_id, memberships.until)
        .where(memberships.home_id == home, or_(memberships.until.is_(None), memberships.until > on))
        .order_by(memberships.id)
    )
    return [(row.branch_id, row.until) for row in found]


def holds_role(tx: Transaction, person: PersonId, branch: UnitId, on: date) -> bool:
    """Whether the person holds a role on the branch or a part of it, that day or later."""
    lasting = or_(appointments.until.is_(None), appointments.until > on)
    inside = select(below(branch, on).c.unit_id)
    held = select(appointments.id).where(
        appointments.person_id == person, appointments.unit_id.in_(inside), lasting
    )
    return tx.execute(held.limit(1)).first() is not None


def is_written_to(tx: Transaction, person: PersonId, branch: UnitId) -> bool:
    """Whether what the branch gets comes to its members in private: no chat is bound, or they asked."""
    bound = exists().where(chats.unit_id == branch, chats.state == REACHABLE)
    wants = exists().where(and_(preferences.person_id == person, preferences.private_push.is_(True)))
    return bool(tx.execute(select(or_(~bound, wants))).scalar_one())
