"""How many messages went to members unasked, counted over the chats of those who belong there."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from domain.deliveries import Kind
from domain.ids import UnitId
from storage.burden import written
from storage.chats import PRIVATE
from storage.database import Transaction
from storage.summaries import tree
from storage.tables import Account as accounts
from storage.tables import Chat as chats
from storage.tables import Delivery as deliveries
from storage.tables import Membership as memberships


def members_by_child(tx: Transaction, root: UnitId, on: date) -> dict[UnitId, int]:
    """Who belongs under each child of the root, applicants too and no guests; its own under itself."""
    under = tree(root, on)
    found = tx.execute(
        select(under.c.head_id, func.count())
        .join(memberships, memberships.branch_id == under.c.unit_id)
        .where(_belong(on))
        .group_by(under.c.head_id)
    ).all()
    return {head: int(count) for head, count in found}


def asked_by_child(
    tx: Transaction, root: UnitId, on: date, kinds: Collection[Kind], since: datetime
) -> dict[UnitId, int]:
    """What was written to them in private since then, a message of several parts once."""
    under = tree(root, on)
    found = tx.execute(
        select(under.c.head_id, func.count())
        .join(memberships, memberships.branch_id == under.c.unit_id)
        .join(accounts, accounts.person_id == memberships.person_id)
        .join(chats, and_(chats.platform == accounts.platform, chats.chat_id == accounts.user_id))
        .join(deliveries, deliveries.chat_id == chats.id)
        .where(
            _belong(on),
            accounts.unlinked_at.is_(None),
            chats.kind == PRIVATE,
            *written(kinds, since),
        )
        .group_by(under.c.head_id)
    ).all()
    return {head: int(count) for head, count in found}


def _belong(on: date) -> ColumnElement[bool]:
    in_force = or_(memberships.until.is_(None), memberships.until > on)
    return and_(memberships.since <= on, in_force, memberships.home_id.is_(None))
