"""What is owed and to which chats: causes set down once, deliveries fanned out by INSERT … SELECT."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Insert,
    Select,
    and_,
    bindparam,
    distinct,
    func,
    or_,
    select,
    update,
)

from domain.deliveries import Cause, Kind, Op, State
from domain.ids import ChatId, OccurrenceId, PersonId, UnitId
from storage.database import Transaction
from storage.prepared import Prepared, given_to_several, several
from storage.tables import Account as accounts
from storage.tables import Chat as chats
from storage.tables import Delivery as deliveries
from storage.tables import Membership as memberships
from storage.tables import Occurrence as occurrences
from storage.tables import Preference as preferences
from storage.upserts import upsert

REACHABLE = "reachable"


@dataclass(frozen=True)
class Owed:
    """What every delivery of one cause has in common."""

    occurrence: OccurrenceId
    kind: Kind
    subject: int
    priority: int
    not_before: datetime
    expires_at: datetime | None


def set_cause(
    tx: Transaction,
    cause: Cause,
    kind: Kind,
    subject: int,
    due_at: datetime,
    expires_at: datetime | None,
    now: datetime,
) -> OccurrenceId:
    """The occurrence of a cause, made the first time."""
    tx.execute(
        upsert(tx, occurrences)
        .values(
            series=cause.series,
            slot=cause.slot,
            stage=cause.stage,
            kind=kind,
            subject_id=subject,
            due_at=due_at,
            expires_at=expires_at,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )
    known: OccurrenceId = tx.execute(
        select(occurrences.id).where(
            occurrences.series == cause.series,
            occurrences.slot == cause.slot,
            occurrences.stage == cause.stage,
        )
    ).scalar_one()
    return known


def owe_chats(tx: Transaction, owed: Owed, to: Iterable[ChatId]) -> int:
    """One delivery to each of these chats that can be reached; how many are new."""
    return _owe(tx, owed, select(chats.id, chats.bot_id).where(chats.id.in_(list(to)), _reachable()))


def owe_people(tx: Transaction, owed: Owed, people: Collection[PersonId]) -> int:
    """One delivery to each private chat of these people; how many are new."""
    return _owe(tx, owed, _private_chats().where(accounts.person_id.in_(list(people))))


def owe_branches(tx: Transaction, owed: Owed, branches: Sequence[UnitId], on: date) -> int:
    """To the chats bound to branches, and privately to their members as `_members_chats` says."""
    values = _constants(owed)
    bound = {row[0] for row in _bound(len(branches)).rows(tx, **_each(branches))}
    alone = [branch for branch in branches if branch not in bound]
    # Each kind of branch by itself: asked together, a group would be looked for again for every member.
    made = _to_everybody(len(alone)).touched(tx, **_each(alone), on=on, **values) if alone else 0
    if bound:
        there = _each(sorted(bound))
        made += _to_groups(len(bound)).touched(tx, **there, **values)
        made += _to_those_who_asked(len(bound)).touched(tx, **there, on=on, **values)
    return made


def chats_told(tx: Transaction, branches: Sequence[UnitId], on: date) -> int:
    """How many chats `owe_branches` would owe something to."""
    bound = select(func.count()).where(chats.unit_id.in_(branches), _reachable())
    private = _members_chats(on).where(memberships.branch_id.in_(branches))
    told = private.with_only_columns(func.count(distinct(chats.id)))
    return int(tx.execute(bound).scalar_one() + tx.execute(told).scalar_one())


def addresses_in_branch(tx: Transaction, branch: UnitId, on: date) -> list[int]:
    """The platform's numbers of the chats that something owed to the branch goes to."""
    bound = select(chats.chat_id).where(chats.unit_id == branch, _reachable())
    private = _members_chats(on).where(memberships.branch_id == branch).with_only_columns(chats.chat_id)
    return [*tx.execute(bound).scalars(), *tx.execute(private.distinct().order_by(chats.chat_id)).scalars()]


def addresses_of(tx: Transaction, people: Collection[PersonId]) -> list[int]:
    """The platform's numbers of these people's private chats."""
    private = _private_chats().where(accounts.person_id.in_(list(people)))
    return list(
        tx.execute(private.with_only_columns(chats.chat_id).distinct().order_by(chats.chat_id)).scalars()
    )


def reachable_people(tx: Transaction, people: Collection[PersonId]) -> int:
    """How many of these people have a private chat that can be reached."""
    reached = _private_chats().where(accounts.person_id.in_(list(people)))
    return tx.execute(reached.with_only_columns(func.count(distinct(accounts.person_id)))).scalar_one()


def withdraw(tx: Transaction, series: str, reason: str, now: datetime) -> int:
    """Cancel what is not yet being sent of a series."""
    of_series = select(occurrences.id).where(occurrences.series == series)
    return tx.execute(
        update(deliveries)
        .where(deliveries.occurrence_id.in_(of_series), deliveries.state.in_([State.READY, State.LEASED]))
        .values(state=State.CANCELLED, reason=reason, settled_at=now)
    ).rowcount


