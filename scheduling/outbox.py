"""What the sender's jobs share while it holds the lease."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiogram import Bot

from domain.clock import Clock
from domain.deliveries import Destination
from domain.sending import Lease
from messages.deliveries import perhaps_again, render
from messages.outgoing import Outgoing
from messages.speech import speaking
from scheduling.pacing import Pacer
from storage.database import Database


@dataclass(frozen=True)
class Outbox:
    """The lease, and what is needed to send under it."""

    db: Database
    bot: Bot
    clock: Clock
    pacer: Pacer
    lease: Lease
    fallback: Mapping[str, str]


def words_of(facts: object, to: Destination, *, maybe_repeat: bool = False) -> Outgoing:
    """The message in the language of the chat."""
    with speaking(to.locale):
        message = render(facts)
        return perhaps_again(message) if maybe_repeat else message
