"""Posting a topic: a draft, its preview, and setting it on its way."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from domain.actors import Actor
from domain.broadcasts import Broadcast
from domain.errors import (
    Gone,
    NobodyNamed,
    NotForYou,
    SeveralNamed,
    TitleMissing,
    TooLong,
    TooManyFiles,
    TopicOpened,
    TopicPublished,
    TopicWithdrawn,
    UnknownAudience,
)
from domain.ids import PersonId, TopicId, UnitId
from domain.names import name_key, person_name
from domain.roles import Act
from domain.texts import utf16_length
from domain.topic_forms import TopicForm
from domain.topics import (
    FILES_LIMIT,
    TEXT_LIMIT,
    TITLE_LIMIT,
    Attachment,
    Audience,
    Preview,
    Published,
    Topic,
    TopicState,
)
from domain.units import Unit, UnitKind
from services import cards
from services.actors import known, permit, settings_at, today, units_where
from services.topic_windows import branches_of, preview_of, standing_windows, windows_of
from storage import audit, deliveries, materials, outstanding, topics, units
from storage.database import Transaction


def places(tx: Transaction, actor: Actor, now: datetime) -> list[tuple[Unit, Audience]]:
    """Where the actor may post, and to whom there: the branch itself, or all branches below."""
    on = today(now, actor.zone)
    found = [units.unit_with(tx, unit, on) for unit in units_where(actor, Act.POST_TOPIC)]
    return [
        (unit, Audience.BRANCH if unit.kind is UnitKind.BRANCH else Audience.BELOW)
        for unit in found
        if unit is not None and unit.kind is not UnitKind.GROUP
    ]


def begin(tx: Transaction, actor: Actor, draft_key: str, now: datetime) -> TopicId:
    """An empty draft for the first place the actor may post to; the same draft for the same key.

    Raises Stranger, and NotForYou for those who may post nowhere.
    """
    person = known(actor)
    unit, audience = _place(tx, actor, None, now)
    return topics.begin_draft(tx, unit.id, audience, person, draft_key, now)


def from_form(
    tx: Transaction,
    actor: Actor,
    form: TopicForm,
    attachments: Iterable[Attachment],
    draft_key: str,
    now: datetime,
    fallback: Mapping[str, str],
) -> Preview:
    """A whole draft from one message, with its preview. Refuses what publishing would refuse."""
    person = known(actor)
    unit, audience = _place(tx, actor, form.audience, now)
    topic = owned(tx, actor, topics.begin_draft(tx, unit.id, audience, person, draft_key, now), now)
    if topic.state is TopicState.DRAFT:
        filled = replace(
            topic,
            unit=unit.id,
            audience=audience,
            title=_fitting(form.title, TITLE_LIMIT),
            text=_fitting(form.text, TEXT_LIMIT),
            publish_at=form.publish_at,
            closes_at=form.closes_at,
        )
        if form.lead is not None:
            filled = replace(filled, lead=_lead(tx, filled, form.lead, now, fallback))
        topics.save(tx, filled)
        for attachment in attachments:
            materials.attach(tx, attachment, topic=topic.id)
    return preview(tx, actor, topic.id, now, fallback)


def set_title(tx: Transaction, actor: Actor, topic_id: TopicId, title: str, now: datetime) -> None:
    """Give the topic another title; the cards that show it follow."""
    if not title.strip():
        raise TitleMissing
    topic = owned(tx, actor, topic_id, now)
    _change(tx, replace(topic, title=_fitting(" ".join(title.split()), TITLE_LIMIT)))


def set_text(tx: Transaction, actor: Actor, topic_id: TopicId, text: str, now: datetime) -> None:
    """Give the topic another text; the cards that show it follow."""
    _change(tx, replace(owned(tx, actor, topic_id, now), text=_fitting(text.strip(), TEXT_LIMIT)))


def add_attachment(
    tx: Transaction, actor: Actor, topic_id: TopicId, attachment: Attachment, caption: str, now: datetime
) -> None:
    """Add a file; its caption becomes the text where there is none yet."""
    topic = owned(tx, actor, topic_id, now)
    if len(materials.attached(tx, topic=topic.id)) >= FILES_LIMIT:
        raise TooManyFiles(FILES_LIMIT)
    materials.attach(tx, attachment, topic=topic.id)
    if caption and not topic.text:
        _change(tx, replace(topic, text=_fitting(caption.strip(), TEXT_LIMIT)))


def set_lead(
    tx: Transaction,
    actor: Actor,
    topic_id: TopicId,
    name: str,
    now: datetime,
    fallback: Mapping[str, str],
) -> None:
    """Name the lead speaker, a member of the audience. Raises NobodyNamed, SeveralNamed."""
    topic = owned(tx, actor, topic_id, now)
    _change(tx, replace(topic, lead=_lead(tx, topic, name, now, fallback)))


def set_audience(
    tx: Transaction, actor: Actor, topic_id: TopicId, unit: UnitId, audience: Audience, now: datetime
) -> None:
    """Choose for whom a draft is."""
    topic = owned(tx, actor, topic_id, now)
    if topic.state is not TopicState.DRAFT:
        raise TopicOpened
    if (unit, audience) not in [(place.id, to) for place, to in places(tx, actor, now)]:
        raise UnknownAudience
    topics.save(tx, replace(topic, unit=unit, audience=audience))


def set_times(
    tx: Transaction,
    actor: Actor,
    topic_id: TopicId,
    publish_at: datetime | None,
    closes_at: datetime | None,
    now: datetime,
    fallback: Mapping[str, str],
) -> None:
    """Choose when, until a branch has it: None is each branch's usual slot, and the slot after it."""
    topic = replace(owned(tx, actor, topic_id, now), publish_at=publish_at, closes_at=closes_at)
    windows = windows_of(tx, topic, now, fallback)
    if topic.state is TopicState.SCHEDULED:
        if topics.reach_of(tx, topic.id)[1]:
            raise TopicOpened
        topics.give(tx, topic.id, windows)
    _change(tx, topic)


