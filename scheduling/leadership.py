"""The lease of a bot's token: taken, renewed, trusted for so long, given back."""

from collections.abc import Mapping
from math import inf
from uuid import uuid4

import structlog
from aiogram import Bot

from domain.clock import Clock
from domain.ids import DeliveryId
from domain.sending import Lease
from scheduling.outbox import Outbox
from scheduling.pacing import Pacer
from services import leases
from storage.database import Database

log = structlog.get_logger(__name__)

RENEW = 4.0  # seconds between renewals of a lease of twelve
TRUST = (leases.TTL - leases.MARGIN).total_seconds()  # how long after asking for it the lease surely holds


class Leadership:
    """While it is held, `outbox` is what messages are sent from; a new one for each epoch."""

    def __init__(
        self, db: Database, bot: Bot, clock: Clock, bot_id: int, fallback: Mapping[str, str], pacer: Pacer
    ) -> None:
        self._db = db
        self._bot = bot
        self._clock = clock
        self._bot_id = bot_id
        self._fallback = fallback
        self._pacer = pacer
        self._owner = uuid4().hex
        self._renew_at = -inf
        self._trusted_until = -inf
        self._unsaid: set[tuple[DeliveryId, int]] = set()
        self.outbox: Outbox | None = None

    async def hold(self) -> bool:
        """Whether the lease is ours, taken or renewed where that is due."""
        moment = self._clock.monotonic()
        if self.outbox is not None and moment < self._renew_at:
            return True
        lease = await self._db.write(leases.hold, self._bot_id, self._owner, self._clock.now())
        self._renew_at, self._trusted_until = moment + RENEW, moment + TRUST
        if lease is None:
            self.outbox = None
        elif self.outbox is None or self.outbox.lease != lease:
            self.outbox = None  # the last epoch is over: nobody is to trust it while this one begins
            await self._take_over(lease)
        return self.outbox is not None

    def renew_in(self) -> float:
        """Seconds until it is to be renewed."""
        return max(0.0, self._renew_at - self._clock.monotonic())

    async def resign(self) -> None:
        """Give the lease back. Whoever takes it next, perhaps we, looks at what has no outcome."""
        if self.outbox is not None:
            await self._db.write(leases.give_back, self.outbox.lease, self._clock.now())
            self.outbox = None

    def _trusts(self, lease: Lease) -> bool:
        """Whether nobody else can have it by now, however long this process was kept from running."""
        ours = self.outbox is not None and self.outbox.lease == lease
        return ours and self._clock.monotonic() < self._trusted_until

    async def _take_over(self, lease: Lease) -> None:
        """Begin under a new epoch with what the last sender left, at the pace the platform remembers."""
        unsaid = frozenset(self._unsaid)
        recovered = await self._db.write(leases.take_over, lease, self._clock.now(), unsaid)
        self._unsaid -= unsaid
        past = await self._db.read(leases.past, self._bot_id, self._clock.now())
        moment = self._clock.monotonic()
        if past.bot_paused:
            self._pacer.pause(past.bot_paused, moment)
        for chat, seconds in past.chats_paused:
            self._pacer.pause_chat(chat, seconds, moment)
        for chat, ago in past.sent:
            self._pacer.sent_before(chat, ago, moment)
        if past.sent:
            self._pacer.pause(1.0, moment)  # what the last one sent in its last second counts against us
        self.outbox = Outbox(
            self._db,
            self._bot,
            self._clock,
            self._pacer,
            lease,
            self._fallback,
            self._trusts,
            self._unsaid,
        )
        log.info("leading", epoch=lease.epoch, ready_again=recovered.ready, doubtful=recovered.doubtful)
