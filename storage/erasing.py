"""One person's names, ids and texts, taken out of every table. Rows that figures stand on stay, blank."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import String, Text, and_, cast, delete, func, insert, literal, or_, select, update

from domain.deliveries import Op, State
from domain.ids import ChatId, PersonId
from domain.joining import ClaimState
from domain.reflections import ReflectionState
from storage.chats import PRIVATE
from storage.database import Transaction
from storage.erasures import coming, drafts_of, lasting, memberships_of, pieces_of
from storage.inbox import DONE, NEW, PARKED
from storage.tables import Account as accounts
from storage.tables import Activity as activities
from storage.tables import Appointment as appointments
from storage.tables import Card as cards
from storage.tables import Chat as chats
from storage.tables import Claim as claims
from storage.tables import Conversation as conversations
from storage.tables import Delivery as deliveries
from storage.tables import Handover as handovers
from storage.tables import InboxUpdate as inbox
from storage.tables import Leave as leaves
from storage.tables import Link as links
from storage.tables import Material as materials
from storage.tables import Membership as memberships
from storage.tables import MembershipStanding as standings
from storage.tables import Mute as mutes
from storage.tables import Occurrence as occurrences
from storage.tables import Person as people
from storage.tables import Preference as preferences
from storage.tables import Reflection as reflections
from storage.tables import Rsvp as rsvps
from storage.tables import Topic as topics
from storage.tables import Transfer as transfers

TAKEN_BACK_FOR = timedelta(hours=48)  # the platform deletes no message of a bot's that is older
GONE = "erased"
EXEMPT = "-"  # still exempt on those days, and nobody says why
NOBODY = 0  # no account of the platform has this number


def private_chats(tx: Transaction, users: Collection[int]) -> list[ChatId]:
    """Our keys of the private chats of these accounts."""
    which = and_(chats.kind == PRIVATE, chats.chat_id.in_(list(users)))
    return list(tx.execute(select(chats.id).where(which)).scalars())


def silence(tx: Transaction, rooms: Collection[ChatId], now: datetime) -> None:
    """Nothing that waits is sent to these chats."""
    tx.execute(
        update(deliveries)
        .where(deliveries.chat_id.in_(list(rooms)), deliveries.state == State.READY)
        .values(state=State.CANCELLED, reason=GONE, settled_at=now)
    )


def take_back(tx: Transaction, person: PersonId, rooms: Collection[ChatId], now: datetime) -> int:
    """Owe the deletion of what was sent to others in their words; what waits is not sent. How many."""
    asked = select(leaves.id).where(leaves.membership_id.in_(memberships_of(person)))
    claimed = select(claims.id).where(claims.person_id == person)
    series = [f"leave:{key}" for key in tx.execute(asked).scalars()]
    series += [f"claim:{key}" for key in tx.execute(claimed).scalars()]
    causes = select(occurrences.id).where(occurrences.series.in_(series))
    theirs = and_(deliveries.occurrence_id.in_(causes), deliveries.op == Op.SEND)
    tx.execute(
        update(deliveries)
        .where(theirs, deliveries.state == State.READY)
        .values(state=State.CANCELLED, reason=GONE, settled_at=now)
    )
    names = ("bot_id", "occurrence_id", "chat_id", "part", "version", "kind", "subject_id", "message_id")
    sent = tx.execute(
        select(*(getattr(deliveries, name) for name in names), deliveries.settled_at).where(
            theirs,
            deliveries.state == State.SENT,
            deliveries.message_id.is_not(None),
            deliveries.settled_at > now - TAKEN_BACK_FOR,
            deliveries.chat_id.not_in(list(rooms)),
        )
    ).all()
    rows = [
        {name: getattr(row, name) for name in names}
        | {"op": Op.DELETE, "priority": 1, "not_before": now, "expires_at": row.settled_at + TAKEN_BACK_FOR}
        for row in sent
    ]
    if rows:
        tx.execute(insert(deliveries), rows)
    return len(rows)


def forget_texts(tx: Transaction, person: PersonId, now: datetime) -> None:
    """Reflections, leaves, answers to come and drafts: drafts go, the rest stays as a row without a word."""
    pieces = select(reflections.id).where(pieces_of(person))
    tx.execute(delete(materials).where(materials.reflection_id.in_(pieces)))
    unseen = and_(pieces_of(person), reflections.state == ReflectionState.DRAFT)
    tx.execute(delete(reflections).where(unseen))
    tx.execute(update(reflections).where(pieces_of(person)).values(text="", comment=None))
    mine = memberships_of(person)
    tx.execute(update(leaves).where(leaves.membership_id.in_(mine)).values(reason=None))
    answered = select(rsvps.activity_id).where(rsvps.membership_id.in_(mine), coming(now))
    counted = and_(cards.subject_kind == "activity", cards.subject_id.in_(answered))
    tx.execute(update(cards).where(counted).values(stale=True))
    tx.execute(delete(rsvps).where(rsvps.membership_id.in_(mine), coming(now)))
    topic_drafts, activity_drafts = drafts_of(person)
    of_topics = materials.topic_id.in_(select(topics.id).where(topic_drafts))
    of_activities = materials.activity_id.in_(select(activities.id).where(activity_drafts))
    tx.execute(delete(materials).where(or_(of_topics, of_activities)))
    tx.execute(delete(topics).where(topic_drafts))
    tx.execute(delete(activities).where(activity_drafts))
    tx.execute(
        update(standings)
        .where(standings.membership_id.in_(mine), standings.exempt.is_not(None))
        .values(exempt=EXEMPT)
    )


def forget_ways_in(tx: Transaction, person: PersonId, users: Collection[int], now: datetime) -> None:
    """Accounts, links, claims and choices: nobody comes in as this person any more."""
    tx.execute(
        update(accounts)
        .where(accounts.person_id == person)
        .values(user_id=None, username=None, unlinked_at=func.coalesce(accounts.unlinked_at, now))
    )
    tx.execute(
        update(links).where(links.person_id == person, links.revoked_at.is_(None)).values(revoked_at=now)
    )
    about = or_(claims.person_id == person, claims.user_id.in_(list(users)))
    open_ones = (ClaimState.LINKED, ClaimState.WAITING, ClaimState.FROZEN)
    tx.execute(
        update(claims)
        .where(about, claims.state.in_(open_ones))
        .values(state=ClaimState.WITHDRAWN, decided_at=now)
    )
    tx.execute(update(claims).where(about).values(typed_name=None, intent=None))
    tx.execute(update(claims).where(claims.user_id.in_(list(users))).values(user_id=NOBODY))
    tx.execute(delete(preferences).where(preferences.person_id == person))
    tx.execute(delete(mutes).where(mutes.person_id == person))


def forget_chats(tx: Transaction, rooms: Collection[ChatId], now: datetime) -> None:
    """The rows of their private chats stay for what was delivered, under a number that is nobody's."""
    tx.execute(
        update(chats)
        .where(chats.id.in_(list(rooms)))
        .values(
            chat_id=NOBODY,
            thread_id=chats.id,
            language=None,
            state="unreachable",
            state_reason=GONE,
            state_since=now,
        )
    )


