"""Updates on their way in: stored first, answered once, in order, and never an unhandled exception."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

import pytest
from aiogram import Dispatcher, Router
from aiogram.filters import Command, CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from structlog.testing import capture_logs

from bot.intake import FullError
from domain.errors import NotForYou, Stranger
from handlers.database import UpdateDatabase
from simulator.faults import Fault
from simulator.people import SimPerson
from storage import audit, inbox
from storage.database import Transaction
from storage.tables import AuditEntry, Chat, Conversation, InboxUpdate
from tests.world import BOT_ID, TOKEN, World

Handler = Callable[..., Coroutine[Any, Any, None]]


def set_down(tx: Transaction, word: str, now: datetime) -> None:
    """An act that leaves a trace."""
    audit.note(tx, None, word, "test", None, now)


def broken(tx: Transaction, word: str, now: datetime) -> None:
    """An act with a fault of its own, after it has already changed something."""
    set_down(tx, word, now)
    raise ZeroDivisionError


def refused(tx: Transaction, word: str, now: datetime) -> None:
    set_down(tx, word, now)
    raise NotForYou


def answers(world: World, handler: Handler, command: str = "do", *, texts: bool = False) -> None:
    """Let this process answer one command, or all `texts`, and every tap, with a handler of the test."""
    router = Router()
    router.message.register(handler, *(() if texts else (Command(command),)))
    router.callback_query.register(handler)
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.include_router(router)
    world.app = world.new_app(answering=dispatcher)


def traces(world: World) -> list[str]:
    return [row["act"] for row in world.rows(AuditEntry)]


def states(world: World) -> list[str]:
    return [row["state"] for row in world.rows(InboxUpdate)]


def waiting(world: World) -> list[str]:
    return [json.dumps(update) for update in world.telegram.updates_for(TOKEN)]


@pytest.fixture
def wang(world: World) -> SimPerson:
    return world.branch(members=["王芳"])["王芳"]


@pytest.fixture
def john(world: World) -> SimPerson:
    return world.branch("第二党支部", members=["John"], languages={"John": "en"})["John"]


async def test_a_flood_in_one_chat_keeps_nobody_else_from_being_answered(
    world: World, wang: SimPerson, john: SimPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits to be tried again has given its place in the room to others."""
    monkeypatch.setattr("bot.workers.SIDE_BY_SIDE", 1)
    resting, rested = asyncio.Event(), asyncio.Event()

    async def sleep(_: float) -> None:
        resting.set()
        await rested.wait()

    async def hello(message: Message) -> None:
        await message.answer("hello")

    answers(world, hello)
    monkeypatch.setattr(world.clock, "sleep", sleep)
    world.telegram.fail_next("sendMessage", Fault.TOO_MANY, seconds=600, chat_id=wang.id)
    wang.says("/do")
    await world.app.intake.take(waiting(world))
    await resting.wait()
    john.says("/do")
    await world.app.intake.take(waiting(world))
    async with asyncio.timeout(10):
        while not any(message.sender.is_bot for message in john.messages):  # noqa: ASYNC110 - nobody announces a message
            await asyncio.sleep(0)
    await world.app.workers.stop(60)
    assert states(world) == ["new", "done"]
    assert not rested.is_set()


# --- stored, then acknowledged, then done once ---------------------------------------------------


async def test_an_update_is_stored_before_anybody_works_on_it(world: World, wang: SimPerson) -> None:
    gate = asyncio.Event()

    async def slow(message: Message, db: UpdateDatabase, now: datetime) -> None:
        await gate.wait()
        await db.write(set_down, "done", now)

    answers(world, slow)
    wang.says("/do")
    assert await world.app.intake.take(waiting(world)) == 1
    assert states(world) == ["new"]
    gate.set()
    await world.settle()
    assert states(world) == ["done"]
    assert traces(world) == ["done"]


