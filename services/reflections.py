"""Reflections: a draft that survives, handed in until the deadline, returned or accepted by the secretary."""

from dataclasses import replace
from datetime import datetime

from domain.actors import Actor, Belonging
from domain.errors import (
    EmptyReflection,
    Gone,
    NotForYou,
    NotYetOpen,
    ReflectionAccepted,
    TooLong,
    TooLongInAll,
    TooManyFiles,
    TopicClosed,
    TopicWithdrawn,
)
from domain.ids import TopicId
from domain.reflections import (
    COUNTED,
    FILES_LIMIT,
    LENGTH_LIMIT,
    Piece,
    Reflection,
    ReflectionState,
    Visibility,
)
from domain.roles import Act
from domain.rollups import Counted
from domain.texts import utf16_length
from domain.topics import Attachment, Given, TopicState, month_of
from services import cards
from services.actors import allows, known, today
from storage import materials, people, reflections, rollups, topics, units
from storage.database import Transaction


def begin(tx: Transaction, actor: Actor, topic_id: TopicId, now: datetime) -> Piece:
    """The actor's piece on the topic, begun if there was none.

    Raises NotForYou, NotYetOpen, TopicWithdrawn; TopicClosed where nothing was begun in time.
    """
    own, given = _given(tx, actor, topic_id)
    if now < given.opens_at:
        raise NotYetOpen
    standing = reflections.piece_on(tx, topic_id, [own.id])
    if standing is None:
        if now > given.closes_at:
            raise TopicClosed
        standing = reflections.begin(tx, topic_id, own.id, own.branch, now)
    return shown(tx, actor, standing, own.zone, now)


def own(tx: Transaction, actor: Actor, topic_id: TopicId, now: datetime) -> Piece:
    """The actor's piece on the topic as it stands. Raises Gone where none was begun."""
    held, _ = _given(tx, actor, topic_id)
    standing = reflections.piece_on(tx, topic_id, [held.id])
    if standing is None:
        raise Gone
    return shown(tx, actor, standing, held.zone, now)


def length_of(tx: Transaction, actor: Actor, topic_id: TopicId) -> int:
    """How many characters the actor's piece on the topic has; 0 where none was begun."""
    held, _ = _given(tx, actor, topic_id)
    standing = reflections.piece_on(tx, topic_id, [held.id])
    return len(standing.text) if standing else 0


def write(tx: Transaction, actor: Actor, topic_id: TopicId, text: str, now: datetime) -> Piece:
    """Add a paragraph to the actor's piece: a chat cuts long writing into several messages."""
    piece, zone = _changeable(tx, actor, topic_id, now)
    joined = f"{piece.text}\n\n{text.strip()}".strip()
    return _keep(tx, actor, replace(piece, text=fitting(joined)), zone, now)


def go_on(
    tx: Transaction, actor: Actor, topic_id: TopicId, text: str, before: int, now: datetime
) -> Piece | TooLongInAll:
    """Add the rest of a text that the client cut. Too long in all, it goes: `before` characters stay."""
    piece, zone = _changeable(tx, actor, topic_id, now)
    try:
        whole = fitting(piece.text + text.rstrip())
    except TooLong as refused:
        _keep(tx, actor, replace(piece, text=piece.text[:before]), zone, now)
        return TooLongInAll(refused.length, refused.limit)
    return _keep(tx, actor, replace(piece, text=whole), zone, now)


def rewrite(tx: Transaction, actor: Actor, topic_id: TopicId, now: datetime) -> Piece:
    """Begin again with an empty sheet. A piece already handed in is taken back by it."""
    piece, zone = _changeable(tx, actor, topic_id, now)
    materials.detach_all(tx, reflection=piece.id)
    if piece.state is ReflectionState.HANDED_IN:
        count(tx, piece, -1, zone)
        piece = replace(piece, state=ReflectionState.DRAFT)
    return _keep(tx, actor, replace(piece, text=""), zone, now)


def add_file(
    tx: Transaction, actor: Actor, topic_id: TopicId, attachment: Attachment, caption: str, now: datetime
) -> Piece:
    """Add a voice note, photo or file; its caption is a further paragraph."""
    piece, zone = _changeable(tx, actor, topic_id, now)
    if len(materials.attached(tx, reflection=piece.id)) >= FILES_LIMIT:
        raise TooManyFiles(FILES_LIMIT)
    materials.attach(tx, attachment, reflection=piece.id)
    joined = f"{piece.text}\n\n{caption.strip()}".strip()
    return _keep(tx, actor, replace(piece, text=fitting(joined)), zone, now)


