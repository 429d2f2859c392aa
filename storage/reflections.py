"""Reflections set down and found again."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, or_, select, update

from domain.ids import MembershipId, PersonId, ReflectionId, TopicId, UnitId
from domain.reflections import COUNTED, PieceLine, Reflection, ReflectionState, Visibility
from storage.database import Transaction
from storage.prepared import Prepared
from storage.tables import Membership as memberships
from storage.tables import Person as people
from storage.tables import Reflection as reflections
from storage.upserts import upsert

COLUMNS = (
    reflections.id,
    reflections.topic_id,
    reflections.membership_id,
    reflections.branch_id,
    memberships.person_id,
    reflections.state,
    reflections.visibility,
    reflections.text,
    reflections.comment,
    reflections.handed_in_at,
)


def _reflection(row: Any) -> Reflection:
    return Reflection(
        row.id,
        row.topic_id,
        row.membership_id,
        row.branch_id,
        row.person_id,
        ReflectionState(row.state),
        Visibility(row.visibility),
        row.text,
        row.comment,
        row.handed_in_at,
    )


def begin(
    tx: Transaction, topic: TopicId, membership: MembershipId, branch: UnitId, now: datetime
) -> Reflection:
    """The piece of this membership on the topic; an empty draft if there was none."""
    tx.execute(
        upsert(tx, reflections)
        .values(
            topic_id=topic,
            membership_id=membership,
            branch_id=branch,
            state=ReflectionState.DRAFT,
            visibility=Visibility.BRANCH,
            text="",
            created_at=now,
            changed_at=now,
        )
        .on_conflict_do_nothing(index_elements=["topic_id", "membership_id"])
    )
    found = piece_on(tx, topic, (membership,))
    if found is None:
        raise LookupError("a piece just begun is not there")
    return found


def piece_on(tx: Transaction, topic: TopicId, of: Iterable[MembershipId]) -> Reflection | None:
    """The piece one of the memberships has on the topic."""
    found = tx.execute(
        select(*COLUMNS)
        .join(memberships, memberships.id == reflections.membership_id)
        .where(reflections.topic_id == topic, reflections.membership_id.in_(list(of)))
        .order_by(reflections.id)
    ).first()
    return None if found is None else _reflection(found)


def piece_with(tx: Transaction, reflection: ReflectionId) -> Reflection | None:
    """The piece of that id."""
    found = tx.execute(
        select(*COLUMNS)
        .join(memberships, memberships.id == reflections.membership_id)
        .where(reflections.id == reflection)
    ).first()
    return None if found is None else _reflection(found)


def save(tx: Transaction, piece: Reflection, now: datetime, decided_by: PersonId | None = None) -> None:
    """Set the piece down as it is now."""
    values: dict[str, object] = {
        "state": piece.state,
        "visibility": piece.visibility,
        "text": piece.text,
        "comment": piece.comment,
        "handed_in_at": piece.handed_in_at,
        "changed_at": now,
    }
    if decided_by is not None:
        values |= {"decided_at": now, "decided_by": decided_by}
    tx.execute(update(reflections).where(reflections.id == piece.id).values(values))


def discard(tx: Transaction, reflection: ReflectionId) -> None:
    """Take a draft away; its attachments must have gone before."""
    tx.execute(
        delete(reflections).where(reflections.id == reflection, reflections.state == ReflectionState.DRAFT)
    )


def handed_in(tx: Transaction, topic: TopicId, branch: UnitId, all_of_them: bool) -> list[PieceLine]:
    """Pieces handed in on the topic in the branch; those for the secretary only with `all_of_them`."""
    shown = COUNTED | {ReflectionState.RETURNED} if all_of_them else COUNTED
    found = tx.execute(
        select(
            reflections.id,
            people.name,
            reflections.state,
            reflections.text,
            memberships.person_id,
            reflections.visibility,
            reflections.handed_in_at,
        )
        .join(memberships, memberships.id == reflections.membership_id)
        .join(people, people.id == memberships.person_id)
        .where(
            reflections.topic_id == topic,
            reflections.branch_id == branch,
            reflections.state.in_(sorted(shown)),
            *([] if all_of_them else [reflections.visibility == Visibility.BRANCH]),
        )
        .order_by(reflections.handed_in_at, reflections.id)
    ).all()
    return [
        PieceLine(
            ReflectionId(row.id),
            row.name,
            ReflectionState(row.state),
            len(row.text),
            row.person_id,
            Visibility(row.visibility),
            row.handed_in_at,
        )
        for row in found
    ]


_COUNT_OF = Prepared(
    lambda _: select(func.count()).where(
        reflections.topic_id == bindparam("topic"),
        reflections.branch_id == bindparam("branch"),
        or_(*(reflections.state == state for state in sorted(COUNTED))),
    )
)


def count_of(tx: Transaction, topic: TopicId, branch: UnitId) -> int:
    """How many pieces stand handed in or accepted."""
    ((count,),) = _COUNT_OF.rows(tx, topic=topic, branch=branch)
    return int(count)
