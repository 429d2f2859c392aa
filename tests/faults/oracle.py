"""The one judge of every fault: what the platform accepted, against what the record says of it.

`judge_messages` once the bot is calm again, `judge_updates` where people tapped; each raises with every
complaint at once, and returns the figures.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from domain.deliveries import Op, State
from domain.ids import PersonId, TopicId, UnitId
from domain.periods import parse_period, periods_with
from domain.rollups import Counted, recounted
from domain.topics import month_of
from services.actors import settings_at
from simulator.telegram import Telegram
from simulator.world import Receipt
from storage.database import Database, Transaction
from storage.summary_facts import facts_of
from storage.tables import (
    Attempt,
    Chat,
    CheckIn,
    Delivery,
    InboxUpdate,
    Membership,
    Rollup,
    TopicBranch,
)

ENDS = frozenset({State.SENT, State.DEAD, State.CANCELLED, State.AMBIGUOUS})
MESSAGES = frozenset({"sendMessage", "sendPhoto", "sendVideo", "sendVoice", "sendDocument"})
FAR = datetime(2099, 12, 31, tzinfo=UTC)  # after every period there may be sums of
FALLBACK = {"timezone": "Asia/Shanghai", "locale": "zh"}


@dataclass(frozen=True)
class Figures:
    """What became of the messages owed; `doubtful` of them nobody knew for a while, or ever."""

    states: Mapping[str, int]
    doubtful: int
    receipts: int
    repeated: int  # accepted twice, and saying so

    def __str__(self) -> str:
        ends = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))
        return f"{ends}; {self.doubtful} in doubt; {self.receipts} accepted, {self.repeated} of them repeats"


def is_message(receipt: Receipt) -> bool:
    """Whether the request put a message into a chat. Direct replies count too: leave those out by `owed`."""
    return receipt.method in MESSAGES


def judge_messages(
    database: Database,
    telegram: Telegram,
    *,
    doubts: int = 0,
    chats: Collection[int] | None = None,
    owed: Callable[[Receipt], bool] = is_message,
    moved: Mapping[int, int] | None = None,
) -> Figures:
    """Every message owed has one end, and the platform took what that end says.

    `doubts` is how many may have been in doubt: those in flight at each crash, and one for each fault after a
    request was written. `chats` are the platform's numbers of all chats that were owed anything. `owed` says
    which receipts came from the outbox. `moved` tells the new number of a group that became a supergroup.
    """
    rows = _deliveries(database)
    moved = moved or {}
    accepted: defaultdict[int, list[int]] = defaultdict(list)
    for receipt in filter(owed, telegram.receipts):
        number = int(receipt.params["chat_id"])
        accepted[moved.get(number, number)].append(receipt.result["message_id"])
    by_chat: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_chat[row["number"]].append(row)
    doubtful = sum(map(_doubts, rows))
    complaints = [
        *_unfinished(rows),
        *_unended_attempts(database),
        *(c for chat in {*accepted, *by_chat} for c in _in_chat(chat, accepted[chat], by_chat[chat])),
    ]
    if doubtful > doubts:
        complaints.append(f"{doubtful} messages were in doubt, and at most {doubts} may have been")
    if chats is not None and (wrong := set(by_chat) ^ set(chats)):
        complaints.append(f"{len(wrong)} chats are owed nothing, or ought to be: {sorted(wrong)[:5]}")
    assert not complaints, "\n".join(complaints[:20])
    received = sum(map(len, accepted.values()))
    told = sum(row["state"] == State.SENT for row in rows)
    unsure = sum(row["state"] == State.AMBIGUOUS for row in rows)
    repeated = max(0, received - told - unsure)
    return Figures(Counter(row["state"] for row in rows), doubtful, received, repeated)


def judge_updates(
    database: Database, telegram: Telegram, taps: Collection[tuple[TopicId, PersonId]], *, parked: int = 0
) -> int:
    """Every update took effect once: check-ins are the distinct taps, sums are a recount, none is left.

    The key of a check-in is topic and membership; that it also counted once is what the sums show.
    `taps` are the people who tapped "check in", however often, and on what. Returns how many counted.
    """
    queue = next(iter(telegram.bots.values())).updates
    held = database.read_now(_inbox)
    counted = database.read_now(_checkins)
    complaints = [
        *(f"update {number} is {state}" for number, state in held.items() if state == "new"),
        *(f"update {update['update_id']} was not taken" for update in queue.pending),
        *(f"{tap}: tapped, not counted" for tap in set(taps) - counted),
        *(f"{tap}: counted, never tapped" for tap in counted - set(taps)),
        *database.read_now(_wrong_sums),
    ]
    if (shown := Counter(held.values())["parked"]) != parked:
        complaints.append(f"{shown} updates are parked, expected {parked}")
    assert not complaints, "\n".join(complaints[:20])
    return len(counted)


def in_flight(database: Database) -> int:
    """How many messages a crash has just left without an outcome; ask before the next life begins."""
    return len([row for row in _deliveries(database) if row["state"] == State.SENDING])


def states(database: Database) -> Counter[str]:
    """How many deliveries stand in each state."""
    return Counter(database.read_now(lambda tx: list(tx.execute(select(Delivery.state)).scalars())))


def calm(database: Database) -> bool:
    """Whether every message owed has its end."""
    return ENDS.issuperset(states(database))


def _deliveries(database: Database) -> list[dict[str, Any]]:
    def ask(tx: Transaction) -> list[dict[str, Any]]:
        found = select(Delivery.__table__, Chat.chat_id.label("number")).join(
            Chat.__table__, Chat.id == Delivery.chat_id
        )
        return [dict(row) for row in tx.execute(found).mappings()]

    return database.read_now(ask)


def _unfinished(rows: list[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        if row["state"] not in ENDS:
            yield f"delivery {row['id']} is left {row['state']}"
        elif row["state"] == State.SENT and row["op"] == Op.SEND and row["message_id"] is None:
            yield f"delivery {row['id']} is sent, and nobody knows as which message"


def _unended_attempts(database: Database) -> Iterator[str]:
    unended = select(Attempt.delivery_id).where(Attempt.ended_at.is_(None))
    for delivery in database.read_now(lambda tx: list(tx.execute(unended).scalars())):
        yield f"an attempt of delivery {delivery} has no end"


def _doubts(row: Mapping[str, Any]) -> int:
    """How often nobody knew whether this message had arrived: once before it was repeated, once for ever."""
    return int(row["state"] == State.AMBIGUOUS) + int(row["maybe_repeat"])


def _in_chat(chat: int, accepted: list[int], rows: list[dict[str, Any]]) -> Iterator[str]:
    """Each sent row has its receipt; every other receipt is one that a row in doubt stands for."""
    settled = Counter(row["message_id"] for row in rows if row["state"] == State.SENT)
    received = Counter(accepted)
    if lost := settled - received:
        yield f"chat {chat}: settled as sent, never accepted: messages {sorted(lost)}"
    unsettled = sum((received - settled).values())
    excuses = sum(map(_doubts, rows))
    if unsettled > excuses:
        yield f"chat {chat}: {unsettled} messages more than settled, {excuses} of them said to be in doubt"


def _inbox(tx: Transaction) -> dict[int, str]:
    return {row.update_id: row.state for row in tx.execute(select(InboxUpdate.__table__))}


def _checkins(tx: Transaction) -> set[tuple[TopicId, PersonId]]:
    found = select(CheckIn.topic_id, Membership.person_id).join(
        Membership.__table__, Membership.id == CheckIn.membership_id
    )
    return {(row.topic_id, row.person_id) for row in tx.execute(found)}


def _wrong_sums(tx: Transaction) -> list[str]:
    """Where a branch's sums of a month, a quarter or a year are not what its raw rows come to."""
    held = {(row.branch_id, row.period): row for row in tx.execute(select(Rollup.__table__))}
    given = tx.execute(select(TopicBranch.branch_id, TopicBranch.opens_at)).all()
    wanted = {
        (row.branch_id, period)
        for row in given
        for period in periods_with(month_of(row.opens_at, _zone(tx, row.branch_id)))
    }
    wrong = []
    for branch, key in {*held, *wanted}:
        period = parse_period(key, FAR.date())
        row = held.get((branch, key))
        sums = {kind: row._mapping[kind] if row else 0 for kind in Counted}
        if sums != (truth := recounted(facts_of(tx, branch, period, _zone(tx, branch)))):
            differing = {
                kind.value: (sums[kind], truth[kind]) for kind in Counted if sums[kind] != truth[kind]
            }
            wrong.append(f"branch {branch} in {key}: (held, recounted) {differing}")
    return wrong


def _zone(tx: Transaction, branch: UnitId) -> str:
    return settings_at(tx, branch, FAR, FALLBACK).zone