async def test_while_too_many_wait_more_must_come_again(
    world: World, wang: SimPerson, john: SimPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.intake.FULL", 1)
    gate = asyncio.Event()

    async def slow(message: Message) -> None:
        await gate.wait()

    answers(world, slow)
    wang.says("/do")
    assert await world.app.intake.take(waiting(world)) == 1
    john.says("/do")
    johns = waiting(world)
    with pytest.raises(FullError):
        await world.app.intake.take(johns)
    assert states(world) == ["new"]
    gate.set()
    await world.app.workers.idle()
    assert await world.app.intake.take(johns) == 1
    await world.settle()
    assert states(world) == ["done", "done"]


async def test_updates_that_arrive_together_fail_together_and_may_come_again(
    world: World, wang: SimPerson, john: SimPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise OSError

    for person in (wang, john):
        person.says("/help")
    raws = waiting(world)
    with monkeypatch.context() as away:
        away.setattr(inbox, "store", down)
        refused = await asyncio.gather(
            *(world.app.intake.take([raw]) for raw in raws), return_exceptions=True
        )
    assert [type(one) for one in refused] == [OSError, OSError]
    assert await asyncio.gather(*(world.app.intake.take([raw]) for raw in [*raws, raws[0]])) == [1, 1, 0]
    await world.settle()
    assert states(world) == ["done", "done"]


async def test_a_second_delivery_of_an_update_does_nothing(world: World, wang: SimPerson) -> None:
    async def once(message: Message, db: UpdateDatabase, now: datetime) -> None:
        await db.write(set_down, "done", now)
        await message.answer("好")

    answers(world, once)
    wang.says("/do")
    raws = waiting(world)
    assert [await world.app.intake.take(raws), await world.app.intake.take(raws)] == [1, 0]
    await world.settle()
    assert traces(world) == ["done"]
    assert [m.text for m in wang.messages] == ["好"]


async def test_what_a_killed_worker_left_is_answered_after_the_restart(world: World, wang: SimPerson) -> None:
    async def hangs(message: Message, db: UpdateDatabase, now: datetime) -> None:
        await asyncio.Event().wait()

    async def works(message: Message, db: UpdateDatabase, now: datetime) -> None:
        await db.write(set_down, "done", now)
        await message.answer("好")

    answers(world, hangs)
    wang.says("/do")
    await world.app.intake.take(waiting(world))
    await asyncio.sleep(0)
    await world.app.workers.stop(patience=0)
    assert states(world) == ["new"]
    answers(world, works)
    assert await world.app.workers.resume() == 1
    await world.settle()
    assert wang.screen() == "好"
    assert traces(world) == ["done"]


async def test_an_update_that_ended_three_processes_is_parked(world: World, wang: SimPerson) -> None:
    async def works(message: Message, db: UpdateDatabase, now: datetime) -> None:
        await db.write(set_down, "done", now)

    answers(world, works)
    wang.says("/do")
    await world.app.workers.stop(patience=0)  # every process dies at its first step
    await world.app.intake.take(waiting(world))

    def three_deaths(tx: Transaction) -> None:
        tx.execute(InboxUpdate.__table__.update().values(attempts=3))  # type: ignore[attr-defined]

    world.database.write_now(three_deaths)
    answers(world, works)
    await world.app.workers.resume()
    await world.settle()
    assert states(world) == ["parked"]
    assert traces(world) == []
    assert "已经记下" in wang.screen()


async def test_one_person_is_answered_in_order_and_nobody_waits_for_another(
    world: World, wang: SimPerson, john: SimPerson
) -> None:
    gate = asyncio.Event()
    order: list[str] = []
    somebody = asyncio.Event()

    async def slow(message: Message, command: CommandObject) -> None:
        word = command.args or ""
        if word == "first":
            await gate.wait()
        order.append(word)
        somebody.set()

    answers(world, slow)
    wang.says("/do first")
    wang.says("/do second")
    john.says("/do beside")
    await world.app.intake.take(waiting(world))
    await somebody.wait()
    assert order == ["beside"]
    gate.set()
    await world.settle()
    assert order == ["beside", "first", "second"]


# --- one write, with the conversation ------------------------------------------------------------


async def test_an_act_and_what_is_asked_next_are_kept_together(world: World, wang: SimPerson) -> None:
    async def asks(message: Message, db: UpdateDatabase, now: datetime, state: FSMContext) -> None:
        await state.set_state("asked")
        await state.update_data(topic=7)
        await db.write(set_down, "done", now)

    answers(world, asks)
    wang.says("/do")
    await world.settle()
    (talk,) = world.rows(Conversation)
    assert (talk["state"], json.loads(talk["data"])) == ("asked", {"topic": 7})
    assert traces(world) == ["done"]


async def test_a_refused_act_changes_nothing_and_the_question_still_stands(
    world: World, wang: SimPerson, john: SimPerson
) -> None:
    async def asks(message: Message, db: UpdateDatabase, now: datetime, state: FSMContext) -> None:
        if await state.get_state() is None:
            await state.set_state("asked")
            return
        await state.clear()
        await db.write(refused, "never", now)

    answers(world, asks, texts=True)
    for person in (wang, john):
        person.says("/do")
        person.says("never")
    await world.settle()
    assert "never" not in traces(world)
    assert [row["state"] for row in world.rows(Conversation)] == ["asked", "asked"]
    assert wang.screen() == "这项操作不在您的权限内,一切照旧。"
    assert john.screen() == "That is not yours to do here; nothing has changed."
    assert states(world) == ["done"] * 4


async def test_a_handler_writes_once(world: World, wang: SimPerson) -> None:
    async def twice(message: Message, db: UpdateDatabase, now: datetime) -> None:
        await db.write(set_down, "first", now)
        await db.write(set_down, "second", now)

    answers(world, twice)
    wang.says("/do")
    await world.settle()
    assert traces(world) == ["first"]
    assert world.app.updates.faults == 1


async def test_a_conversation_that_is_over_leaves_no_row(world: World, wang: SimPerson) -> None:
    async def flips(message: Message, state: FSMContext) -> None:
        if await state.get_state():
            await state.clear()
        else:
            await state.set_state("asked")

    answers(world, flips)
    wang.says("/do")
    await world.settle()
    assert len(world.rows(Conversation)) == 1
    wang.says("/do")
    await world.settle()
    assert world.rows(Conversation) == []


# --- faults --------------------------------------------------------------------------------------


async def test_a_fault_is_tried_three_times_noted_and_told(
    world: World, wang: SimPerson, john: SimPerson
) -> None:
    tries: list[str] = []

    async def fails(message: Message, db: UpdateDatabase, now: datetime) -> None:
        tries.append(message.text or "")
        await db.write(broken, "never", now)

    answers(world, fails)
    wang.says("/do 身份证")
    john.says("/do")
    with capture_logs() as lines:
        await world.settle()
    assert len(tries) == 6
    assert traces(world) == []
    assert states(world) == ["parked", "parked"]
    first, second = [row["update_id"] for row in world.rows(InboxUpdate)]
    assert f"已经记下(编号 {first})" in wang.screen()
    assert f"no. {second}" in john.screen()
    assert world.app.updates.faults == 6
    logged = [line for line in lines if line.get("update_id") == first]
    assert [line["event"] for line in logged] == ["update_failed"] * 3 + ["update_parked"]
    assert "ZeroDivisionError" in logged[0]["fault"]
    assert "身份证" not in str(lines)


async def test_a_fault_after_the_act_does_not_bring_the_act_again(world: World, wang: SimPerson) -> None:
    async def fails(message: Message, db: UpdateDatabase, now: datetime) -> None:
        await db.write(set_down, "done", now)
        raise ZeroDivisionError

    answers(world, fails)
    wang.says("/do")
    await world.settle()
    assert traces(world) == ["done"]
    assert states(world) == ["done"]
    assert "已经记下" in wang.screen()


async def test_a_reply_lost_on_the_way_is_not_an_act_lost(world: World, wang: SimPerson) -> None:
    async def acts(message: Message, db: UpdateDatabase, now: datetime) -> None:
        await db.write(set_down, "done", now)
        await message.answer("好")

    answers(world, acts)
    world.telegram.fail_next("sendMessage", Fault.DROP_BEFORE)
    wang.says("/do")
    await world.settle()
    assert traces(world) == ["done"]
    assert wang.messages == []


async def test_a_question_whose_answer_was_lost_is_answered_again(world: World, wang: SimPerson) -> None:
    async def speaks(message: Message) -> None:
        await message.answer("好")

    answers(world, speaks)
    world.telegram.fail_next("sendMessage", Fault.DROP_BEFORE)
    wang.says("/do")
    await world.settle()
    assert [m.text for m in wang.messages] == ["好"]


# --- what nobody can do anything with ------------------------------------------------------------


async def test_a_sticker_gets_kind_words(world: World, john: SimPerson) -> None:
    john.sends_sticker()
    await world.settle()
    assert "/help" in john.screen()
    assert states(world) == ["done"]


async def test_an_edited_message_is_not_read_again(world: World, wang: SimPerson) -> None:
    wang.edits(wang.says("/help"), "/topics")
    await world.settle()
    assert wang.screen() == "修改过的消息不会再读,请重新发送一条。"


@pytest.mark.parametrize("data", ["x", "checkin", "topic:999999999999", "🙂" * 16, "a:b:c:d:e:-1"])
async def test_forged_buttons_get_a_kind_answer_and_change_nothing(
    world: World, wang: SimPerson, data: str
) -> None:
    wang.sends_sticker()
    await world.settle()
    wang.taps_data(data, on=wang.last_message)
    await world.settle()
    assert wang.alerts[-1:] or wang.toasts[-1:]
    assert world.app.updates.faults == 0
    assert set(states(world)) == {"done"}
    assert traces(world) == []


async def test_a_tap_is_always_answered_and_an_old_one_does_no_harm(world: World, wang: SimPerson) -> None:
    async def acts(event: Message | CallbackQuery, db: UpdateDatabase, now: datetime) -> None:
        if isinstance(event, Message):
            await event.answer("按钮")
            return
        await db.write(set_down, "tapped", now)

    answers(world, acts)
    wang.says("/do")
    await world.settle()
    wang.taps_data("any", on=wang.last_message)
    await world.settle()
    query = list(world.telegram.bots[TOKEN].queries.values())[-1]
    assert query.answered
    assert traces(world) == ["tapped"]


async def test_a_strangers_tap_leads_to_the_private_chat(world: World) -> None:
    async def acts(event: Message | CallbackQuery) -> None:
        raise Stranger

    answers(world, acts)
    stranger = world.stranger()
    stranger.start()
    await world.settle()
    stranger.taps_data("any", on=stranger.last_message)
    await world.settle()
    (answer,) = [r for r in world.telegram.receipts if r.method == "answerCallbackQuery"]
    assert answer.params["url"] == "https://t.me/banxue_bot?start=hello"
    assert set(states(world)) == {"done"}


async def test_a_strangers_command_is_refused_in_words(world: World) -> None:
    async def acts(event: Message | CallbackQuery) -> None:
        raise Stranger

    answers(world, acts)
    stranger = world.stranger(language="en")
    stranger.says("/do")
    await world.settle()
    assert "I do not know you yet" in stranger.screen()


# --- chats ---------------------------------------------------------------------------------------


async def test_in_a_group_where_the_bot_may_not_write_it_answers_in_private(world: World) -> None:
    async def speaks(message: Message, db: UpdateDatabase, now: datetime) -> None:
        await db.write(set_down, "done", now)
        await message.answer("好")

    branch = world.branch(members=["王芳"], group_chat=True)
    assert branch.group is not None
    branch.group.restricts_bot()
    answers(world, speaks)
    branch["王芳"].says("/do", in_chat=branch.group)
    await world.settle()
    assert branch["王芳"].screen() == "好"
    assert branch.group.bot_messages == []
    assert world.app.updates.faults == 0


async def test_who_never_opened_the_private_chat_and_cannot_be_answered_is_no_fault(world: World) -> None:
    async def speaks(message: Message, db: UpdateDatabase, now: datetime) -> None:
        await db.write(set_down, "done", now)
        await message.answer("好")

    branch = world.branch(members=["王芳", "李强"], unlinked=["李强"], group_chat=True)
    assert branch.group is not None
    branch.group.restricts_bot()
    answers(world, speaks)
    branch["李强"].says("/do", in_chat=branch.group)
    await world.settle()
    assert traces(world) == ["done"]
    assert world.app.updates.faults == 0


async def test_an_anonymous_administrator_is_told_to_act_in_private(world: World) -> None:
    branch = world.branch(members=["王芳"], group_chat=True)
    assert branch.group is not None
    branch["王芳"].says("/topics", in_chat=branch.group, anonymous=True)
    await world.settle()
    assert "私聊" in branch.group.last_message.text


async def test_a_block_and_its_end_are_remembered(world: World, wang: SimPerson) -> None:
    def chat() -> str:
        return str(next(row["state"] for row in world.rows(Chat) if row["chat_id"] == wang.id))

    wang.blocks_bot()
    await world.settle()
    assert chat() == "unreachable"
    wang.unblocks_bot()
    await world.settle()
    assert chat() == "reachable"


async def test_a_private_chat_is_met_when_somebody_writes(world: World) -> None:
    stranger = world.stranger()
    stranger.says("你好")
    await world.settle()
    (chat,) = world.rows(Chat)
    assert (chat["bot_id"], chat["chat_id"], chat["kind"]) == (BOT_ID, stranger.id, "private")


async def test_a_group_that_moves_keeps_its_branch(world: World) -> None:
    branch = world.branch(members=["王芳"], group_chat=True)
    assert branch.group is not None
    new = branch.group.migrates()
    await world.settle()
    (moved,) = [row for row in world.rows(Chat) if row["unit_id"] == branch.unit]
    assert moved["chat_id"] == new


async def test_a_kind_of_update_nobody_knows_is_settled(world: World) -> None:
    await world.app.intake.take([json.dumps({"update_id": 1, "thing_of_the_future": {"id": 5}})])
    await world.settle()
    assert states(world) == ["done"]
