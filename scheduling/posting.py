"""One delivery, from `sending` to settled: words made, request written, outcome set down."""

from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from aiogram.exceptions import AiogramError
from aiogram.methods import DeleteMessage, TelegramMethod
from aiogram.types import Message

from domain.deliveries import Destination
from domain.erasures import Deletion
from domain.ids import CardId
from domain.retries import Failure, Verdict
from domain.sending import Begun, Claimed, Sent
from messages.outgoing import Upload
from messages.splitting import Spoken, parts_of
from scheduling.failures import bug_of, failure_of
from scheduling.outbox import Outbox, words_of
from scheduling.pacing import Ticket
from scheduling.requests import request_for
from services import card_edits, leases, sending

log = structlog.get_logger(__name__)

Part = Spoken | Upload
T = TypeVar("T")


async def post(outbox: Outbox, claimed: Claimed, ticket: Ticket, now: datetime) -> Verdict | None:
    """Send one delivery; None when there was nothing to send `now`, a moment that the watch believed."""
    clock, pacer = outbox.clock, outbox.pacer
    try:
        begun = await outbox.db.write(sending.begin, claimed.id, outbox.lease, now, outbox.fallback)
    except sending.OUTAGE:
        outbox.unsaid.add((claimed.id, outbox.lease.epoch))
        pacer.unused(ticket, clock.monotonic())
        raise
    except Exception as bug:
        log.exception("no_facts", delivery=claimed.id)
        pacer.unused(ticket, clock.monotonic())
        await outbox.db.write(sending.bury, claimed.id, type(bug).__name__, clock.now())
        return None
    if begun is None:
        pacer.unused(ticket, clock.monotonic())
        return None
    if isinstance(begun.facts, Deletion):
        return await _take_back(outbox, begun, begun.facts, ticket)
    try:
        words = words_of(begun.facts, begun.due.to, maybe_repeat=begun.due.maybe_repeat)
        parts: tuple[Part, ...] = parts_of(words)
        request = request_for(parts[begun.due.part], begun.due.to) if begun.due.part < len(parts) else None
    except Exception as bug:
        log.exception("unspeakable", delivery=begun.due.id, kind=begun.due.kind)
        pacer.unused(ticket, clock.monotonic())
        return await _failed(outbox, begun, bug_of(bug), ticket)
    if request is None:  # shortened since its first part went out
        pacer.unused(ticket, clock.monotonic())
        await outbox.db.write(sending.nothing_left, begun, outbox.lease, clock.now())
        return Verdict.DONE
    return await _request(outbox, begun, parts, request, ticket)


async def _request(
    outbox: Outbox, begun: Begun, parts: tuple[Part, ...], request: TelegramMethod[Message], ticket: Ticket
) -> Verdict:
    due, clock = begun.due, outbox.clock
    part = parts[due.part]
    message = await _written(outbox, begun, request, ticket)
    if isinstance(message, Verdict):
        return message
    spoken = sum(isinstance(one, Spoken) for one in parts)
    sent = Sent(
        message_id=message.message_id,
        digest=part.digest() if isinstance(part, Spoken) else "",
        more=due.part + 1 < len(parts),
        card=due.part + 1 == spoken,
    )
    card = await outbox.settle(sending.settle_sent, begun, outbox.lease, sent, clock.now())
    if card is not None:
        await _pin(outbox, card, due.to, message.message_id)
    return Verdict.DONE


async def _take_back(outbox: Outbox, begun: Begun, what: Deletion, ticket: Ticket) -> Verdict:
    """Delete a message of ours; one that is gone, or too old for the platform to delete, counts as done."""
    request = DeleteMessage(chat_id=begun.due.to.platform_chat_id, message_id=what.message_id)
    done = await _written(outbox, begun, request, ticket)
    if isinstance(done, Verdict):
        return done
    sent = Sent(message_id=what.message_id, digest="", more=False, card=False)
    await outbox.settle(sending.settle_sent, begun, outbox.lease, sent, outbox.clock.now())
    return Verdict.DONE


async def _written(outbox: Outbox, begun: Begun, request: TelegramMethod[T], ticket: Ticket) -> T | Verdict:
    """What the platform answered to the request, written in its turn; else what was done about it."""
    clock = outbox.clock
    if not await outbox.turn_of(ticket):
        outbox.pacer.unused(ticket, clock.monotonic())
        await outbox.db.write(sending.unsaid, begun, outbox.lease, clock.now())
        return Verdict.WAIT
    asked = clock.monotonic()
    try:
        answer = await outbox.bot(request)
    except Exception as error:  # noqa: BLE001 - each kind has its row in the retry table
        outbox.pacer.answered(ticket, asked, clock.monotonic())
        return await _failed(outbox, begun, failure_of(error), ticket)
    outbox.pacer.answered(ticket, asked, clock.monotonic())
    outbox.pacer.fine(ticket)
    return answer


async def _failed(outbox: Outbox, begun: Begun, failure: Failure, ticket: Ticket) -> Verdict:
    """Do what the retry table says, to the row and to the pace."""
    clock, pacer = outbox.clock, outbox.pacer
    verdict = await outbox.settle(sending.settle_failed, begun, outbox.lease, failure, clock.now())
    match verdict:
        case Verdict.WAIT:
            alone = pacer.flooded(ticket.chat, failure.wait, clock.monotonic())
            chat = begun.due.to.chat if alone else None
            until = clock.now() + timedelta(seconds=failure.wait)
            await outbox.db.write(leases.remember_pause, outbox.lease.bot_id, chat, until, failure.trouble)
        case Verdict.DOUBT | Verdict.BACK_OFF:
            pacer.stumbled(clock.monotonic())
        case Verdict.BURY | Verdict.OPEN_CIRCUIT:
            log.error("delivery_failed", delivery=begun.due.id, kind=begun.due.kind, fault=failure.named)
        case _:
            log.info("delivery_settled", delivery=begun.due.id, verdict=verdict, fault=failure.named)
    return verdict


async def _pin(outbox: Outbox, card: CardId, to: Destination, message_id: int) -> None:
    """Pin a new card where the group lets us; where it does not, the card stands all the same."""
    try:
        await outbox.bot.pin_chat_message(to.platform_chat_id, message_id, disable_notification=True)
    except AiogramError as refused:
        log.info("not_pinned", card=card, reason=type(refused).__name__)
        return
    await outbox.db.write(card_edits.pinned, card, outbox.clock.now())
