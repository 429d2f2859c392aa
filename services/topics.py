"""Topics in chats: what members are shown, and taking one back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from domain.actors import Actor
from domain.deliveries import Destination
from domain.errors import Gone
from domain.ids import MembershipId, PersonId, TopicId, UnitId
from domain.roles import Act
from domain.rollups import Counted
from domain.topics import (
    Given,
    Topic,
    TopicCard,
    TopicNotice,
    TopicState,
    month_of,
)
from services import cards, deliveries
from services.actors import known, permit, settings_at, today
from services.topic_windows import series
from storage import actors as belonging
from storage import (
    audit,
    chats,
    checkins,
    materials,
    outstanding,
    people,
    reflections,
    rollups,
    topics,
)
from storage.database import Transaction


def withdraw(
    tx: Transaction, actor: Actor, topic_id: TopicId, now: datetime, fallback: Mapping[str, str]
) -> None:
    """Take a topic back: nothing more is sent, its cards say so, and it counts no more. Twice is once."""
    topic = topics.topic_with(tx, topic_id)
    if topic is None or topic.state is TopicState.DRAFT:
        raise Gone
    permit(tx, actor, Act.POST_TOPIC, topic.unit, now)
    if topic.state is TopicState.WITHDRAWN:
        return
    topics.save(tx, replace(topic, state=TopicState.WITHDRAWN, version=topic.version + 1))
    deliveries.withdraw(tx, series(topic_id), now)
    cards.mark_stale(tx, "topic", topic_id)
    for given in topics.given_anywhere(tx, topic_id):
        if given.pushed_at is not None:
            zone = settings_at(tx, given.branch, now, fallback).zone
            rollups.move(tx, given.branch, month_of(given.opens_at, zone), Counted.TOPICS, -1)
    audit.note(tx, actor.person, "topic_withdrawn", "topic", topic_id, now, topic.unit)


def notice_facts(
    tx: Transaction, topic_id: TopicId, to: Destination, now: datetime, fallback: Mapping[str, str]
) -> TopicNotice | None:
    """What the notice says in a chat; None where the topic is not coming any more."""
    topic, person = topics.topic_with(tx, topic_id), to.person
    if topic is None or topic.state is not TopicState.SCHEDULED:
        return None
    leads = person is not None and person == topic.lead
    given = _given_in(tx, topic_id, to, person, now)
    first = given[0] if given else next(iter(topics.given_anywhere(tx, topic_id)), None) if leads else None
    if first is None or first.opens_at <= now:
        return None
    zone = settings_at(tx, first.branch, now, fallback).zone
    return TopicNotice(
        topic_id,
        topic.title,
        topic.text,
        _lead_name(tx, topic),
        first.opens_at,
        first.closes_at,
        zone,
        leads,
    )


def push_facts(
    tx: Transaction, topic_id: TopicId, to: Destination, now: datetime, fallback: Mapping[str, str]
) -> TopicCard | None:
    """The topic as it should stand in a chat now; None where it is not given any more."""
    person = to.person
    given = _given_in(tx, topic_id, to, person, now)
    topic = topics.topic_with(tx, topic_id)
    if not given or topic is None:
        return None
    return _card(tx, topic, given[0], person, now, fallback)


def card_for(
    tx: Transaction, actor: Actor, topic_id: TopicId, now: datetime, fallback: Mapping[str, str]
) -> TopicCard:
    """The topic before a member, in private. Raises Stranger, Gone where none of their branches has it."""
    person = known(actor)
    given = topics.given_to(tx, topic_id, [own.branch for own in actor.belongings])
    topic = topics.topic_with(tx, topic_id)
    if not given or topic is None:
        raise Gone
    return _card(tx, topic, given[0], person, now, fallback)


def _given_in(
    tx: Transaction, topic_id: TopicId, to: Destination, person: PersonId | None, now: datetime
) -> list[Given]:
    """The topic as the branches of a chat have it: the one it is bound to, or those of its person."""
    if not to.private:
        unit = chats.unit_of(tx, to.chat)
        return topics.given_to(tx, topic_id, [unit]) if unit is not None else []
    if person is None:
        return []
    branches = [own.branch for own in belonging.belongings_of(tx, person, today(now, to.zone), to.zone)]
    return topics.given_to(tx, topic_id, branches)


def _card(
    tx: Transaction,
    topic: Topic,
    given: Given,
    person: PersonId | None,
    now: datetime,
    fallback: Mapping[str, str],
) -> TopicCard:
    settings = settings_at(tx, given.branch, now, fallback)
    mine = _membership(tx, person, given.branch, now, settings.zone)
    return TopicCard(
        topic.id,
        topic.title,
        topic.text,
        _lead_name(tx, topic),
        materials.attached(tx, topic=topic.id),
        given.opens_at,
        given.closes_at,
        settings.zone,
        outstanding.progress_of(tx, topic.id, given.branch),
        reflections.count_of(tx, topic.id, given.branch),
        open=given.opens_at <= now < given.closes_at,
        closed=now >= given.closes_at,  # shown from the instant the closing is planned
        withdrawn=topic.state is TopicState.WITHDRAWN,
        checkins_on=settings.values["checkin"] != "off",
        private=person is not None,
        checked_in_at=checkins.recorded_at(tx, topic.id, mine) if mine is not None else None,
    )


def _membership(
    tx: Transaction, person: PersonId | None, branch: UnitId, now: datetime, zone: str
) -> MembershipId | None:
    if person is None:
        return None
    held = belonging.belongings_of(tx, person, today(now, zone), zone)
    return next((own.id for own in held if own.branch == branch), None)


def _lead_name(tx: Transaction, topic: Topic) -> str | None:
    return None if topic.lead is None else people.names_of(tx, [topic.lead])[topic.lead]
