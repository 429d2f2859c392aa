"""The trail: who changed what. Ids and codes only, never names or texts."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert

from domain.ids import PersonId, UnitId
from storage.database import Transaction
from storage.tables import AuditEntry


def note(
    tx: Transaction,
    person: PersonId | None,
    act: str,
    subject_kind: str,
    subject: int | None,
    now: datetime,
    unit: UnitId | None = None,
    detail: Mapping[str, int | str | None] | None = None,
) -> None:
    """Set an entry down beside the change itself, in its transaction."""
    tx.execute(
        insert(AuditEntry).values(
            at=now,
            person_id=person,
            act=act,
            subject_kind=subject_kind,
            subject_id=subject,
            unit_id=unit,
            detail=json.dumps(detail, ensure_ascii=False) if detail else None,
        )
    )
