"""Cards in groups are made to show what their rows say, at most one edit each in six seconds."""

from datetime import datetime

import structlog
from aiogram.exceptions import AiogramError
from aiogram.methods import EditMessageReplyMarkup, EditMessageText, TelegramMethod
from aiogram.types import InlineKeyboardMarkup, Message

from domain.retries import Trouble, Verdict
from domain.sending import CardEdit, StaleCard
from messages.splitting import Spoken, card_of
from scheduling.failures import failure_of
from scheduling.outbox import Outbox, words_of
from scheduling.pacing import Ticket
from services import card_edits, sending

log = structlog.get_logger(__name__)

BETWEEN_EDITS = 6.0  # seconds: a crowd that checks in makes one edit, not thirty
BARE = "no buttons"  # the digest of a card whose moment has passed


async def edit(outbox: Outbox, card: StaleCard, ticket: Ticket, now: datetime) -> Verdict:
    """Make one card show what it should `now`, a moment that the watch believed."""
    clock, pacer = outbox.clock, outbox.pacer
    try:
        wanted = await outbox.db.write(card_edits.begin_edit, card, now, outbox.fallback)
        shown = None if wanted.facts is None else card_of(words_of(wanted.facts, wanted.to))
    except sending.OUTAGE:
        pacer.unused(ticket, clock.monotonic())
        raise
    except Exception:
        log.exception("card_without_words", card=card.id)
        pacer.unused(ticket, clock.monotonic())
        await outbox.db.write(card_edits.let_be, card.id)
        return Verdict.BURY
    digest = BARE if shown is None else shown.digest()
    if digest == card.shown:
        pacer.unused(ticket, clock.monotonic())
        await outbox.db.write(card_edits.showed, card.id, digest, clock.now())
        return Verdict.DONE
    if not await outbox.turn_of(ticket):
        pacer.unused(ticket, clock.monotonic())
        await outbox.db.write(card_edits.again, card.id)
        return Verdict.WAIT
    asked = clock.monotonic()
    try:
        await outbox.bot(_request(wanted, shown))
    except Exception as error:  # noqa: BLE001 - each kind has its row in the retry table
        pacer.answered(ticket, asked, clock.monotonic())
        return await _failed(outbox, wanted, digest, error, ticket)
    pacer.answered(ticket, asked, clock.monotonic())
    pacer.fine(ticket)
    await outbox.db.write(card_edits.showed, card.id, digest, clock.now())
    if shown is None and card.pinned:
        await _unpin(outbox, card)
    return Verdict.DONE


def _request(wanted: CardEdit, shown: Spoken | None) -> TelegramMethod[Message | bool]:
    chat, message = wanted.to.platform_chat_id, wanted.card.message_id
    if shown is None:
        return EditMessageReplyMarkup(chat_id=chat, message_id=message, reply_markup=None)
    markup = shown.keyboard if isinstance(shown.keyboard, InlineKeyboardMarkup) else None
    return EditMessageText(
        chat_id=chat,
        message_id=message,
        text=shown.text,
        entities=list(shown.entities),
        parse_mode=None,
        reply_markup=markup,
    )


async def _failed(outbox: Outbox, wanted: CardEdit, digest: str, error: Exception, ticket: Ticket) -> Verdict:
    """An edit does no harm twice, so what is unknown is tried again; what cannot be is let go."""
    db, clock, card = outbox.db, outbox.clock, wanted.card
    failure = failure_of(error)
    match failure.verdict:
        case Verdict.DONE if failure.trouble is Trouble.MESSAGE_GONE:
            await db.write(card_edits.gone, card.id)
        case Verdict.DONE:
            await db.write(card_edits.showed, card.id, digest, clock.now())
        case Verdict.WAIT:
            outbox.pacer.flooded(ticket.chat, failure.wait, clock.monotonic())
            await db.write(card_edits.again, card.id)
        case Verdict.DOUBT | Verdict.BACK_OFF:
            outbox.pacer.stumbled(clock.monotonic())
            await db.write(card_edits.again, card.id)
        case Verdict.OPEN_CIRCUIT:
            await db.write(card_edits.again, card.id)
        case Verdict.FOLLOW | Verdict.LOSE_CHAT | Verdict.SUSPEND_CHAT | Verdict.BURY:
            # The chat's fate is decided by what is sent there, not by an edit nobody waits for.
            log.warning("card_not_edited", card=card.id, fault=failure.named)
            await db.write(card_edits.gone, card.id)
    return failure.verdict


async def _unpin(outbox: Outbox, card: StaleCard) -> None:
    try:
        await outbox.bot.unpin_chat_message(card.platform_chat_id, message_id=card.message_id)
    except AiogramError as refused:
        log.info("not_unpinned", card=card.id, reason=type(refused).__name__)
        return
    await outbox.db.write(card_edits.pinned, card.id, None)
