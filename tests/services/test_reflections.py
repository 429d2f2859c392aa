"""A piece on a topic: written, handed in, read, returned and accepted."""

from datetime import timedelta

import pytest

from domain.deliveries import Kind
from domain.errors import (
    EmptyReflection,
    Gone,
    NotForYou,
    ReflectionAccepted,
    TooLong,
    TopicClosed,
)
from domain.reflections import PieceReturned, ReflectionState, Visibility
from domain.rollups import Counted
from domain.topics import Attachment
from services import reflection_readers, reflections
from services.facts import facts_of
from storage.database import Database, Transaction
from tests.services.study import FALLBACK, NEXT_SLOT, counted, found_study, owed
from tests.services.test_checkins import EVENING, pushed

TOO_LATE = NEXT_SLOT + timedelta(seconds=1)
VOICE = Attachment("voice", "file", "unique")


def test_long_writing_in_several_messages_becomes_one_piece(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic, li = pushed(tx, study), study.actor(tx, "李强")
        reflections.write(tx, li, topic, "第一段", EVENING)
        piece = reflections.write(tx, li, topic, "第二段", EVENING)
        assert piece.reflection.text == "第一段\n\n第二段"
        assert piece.reflection.state is ReflectionState.DRAFT
        assert counted(tx, study.first, Counted.REFLECTIONS) == 0
        for _ in "12":
            piece = reflections.hand_in(tx, li, topic, EVENING)
        assert piece.reflection.state is ReflectionState.HANDED_IN
        assert counted(tx, study.first, Counted.REFLECTIONS) == 1

    database.write_now(story)


def test_an_empty_or_far_too_long_piece_changes_nothing(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic, li = pushed(tx, study), study.actor(tx, "李强")
        with pytest.raises(EmptyReflection):
            reflections.hand_in_text(tx, li, topic, "  \n", EVENING)
        with pytest.raises(TooLong) as refused:
            reflections.hand_in_text(tx, li, topic, "字" * 10_000, EVENING)
        assert (refused.value.length, refused.value.limit) == (10_000, 5_000)
        with pytest.raises(EmptyReflection):
            reflections.hand_in(tx, li, topic, EVENING)
        assert counted(tx, study.first, Counted.REFLECTIONS) == 0

    database.write_now(story)


def test_a_voice_note_alone_is_a_piece(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic, li = pushed(tx, study), study.actor(tx, "李强")
        reflections.add_file(tx, li, topic, VOICE, "", EVENING)
        piece = reflections.hand_in(tx, li, topic, EVENING)
        assert [one.kind for one in piece.attachments] == ["voice"]
        assert piece.reflection.state is ReflectionState.HANDED_IN

    database.write_now(story)


def test_a_piece_changes_until_the_deadline(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic, li = pushed(tx, study), study.actor(tx, "李强")
        reflections.hand_in_text(tx, li, topic, "初稿", EVENING)
        piece = reflections.hand_in_text(tx, li, topic, "定稿", NEXT_SLOT)
        assert piece.reflection.text == "定稿"
        assert counted(tx, study.first, Counted.REFLECTIONS) == 1
        with pytest.raises(TopicClosed):
            reflections.hand_in_text(tx, li, topic, "迟了", TOO_LATE)
        with pytest.raises(TopicClosed):
            reflections.begin(tx, study.actor(tx, "张伟"), topic, TOO_LATE)
        assert reflections.begin(tx, li, topic, TOO_LATE).reflection.text == "定稿"

    database.write_now(story)


def test_beginning_again_takes_back_what_was_handed_in(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic, li = pushed(tx, study), study.actor(tx, "李强")
        reflections.add_file(tx, li, topic, VOICE, "初稿", EVENING)
        reflections.hand_in(tx, li, topic, EVENING)
        piece = reflections.rewrite(tx, li, topic, EVENING)
        assert (piece.reflection.text, piece.attachments) == ("", ())
        assert counted(tx, study.first, Counted.REFLECTIONS) == 0
        reflections.discard(tx, li, topic, EVENING)
        assert reflection_readers.pieces_on(tx, study.actor(tx, "王芳"), topic, EVENING)[1] == []

    database.write_now(story)


def test_a_piece_for_the_secretary_is_read_by_nobody_else(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic, li = pushed(tx, study), study.actor(tx, "李强")
        piece = reflections.hand_in_text(tx, li, topic, "心里话", EVENING).reflection
        peer, secretary = study.actor(tx, "张伟"), study.actor(tx, "王芳")

        def readable(name: str) -> bool:
            found = reflection_readers.pieces_on(tx, study.actor(tx, name), topic, EVENING)[1]
            return [one.id for one in found] == [piece.id]

        assert readable("张伟")
        reflections.set_visibility(tx, li, topic, Visibility.SECRETARY, EVENING)
        assert (readable("张伟"), readable("王芳")) == (False, True)
        with pytest.raises(NotForYou):
            reflection_readers.piece_of(tx, peer, piece.id, EVENING, FALLBACK)
        assert reflection_readers.piece_of(tx, secretary, piece.id, EVENING, FALLBACK).may_decide
        for outsider in ("赵敏", "孙丽"):
            with pytest.raises(NotForYou):
                reflection_readers.piece_of(tx, study.actor(tx, outsider), piece.id, EVENING, FALLBACK)
            with pytest.raises(NotForYou):
                reflection_readers.pieces_on(tx, study.actor(tx, outsider), topic, EVENING)

    database.write_now(story)


def test_a_returned_piece_comes_back_with_a_comment_and_may_be_handed_in_again(
    database: Database,
) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic, li, secretary = pushed(tx, study), study.actor(tx, "李强"), study.actor(tx, "王芳")
        piece = reflections.hand_in_text(tx, li, topic, "太短", EVENING).reflection
        reflection_readers.give_back(tx, secretary, piece.id, "请联系实际", TOO_LATE, FALLBACK)
        assert counted(tx, study.first, Counted.REFLECTIONS) == 0
        assert owed(tx, "returned") == [study.accounts["李强"]]
        told = facts_of(
            tx,
            Kind.REFLECTION_RETURNED,
            piece.id,
            study.private_of(tx, "李强"),
            TOO_LATE,
            FALLBACK,
        )
        assert isinstance(told, PieceReturned)
        assert told.comment == "请联系实际"
        with pytest.raises(Gone):  # it is with its author now
            reflection_readers.give_back(tx, secretary, piece.id, "再看", TOO_LATE, FALLBACK)
        again = reflections.hand_in_text(tx, li, topic, "联系实际……", TOO_LATE)
        assert again.reflection.state is ReflectionState.HANDED_IN
        assert counted(tx, study.first, Counted.REFLECTIONS) == 1

    database.write_now(story)


def test_an_accepted_piece_changes_no_more(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        topic, li, secretary = pushed(tx, study), study.actor(tx, "李强"), study.actor(tx, "王芳")
        piece = reflections.hand_in_text(tx, li, topic, "心得", EVENING).reflection
        for _ in "12":
            reflection_readers.accept(tx, secretary, piece.id, EVENING, FALLBACK)
        with pytest.raises(ReflectionAccepted):
            reflections.write(tx, li, topic, "还有", EVENING)
        with pytest.raises(ReflectionAccepted):
            reflection_readers.give_back(tx, secretary, piece.id, "晚了", EVENING, FALLBACK)
        for outsider in ("张伟", "赵敏", "孙丽"):
            with pytest.raises(NotForYou):
                reflection_readers.accept(tx, study.actor(tx, outsider), piece.id, EVENING, FALLBACK)
        assert counted(tx, study.first, Counted.REFLECTIONS) == 1

    database.write_now(story)
