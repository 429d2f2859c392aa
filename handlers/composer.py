"""The composer: one question after another about a draft, or about a published topic that is edited."""

from collections.abc import Mapping
from datetime import datetime

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from domain.actors import Actor
from domain.errors import NobodyNamed, SeveralNamed
from domain.ids import TopicId
from domain.topic_forms import read_times
from domain.topics import TopicState
from handlers.database import UpdateDatabase
from handlers.screens import shown_in_place
from handlers.writing import Writing, attachment_in, text_of
from messages import topic_drafts as words
from messages.outgoing import Outgoing
from messages.questions import again
from messages.topic_drafts import AudienceTap, ComposeTap, Step
from services import topic_drafts

router = Router(name="composer")


class Composing(StatesGroup):
    """What is being asked about the topic in `topic`; `composing` while it is the first time round."""

    title = State()
    text = State()
    times = State()
    lead = State()


async def ask(state: FSMContext, what: State, topic: TopicId, *, composing: bool = False) -> None:
    """Take the next message for the answer."""
    await state.set_state(what)
    await state.set_data({"topic": topic, "composing": composing})


@router.callback_query(ComposeTap.filter())
async def stepped(
    query: CallbackQuery,
    callback_data: ComposeTap,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
) -> None:
    topic = callback_data.topic
    screen = await _leave(callback_data.step, topic, actor, db, now, state)
    screen = screen or await _ask(callback_data.step, topic, actor, db, now, state)
    screen = screen or await _move(callback_data.step, topic, actor, db, now, state, fallback)
    await shown_in_place(query, screen)


@router.callback_query(AudienceTap.filter())
async def audience_chosen(
    query: CallbackQuery, callback_data: AudienceTap, actor: Actor, db: UpdateDatabase, now: datetime
) -> None:
    topic, unit, audience = callback_data.topic, callback_data.unit, callback_data.audience
    await db.write(topic_drafts.set_audience, actor, topic, unit, audience, now)
    await shown_in_place(query, words.when_wanted(topic, draft=True))


@router.message(StateFilter(Composing.title), Writing())
async def titled(
    message: Message,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
) -> None:
    topic, composing = await _asked(state)
    if composing:
        await ask(state, Composing.text, topic, composing=True)
    else:
        await state.clear()
    await db.write(topic_drafts.set_title, actor, topic, text_of(message), now)
    screen = (
        words.text_wanted(topic, composing) if composing else await _preview(topic, actor, db, now, fallback)
    )
    await message.answer(**screen.spoken())


@router.message(StateFilter(Composing.text), Writing())
async def written(
    message: Message, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext, bot_id: int
) -> None:
    topic, composing = await _asked(state)
    file = attachment_in(message, bot_id)
    if file is not None:
        await db.write(topic_drafts.add_attachment, actor, topic, file, message.caption or "", now)
    else:
        await db.write(topic_drafts.set_text, actor, topic, text_of(message), now)
    await message.answer(**words.text_kept(topic, composing, file=file is not None).spoken())


@router.message(StateFilter(Composing.times), Writing())
async def timed(
    message: Message,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
) -> None:
    topic, _ = await _asked(state)
    publish, _, closes = text_of(message).partition("\n")
    publish_at, closes_at = read_times(publish, closes.strip() or None, now, actor.zone)
    await state.clear()
    await db.write(topic_drafts.set_times, actor, topic, publish_at, closes_at, now, fallback)
    await message.answer(**(await _preview(topic, actor, db, now, fallback)).spoken())


@router.message(StateFilter(Composing.lead), Writing())
async def led(
    message: Message,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
) -> None:
    topic, composing = await _asked(state)
    name = text_of(message)
    await state.clear()
    try:
        await db.write(topic_drafts.set_lead, actor, topic, name, now, fallback)
    except (NobodyNamed, SeveralNamed) as refusal:
        await ask(state, Composing.lead, topic, composing=composing)
        await message.answer(**again(refusal, words.lead_wanted(topic)).spoken())
        return
    await message.answer(**(await _preview(topic, actor, db, now, fallback)).spoken())


async def _ask(
    step: Step, topic: TopicId, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext
) -> Outgoing | None:
    """Steps that wait for a message."""
    questions = {
        Step.TITLE: (Composing.title, words.new_title_wanted(topic)),
        Step.TEXT: (Composing.text, words.text_wanted(topic, composing=False)),
        Step.TIMES: (Composing.times, words.times_wanted(topic)),
        Step.LEAD: (Composing.lead, words.lead_wanted(topic)),
    }
    if step not in questions:
        return None
    await db.read(topic_drafts.owned, actor, topic, now)
    what, screen = questions[step]
    await ask(state, what, topic)
    return screen


async def _leave(
    step: Step, topic: TopicId, actor: Actor, db: UpdateDatabase, now: datetime, state: FSMContext
) -> Outgoing | None:
    """Steps that end the composer."""
    if step not in (Step.KEEP, Step.DISCARD):
        return None
    await state.clear()
    if step is Step.DISCARD:
        await db.write(topic_drafts.discard, actor, topic, now)
        return words.discarded()
    return words.kept()


async def _move(
    step: Step,
    topic: TopicId,
    actor: Actor,
    db: UpdateDatabase,
    now: datetime,
    state: FSMContext,
    fallback: Mapping[str, str],
) -> Outgoing:
    """Steps from one screen to another; some set the time on the way."""
    composing = bool((await state.get_data()).get("composing"))
    await state.clear()
    draft = (await db.read(topic_drafts.owned, actor, topic, now)).state is TopicState.DRAFT
    if step is Step.AUDIENCE and draft and composing:
        places = await db.read(topic_drafts.places, actor, now)
        return words.audience_wanted(topic, places) if len(places) > 1 else words.when_wanted(topic, draft)
    if step is Step.WHEN:
        return words.when_wanted(topic, draft)
    if step is Step.EDIT:
        return words.edit_menu(topic)
    if step in (Step.USUAL, Step.NOW):
        publish_at = now if step is Step.NOW else None
        await db.write(topic_drafts.set_times, actor, topic, publish_at, None, now, fallback)
    return await _preview(topic, actor, db, now, fallback)


async def _preview(
    topic: TopicId, actor: Actor, db: UpdateDatabase, now: datetime, fallback: Mapping[str, str]
) -> Outgoing:
    preview = await db.read(topic_drafts.preview, actor, topic, now, fallback)
    return words.preview(preview, await db.read(topic_drafts.broadcast, actor, topic, now, fallback))


async def _asked(state: FSMContext) -> tuple[TopicId, bool]:
    data = await state.get_data()
    return TopicId(data["topic"]), bool(data.get("composing"))