def forget_updates(tx: Transaction, users: Collection[int]) -> None:
    """What they sent, and what names them, as it came in; an update of others that waits is kept."""
    tx.execute(delete(conversations).where(conversations.user_id.in_(list(users))))
    bare = literal('{"update_id": ') + cast(cast(inbox.update_id, String), Text) + literal("}")
    for user in users:
        # Of a person, a chat, a contact; first among what is said of them or last.
        told = (f'%id":{gap}{user}{after}%' for gap in ("", " ") for after in (",", "}"))
        names = or_(*map(inbox.raw.like, told))
        sent = or_(*(inbox.raw.like(f'%"from":{gap}{{"id":{gap}{user},%') for gap in ("", " ")))
        settled = and_(names, inbox.state.in_([DONE, PARKED]))
        waiting = and_(sent, inbox.state == NEW)
        tx.execute(update(inbox).where(or_(settled, waiting)).values(raw=bare))


def end_all(tx: Transaction, person: PersonId, on: date, now: datetime) -> None:
    """From today on they belong nowhere and hold nothing, and nothing of theirs is on its way elsewhere."""
    homes = memberships_of(person)
    for belonging in (memberships.person_id == person, memberships.home_id.in_(homes)):
        tx.execute(update(memberships).where(belonging, lasting(memberships, on)).values(until=on))
    held = and_(appointments.person_id == person, lasting(appointments, on))
    tx.execute(update(appointments).where(held).values(until=on))
    moving = and_(transfers.membership_id.in_(homes), transfers.state.in_(("asked", "agreed")))
    tx.execute(update(transfers).where(moving).values(state="withdrawn", settled_at=now))
    roles = select(appointments.id).where(appointments.person_id == person)
    handing = or_(handovers.successor_id == person, handovers.appointment_id.in_(roles))
    waiting = handovers.state.in_(("asked", "confirmed"))
    tx.execute(update(handovers).where(handing, waiting).values(state="lapsed", decided_at=now))


def blank(tx: Transaction, person: PersonId, name: str, now: datetime) -> None:
    """The row of the person, by a number alone."""
    tx.execute(
        update(people)
        .where(people.id == person)
        .values(name=name, name_key="", number=None, joined=None, erased_at=now)
    )
    led = select(topics.id).where(topics.lead_id == person)
    tx.execute(
        update(cards).where(cards.subject_kind == "topic", cards.subject_id.in_(led)).values(stale=True)
    )


def is_erased(tx: Transaction, person: PersonId) -> bool:
    """Whether nothing of the person is left, or there never was such a person."""
    found = tx.execute(select(people.erased_at).where(people.id == person)).first()
    return found is None or found.erased_at is not None
