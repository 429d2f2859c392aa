"""Reading reflections: the branch where it may, and the secretary, who accepts or returns them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from domain.actors import Actor
from domain.deliveries import Cause, Destination, Kind
from domain.errors import EmptyReflection, Gone, NotForYou, ReflectionAccepted
from domain.ids import ReflectionId, TopicId, UnitId
from domain.reflections import (
    COUNTED,
    Piece,
    PieceLine,
    PieceReturned,
    Reflection,
    ReflectionState,
    Visibility,
)
from domain.roles import Act
from services import consents, deliveries
from services.actors import allows, known, permit, settings_at
from services.reflections import count, fitting, shown
from storage import audit, reflections, topics
from storage.database import Transaction


def pieces_on(tx: Transaction, actor: Actor, topic_id: TopicId, now: datetime) -> tuple[str, list[PieceLine]]:
    """The topic's title and the pieces of the actor's branches that they may read. Raises NotForYou."""
    known(actor)
    readable = {own.branch: False for own in actor.belongings}
    readable |= {
        held.unit: True for held in actor.appointments if allows(actor, Act.READ_REFLECTIONS, (held.unit,))
    }
    given = topics.given_to(tx, topic_id, readable)
    if not given:
        raise NotForYou
    found = [
        line
        for one in given
        for line in reflections.handed_in(tx, topic_id, one.branch, readable[one.branch])
        if _meant(tx, actor, line, one.branch, now)
    ]
    return given[0].title, found


def piece_of(
    tx: Transaction, actor: Actor, reflection_id: ReflectionId, now: datetime, fallback: Mapping[str, str]
) -> Piece:
    """One piece, for its author, the secretary, and the branch where it may. Raises Gone, NotForYou."""
    known(actor)
    piece = reflections.piece_with(tx, reflection_id)
    if piece is None:
        raise Gone
    mine = any(own.id == piece.membership for own in actor.belongings)
    inside = any(own.branch == piece.branch for own in actor.belongings)
    shared = inside and piece.visibility is Visibility.BRANCH and piece.state in COUNTED
    if not (mine or shared):
        permit(tx, actor, Act.READ_REFLECTIONS, piece.branch, now)
        if piece.state is ReflectionState.DRAFT:
            raise NotForYou
        consents.must_be_meant(tx, actor, piece, now)
    return shown(tx, actor, piece, _zone(tx, piece, now, fallback), now)


def accept(
    tx: Transaction, actor: Actor, reflection_id: ReflectionId, now: datetime, fallback: Mapping[str, str]
) -> Piece:
    """The secretary takes the piece as it is; it changes no more. Again changes nothing."""
    piece = _decidable(tx, actor, reflection_id, now)
    if piece.state is ReflectionState.HANDED_IN:
        piece = replace(piece, state=ReflectionState.ACCEPTED)
        reflections.save(tx, piece, now, decided_by=actor.person)
        audit.note(tx, actor.person, "reflection_accepted", "reflection", piece.id, now, piece.branch)
    return shown(tx, actor, piece, _zone(tx, piece, now, fallback), now)


def give_back(
    tx: Transaction,
    actor: Actor,
    reflection_id: ReflectionId,
    comment: str,
    now: datetime,
    fallback: Mapping[str, str],
) -> Piece:
    """The secretary returns the piece with a comment; its author is told and may hand it in again."""
    piece = _decidable(tx, actor, reflection_id, now)
    if piece.state is ReflectionState.ACCEPTED:
        raise ReflectionAccepted
    if not comment.strip():
        raise EmptyReflection
    piece = replace(piece, state=ReflectionState.RETURNED, comment=fitting(comment.strip()))
    reflections.save(tx, piece, now, decided_by=actor.person)
    count(tx, piece, -1, _zone(tx, piece, now, fallback))
    cause = Cause(f"reflection:{piece.id}", now.isoformat(timespec="seconds"), "returned")
    deliveries.owe_people(tx, cause, Kind.REFLECTION_RETURNED, piece.id, [piece.author], now)
    audit.note(tx, actor.person, "reflection_returned", "reflection", piece.id, now, piece.branch)
    return shown(tx, actor, piece, _zone(tx, piece, now, fallback), now)


def returned_facts(tx: Transaction, reflection_id: ReflectionId, to: Destination) -> PieceReturned | None:
    """What the author is told; None where the piece was handed in again meanwhile."""
    piece = reflections.piece_with(tx, reflection_id)
    if piece is None or piece.state is not ReflectionState.RETURNED or piece.comment is None:
        return None
    topic = topics.topic_with(tx, piece.topic)
    if topic is None or to.person != piece.author:
        return None
    return PieceReturned(piece.id, piece.topic, topic.title, piece.comment)


def _decidable(tx: Transaction, actor: Actor, reflection_id: ReflectionId, now: datetime) -> Reflection:
    piece = reflections.piece_with(tx, reflection_id)
    if piece is None:
        raise Gone
    permit(tx, actor, Act.READ_REFLECTIONS, piece.branch, now)
    if piece.state not in COUNTED:
        raise Gone
    consents.must_be_meant(tx, actor, piece, now)
    return piece


def _meant(tx: Transaction, actor: Actor, line: PieceLine, branch: UnitId, now: datetime) -> bool:
    """Whether a listed piece is for the branch, the actor's own, or was meant for them."""
    if line.visibility is Visibility.BRANCH or line.author == actor.person:
        return True
    day = consents.handed_in_on(line.handed_in_at, actor.zone)
    return consents.terms_of(tx, actor, branch, now).cover(line.author, day)


def _zone(tx: Transaction, piece: Reflection, now: datetime, fallback: Mapping[str, str]) -> str:
    return settings_at(tx, piece.branch, now, fallback).zone
