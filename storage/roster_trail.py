"""What a roster changed, entry by entry in the trail: set down by one statement for each kind of change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, literal, select

from domain.ids import PersonId
from domain.roster_staging import Step
from storage.database import Transaction
from storage.tables import Account as accounts
from storage.tables import Appointment as appointments
from storage.tables import AuditEntry as audit
from storage.tables import Membership as memberships
from storage.tables import StagedChange as changes

_TOLD = ("at", "person_id", "act", "subject_kind", "subject_id", "unit_id")
# Their subjects are on record already, and bear their own number.
_CHANGED = {
    Step.GROUP: "membership",
    Step.IDENTITY: "person",
    Step.LEFT: "membership",
    Step.ROLE_ENDED: "appointment",
    Step.STANDING: "membership",
}


@dataclass(frozen=True)
class Last:
    """The last of each before a roster was published."""

    membership: int
    appointment: int
    account: int


def last(tx: Transaction) -> Last:
    """What is newer afterwards, the roster brought."""
    tables = (memberships, appointments, accounts)
    return Last(*(tx.execute(select(func.coalesce(func.max(one.id), 0))).scalar_one() for one in tables))


def note_published(tx: Transaction, run: str, before: Last, by: PersonId | None, now: datetime) -> None:
    """An entry for each membership, standing, role and account that came, changed or ended."""
    nowhere = literal(None, type_=audit.unit_id.type)
    new: tuple[tuple[str, str, Any, Any, Any], ...] = (
        (
            "roster_member",
            "membership",
            memberships.id,
            memberships.branch_id,
            memberships.id > before.membership,
        ),
        (
            "roster_role",
            "appointment",
            appointments.id,
            appointments.unit_id,
            appointments.id > before.appointment,
        ),
        ("roster_account", "person", accounts.person_id, nowhere, accounts.id > before.account),
    )
    changed = (
        (f"roster_{step}", kind, changes.subject_id, nowhere, (changes.run == run) & (changes.change == step))
        for step, kind in _CHANGED.items()
    )
    for act, kind, subject, unit, which in (*new, *changed):
        said = select(
            literal(now, type_=audit.at.type),
            literal(by, type_=audit.person_id.type),
            literal(act),
            literal(kind),
            subject,
            unit,
        ).where(which)
        tx.execute(insert(audit).from_select(list(_TOLD), said.order_by(subject)))