def set_visibility(
    tx: Transaction, actor: Actor, topic_id: TopicId, visibility: Visibility, now: datetime
) -> Piece:
    """Let the branch read the piece, or the secretary alone."""
    piece, zone = _changeable(tx, actor, topic_id, now)
    return _keep(tx, actor, replace(piece, visibility=visibility), zone, now)


def hand_in(tx: Transaction, actor: Actor, topic_id: TopicId, now: datetime) -> Piece:
    """The piece counts from now on. Again changes nothing. Raises EmptyReflection."""
    piece, zone = _changeable(tx, actor, topic_id, now)
    if not piece.text and not materials.attached(tx, reflection=piece.id):
        raise EmptyReflection
    if piece.state not in COUNTED:
        count(tx, piece, 1, zone)
        piece = replace(
            piece, state=ReflectionState.HANDED_IN, handed_in_at=piece.handed_in_at or now, comment=None
        )
    return _keep(tx, actor, piece, zone, now)


def hand_in_text(tx: Transaction, actor: Actor, topic_id: TopicId, text: str, now: datetime) -> Piece:
    """`/reflect text`: the whole piece in one message, in the place of anything written before."""
    if not text.strip():
        raise EmptyReflection
    piece, zone = _changeable(tx, actor, topic_id, now)
    _keep(tx, actor, replace(piece, text=fitting(text.strip())), zone, now)
    return hand_in(tx, actor, topic_id, now)


def discard(tx: Transaction, actor: Actor, topic_id: TopicId, now: datetime) -> Piece | None:
    """Throw the draft away; a piece that was handed in or returned stays, and is what comes back."""
    piece, zone = _changeable(tx, actor, topic_id, now)
    if piece.state is not ReflectionState.DRAFT:
        return shown(tx, actor, piece, zone, now)
    materials.detach_all(tx, reflection=piece.id)
    reflections.discard(tx, piece.id)
    return None


def _given(tx: Transaction, actor: Actor, topic_id: TopicId) -> tuple[Belonging, Given]:
    """The membership a piece is written for: the first of the actor's that has the topic."""
    known(actor)
    found = topics.given_to(tx, topic_id, [own.branch for own in actor.belongings])
    if not found:
        raise NotForYou
    given = found[0]
    if given.state is TopicState.WITHDRAWN:
        raise TopicWithdrawn
    return next(own for own in actor.belongings if own.branch == given.branch), given


def _changeable(tx: Transaction, actor: Actor, topic_id: TopicId, now: datetime) -> tuple[Reflection, str]:
    """The actor's piece and its branch's zone, while it may change: a returned one always."""
    own, given = _given(tx, actor, topic_id)
    if now < given.opens_at:
        raise NotYetOpen
    piece = reflections.piece_on(tx, topic_id, [own.id])
    if piece is not None and piece.state is ReflectionState.ACCEPTED:
        raise ReflectionAccepted
    if now > given.closes_at and (piece is None or piece.state is not ReflectionState.RETURNED):
        raise TopicClosed
    return piece or reflections.begin(tx, topic_id, own.id, own.branch, now), own.zone


def _keep(tx: Transaction, actor: Actor, piece: Reflection, zone: str, now: datetime) -> Piece:
    reflections.save(tx, piece, now)
    return shown(tx, actor, piece, zone, now)


def fitting(text: str) -> str:
    """The text, if it is not too long to keep. Raises TooLong."""
    length = utf16_length(text)
    if length > LENGTH_LIMIT:
        raise TooLong(length, LENGTH_LIMIT)
    return text


def count(tx: Transaction, piece: Reflection, by: int, zone: str) -> None:
    """One piece more, or less, among those handed in."""
    given = topics.given_to(tx, piece.topic, [piece.branch])[0]
    rollups.move(tx, piece.branch, month_of(given.opens_at, zone), Counted.REFLECTIONS, by)
    cards.mark_stale(tx, "topic", piece.topic, piece.branch)


def shown(tx: Transaction, actor: Actor, piece: Reflection, zone: str, now: datetime) -> Piece:
    """The piece as the actor sees it."""
    given = topics.given_to(tx, piece.topic, [piece.branch])[0]
    mine = any(own.id == piece.membership for own in actor.belongings)
    line = units.line_above(tx, piece.branch, today(now, actor.zone))
    in_time = now <= given.closes_at or piece.state is ReflectionState.RETURNED
    return Piece(
        piece,
        given.title,
        people.names_of(tx, [piece.author])[piece.author],
        materials.attached(tx, reflection=piece.id),
        len(piece.text),
        given.closes_at,
        zone,
        open=mine and in_time and piece.state is not ReflectionState.ACCEPTED,
        mine=mine,
        may_decide=not mine
        and piece.state is ReflectionState.HANDED_IN
        and allows(actor, Act.READ_REFLECTIONS, line),
    )
