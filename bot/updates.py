"""One update, from its raw JSON to its answer: who acts, in which language, on which rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter
from aiogram.fsm.context import FSMContext
from aiogram.types import Message, Update

from bot.binding import BoundDatabase
from bot.conversations import Conversations, key_of
from bot.leftovers import impossible, unanswered
from bot.logs import describe
from bot.origin import Origin, hidden, origin_of
from bot.voice import SPEAKING, UnsaidError, Voice, best_effort
from domain.actors import Actor
from domain.clock import Clock
from domain.errors import NotForYou, Refusal, Stranger
from handlers import ROUTERS
from handlers.conversations import ends_question
from handlers.writing import is_left_out, leave_out, may_be_cut
from messages import refusals
from messages.speech import nearest_locale, speaking
from services import actors, chats
from storage.chats import is_open
from storage.conversations import Place, Talk, talk_at
from storage.database import Database, Transaction
from storage.inbox import AlreadySettledError, Waiting

log = structlog.get_logger(__name__)


@cache
def dispatcher() -> Dispatcher:
    """The one tree of handlers; it keeps nothing, everything arrives with each update."""
    root = Dispatcher(disable_fsm=True)
    root.include_routers(*ROUTERS)
    return root


@dataclass(frozen=True)
class _Known:
    """What one read tells before the handler runs."""

    actor: Actor
    talk: Talk
    met: bool


class Updates:
    """Answers stored updates. `faults` counts those that ended in an error of ours."""

    def __init__(
        self,
        db: Database,
        bot: Bot,
        clock: Clock,
        fallback: Mapping[str, str],
        admins: frozenset[int],
        answering: Dispatcher | None = None,
    ) -> None:
        self._answering = answering or dispatcher()
        self._db = db
        self._bot = bot
        self._clock = clock
        self._fallback = fallback
        self._admins = admins
        self.username = ""
        self.faults = 0

    async def handle(self, waiting: Waiting) -> None:
        """Answer the update and settle it. Raises when nothing was settled, so that it may be tried again."""
        update = Update.model_validate_json(waiting.raw, context={"bot": self._bot})
        origin = origin_of(update)
        if origin is None:
            await BoundDatabase(self._db, self._clock, self._bot.id, waiting.update_id).finish()
            return
        place = origin.place(self._bot.id)
        known = await self._db.read(self._recognise, origin, place, waiting.received_at)
        talks = Conversations(self._db, place, known.talk)
        meeting = origin.private and update.my_chat_member is None and not known.met
        db = BoundDatabase(
            self._db, self._clock, self._bot.id, waiting.update_id, origin, talks, meeting=meeting
        )
        voice = Voice(self._bot, origin)
        token = SPEAKING.set(voice)
        try:
            with speaking(known.actor.locale):
                await self._answer(update, waiting, known, db, talks, voice)
        except AlreadySettledError:
            log.info("already_settled", update_id=waiting.update_id)
        finally:
            SPEAKING.reset(token)
        if voice.unreachable:
            reason = (origin.account.platform, self._bot.id, origin.account.user_id, "blocked")
            await self._db.write(chats.lose, *reason, self._clock.now())

    async def apologise(self, waiting: Waiting) -> None:
        """Tell the person that the fault was noted, where there is one to tell."""
        try:
            update = Update.model_validate_json(waiting.raw, context={"bot": self._bot})
        except ValueError:
            return
        origin = origin_of(update)
        if origin is None or (update.message is None and update.callback_query is None):
            return
        voice = Voice(self._bot, origin)
        token = SPEAKING.set(voice)
        try:
            locale = nearest_locale(origin.account.language) or self._fallback["locale"]
            with speaking(locale):
                await best_effort(voice.say(refusals.noted(waiting.update_id)))
        finally:
            SPEAKING.reset(token)

    def _recognise(self, tx: Transaction, origin: Origin, place: Place, now: datetime) -> _Known:
        account = origin.account
        root = account.user_id in self._admins
        actor = actors.actor_of(tx, account, now, self._fallback, root)
        met = origin.private and is_open(tx, account.platform, self._bot.id, origin.chat_id, account.language)
        return _Known(actor, talk_at(tx, place), met)

    async def _answer(
        self,
        update: Update,
        waiting: Waiting,
        known: _Known,
        db: BoundDatabase,
        talks: Conversations,
        voice: Voice,
    ) -> None:
        try:
            if not await _is_left_out(update, talks):
                await self._dispatch(update, waiting, known, db, talks, voice)
            await best_effort(voice.answer())
            await db.finish()
        except Exception as error:
            if not db.settled:
                raise
            # The act stands; only what was to be said about it is lost, and must not bring the act again.
            self.faults += 1
            log.warning("reply_failed", update_id=waiting.update_id, fault=describe(error))
            if not isinstance(error, (TelegramNetworkError, TelegramRetryAfter)):
                await best_effort(voice.say(refusals.noted(waiting.update_id)))

    async def _dispatch(
        self,
        update: Update,
        waiting: Waiting,
        known: _Known,
        db: BoundDatabase,
        talks: Conversations,
        voice: Voice,
    ) -> None:
        """Let a handler take it; turn refusals, and what nobody takes, into words."""
        data: dict[str, Any] = {
            "bot": self._bot,
            "event_update": update,
            "actor": known.actor,
            "db": db,
            "now": waiting.received_at,
            "state": FSMContext(talks, key_of(talks.home)),
            "raw_state": known.talk.state,
            "bot_username": self.username,
            "bot_id": self._bot.id,
            "fallback": self._fallback,
            "admin_ids": self._admins,
        }
        try:
            if hidden(update):
                if update.message and (update.message.text or "").startswith("/"):
                    await voice.say(refusals.act_in_private())
                return
            if impossible(update):
                await voice.say(refusals.stale_button())
                return
            taken = await self._answering.propagate_event(update.event_type, update.event, **data)
            if taken is UNHANDLED and (words := unanswered(update)):
                await voice.say(words)
        except Stranger as refusal:
            talks.forget()
            if voice.answered:
                await voice.say(refusals.words(refusal))
            else:
                await voice.answer(url=f"https://t.me/{self.username}?start=hello")
        except Refusal as refusal:
            await _take_back(talks, known.talk.state, update)
            await self._note(refusal, known.actor, waiting, db)
            if update.message is not None:
                await _leave_out_the_rest(update.message, data["state"])
            await voice.say(refusals.words(refusal))
        except UnsaidError as unsaid:
            await voice.answer(unsaid.text or None, alert=True)

    async def _note(self, refusal: Refusal, actor: Actor, waiting: Waiting, db: BoundDatabase) -> None:
        """What was tried without the right to it leaves one line in the trail, and nothing else."""
        if isinstance(refusal, NotForYou) and not db.settled:
            await db.write(actors.note_refusal, actor, refusal, waiting.received_at)


async def _take_back(talks: Conversations, before: str | None, update: Update) -> None:
    """A refusal changes nothing of what was asked; but who went elsewhere did so, refused there or not."""
    talks.forget()
    if ends_question(before, update.event):
        await talks.set_state(key_of(talks.home), None)


async def _leave_out_the_rest(message: Message, state: FSMContext) -> None:
    if may_be_cut(message):
        await leave_out(state, message)


async def _is_left_out(update: Update, talks: Conversations) -> bool:
    """Whether it is the rest of a text that was refused: one sentence goes for all of it."""
    state = FSMContext(talks, key_of(talks.home))
    return update.message is not None and await is_left_out(state, update.message)
