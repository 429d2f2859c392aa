"""Who may send for a bot token: a row with an epoch, never an advisory lock (poolers break those)."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from domain.sending import Lease
from storage.database import Transaction
from storage.tables import BotLease as leases
from storage.tables import BotState as states
from storage.upserts import upsert

NOBODY = ""


def hold(tx: Transaction, bot_id: int, owner: str, now: datetime, ttl: timedelta) -> Lease | None:
    """The lease, taken, renewed or taken over; None while somebody else holds it.

    It ends by the database's time. On SQLite that is the machine's, which may be turned back: a lease that
    would last longer than any can has ended too.
    """
    tx.execute(
        upsert(tx, leases)
        .values(bot_id=bot_id, owner=NOBODY, epoch=0, expires_at=now)
        .on_conflict_do_nothing()
    )
    row = tx.execute(select(leases).where(leases.bot_id == bot_id).with_for_update()).one()
    at = database_time(tx) or now  # asked once the row is ours: waiting for it takes time as well
    if row.owner not in (owner, NOBODY) and at < row.expires_at <= at + ttl:
        return None
    epoch, since = (row.epoch, row.since) if row.owner == owner else (row.epoch + 1, at)
    held = {"owner": owner, "epoch": epoch, "expires_at": at + ttl, "since": since}
    tx.execute(update(leases).where(leases.bot_id == bot_id).values(held))
    return Lease(bot_id, owner, epoch)


def database_time(tx: Transaction) -> datetime | None:
    """What the server's clock says, whoever asks; None for a file, which has none of its own."""
    if tx.dialect.name != "postgresql":
        return None
    told: datetime = tx.execute(select(func.clock_timestamp())).scalar_one()
    return told


def stands(tx: Transaction, lease: Lease) -> bool:
    """Whether nobody took the lease over, nor does before this act ends."""
    ours = (leases.bot_id == lease.bot_id, leases.owner == lease.owner, leases.epoch == lease.epoch)
    return tx.execute(select(leases.epoch).where(*ours).with_for_update(read=True)).scalar() is not None


def give_back(tx: Transaction, lease: Lease, now: datetime) -> None:
    """Let the next one take it at once."""
    tx.execute(
        update(leases)
        .where(leases.bot_id == lease.bot_id, leases.epoch == lease.epoch)
        .values(owner=NOBODY, expires_at=now)
    )


def pause(tx: Transaction, bot_id: int, until: datetime, reason: str) -> None:
    """The platform asked the bot for patience; kept, so that a restart is patient too."""
    waiting = {"paused_until": until, "paused_reason": reason}
    tx.execute(
        upsert(tx, states)
        .values(bot_id=bot_id, **waiting)
        .on_conflict_do_update(index_elements=["bot_id"], set_=waiting)
    )


def paused_until(tx: Transaction, bot_id: int) -> datetime | None:
    """Until when the platform asked the bot to be quiet."""
    return tx.execute(select(states.paused_until).where(states.bot_id == bot_id)).scalar()
