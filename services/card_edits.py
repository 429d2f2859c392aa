"""The sender's acts on cards: what should stand there, and what came of the edit."""

from collections.abc import Mapping
from datetime import datetime

from domain.ids import CardId
from domain.sending import CardEdit, StaleCard
from services.destinations import destination_of
from services.facts import facts_of
from storage import cards, places
from storage.database import Transaction

AT_ONCE = 50  # cards looked at together


def stale(tx: Transaction, bot_id: int) -> list[StaleCard]:
    """Cards to be edited, the longest wait first."""
    return cards.stale_cards(tx, bot_id, AT_ONCE)


def begin_edit(tx: Transaction, card: StaleCard, now: datetime, fallback: Mapping[str, str]) -> CardEdit:
    """What the card should show now. A change from here on makes it stale anew, a crash from here on too."""
    cards.begin_edit(tx, card.id)
    to, _ = destination_of(tx, places.place_of(tx, card.chat), now, fallback)
    return CardEdit(card, facts_of(tx, card.kind, card.subject, to, now, fallback), to)


def showed(tx: Transaction, card: CardId, digest: str, now: datetime) -> None:
    """The card shows this now."""
    cards.showed(tx, card, digest, now)


def again(tx: Transaction, card: CardId) -> None:
    """The edit may not have happened: it is tried again, which does no harm."""
    cards.again(tx, card)


def let_be(tx: Transaction, card: CardId) -> None:
    """What it should show cannot be told, which is a bug: left as it stands until figures change again."""
    cards.begin_edit(tx, card)


def gone(tx: Transaction, card: CardId) -> None:
    """The message was deleted in its chat."""
    cards.gone(tx, card)


def pinned(tx: Transaction, card: CardId, now: datetime | None) -> None:
    """Whether the card is pinned, and since when."""
    cards.keep_pin(tx, card, now)
