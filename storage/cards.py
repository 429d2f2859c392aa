"""Cards: the one message of a topic or activity in a chat, and what it should show."""

from datetime import datetime

from sqlalchemy import bindparam, select, update

from domain.deliveries import Kind
from domain.ids import CardId, ChatId, UnitId
from domain.sending import StaleCard
from storage.database import Transaction
from storage.prepared import Prepared
from storage.tables import Card as cards
from storage.tables import Chat as chats
from storage.upserts import upsert

MADE_BY = {"topic": Kind.TOPIC_PUSH, "activity": Kind.ACTIVITY_NOTICE}


def place(
    tx: Transaction,
    subject_kind: str,
    subject: int,
    chat: ChatId,
    message_id: int,
    digest: str,
    now: datetime,
) -> CardId:
    """A message becomes the card of its subject in its chat; a later one takes the place of an earlier."""
    standing = {"message_id": message_id, "shown": digest, "edited_at": now, "stale": False}
    made: CardId = tx.execute(
        upsert(tx, cards)
        .values(subject_kind=subject_kind, subject_id=subject, chat_id=chat, **standing)
        .on_conflict_do_update(
            index_elements=["subject_kind", "subject_id", "chat_id"], set_={**standing, "pinned_at": None}
        )
        .returning(cards.id)
    ).scalar_one()
    return made


# Cards that are stale already as well: their lock makes whoever begins to edit one wait for this act, or
# PostgreSQL would let them read the figures of before it and take the card for fresh.
_TO_STALE = (
    update(cards)
    .where(cards.subject_kind == bindparam("kind"), cards.subject_id == bindparam("subject"))
    .values(stale=True)
)
_STALE_ANYWHERE = Prepared(lambda _: _TO_STALE)
_STALE_IN_BRANCH = Prepared(
    lambda _: _TO_STALE.where(cards.chat_id.in_(select(chats.id).where(chats.unit_id == bindparam("branch"))))
)


def mark_stale(tx: Transaction, subject_kind: str, subject: int, branch: UnitId | None) -> None:
    """The cards of a subject, or of its one branch, should show something else now."""
    if branch is None:
        _STALE_ANYWHERE.touched(tx, kind=subject_kind, subject=subject)
    else:
        _STALE_IN_BRANCH.touched(tx, kind=subject_kind, subject=subject, branch=branch)


def stale_cards(tx: Transaction, bot_id: int, limit: int) -> list[StaleCard]:
    """Cards that show something else than they should, where it can be spoken; the longest wait first."""
    found = tx.execute(
        select(cards, chats.chat_id.label("number"))
        .join(chats, chats.id == cards.chat_id)
        .where(cards.stale, cards.message_id.is_not(None), chats.bot_id == bot_id, chats.state == "reachable")
        .order_by(cards.edited_at, cards.id)
        .limit(limit)
    ).all()
    return [
        StaleCard(
            row.id,
            MADE_BY[row.subject_kind],
            row.subject_id,
            row.chat_id,
            row.number,
            row.message_id,
            row.shown,
            row.pinned_at is not None,
        )
        for row in found
    ]


def begin_edit(tx: Transaction, card: CardId) -> None:
    """What stands in the chat is unknown until `showed`; a change from here on makes the card stale anew."""
    tx.execute(update(cards).where(cards.id == card).values(stale=False, shown=None))


def showed(tx: Transaction, card: CardId, digest: str, now: datetime) -> None:
    """The card shows this now."""
    tx.execute(update(cards).where(cards.id == card).values(shown=digest, edited_at=now))


def again(tx: Transaction, card: CardId) -> None:
    """The edit did not happen for certain: it is to be tried again."""
    tx.execute(update(cards).where(cards.id == card).values(stale=True))


def keep_pin(tx: Transaction, card: CardId, now: datetime | None) -> None:
    """Remember whether the card is pinned, and since when."""
    tx.execute(update(cards).where(cards.id == card).values(pinned_at=now))


def gone(tx: Transaction, card: CardId) -> None:
    """The message was deleted in the chat: there is nothing to edit until it is posted again."""
    tx.execute(update(cards).where(cards.id == card).values(message_id=None, stale=False, shown=None))


def doubtful_to_stale(tx: Transaction, bot_id: int) -> None:
    """After a crash: what was being edited is edited again."""
    ours = select(chats.id).where(chats.bot_id == bot_id)
    tx.execute(
        update(cards)
        .where(cards.shown.is_(None), cards.message_id.is_not(None), cards.chat_id.in_(ours))
        .values(stale=True)
    )