def expire(tx: Transaction, now: datetime, limit: int) -> int:
    """Cancel what waited too long to be of use, such as for a chat that did not come back."""
    late = select(deliveries.id).where(deliveries.state == State.READY, deliveries.expires_at <= now)
    return tx.execute(
        update(deliveries)
        .where(deliveries.id.in_(late.limit(limit)), deliveries.state == State.READY)
        .values(state=State.CANCELLED, reason="expired", settled_at=now)
    ).rowcount


def next_moment(tx: Transaction, now: datetime) -> datetime | None:
    """When the next delivery that waits for its time comes due."""
    return tx.execute(
        select(func.min(deliveries.not_before)).where(
            deliveries.state == State.READY, deliveries.not_before > now
        )
    ).scalar()


def _owe(tx: Transaction, owed: Owed, to: Select[*tuple[Any, ...]]) -> int:
    """One row for each chat selected, unless the cause already has one there."""
    counted = _owing(tx, to).execution_options(preserve_rowcount=True)
    return tx.execute(counted, _constants(owed)).rowcount


def _owing(tx: Transaction, to: Select[*tuple[Any, ...]]) -> Insert:
    """An INSERT … SELECT of one row for each chat; what they have in common is bound by name."""
    table = deliveries.__table__.c
    constants = [bindparam(f"the_{name}", type_=table[name].type).label(name) for name in CONSTANTS]
    rows = to.add_columns(*constants).order_by(chats.id)
    return (
        upsert(tx, deliveries).from_select(["chat_id", "bot_id", *CONSTANTS], rows).on_conflict_do_nothing()
    )


CONSTANTS = (
    "occurrence_id",
    "part",
    "op",
    "version",
    "kind",
    "subject_id",
    "state",
    "priority",
    "not_before",
    "expires_at",
    "attempts",
    "maybe_repeat",
)


def _constants(owed: Owed) -> dict[str, object]:
    """What every new delivery of a cause has in common, by the names `_owing` binds."""
    values = (
        owed.occurrence,
        0,
        Op.SEND,
        1,
        owed.kind,
        owed.subject,
        State.READY,
        owed.priority,
        owed.not_before,
        owed.expires_at,
        0,
        False,
    )
    return {f"the_{name}": value for name, value in zip(CONSTANTS, values, strict=True)}


def _reachable() -> ColumnElement[bool]:
    return chats.state == REACHABLE


def _belongs(on: date | BindParameter[date]) -> ColumnElement[bool]:
    return and_(memberships.since <= on, or_(memberships.until.is_(None), memberships.until > on))


def _private_chats() -> Select[*tuple[Any, ...]]:
    """Private chats, that can be reached, of linked accounts; `_owe` takes each but once."""
    return (
        select(chats.id, chats.bot_id)
        .join(accounts, and_(accounts.platform == chats.platform, accounts.user_id == chats.chat_id))
        .where(accounts.unlinked_at.is_(None), chats.kind == "private", _reachable())
    )


def _everybodys_chats(on: date | BindParameter[date]) -> Select[*tuple[Any, ...]]:
    """Private chats of those who belong somewhere that day."""
    return _private_chats().join(memberships, memberships.person_id == accounts.person_id).where(_belongs(on))


def _members_chats(on: date) -> Select[*tuple[Any, ...]]:
    """Private chats of members whose branch has no chat of its own, or who asked to be written to."""
    group = chats.__table__.alias("group_chat")
    branch_has_chat = select(group.c.id).where(
        group.c.unit_id == memberships.branch_id, group.c.state == REACHABLE
    )
    return (
        _everybodys_chats(on)
        .outerjoin(preferences, preferences.person_id == accounts.person_id)
        .where(or_(preferences.private_push.is_(True), ~branch_has_chat.exists()))
    )


# A topic from above asks these for thousands of branches, some tens at a time: spelled once for each number.
_ON = bindparam("on", type_=memberships.since.type)


def _each(branches: Sequence[UnitId]) -> dict[str, object]:
    return given_to_several("branch", branches)


def _among(many: int) -> list[BindParameter[UnitId]]:
    return several("branch", many, memberships.branch_id.type)


@cache
def _bound(many: int) -> Prepared:
    """Which of the branches have a chat."""
    return Prepared(lambda _: select(chats.unit_id).where(chats.unit_id.in_(_among(many)), _reachable()))


@cache
def _to_groups(many: int) -> Prepared:
    there = select(chats.id, chats.bot_id).where(chats.unit_id.in_(_among(many)), _reachable())
    return Prepared(lambda tx: _owing(tx, there))


@cache
def _to_everybody(many: int) -> Prepared:
    theirs = _everybodys_chats(_ON).where(memberships.branch_id.in_(_among(many)))
    return Prepared(lambda tx: _owing(tx, theirs))


@cache
def _to_those_who_asked(many: int) -> Prepared:
    theirs = (
        _everybodys_chats(_ON)
        .join(preferences, preferences.person_id == accounts.person_id)
        .where(memberships.branch_id.in_(_among(many)), preferences.private_push.is_(True))
    )
    return Prepared(lambda tx: _owing(tx, theirs))
