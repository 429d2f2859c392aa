"""Reflections: the writer's screen, the reader's page, and what comes back from the secretary."""

from collections.abc import Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton
from aiogram.utils.formatting import BlockQuote, Bold, Italic, Text, as_list

from domain.ids import ReflectionId, TopicId
from domain.reflections import (
    Piece,
    PieceLine,
    PieceReturned,
    ReflectionState,
    Visibility,
)
from messages.home import home_button
from messages.moments import deadline
from messages.outgoing import Outgoing, keyboard, rows
from messages.speech import _, ngettext
from messages.topics import PiecesTap, ReflectTap, TopicTap, attached, short, uploads

EXCERPT = 200  # characters of a draft under which its buttons stay in sight


class SubmitTap(CallbackData, prefix="submit"):
    """提交."""

    topic: TopicId


class ReadOwnTap(CallbackData, prefix="readown"):
    """预览: the whole piece as others will read it."""

    topic: TopicId


class VisibilityTap(CallbackData, prefix="visible"):
    """Who may read it."""

    topic: TopicId
    to: Visibility


class RewriteTap(CallbackData, prefix="rewrite"):
    """Begin again with an empty sheet."""

    topic: TopicId


class DropTap(CallbackData, prefix="drop"):
    """取消: throw the draft away."""

    topic: TopicId


class PieceTap(CallbackData, prefix="piece"):
    """Read one."""

    piece: ReflectionId


class AcceptTap(CallbackData, prefix="accept"):
    """收下."""

    piece: ReflectionId


class ReturnTap(CallbackData, prefix="return"):
    """退回, with a comment."""

    piece: ReflectionId


def screen(piece: Piece) -> Outgoing:
    """The writer's screen: what is there, how long it is, and what can be done with it."""
    own = piece.reflection
    lines: list[Text | str] = [
        Bold(_("Reflection on “{title}”").format(title=piece.title)),
        _state(piece),
        *([BlockQuote(own.comment)] if own.comment and own.state is ReflectionState.RETURNED else []),
        *([_excerpt(own.text)] if own.text else []),
        *attached(piece.attachments),
    ]
    if piece.open:
        lines += ["", _("Send text, a voice note, photos or files; each is added to your piece.")]
        lines.append(Text(_("Can be changed until:"), " ", deadline(piece.closes_at, piece.zone)))
    return Outgoing(as_list(*lines), keyboard(*_writing(piece)))


def handed_in(piece: Piece) -> Outgoing:
    """After submitting."""
    said = _("Handed in ({length}). You can change it until the deadline.").format(length=length(piece))
    again = InlineKeyboardButton(
        text=_("Edit"), callback_data=ReflectTap(topic=piece.reflection.topic).pack()
    )
    return Outgoing(
        as_list(Bold(_("Reflection on “{title}”").format(title=piece.title)), said),
        keyboard([again, home_button()]),
    )


def dropped() -> Outgoing:
    """After throwing a draft away."""
    return Outgoing(Text(_("The draft is thrown away.")), keyboard([home_button()]))


def whole(piece: Piece) -> Outgoing:
    """The piece as its readers see it, with what the reader may do."""
    own = piece.reflection
    text = as_list(
        Bold(piece.title),
        Italic(_("{name}, {length}").format(name=piece.author_name, length=length(piece))),
        "",
        own.text or _("(no text)"),
    )
    return Outgoing(text, keyboard(*_reading(piece)), uploads(piece.attachments))


def pieces(topic: TopicId, title: str, lines: Sequence[PieceLine]) -> Outgoing:
    """What was handed in on a topic."""
    if not lines:
        said: Text = as_list(Bold(title), _("Nothing was handed in yet."))
    else:
        said = as_list(Bold(title), *(f"· {line.author_name} · {_mark(line)}" for line in lines))
    taps = [
        InlineKeyboardButton(text=short(line.author_name), callback_data=PieceTap(piece=line.id).pack())
        for line in lines
    ]
    back = InlineKeyboardButton(text=_("Back"), callback_data=TopicTap(topic=topic).pack())
    return Outgoing(said, keyboard(*rows(*taps), [back, home_button()]))


