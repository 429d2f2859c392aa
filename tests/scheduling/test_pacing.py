"""The pace, in virtual time: never more than the platform allows, and hardly less."""

import random
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from scheduling.pacing import REPLIES, Pacer, Ticket
from simulator.faults import Fault
from storage.database import Database
from storage.tables import Attempt
from tests.scheduling.office import Office

SLOTS = 30  # messages a second for a bot: the platform's figures, not ours
CHAT_PAUSE = 1.0
GROUP_LIMIT, GROUP_SPAN = 20, 60.0


@dataclass
class Stub:
    """A platform that takes a message somewhere between the request and its answer, and keeps the times."""

    least: float  # seconds of the quickest round trip
    jitter: float
    luck: random.Random
    taken: list[float] = field(default_factory=list)
    by_chat: defaultdict[int, list[float]] = field(default_factory=lambda: defaultdict(list))

    def answer_to(self, chat: int, asked: float) -> float:
        """When the answer comes. A message travels half of the least round trip each way, at the least."""
        there, back = (self.least / 2 + self.luck.uniform(0, self.jitter) / 2 for _ in range(2))
        self.taken.append(asked + there)
        self.by_chat[chat].append(asked + there)
        return asked + there + back


def broadcast(chats: list[int], stub: Stub, preparing: float = 0.0, uneven: float = 0.0) -> float:
    """Send one message for each entry as the sender would; how long it took.

    `preparing` is how long it takes at the least to mark a message `sending` before its request is written,
    `uneven` how much longer at the most.
    """
    pacer, now, waiting = Pacer(), 0.0, list(chats)
    answers: list[tuple[float, int, Ticket, float]] = []
    numbers = count()
    while waiting or answers:
        for chat in list(dict.fromkeys(waiting[:120])):  # the sender holds no more in hand
            if pacer.soon(pacer.wait(chat, chat < 0, now)):
                waiting.remove(chat)
                ticket = pacer.take(chat, chat < 0, now)
                ready = now + preparing + stub.luck.uniform(0, uneven)
                written = ready + pacer.prepared(ticket, ready)
                heappush(answers, (stub.answer_to(chat, written), next(numbers), ticket, written))
        waits = (pacer.wait(chat, chat < 0, now) for chat in dict.fromkeys(waiting[:120]))
        next_start = now + max(0.0, min(waits, default=inf) - pacer.lead)
        next_answer = answers[0][0] if answers else inf
        now = min(next_start, next_answer)
        while answers and answers[0][0] <= now:
            _, _, ticket, asked = heappop(answers)
            pacer.answered(ticket, asked, now)
            pacer.fine(ticket)
    return now


def most_within(times: list[float], span: float) -> int:
    """The most messages in any window of that length, its end excluded."""
    ordered = sorted(times)
    return max((bisect_left(ordered, at + span) - n for n, at in enumerate(ordered)), default=0)


@settings(max_examples=60, deadline=None)
@given(
    chats=st.lists(st.integers(-3, 40).filter(bool), min_size=1, max_size=150),
    least=st.sampled_from([0.0, 0.001, 0.02, 0.3]),
    jitter=st.sampled_from([0.0, 0.001, 0.05, 0.5]),
    preparing=st.sampled_from([0.0, 0.005, 0.15, 0.6]),
    seed=st.integers(0, 1000),
)
def test_no_limit_is_ever_exceeded(
    chats: list[int], least: float, jitter: float, preparing: float, seed: int
) -> None:
    stub = Stub(least, jitter, random.Random(seed))
    broadcast(chats, stub, preparing)
    assert len(stub.taken) == len(chats)
    assert most_within(stub.taken, 1.0) <= SLOTS
    for chat, times in stub.by_chat.items():
        assert most_within(times, CHAT_PAUSE) <= 1
        if chat < 0:
            assert most_within(times, GROUP_SPAN) <= GROUP_LIMIT


@pytest.mark.parametrize(("jitter", "share"), [(0.0, 0.99), (0.002, 0.99), (0.05, 0.99)])
def test_hardly_anything_of_the_limit_is_wasted(jitter: float, share: float) -> None:
    stub = Stub(0.04, jitter, random.Random(7))
    seconds = broadcast(list(range(1, 901)), stub)
    assert most_within(stub.taken, 1.0) <= SLOTS
    assert 900 / seconds >= SLOTS * share


