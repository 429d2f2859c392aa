"""What the sender's jobs share while it holds the lease."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from aiogram import Bot

from domain.clock import Clock
from domain.deliveries import Destination
from domain.ids import DeliveryId
from domain.sending import Lease, LeaseLost
from messages.deliveries import perhaps_again, render
from messages.outgoing import Outgoing
from messages.speech import speaking
from scheduling.pacing import LONGEST_LEAD, TICK, Pacer, Ticket
from scheduling.sheets import with_sheet
from services import sending
from storage.database import Database, Transaction

P = ParamSpec("P")
T = TypeVar("T")

AGAIN = 0.5  # seconds between attempts to set down what came of a request


@dataclass(frozen=True)
class Outbox:
    """The lease, and what is needed to send under it."""

    db: Database
    bot: Bot
    clock: Clock
    pacer: Pacer
    lease: Lease
    fallback: Mapping[str, str]
    trusts: Callable[[Lease], bool]
    unsaid: set[tuple[DeliveryId, int]]  # marked `sending` perhaps under this epoch, and surely never written

    def trusted(self) -> bool:
        """Whether the lease surely lasts, by the monotonic clock alone."""
        return self.trusts(self.lease)

    async def turn_of(self, ticket: Ticket) -> bool:
        """Wait for the ticket's moment; False where the request is not to be written after all.

        The process may have been stopped since the commit, so that another is sending by now; or the platform
        may have asked for patience.
        """
        wait = self.pacer.prepared(ticket, self.clock.monotonic())
        if 0 < wait <= LONGEST_LEAD + TICK:
            await self.clock.sleep(wait)
        return wait <= LONGEST_LEAD + TICK and self.trusted()

    async def settle(
        self, act: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Set down what came of a request; while the lease lasts, a database that is away is waited for."""
        while True:
            try:
                return await self.db.write(act, *args, **kwargs)
            except sending.OUTAGE as away:
                if isinstance(away, LeaseLost) or not self.trusted():
                    raise
            await self.clock.sleep(AGAIN)


def words_of(facts: object, to: Destination, *, maybe_repeat: bool = False) -> Outgoing:
    """The message in the language of the chat."""
    with speaking(to.locale):
        message = with_sheet(facts, render(facts))
        return perhaps_again(message) if maybe_repeat else message
