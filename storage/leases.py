"""Who may send for a bot token: a row with an epoch, never an advisory lock (poolers break those)."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from domain.sending import Lease
from storage.database import Transaction
from storage.tables import BotLease as leases
from storage.tables import BotState as states
from storage.upserts import upsert

NOBODY = ""


def hold(tx: Transaction, bot_id: int, owner: str, now: datetime, ttl: timedelta) -> Lease | None:
    """The lease, taken, renewed or taken over; None while somebody else holds it."""
    tx.execute(
        upsert(tx, leases)
        .values(bot_id=bot_id, owner=NOBODY, epoch=0, expires_at=now)
        .on_conflict_do_nothing()
    )
    row = tx.execute(select(leases).where(leases.bot_id == bot_id).with_for_update()).one()
    if row.owner not in (owner, NOBODY) and row.expires_at > now:
        return None
    epoch = row.epoch if row.owner == owner else row.epoch + 1
    tx.execute(
        update(leases).where(leases.bot_id == bot_id).values(owner=owner, epoch=epoch, expires_at=now + ttl)
    )
    return Lease(bot_id, owner, epoch)


def stands(tx: Transaction, lease: Lease) -> bool:
    """Whether nobody took the lease over."""
    return (
        tx.execute(
            select(leases.epoch).where(
                leases.bot_id == lease.bot_id, leases.owner == lease.owner, leases.epoch == lease.epoch
            )
        ).scalar()
        is not None
    )


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
