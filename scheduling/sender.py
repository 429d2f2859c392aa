"""The one who sends for a bot: holds the lease, keeps the pace, and leaves no row without an outcome."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Any

import structlog
from aiogram import Bot

from domain.clock import Clock
from domain.ids import CardId, ChatId
from domain.retries import Verdict
from domain.sending import Claimed, LeaseLost, StaleCard
from scheduling.cards import BETWEEN_EDITS, edit
from scheduling.leadership import Leadership
from scheduling.outbox import Outbox
from scheduling.pacing import Pacer
from scheduling.posting import post
from scheduling.replies import PACED, RepliesShare
from scheduling.watch import never
from services import card_edits, sending
from storage.database import Database

log = structlog.get_logger(__name__)

WINDOW = 120  # deliveries in hand: four seconds' worth, so that waiting for one chat holds up no other
IN_FLIGHT = 64  # requests at once, with however many slots: what a crash would leave in doubt
LOW = 60  # ask for more below this
SOON = 4.0  # seconds; who must wait longer keeps nobody from being claimed
APART = 1.0  # seconds after which one who waits for another's lease asks again
GRACE = 10.0  # seconds for what is in flight when the process stops, which takes twenty in all
GOODBYE = 2.0  # seconds to give the lease back; where that cannot be done, it runs out
UNREACHED: tuple[type[Exception], ...] = (TimeoutError, *sending.OUTAGE)
HALF_OPEN = 30.0  # seconds after which a refused token is tried again
IDLE = 5.0  # seconds between looks at the rows when nobody wakes the sender
GROUPS_BELOW = 0  # the platform's numbers of groups are negative


@dataclass(frozen=True)
class Job:
    """Something to send, as soon as its chat may be written to."""

    what: Claimed | StaleCard

    @property
    def chat(self) -> int:
        return self.what.platform_chat_id

    @property
    def group(self) -> bool:
        return self.what.platform_chat_id < GROUPS_BELOW


class Sender:
    """`drain` sends what is due now; `run` does so whenever it is woken, and looks by itself now and then."""

    def __init__(
        self,
        db: Database,
        bot: Bot,
        clock: Clock,
        bot_id: int,
        fallback: Mapping[str, str],
        held: Callable[[], Awaitable[bool]] = never,
    ) -> None:
        """While `held`, what is in flight is settled and nothing else is begun."""
        self._db = db
        self._clock = clock
        self._held = held
        self._pacer = Pacer()
        self._leadership = Leadership(db, bot, clock, bot_id, fallback, self._pacer)
        self._afresh = False  # a row may be left without an outcome: begin under a new epoch
        self._broken = False  # the token was refused: one message at a time, to see whether it is right again
        self._stopped = asyncio.Event()
        self._woken = asyncio.Event()
        self._draining = asyncio.Lock()
        self._pushes: dict[ChatId, Job] = {}
        self._flying: dict[asyncio.Task[Verdict | None], Job] = {}
        self._edited: dict[CardId, float] = {}
        self._cards_at = -inf
        bot.session.middleware(RepliesShare(self._pacer, clock))

    def wake(self) -> None:
        """There may be something to send."""
        self._woken.set()

    async def run(self) -> None:
        """Send whenever there is something, until `stop`."""
        while not self._stopped.is_set():
            self._woken.clear()
            try:
                await self.drain(self._clock.now())
            except Exception:
                log.exception("sender_stumbled")
            if self._stopped.is_set():  # the waking may have been spent while a request was awaited
                return
            if self._broken:  # the alarm wakes us every other second, which no refused token deserves
                await self._rest(HALF_OPEN, self._stopped)
            elif self._leadership.outbox is None:
                # Every update would wake us to ask for a lease that somebody else has.
                await self._rest(APART, self._stopped)
            else:
                await self._rest(IDLE, self._woken)

    async def drain(self, now: datetime) -> int:  # noqa: ARG002 - the clock says the same, and goes on meanwhile
        """Send what is due, until nothing is left that may be sent; how many were settled."""
        async with self._draining:
            settled = 0
            while not self._stopped.is_set() and await self._leads():
                moment = self._clock.now()  # before the watch looks: a later leap makes nothing late
                if await self._held():
                    break
                if self._afresh:
                    if self._flying:
                        await asyncio.wait(list(self._flying))
                    await self._resign()
                    break
                try:
                    done, waiting, tried = await self._turn(moment)
                except LeaseLost:
                    self._afresh = True
                    continue
                except sending.OUTAGE:
                    self._afresh = True  # a claim may have been made without our knowing
                    raise
                settled += done
                if not waiting or (self._broken and tried and not self._flying):
                    break
            return settled

    async def stop(self) -> None:
        """Claim nothing more, let what is in flight finish, give the lease back."""
        self._stopped.set()
        self._woken.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE), self._draining:  # whoever drains has started their last
                while unanswered := [task for task in self._flying if not task.done()]:
                    with suppress(*sending.OUTAGE):
                        await self._leads()
                    await asyncio.wait(unanswered, timeout=max(APART, self._leadership.renew_in()))
        for task in self._flying:  # their rows stay `sending`: the next sender knows them for doubtful
            task.cancel()
        await asyncio.gather(*self._flying, return_exceptions=True)
        try:
            async with asyncio.timeout(GOODBYE):
                await self._resign()
        except UNREACHED as away:
            log.warning("lease_not_given_back", fault=type(away).__name__)

    async def _leads(self) -> bool:
        """Hold the lease; what was claimed under another is not ours to send."""
        before = self._leadership.outbox
        leads = await self._leadership.hold()
        if self._leadership.outbox is not before:
            self._pushes.clear()
        return leads

    async def _resign(self) -> None:
        self._pushes.clear()
        await self._leadership.resign()
        self._afresh = False

    async def _turn(self, now: datetime) -> tuple[int, bool, bool]:
        """Claim, start what may go now, wait for something to happen.

        How many settled, whether there is more, and whether anything was answered at all.
        """
        outbox = self._leadership.outbox
        assert outbox is not None
        await self._claim(outbox, now)
        cards = await self._stale_cards(outbox)
        self._start(outbox, cards, now)
        if not self._flying and not self._pushes and not cards:
            return 0, False, False
        await self._until_something_happens(cards)
        tried = any(task.done() for task in self._flying)
        return self._landed(), True, tried

    async def _claim(self, outbox: Outbox, now: datetime) -> None:
        room = 1 - len(self._flying) if self._broken else WINDOW
        moment = self._clock.monotonic()
        soon = sum(self._pacer.chat_wait(job.chat, job.group, moment) < SOON for job in self._pushes.values())
        if soon >= min(LOW, room):
            return
        busy = {*self._pushes, *(job.what.chat for job in self._flying.values())}
        claimed = await self._db.write(sending.claim, outbox.lease, busy, now, room)
        self._pushes.update({one.chat: Job(one) for one in claimed})

    async def _stale_cards(self, outbox: Outbox) -> list[Job]:
        """Cards to edit; while pushes wait they are looked for once in six seconds."""
        moment = self._clock.monotonic()
        if self._pushes and moment < self._cards_at + BETWEEN_EDITS:
            return []
        self._cards_at = moment
        flying = {job.what.id for job in self._flying.values() if isinstance(job.what, StaleCard)}
        stale = await self._db.read(card_edits.stale, outbox.lease.bot_id)
        return [Job(card) for card in stale if card.id not in flying]

    def _start(self, outbox: Outbox, cards: list[Job], now: datetime) -> None:
        """Start everything that needs no wait; pushes first, but for the one card that waited longest."""
        if self._stopped.is_set() or not outbox.trusted():
            return
        for job in (*cards[:1], *self._pushes.values(), *cards[1:]):
            if self._broken and self._flying:
                return
            slot_in = self._pacer.bot_wait(self._clock.monotonic())
            if len(self._flying) >= IN_FLIGHT or not self._pacer.soon(slot_in):
                return
            if not self._pacer.soon(self._own_wait(job)):
                continue
            ticket = self._pacer.take(job.chat, job.group, self._clock.monotonic())
            if isinstance(job.what, Claimed):
                del self._pushes[job.what.chat]
                self._fly(job, post(outbox, job.what, ticket, now))
            else:
                cards.remove(job)
                self._remember_edit(job.what.id, self._clock.monotonic())
                self._fly(job, edit(outbox, job.what, ticket, now))

    def _own_wait(self, job: Job) -> float:
        """How long its chat, or its card, is to be left alone."""
        moment = self._clock.monotonic()
        wait = self._pacer.chat_wait(job.chat, job.group, moment)
        if isinstance(job.what, StaleCard) and (last := self._edited.get(job.what.id)) is not None:
            return max(wait, last + BETWEEN_EDITS - moment)
        return wait

    def _remember_edit(self, card: CardId, moment: float) -> None:
        """Those of longer ago may be edited anyway, and are forgotten from the front: oldest first."""
        self._edited.pop(card, None)
        self._edited[card] = moment
        while (oldest := next(iter(self._edited))) != card and self._edited[oldest] < moment - BETWEEN_EDITS:
            del self._edited[oldest]

    def _fly(self, job: Job, sending_it: Coroutine[Any, Any, Verdict | None]) -> None:
        """Send beside the rest. The task is its own: who gives up waiting for `drain` does not cancel it."""
        self._flying[asyncio.create_task(_paced(sending_it))] = job

    async def _until_something_happens(self, cards: list[Job]) -> None:
        """Until a request is answered, somebody wakes us, or a chat may be written to."""
        own = min((self._own_wait(job) for job in (*self._pushes.values(), *cards)), default=inf)
        full = len(self._flying) >= IN_FLIGHT
        wait = inf if full else max(own, self._pacer.bot_wait(self._clock.monotonic()))
        signs: set[asyncio.Task[Any]] = {asyncio.create_task(self._woken.wait())}
        if wait < inf:
            early = max(0.0, wait - self._pacer.lead)
            signs.add(asyncio.create_task(self._clock.sleep(min(early, self._leadership.renew_in()))))
        try:
            await asyncio.wait({*signs, *self._flying}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._woken.clear()
            for sign in signs:
                sign.cancel()

    def _landed(self) -> int:
        """Take in what is done: how many rows moved on."""
        settled = 0
        for task in [task for task in self._flying if task.done()]:
            job = self._flying.pop(task)
            if (error := task.exception()) is not None:
                self._afresh = True
                lost = isinstance(error, LeaseLost)
                log.error("lease_lost" if lost else "sending_broke", id=job.what.id, exc_info=error)
                continue
            verdict = task.result()
            if verdict is not None:
                self._broken = verdict is Verdict.OPEN_CIRCUIT
            settled += verdict not in {Verdict.WAIT, Verdict.OPEN_CIRCUIT}
        return settled

    async def _rest(self, seconds: float, sign: asyncio.Event) -> None:
        """Until the sign, or for so long."""
        nap = asyncio.create_task(self._clock.sleep(seconds))
        wake = asyncio.create_task(sign.wait())
        await asyncio.wait({nap, wake}, return_when=asyncio.FIRST_COMPLETED)
        nap.cancel()
        wake.cancel()


async def _paced(sending_it: Coroutine[Any, Any, Verdict | None]) -> Verdict | None:
    """In a task of its own, which has asked for its slot."""
    PACED.set(True)
    return await sending_it
