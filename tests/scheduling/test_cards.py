"""Cards in groups: posted and pinned by the push, edited when figures change, left alone otherwise."""

from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from domain.actors import Account, Actor
from domain.ids import TopicId
from domain.roles import Role
from domain.topic_forms import TopicForm
from scheduling.cards import BETWEEN_EDITS
from scheduling.planner import Planner
from services import card_edits, checkins, topic_drafts, topic_plans, topics
from services.actors import actor_of
from simulator.chats import Message
from simulator.errors import PlatformError
from simulator.faults import Fault
from storage.database import Database, Transaction
from storage.tables import Card
from tests.scheduling.office import BOT_ID, FALLBACK, Member, Office

CROWD = 12


class Study:
    """A branch with a group, and a topic that is due in a week."""

    def __init__(self, db: Database, **group: Any) -> None:
        self.office = Office(db)
        self.secretary = self.office.member("王芳", role=Role.SECRETARY)
        self.crowd = [self.office.member(f"党员{n}") for n in range(CROWD)]
        self.group, _ = self.office.group(self.secretary, **group)
        self.topic = db.write_now(self._publish)

    def _publish(self, tx: Transaction) -> TopicId:
        now, form = self.office.clock.now(), TopicForm("学习基层工作条例", "第一章第二条…")
        actor = self.actor(tx, self.secretary)
        draft = topic_drafts.from_form(tx, actor, form, (), "draft", now, FALLBACK)
        topic_drafts.publish(tx, actor, draft.topic.id, now, FALLBACK)
        return draft.topic.id

    def actor(self, tx: Transaction, member: Member) -> Actor:
        account = Account("telegram", member.sim.id, None, None)
        return actor_of(tx, account, self.office.clock.now(), FALLBACK, root=False)

    async def turn(self) -> int:
        """Plan and send what is due now."""
        planner = Planner(self.office.db, self.office.clock, FALLBACK, self.office.sender.wake)
        await planner.plan(self.office.clock.now())
        return await self.office.drain()

    async def push(self) -> Message:
        """Come to the slot; the card that then stands in the group."""
        while (
            due := self.office.db.read_now(topic_plans.next_due, self.office.clock.now(), FALLBACK)
        ) is not None:
            self.office.clock.move_to(due)
            await self.turn()
            if self.card_row() is not None:
                return self.group.last_message
        raise LookupError("the topic was never pushed")

    def check_in(self, member: Member) -> None:
        self.office.db.write_now(
            lambda tx: checkins.check_in(tx, self.actor(tx, member), self.topic, self.office.clock.now())
        )

    def card_row(self) -> Any:
        return self.office.db.read_now(lambda tx: tx.execute(select(Card)).first())

    def edits(self) -> int:
        return sum(r.method.startswith("editMessage") for r in self.office.telegram.receipts)


@pytest.fixture
def study(database: Database) -> Study:
    return Study(database)


async def test_the_push_becomes_the_groups_pinned_card(study: Study) -> None:
    card = await study.push()
    assert "学习基层工作条例" in card.text
    assert [pinned.id for pinned in study.group.pinned] == [card.id]
    row = study.card_row()
    assert (row.message_id, row.stale) == (card.id, False)
    assert row.pinned_at is not None


async def test_a_group_that_lets_nobody_pin_has_its_card_all_the_same(database: Database) -> None:
    study = Study(database, bot_admin=False)
    card = await study.push()
    assert study.group.pinned == []
    assert study.card_row().message_id == card.id
    assert set(study.office.rows()) == {"sent"}


async def test_a_crowd_that_checks_in_makes_few_edits(study: Study) -> None:
    card = await study.push()
    for member in study.crowd[:5]:
        study.check_in(member)
    await study.turn()
    assert study.edits() == 1
    assert "5/13" in card.text
    began = study.office.clock.monotonic()
    for member in study.crowd[5:]:
        study.check_in(member)
    await study.turn()
    assert study.edits() == 2
    assert "12/13" in card.text
    assert study.office.clock.monotonic() - began >= BETWEEN_EDITS - 0.1


async def test_a_card_that_shows_the_same_is_not_edited(study: Study) -> None:
    await study.push()
    study.check_in(study.crowd[0])
    await study.turn()
    study.check_in(study.crowd[0])
    study.office.db.write_now(lambda tx: card_edits.again(tx, study.card_row().id))
    await study.turn()
    assert study.edits() == 1
    assert not study.card_row().stale


async def test_a_check_in_while_the_card_is_edited_is_not_forgotten(study: Study) -> None:
    card = await study.push()
    study.check_in(study.crowd[0])
    (stale,) = study.office.db.read_now(card_edits.stale, BOT_ID)
    study.office.db.write_now(card_edits.begin_edit, stale, study.office.clock.now(), FALLBACK)
    study.check_in(study.crowd[1])
    study.office.db.write_now(card_edits.showed, stale.id, "one", study.office.clock.now())
    await study.turn()
    assert "2/13" in card.text


async def test_an_edit_broken_off_by_a_crash_is_made_by_the_next_sender(study: Study) -> None:
    card = await study.push()
    study.check_in(study.crowd[0])
    (stale,) = study.office.db.read_now(card_edits.stale, BOT_ID)
    study.office.db.write_now(card_edits.begin_edit, stale, study.office.clock.now(), FALLBACK)
    await study.office.sender.stop()
    study.office.sender = study.office.new_sender()
    await study.turn()
    assert "1/13" in card.text


@pytest.mark.parametrize("fault", [Fault.DROP_AFTER, Fault.DROP_BEFORE, Fault.SERVER_ERROR, Fault.TOO_MANY])
async def test_an_edit_that_may_have_failed_is_made_again(study: Study, fault: Fault) -> None:
    card = await study.push()
    study.check_in(study.crowd[0])
    study.office.telegram.fail_next("editMessageText", fault)
    await study.turn()
    assert "1/13" in card.text
    assert not study.card_row().stale


async def test_a_card_deleted_in_the_chat_is_let_go(study: Study) -> None:
    await study.push()
    refusal = PlatformError(400, "Bad Request: message to edit not found")
    study.office.telegram.fail_next("editMessageText", Fault.REFUSED, refusal=refusal)
    study.check_in(study.crowd[0])
    await study.turn()
    study.check_in(study.crowd[1])
    await study.turn()
    assert study.card_row().message_id is None
    assert study.edits() == 0


async def test_a_card_that_cannot_be_told_holds_up_nobody(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours in one card is logged and let be; the sender goes on under the same lease."""

    def stumble(*_: Any) -> None:
        raise ZeroDivisionError

    card = await study.push()
    study.check_in(study.crowd[0])
    with monkeypatch.context() as bug, capture_logs() as logged:
        bug.setattr("storage.outstanding.progress_of", stumble)
        study.office.owe([study.crowd[1].chat])
        assert await study.turn() == 2
        assert await study.turn() == 0
    assert [line["event"] for line in logged] == ["card_without_words"]
    assert len(study.crowd[1].heard) == 1
    study.check_in(study.crowd[1])
    await study.turn()
    assert "2/13" in card.text


async def test_a_withdrawn_topics_card_loses_its_buttons(study: Study) -> None:
    card = await study.push()
    assert card.rows
    study.office.db.write_now(
        lambda tx: topics.withdraw(
            tx, study.actor(tx, study.secretary), study.topic, study.office.clock.now(), FALLBACK
        )
    )
    await study.turn()
    assert not card.rows
