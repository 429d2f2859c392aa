"""Who sends for a bot, and what one who takes over finds."""

from collections.abc import Collection
from datetime import datetime, timedelta

from domain.deliveries import Kind, State
from domain.ids import ChatId, DeliveryId
from domain.sending import Lease, Past, Recovered
from services import admin
from services.doubts import after_doubt
from storage import cards, leases, reach, sending, takeovers
from storage.database import Transaction

TTL = timedelta(seconds=12)  # a sender that died is followed within fifteen: others look every second
MARGIN = timedelta(seconds=2)  # so much earlier the holder stops trusting its lease: clocks tick differently
MEMORY = timedelta(minutes=1)  # the platform's own span for groups


def hold(tx: Transaction, bot_id: int, owner: str, now: datetime) -> Lease | None:
    """Leave to send for the bot, taken or renewed; None while another process has it."""
    return leases.hold(tx, bot_id, owner, now, TTL)


def take_over(
    tx: Transaction, lease: Lease, now: datetime, unsaid: Collection[tuple[DeliveryId, int]] = ()
) -> Recovered:
    """After a crash or a change of sender: leased goes back to ready, what was being sent is in doubt.

    `unsaid` is what the same process began, under which epoch, and knows it never wrote: ready as well.
    """
    takeovers.take_back(tx, unsaid, now)
    ready = [row.id for row in takeovers.left_behind(tx, lease, State.LEASED)]
    sending.release(tx, ready)
    doubtful = takeovers.left_behind(tx, lease, State.SENDING)
    held = False
    for row in doubtful:
        state = after_doubt(row.kind, row.maybe_repeat)
        takeovers.resolve(tx, row.id, state, now, "the sender stopped while it was being sent")
        held = held or (state is State.AMBIGUOUS and row.kind is not Kind.ADMIN_ALERT)
    reach.end_if_lost(tx, [*ready, *(row.id for row in doubtful), *(one for one, _ in unsaid)], now)
    if held:
        admin.tell(tx, now)
    cards.doubtful_to_stale(tx, lease.bot_id)
    return Recovered(len(ready), len(doubtful), now)


def past(tx: Transaction, bot_id: int, now: datetime) -> Past:
    """What was asked for and sent before this sender came, so that it keeps to the limits."""
    known = takeovers.past_of(tx, bot_id, now, MEMORY)
    until = leases.paused_until(tx, bot_id)
    paused = max(0.0, (until - now).total_seconds()) if until else 0.0
    return Past(paused, known.chats_paused, known.sent)


def give_back(tx: Transaction, lease: Lease, now: datetime) -> None:
    """The end of a sender: what it claimed and never began is ready for the next, which need not wait."""
    sending.release(tx, takeovers.leased_under(tx, lease))
    leases.give_back(tx, lease, now)


def remember_pause(tx: Transaction, bot_id: int, chat: ChatId | None, until: datetime, reason: str) -> None:
    """The platform asked for patience, in one chat or everywhere; a restart is to keep to it."""
    if chat is None:
        leases.pause(tx, bot_id, until, reason)
    else:
        reach.pause(tx, chat, until)


def database_time(tx: Transaction) -> datetime | None:
    """What the database server's clock says; None beside a file."""
    return leases.database_time(tx)
