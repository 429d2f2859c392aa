"""The roster a topic was pushed to, and who of it has not checked in."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, bindparam, func, insert, literal, or_, select

from domain.deliveries import Cause
from domain.ids import MembershipId, PersonId, TopicId, UnitId
from domain.outstanding import Waited
from domain.people import Standing
from domain.topics import Progress
from storage.database import Transaction
from storage.prepared import Prepared
from storage.tables import Account as accounts
from storage.tables import Chat as chats
from storage.tables import CheckIn as checkins
from storage.tables import Delivery as deliveries
from storage.tables import Leave as leaves
from storage.tables import Membership as memberships
from storage.tables import MembershipStanding as standings
from storage.tables import Occurrence as occurrences
from storage.tables import Person as people
from storage.tables import TopicExpected as expected
from storage.tables import Unit as units

# Applicants get the topic but are not expected; the exempt are never asked.
ASKED = and_(expected.exempt.is_(False), expected.standing != Standing.APPLICANT)


def snapshot(tx: Transaction, topic: TopicId, branches: Sequence[UnitId], on: date) -> None:
    """Keep who belongs to the branches on that day, with their standing, as the topic's rosters."""
    tx.execute(
        insert(expected).from_select(
            ["topic_id", "membership_id", "branch_id", "person_id", "standing", "exempt"],
            select(
                literal(topic, type_=expected.topic_id.type),
                memberships.id,
                memberships.branch_id,
                memberships.person_id,
                standings.standing,
                standings.exempt.is_not(None),
            )
            .join(standings, standings.membership_id == memberships.id)
            .where(
                memberships.branch_id.in_(branches),
                memberships.since <= on,
                or_(memberships.until.is_(None), memberships.until > on),
                standings.since <= on,
                or_(standings.until.is_(None), standings.until > on),
            ),
        )
    )


# Spelled once: every check-in shows these figures.
_HOW_MANY_ASKED = Prepared(
    lambda _: select(func.count()).where(
        expected.topic_id == bindparam("topic"), expected.branch_id == bindparam("branch"), ASKED
    )
)
_HOW_MANY_CHECKED_IN = Prepared(
    lambda _: (
        select(func.count(expected.membership_id), func.count())
        .select_from(checkins)
        .outerjoin(
            expected,
            and_(
                expected.topic_id == checkins.topic_id,
                expected.membership_id == checkins.membership_id,
                ASKED,
            ),
        )
        .where(checkins.topic_id == bindparam("topic"), checkins.branch_id == bindparam("branch"))
    )
)


def progress_of(tx: Transaction, topic: TopicId, branch: UnitId) -> Progress:
    """How many of the branch's expected have checked in, and how many beside them."""
    where = {"topic": topic, "branch": branch}
    ((asked,),) = _HOW_MANY_ASKED.rows(tx, **where)
    ((among, every),) = _HOW_MANY_CHECKED_IN.rows(tx, **where)
    return Progress(int(asked), int(among), int(every - among))


def exempt_of(tx: Transaction, topic: TopicId, branch: UnitId) -> int:
    """How many of the roster are exempt."""
    return int(
        tx.execute(
            select(func.count()).where(
                expected.topic_id == topic, expected.branch_id == branch, expected.exempt.is_(True)
            )
        ).scalar_one()
    )


def waited_for(
    tx: Transaction, topic: TopicId, branch: UnitId, group: UnitId | None, on: date
) -> list[Waited]:
    """The expected who have not checked in and belong still, by the order of enrolment."""
    found = tx.execute(
        select(expected.membership_id, expected.person_id, people.name, units.name.label("group_name"))
        .join(memberships, memberships.id == expected.membership_id)
        .join(people, people.id == expected.person_id)
        .outerjoin(units, units.id == memberships.group_id)
        .outerjoin(
            checkins,
            and_(checkins.topic_id == expected.topic_id, checkins.membership_id == expected.membership_id),
        )
        .where(
            expected.topic_id == topic,
            expected.branch_id == branch,
            ASKED,
            checkins.membership_id.is_(None),
            or_(memberships.until.is_(None), memberships.until > on),
            *([memberships.group_id == group] if group is not None else []),
        )
        .order_by(expected.membership_id)
    ).all()
    return [
        Waited(MembershipId(row.membership_id), PersonId(row.person_id), row.name, row.group_name)
        for row in found
    ]


def on_leave_of(
    tx: Transaction, memberships_asked: list[MembershipId], start: datetime, end: datetime
) -> set[MembershipId]:
    """Who of them asked for leave over a span that touches the window, and was not refused it."""
    return set(
        tx.execute(
            select(leaves.membership_id).where(
                leaves.membership_id.in_(memberships_asked),
                leaves.activity_id.is_(None),
                leaves.state.in_(("asked", "approved")),
                leaves.starts_at < end,
                leaves.ends_at > start,
            )
        ).scalars()
    )


def members_of(tx: Transaction, branches: Sequence[UnitId], on: date) -> int:
    """How many people belong to the branches on that day, each counted once."""
    return int(
        tx.execute(
            select(func.count(memberships.person_id.distinct())).where(
                memberships.branch_id.in_(branches), *_belong(on)
            )
        ).scalar_one()
    )


def named(tx: Transaction, key: str, branches: Sequence[UnitId], on: date) -> list[PersonId]:
    """The members of the branches on that day who bear the name."""
    return list(
        tx.execute(
            select(people.id)
            .join(memberships, memberships.person_id == people.id)
            .where(memberships.branch_id.in_(branches), people.name_key == key, *_belong(on))
            .distinct()
        ).scalars()
    )


def _belong(on: date) -> tuple[ColumnElement[bool], ...]:
    return memberships.since <= on, or_(memberships.until.is_(None), memberships.until > on)


def reminded(tx: Transaction, cause: Cause) -> set[PersonId]:
    """Who has been owed a message by this cause."""
    return set(
        tx.execute(
            select(accounts.person_id)
            .join(chats, and_(chats.platform == accounts.platform, chats.chat_id == accounts.user_id))
            .join(deliveries, deliveries.chat_id == chats.id)
            .join(occurrences, occurrences.id == deliveries.occurrence_id)
            .where(
                occurrences.series == cause.series,
                occurrences.slot == cause.slot,
                occurrences.stage == cause.stage,
            )
        ).scalars()
    )
