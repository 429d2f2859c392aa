"""Lists of topics: what is open to a member, and what those who post have posted."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from domain.actors import Actor
from domain.errors import Gone, NotForYou, NothingOpen, NotThatMany
from domain.ids import TopicId
from domain.roles import Act
from domain.topics import Given, Topic, TopicLine, TopicPage, TopicState
from services.actors import known, permit, settings_at, today, units_where
from storage import checkins, outstanding, topics
from storage.database import Transaction

LATE_FOR = timedelta(days=7)  # how long a closed topic still stands in a member's list, for a late check-in
PAGE = 8  # lines a phone shows without scrolling


def open_topics(tx: Transaction, actor: Actor, now: datetime) -> list[TopicLine]:
    """The topics open to the actor, the earliest first; each once, whatever number of branches has it."""
    known(actor)
    branches = [own.branch for own in actor.belongings]
    return _lines(tx, actor, topics.opened_for(tx, branches, now, now))


def lately_closed(tx: Transaction, actor: Actor, now: datetime) -> list[TopicLine]:
    """Topics that closed within the last week, to which the actor may still check in late."""
    branches = [own.branch for own in actor.belongings]
    found = topics.opened_for(tx, branches, now, now - LATE_FOR)
    return _lines(tx, actor, [given for given in found if given.closes_at <= now])


def coming(tx: Transaction, actor: Actor, now: datetime) -> list[TopicLine]:
    """Topics that are announced or planned for the actor's branches."""
    branches = [own.branch for own in actor.belongings]
    return _lines(tx, actor, topics.coming_for(tx, branches, now))


def choose(lines: list[TopicLine], n: int | None) -> TopicLine | None:
    """The n-th of several, or the only one; None leaves the choice to the person.

    Raises NothingOpen, NotThatMany.
    """
    if not lines:
        raise NothingOpen
    if n is not None:
        if not 1 <= n <= len(lines):
            raise NotThatMany(n, len(lines))
        return lines[n - 1]
    return lines[0] if len(lines) == 1 else None


def posted(
    tx: Transaction, actor: Actor, page: int, now: datetime, fallback: Mapping[str, str]
) -> tuple[list[TopicLine], bool]:
    """Topics the actor may edit, newest first, and whether more pages follow. Raises NotForYou."""
    person = known(actor)
    own_units = units_where(actor, Act.POST_TOPIC)
    if not own_units:
        raise NotForYou
    found = topics.posted_by(tx, own_units, person, PAGE + 1, page * PAGE)
    return [_posted_line(tx, topic, now, fallback) for topic in found[:PAGE]], len(found) > PAGE


def page_of(
    tx: Transaction, actor: Actor, topic_id: TopicId, now: datetime, fallback: Mapping[str, str]
) -> TopicPage:
    """A topic before those who post it, with the branches whose names they may see."""
    topic = topics.topic_with(tx, topic_id)
    if topic is None or topic.state is TopicState.WITHDRAWN:
        raise Gone
    unit = permit(tx, actor, Act.POST_TOPIC, topic.unit, now)
    branches, pushed = topics.reach_of(tx, topic_id)
    mine = tuple(
        given.branch
        for given in topics.given_to(tx, topic_id, units_where(actor, Act.SEE_OUTSTANDING))
        if given.pushed_at is not None
    )
    given = [one.branch for one in topics.given_anywhere(tx, topic_id)]
    members = outstanding.members_of(tx, given, today(now, actor.zone))
    return TopicPage(_posted_line(tx, topic, now, fallback), unit.name, branches, members, pushed, mine)


def _posted_line(tx: Transaction, topic: Topic, now: datetime, fallback: Mapping[str, str]) -> TopicLine:
    first = next(iter(topics.given_anywhere(tx, topic.id)), None)
    zone = settings_at(tx, first.branch if first else topic.unit, now, fallback).zone
    opens, closes = (first.opens_at, first.closes_at) if first else (topic.publish_at, topic.closes_at)
    return TopicLine(topic.id, topic.title, topic.state, opens, closes, zone)


def _lines(tx: Transaction, actor: Actor, found: Iterable[Given]) -> list[TopicLine]:
    zones = {own.branch: own.zone for own in actor.belongings}
    members = {own.branch: own.id for own in actor.belongings}
    lines: dict[TopicId, TopicLine] = {}
    for given in found:
        if given.topic not in lines:
            checked = checkins.recorded_at(tx, given.topic, members[given.branch]) is not None
            lines[given.topic] = TopicLine(
                given.topic,
                given.title,
                given.state,
                given.opens_at,
                given.closes_at,
                zones[given.branch],
                checked,
            )
    return list(lines.values())