def comment_wanted(piece: Piece) -> Outgoing:
    """Asked before a piece is returned."""
    asked = _("What should {name} change? Send it as a message; it goes to nobody else.").format(
        name=piece.author_name
    )
    back = InlineKeyboardButton(text=_("Back"), callback_data=PieceTap(piece=piece.reflection.id).pack())
    return Outgoing(Text(asked), keyboard([back, home_button()]))


def given_back(piece: Piece) -> Outgoing:
    """After returning it."""
    return Outgoing(
        Text(_("Returned to {name} with your comment.").format(name=piece.author_name)),
        keyboard([_others(piece), home_button()]),
    )


def accepted() -> str:
    """After accepting it."""
    return _("Accepted")


def returned(facts: PieceReturned) -> Outgoing:
    """To the author."""
    again = InlineKeyboardButton(text=_("✍️ Reflect"), callback_data=ReflectTap(topic=facts.topic).pack())
    text = as_list(
        Bold(_("Your reflection on “{title}” came back with a comment").format(title=facts.title)),
        BlockQuote(facts.comment),
        _("You can change it and hand it in again."),
    )
    return Outgoing(text, keyboard([again]))


def length(piece: Piece) -> str:
    """How long it is, as its writer counts."""
    return ngettext("{n} character", "{n} characters", piece.length).format(n=piece.length)


def _state(piece: Piece) -> str:
    match piece.reflection.state:
        case ReflectionState.DRAFT:
            state = _("Draft")
        case ReflectionState.HANDED_IN:
            state = _("Handed in")
        case ReflectionState.RETURNED:
            state = _("Returned")
        case ReflectionState.ACCEPTED:
            state = _("Accepted")
    readers = (
        _("the branch may read it")
        if piece.reflection.visibility is Visibility.BRANCH
        else _("only the secretary may read it")
    )
    return f"{state} · {length(piece)} · {readers}"


def _excerpt(text: str) -> Text:
    return BlockQuote(text if len(text) <= EXCERPT else text[:EXCERPT] + "…")


def _writing(piece: Piece) -> list[list[InlineKeyboardButton]]:
    own = piece.reflection
    topic = own.topic
    some = bool(own.text or piece.attachments)
    back = InlineKeyboardButton(text=_("Back"), callback_data=TopicTap(topic=topic).pack())
    preview = [_button(_("Preview"), ReadOwnTap(topic=topic))] if some else []
    if not piece.open:
        return [preview, [back, home_button()]]
    handed = own.state is ReflectionState.HANDED_IN
    submit = [_button(_("Submit"), SubmitTap(topic=topic))] if some and not handed else []
    other, words = (
        (Visibility.SECRETARY, _("For secretary only"))
        if own.visibility is Visibility.BRANCH
        else (Visibility.BRANCH, _("For the branch"))
    )
    visible = _button(words, VisibilityTap(topic=topic, to=other))
    rewrite = [_button(_("Begin again"), RewriteTap(topic=topic))] if some else []
    drop = [] if handed else [_button(_("Cancel"), DropTap(topic=topic))]
    return [[*submit, *preview], [visible, *rewrite], drop, [back, home_button()]]


def _reading(piece: Piece) -> list[list[InlineKeyboardButton]]:
    own = piece.reflection
    if piece.mine:
        back = InlineKeyboardButton(text=_("Back"), callback_data=ReflectTap(topic=own.topic).pack())
        return [[back, home_button()]]
    decide = (
        [_button(_("Accept"), AcceptTap(piece=own.id)), _button(_("Return"), ReturnTap(piece=own.id))]
        if piece.may_decide
        else []
    )
    return [decide, [_others(piece), home_button()]]


def _others(piece: Piece) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=_("Back"), callback_data=PiecesTap(topic=piece.reflection.topic).pack())


def _mark(line: PieceLine) -> str:
    match line.state:
        case ReflectionState.ACCEPTED:
            return _("accepted")
        case ReflectionState.RETURNED:
            return _("returned")
        case ReflectionState.HANDED_IN | ReflectionState.DRAFT:
            return ngettext("{n} character", "{n} characters", line.length).format(n=line.length)


def _button(words: str, tap: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=words, callback_data=tap.pack())