def preview(
    tx: Transaction, actor: Actor, topic_id: TopicId, now: datetime, fallback: Mapping[str, str]
) -> Preview:
    """What publishing now would do, or, once published, what was set down. Raises what publishing would."""
    topic = owned(tx, actor, topic_id, now)
    if not topic.title:
        raise TitleMissing
    ask = windows_of if topic.state is TopicState.DRAFT else standing_windows
    return preview_of(tx, topic, ask(tx, topic, now, fallback), now)


def broadcast(
    tx: Transaction, actor: Actor, topic_id: TopicId, now: datetime, fallback: Mapping[str, str]
) -> Broadcast | None:
    """How far a draft would go; None for one branch, and for a topic that is on its way already."""
    topic = owned(tx, actor, topic_id, now)
    if topic.audience is Audience.BRANCH or topic.state is not TopicState.DRAFT:
        return None
    on = today(now, settings_at(tx, topic.unit, now, fallback).zone)
    told = deliveries.chats_told(tx, branches_of(tx, topic, now), on)
    files = sum(one.url is None for one in materials.attached(tx, topic=topic.id))
    return Broadcast(told, 1 + files)


def publish(
    tx: Transaction, actor: Actor, topic_id: TopicId, now: datetime, fallback: Mapping[str, str]
) -> Published:
    """Set the draft on its way: each branch gets it in its own window. A second call changes nothing.

    Raises TitleMissing, NoBranchThere, ClosesTooSoon, TopicWithdrawn.
    """
    topic = owned(tx, actor, topic_id, now)
    if topic.state is TopicState.SCHEDULED:
        return Published(preview(tx, actor, topic_id, now, fallback), again=True)
    if not topic.title:
        raise TitleMissing
    windows = windows_of(tx, topic, now, fallback)
    topics.give(tx, topic.id, windows)
    topics.save(tx, replace(topic, state=TopicState.SCHEDULED), scheduled_at=now)
    audit.note(tx, actor.person, "topic_published", "topic", topic.id, now, topic.unit)
    return Published(preview_of(tx, topic, windows, now), again=False)


def discard(tx: Transaction, actor: Actor, topic_id: TopicId, now: datetime) -> None:
    """Throw a draft away; again changes nothing. Raises TopicPublished for one that is on its way."""
    if topics.topic_with(tx, topic_id) is None:
        return
    if owned(tx, actor, topic_id, now).state is not TopicState.DRAFT:
        raise TopicPublished
    materials.detach_all(tx, topic=topic_id)
    topics.discard(tx, topic_id)


def owned(tx: Transaction, actor: Actor, topic_id: TopicId, now: datetime) -> Topic:
    """The topic, for one who may post where it is posted; a draft only for its author."""
    topic = topics.topic_with(tx, topic_id)
    if topic is None:
        raise Gone
    permit(tx, actor, Act.POST_TOPIC, topic.unit, now)
    if topic.state is TopicState.DRAFT and topic.created_by != actor.person:
        raise NotForYou
    if topic.state is TopicState.WITHDRAWN:
        raise TopicWithdrawn
    return topic


def _place(tx: Transaction, actor: Actor, audience: Audience | None, now: datetime) -> tuple[Unit, Audience]:
    known(actor)
    possible = places(tx, actor, now)
    if not possible:
        raise NotForYou
    chosen = next((place for place in possible if audience in (None, place[1])), None)
    if chosen is None:
        raise UnknownAudience
    return chosen


def _change(tx: Transaction, topic: Topic) -> None:
    topics.save(tx, replace(topic, version=topic.version + 1))
    cards.mark_stale(tx, "topic", topic.id)


def _fitting(text: str, limit: int) -> str:
    length = utf16_length(text)
    if length > limit:
        raise TooLong(length, limit)
    return text


def _lead(tx: Transaction, topic: Topic, name: str, now: datetime, fallback: Mapping[str, str]) -> PersonId:
    on = today(now, settings_at(tx, topic.unit, now, fallback).zone)
    found = outstanding.named(tx, name_key(name), branches_of(tx, topic, now), on)
    if not found:
        raise NobodyNamed(person_name(name))
    if len(found) > 1:
        raise SeveralNamed(person_name(name))
    return found[0]