def test_a_slow_disk_wastes_nothing_of_the_limit() -> None:
    """Messages are marked `sending` while their slots are still held, and written when those are free."""
    stub = Stub(0.04, 0.0, random.Random(7))
    seconds = broadcast(list(range(1, 901)), stub, preparing=0.1)
    assert most_within(stub.taken, 1.0) <= SLOTS
    assert 900 / seconds >= SLOTS * 0.98  # the first of them had no slot to wait for


def test_a_disk_that_is_slow_now_and_then_wastes_hardly_anything() -> None:
    stub = Stub(0.04, 0.0, random.Random(7))
    seconds = broadcast(list(range(1, 901)), stub, preparing=0.005, uneven=0.06)
    assert most_within(stub.taken, 1.0) <= SLOTS
    assert 900 / seconds >= SLOTS * 1.02  # the first thirty go at once


def test_a_flood_stops_everything_and_a_second_from_the_same_chat_only_it() -> None:
    pacer = Pacer()
    assert not pacer.flooded(1, 10, now=0)
    assert pacer.wait(2, False, 0) > 9
    assert pacer.flooded(1, 30, now=11)
    assert pacer.wait(2, False, 11) == 0
    assert pacer.wait(1, False, 11) > 29


def test_a_message_taken_ends_the_suspicion_against_its_chat() -> None:
    pacer = Pacer()
    pacer.flooded(1, 10, now=0)
    ticket = pacer.take(1, False, 20)
    pacer.answered(ticket, 20, 20.1)
    pacer.fine(ticket)
    assert not pacer.flooded(1, 10, now=30)


def test_failures_in_a_row_are_met_with_growing_patience() -> None:
    pacer, now, waits = Pacer(), 0.0, []
    for _ in range(9):
        pacer.stumbled(now)
        waits.append(round(wait := pacer.wait(1, False, now)))
        now += wait
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_what_fails_at_one_moment_is_one_failure() -> None:
    pacer = Pacer()
    for _ in range(SLOTS):
        pacer.stumbled(now=0.0)
    assert pacer.wait(1, False, 0.0) < 2


def test_after_a_failure_one_goes_ahead() -> None:
    pacer = Pacer()
    pacer.stumbled(now=0.0)
    assert pacer.wait(1, False, 2.0) == 0
    ahead = pacer.take(1, False, 2.0)
    assert pacer.wait(2, False, 2.0) == inf
    pacer.answered(ahead, 2.0, 2.1)
    pacer.fine(ahead)
    assert pacer.wait(2, False, 2.1) == 0


def test_replies_take_their_share_and_are_left_some() -> None:
    pacer = Pacer()
    pacer.replied(7, now=0)
    started = 0
    while pacer.wait(100 + started, False, 0.0) == 0:
        pacer.take(100 + started, False, 0.0)
        started += 1
    assert started == SLOTS - 1 - REPLIES  # the reply's own slot, and those kept for the next
    assert pacer.wait(7, False, 0.5) > 0


def test_a_slot_that_was_not_used_is_free_at_once() -> None:
    pacer = Pacer()
    for chat in range(1, SLOTS + 1):
        pacer.unused(pacer.take(chat, False, 0.0), 0.0)
    assert pacer.wait(1, False, 0.0) == 0


def test_a_sender_that_takes_over_knows_what_groups_were_just_sent() -> None:
    pacer = Pacer()
    for ago in range(GROUP_LIMIT, 0, -1):
        pacer.sent_before(-5, ago, now=0)
    assert GROUP_SPAN - GROUP_LIMIT <= pacer.wait(-5, True, 0) < GROUP_SPAN
    assert pacer.wait(-6, True, 0) == 0


async def test_the_platform_never_refuses_a_paced_sender(sqlite: Database) -> None:
    """The whole sender against the simulator's strict windows: private chats and a busy group together."""
    office = Office(sqlite, strict=True)
    crowd = [office.member(f"党员{n}") for n in range(40)]
    _, group = office.group(crowd[0])
    for stage in range(25):
        office.owe([group], f"{stage}")
    office.owe([one.chat for one in crowd], "x")
    office.owe([one.chat for one in crowd], "y")
    office.telegram.fail_next("sendMessage", Fault.SLOW, times=5, seconds=0.3)
    await office.drain()
    assert office.rows() == ["sent"] * (25 + 80)
    outcomes = office.db.read_now(lambda tx: tx.execute(select(Attempt.outcome)).scalars().all())
    assert outcomes == ["sent"] * 105
    assert office.clock.monotonic() >= GROUP_SPAN
