"""`python -m tests.faults.mutations`: each protection switched off, in a copy of the tree, and its test run.

A test that stays green without what it is to guard proves nothing. Words given as arguments choose the
mutations whose names hold one of them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 100  # seconds for one test; what hangs without its protection is seen to fail, too
SIDE_BY_SIDE = 2  # copies of the tree: most tests wait more than they work
RED = 1  # pytest's exit code where tests ran and failed; others mean that nothing was proven


@dataclass(frozen=True)
class Mutation:
    """Take a protection away: the exact text that is it, what stands there instead, what must go red."""

    name: str
    path: str
    old: str
    new: str
    test: str


WIRE = "tests/faults/test_wire.py::"
DISK = "tests/faults/test_disk.py::"
CALENDAR = "tests/faults/test_calendar.py::"
KILLS = "tests/faults/test_kills.py::"
REPLICAS = "tests/faults/test_replicas.py::"
RIVALS = "tests/faults/test_rivals.py::"
AWAY = "tests/faults/test_database_away.py::"

MUTATIONS = (
    # --- the wire ---
    Mutation(
        "the patience asked for is kept to",
        "scheduling/pacing.py",
        "self._paused_until = max(self._paused_until, now + seconds + GUARD)",
        "pass",
        WIRE + "test_flood_429[sqlite]",
    ),
    Mutation(
        "a 429 charges no attempt",
        "services/sending.py",
        "settle(State.READY, charged=0)",
        "settle(State.READY)",
        WIRE + "test_flood_429[sqlite]",
    ),
    Mutation(
        "a connection lost after the request was written is a doubt",
        "scheduling/failures.py",
        "trouble = Trouble.NOT_WRITTEN if never else Trouble.UNKNOWN_OUTCOME",
        "trouble = Trouble.NOT_WRITTEN",
        WIRE + "test_a_push_whose_answers_are_lost[sqlite-drop_before_after]",
    ),
    Mutation(
        "a connection that was never made is none",
        "scheduling/failures.py",
        "trouble = Trouble.NOT_WRITTEN if never else Trouble.UNKNOWN_OUTCOME",
        "trouble = Trouble.UNKNOWN_OUTCOME",
        WIRE + "test_a_push_whose_answers_are_lost[sqlite-drop_before_after]",
    ),
    Mutation(
        "a proxy's page is a doubt",
        "scheduling/failures.py",
        "return Failure(Trouble.UNKNOWN_OUTCOME, type(error).__name__)",
        "return Failure(Trouble.NOT_WRITTEN, type(error).__name__)",
        WIRE + "test_a_push_whose_answers_are_lost[sqlite-html_502_500]",
    ),
    Mutation(
        "a page that cannot be read is a doubt",
        "scheduling/failures.py",
        "isinstance(error, (ClientDecodeError, UnicodeDecodeError)) or type(error) is LookupError",
        "isinstance(error, ClientDecodeError)",
        "tests/scheduling/test_retries.py::test_a_push_nobody_knows_of_is_held",
    ),
    Mutation(
        "words that cannot be made are no doubt",
        "scheduling/posting.py",
        "bug_of(bug), ticket)",
        "failure_of(bug), ticket)",
        "tests/scheduling/test_retries.py::test_words_that_cannot_be_made_are_a_bug_and_dead",
    ),
    Mutation(
        "what is in doubt says that it may be a repeat",
        "scheduling/outbox.py",
        "return perhaps_again(message) if maybe_repeat else message",
        "return message",
        WIRE + "test_reminders_whose_answers_are_lost[sqlite-drop_before_after]",
    ),
    Mutation(
        "in doubt twice is held",
        "services/doubts.py",
        "OnDoubt.RESEND_ONCE and not repeated",
        "OnDoubt.RESEND_ONCE",
        WIRE + "test_reminders_whose_answers_are_lost[sqlite-html_502_500]",
    ),
    Mutation(
        "a failing platform is tried with one message",
        "scheduling/pacing.py",
        "if self._stumbles and inf in self._free_at:",
        "if False:",
        WIRE + "test_an_outage_puts_few_in_doubt[sqlite]",
    ),
    Mutation(
        "a block ends the chat's queue",
        "services/sending.py",
        "reach.lost(tx, due.to.chat, failure.detail, now)",
        "pass",
        WIRE + "test_blocked_wave[sqlite]",
    ),
    Mutation(
        "a group that moved is followed",
        "services/reach.py",
        "for chat in reach.threads_at(tx, bot_id, old):",
        "for chat in ():",
        WIRE + "test_migrate_midrun[sqlite]",
    ),
    Mutation(
        "cards stay behind in a group that moved",
        "storage/reach.py",
        "        _leave_cards(tx, chat)\n",
        "        pass\n",
        WIRE + "test_migrate_midrun[sqlite]",
    ),
    # --- the file ---
    Mutation(
        "a lock held elsewhere is waited for",
        "storage/sqlite.py",
        "if not is_busy(error) or time.monotonic() > deadline:",
        "if True:",
        DISK + "test_a_lock_held_for_a_while_is_waited_for_by_all",
    ),
    Mutation(
        "an act that fails leaves nothing of itself",
        "storage/sqlite.py",
        'driver.execute("ROLLBACK TO act")',
        "pass",
        "tests/storage/test_database.py::test_a_refused_act_leaves_nothing_and_harms_nobody[sqlite]",
    ),
    Mutation(
        "a slot is given back when the database is away",
        "scheduling/posting.py",
        "        outbox.unsaid.add((claimed.id, outbox.lease.epoch))\n"
        "        pacer.unused(ticket, clock.monotonic())\n",
        "        outbox.unsaid.add((claimed.id, outbox.lease.epoch))\n",
        DISK + "test_a_message_that_never_left_keeps_no_slot",
    ),
    # --- counters and planners ---
    Mutation(
        "sums are added to, not set",
        "storage/rollups.py",
        "columns[name] + start.excluded[name]",
        "start.excluded[name]",
        "tests/faults/test_counters.py::test_two_processes_on_hot_counters_lose_no_write[sqlite]",
    ),
    Mutation(
        "a second tap is not counted",
        "services/checkins.py",
        "if not checkins.record(tx, given.topic, membership, given.branch, now, late, by):",
        "if checkins.record(tx, given.topic, membership, given.branch, now, late, by) is None:",
        "tests/faults/test_counters.py::test_two_processes_on_hot_counters_lose_no_write[sqlite]",
    ),
    Mutation(
        "what one process plans is left alone by another",
        "storage/topic_plans.py",
        ".with_for_update(of=given, skip_locked=True)",
        "",
        "tests/faults/test_planners.py::test_two_planners_at_one_moment_plan_once[postgres]",
    ),
    # --- time ---
    Mutation(
        "an hour that comes twice is its first",
        "domain/zones.py",
        "first = local.replace(tzinfo=place, fold=0).astimezone(UTC)",
        "first = local.replace(tzinfo=place, fold=1).astimezone(UTC)",
        CALENDAR + "test_dst_matrix[sqlite-Europe/Berlin repeats 02:30 on 2026-10-25]",
    ),
    Mutation(
        "an hour that is skipped is the end of the gap",
        "domain/zones.py",
        "return _end_of_gap(place, before.replace(microsecond=0), first.replace(microsecond=0))",
        "return first",
        CALENDAR + "test_dst_matrix[sqlite-Europe/Berlin skips 02:30 on 2027-03-28]",
    ),
    Mutation(
        "what begins in a skipped hour keeps its hour",
        "services/activity_drafts.py",
        "    if row.draft_wall is not None:\n",
        "    if False:\n",
        "tests/services/test_activities.py::"
        "test_what_begins_in_an_hour_that_is_skipped_keeps_its_hour_ever_after",
    ),
    Mutation(
        "a slot is planned once",
        "storage/schedules.py",
        "            slot=slot,\n",
        '            slot=f"{slot} {now}",\n',
        CALENDAR + "test_dst_matrix[sqlite-Europe/Berlin repeats 02:30 on 2026-10-25]",
    ),
    Mutation(
        "a day keeps each of several slots",
        "domain/recurrence.py",
        "    if is_several_a_day(recurrence.rule):\n        return slot.key\n    return to_local",
        "    return to_local",
        "tests/services/test_activities.py::test_a_day_may_have_several[sqlite]",
    ),
    Mutation(
        "a tap heard after the deadline is late",
        "domain/checkins.py",
        "return Outcome.NEW if now <= window.closes else Outcome.LATE",
        "return Outcome.NEW",
        CALENDAR + "test_downtime_3d[sqlite]",
    ),
    Mutation(
        "what was said before a clock was set back is no future",
        "scheduling/pacing.py",
        "ago = max(ago, 0.0)",
        "pass",
        CALENDAR + "test_clock_jump_backward[sqlite]",
    ),
    Mutation(
        "a lease from the future is over",
        "storage/leases.py",
        "at < row.expires_at <= at + ttl",
        "at < row.expires_at",
        CALENDAR + "test_clock_jump_backward[sqlite]",
    ),
    Mutation(
        "a leap of the calendar holds everything",
        "bot/process.py",
        ".holds if real else never",
        ".holds if not real else never",
        "tests/faults/test_clock.py::test_clock_jump_forward[sqlite]",
    ),
    # --- updates ---
    Mutation(
        "who does not know the secret is refused",
        "web/webhook.py",
        'if not hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode()):',
        "if False:",
        "tests/faults/test_storm.py::test_webhook_storm[sqlite]",
    ),
    Mutation(
        "an update is stored before it is acknowledged",
        "bot/intake.py",
        "fresh = await self._db.write(inbox.store, self._bot_id, updates, self._clock.now())",
        "fresh = tuple(inbox.Waiting(number, raw, self._clock.now(), 0) for number, raw in updates)",
        "tests/faults/test_storm.py::test_webhook_storm[sqlite]",
    ),
    Mutation(
        "an act settles its update first",
        "bot/binding.py",
        "            inbox.settle(tx, self._bot_id, self._update_id, inbox.DONE, now)\n",
        "",
        "tests/faults/test_storm.py::test_webhook_storm[sqlite]",
    ),
    # --- the sender ---
    Mutation(
        "a lease runs out by the server's clock",
        "storage/leases.py",
        "at = database_time(tx) or now",
        "at = now",
        "tests/scheduling/test_leases.py::test_a_server_goes_by_its_own_clock_whatever_a_process_believes",
    ),
    Mutation(
        "a lease is trusted by the monotonic clock before each request",
        "scheduling/outbox.py",
        "return wait <= LONGEST_LEAD + TICK and self.trusted()",
        "return wait <= LONGEST_LEAD + TICK",
        "tests/scheduling/test_leases.py::test_a_leader_that_was_stopped_before_its_request_writes_nothing_on_waking[sqlite]",
    ),
    Mutation(
        "who moves a row finds it as it believed it",
        "storage/sending.py",
        "here = and_(deliveries.id.in_(list(ids)), deliveries.state == was)",
        "here = deliveries.id.in_(list(ids))",
        "tests/scheduling/test_leases.py::test_what_is_being_sent_is_not_made_ready_by_who_takes_over[sqlite]",
    ),
    Mutation(
        "a late answer ends the doubt",
        "storage/sending.py",
        "or_(deliveries.state == State.SENDING, deliveries.state == State.AMBIGUOUS),",
        "deliveries.state == State.SENDING,",
        "tests/scheduling/test_leases.py::test_an_answer_that_comes_late_ends_the_doubt[sqlite]",
    ),
    Mutation(
        "what was begun and surely not written is in no doubt",
        "scheduling/posting.py",
        "outbox.unsaid.add((claimed.id, outbox.lease.epoch))",
        "pass",
        "tests/scheduling/test_leases.py::test_a_connection_lost_before_the_request_leaves_no_doubt[sqlite]",
    ),
    Mutation(
        "what another has begun since is not ours to take back",
        "storage/takeovers.py",
        "tuple_(deliveries.id, deliveries.epoch).in_(list(begun))",
        "deliveries.id.in_([number for number, _ in begun])",
        "tests/scheduling/test_leases.py::test_what_another_has_begun_since_is_in_doubt_all_the_same[sqlite]",
    ),
    Mutation(
        "a database that says nothing keeps no sender from stopping",
        "scheduling/sender.py",
        "async with asyncio.timeout(GOODBYE):",
        "if True:",
        "tests/scheduling/test_sender.py::test_a_database_that_is_away_keeps_nobody_from_stopping",
    ),
    Mutation(
        "a lease that cannot be given back is left to run out",
        "scheduling/sender.py",
        "except UNREACHED as away:",
        "except TimeoutError as away:",
        "tests/scheduling/test_sender.py::test_a_database_that_is_away_keeps_nobody_from_stopping",
    ),
    Mutation(
        "threads that wait for the database keep no process",
        "bot/process.py",
        "os._exit(0 if stop.is_set() else 1)",
        "return",
        "tests/faults/test_stop.py::test_stopped_while_the_database_hangs[webhook]",
    ),
    Mutation(
        "a sender that waits for the database is broken off",
        "bot/process.py",
        "await _end(sending)",
        "await sending",
        "tests/faults/test_stop.py::test_stopped_while_the_database_hangs[webhook]",
    ),
    Mutation(
        "answers that do not come are waited for ten seconds",
        "scheduling/sender.py",
        "async with asyncio.timeout(GRACE), self._draining:",
        "async with self._draining:",
        "tests/faults/test_stop.py::test_stopped_while_answers_are_slow[sqlite]",
    ),
    Mutation(
        "who must wait long keeps nobody from being claimed",
        "scheduling/sender.py",
        "if soon >= min(LOW, room):",
        "if len(self._pushes) >= min(LOW, room):",
        "tests/scheduling/test_leases.py::test_many_chats_that_must_wait_hold_up_nobody_else",
    ),
    Mutation(
        "who waits for a lease asks now and then",
        "scheduling/sender.py",
        "elif self._leadership.outbox is None:",
        "elif False:",
        "tests/scheduling/test_leases.py::test_who_waits_for_a_lease_does_not_ask_at_every_update[sqlite]",
    ),
    Mutation(
        "a calendar ahead of the time elsewhere is found out",
        "domain/watching.py",
        "return calendar - elsewhere > JUMP",
        "return False",
        "tests/scheduling/test_watch.py::test_a_calendar_that_is_wrong_from_the_start_is_found_out",
    ),
    Mutation(
        "what could not be told of the calendar is told later",
        "scheduling/watch.py",
        "            self._told_of = self._holding\n",
        "            pass\n        self._told_of = self._holding\n",
        "tests/scheduling/test_watch.py::test_who_could_not_be_told_is_told_later_and_nothing_goes_on_meanwhile",
    ),
    Mutation(
        "whom the network kept from hearing of the calendar hears later",
        "bot/watching.py",
        "            raise missed\n",
        "            pass\n",
        "tests/bot/test_watching.py::test_who_cannot_be_told_is_told_later_and_the_others_once",
    ),
    Mutation(
        "nothing is planned while the calendar is in doubt",
        "scheduling/planner.py",
        "if not await self._held()",
        "if True",
        "tests/scheduling/test_watch.py::test_while_it_is_held_nothing_is_planned",
    ),
    Mutation(
        "a left update is taken up by one alone",
        "storage/inbox.py",
        ".values(taken_at=now)",
        ".values(taken_at=None)",
        "tests/bot/test_reaping.py::test_whoever_took_it_up_and_died_is_followed_as_well[sqlite]",
    ),
    Mutation(
        "who took an update up in what is still to come is followed",
        "storage/inbox.py",
        ", inbox.taken_at > to_come",
        "",
        "tests/bot/test_reaping.py::test_who_took_it_up_by_a_clock_that_was_hours_fast_is_followed",
    ),
    Mutation(
        "an update that came in what is still to come has come",
        "storage/inbox.py",
        "or_(inbox.received_at <= came_by, inbox.received_at > to_come)",
        "inbox.received_at <= came_by",
        "tests/bot/test_reaping.py::"
        "test_what_came_by_a_clock_that_was_hours_fast_is_taken_up_at_the_next_start",
    ),
    Mutation(
        "what is in hand is not taken up again",
        "bot/workers.py",
        "self._in_hand.add(waiting.update_id)",
        "pass",
        "tests/bot/test_reaping.py::test_what_is_in_hand_is_not_taken_up_again[sqlite]",
    ),
    Mutation(
        "many are asked about once more",
        "handlers/topic_drafts.py",
        "and broadcast.is_large and not callback_data.sure",
        "and False",
        "tests/journeys/test_study.py::test_what_goes_to_many_says_how_long_it_takes_and_asks_once_more",
    ),
    Mutation(
        "a delivery is marked as being sent before the request is written",
        "storage/sending.py",
        ".values(state=State.SENDING)",
        ".values(state=State.LEASED)",
        "tests/faults/test_kills.py::test_kill_random[sqlite]",
    ),
    Mutation(
        "what is in the air at a crash is in doubt",
        "services/doubts.py",
        "return State.READY if again else State.AMBIGUOUS",
        "return State.SENT",
        KILLS + "test_kill_random[sqlite]",
    ),
    Mutation(
        "what a dead sender had in hand is ready again",
        "services/leases.py",
        "    sending.release(tx, ready)\n",
        "",
        KILLS + "test_kill_each_commit[sqlite]",
    ),
    Mutation(
        "a branch is given a topic in the act that marks it so",
        "services/topic_plans.py",
        "topic_plans.mark_pushed(tx, window.topic, branches, now)",
        "topic_plans.mark_pushed(tx, window.topic, branches[:1], now)",
        KILLS + "test_kill_in_fanout[sqlite]",
    ),
    Mutation(
        "one process sends at a time",
        "storage/leases.py",
        "        return None\n    epoch, since",
        "        pass\n    epoch, since",
        REPLICAS + "test_two_replicas[sqlite]",
    ),
    Mutation(
        "who follows a sender looks at what it had in the air",
        "services/leases.py",
        "doubtful = takeovers.left_behind(tx, lease, State.SENDING)",
        "doubtful = takeovers.left_behind(tx, lease, State.AMBIGUOUS)",
        REPLICAS + "test_leader_sigstop[sqlite]",
    ),
    Mutation(
        "a way to PostgreSQL that fell silent is given up within a lease",
        "storage/postgresql.py",
        "for name, value in SILENCE.items() if name not in url.query",
        "for name, value in ()",
        AWAY + "test_silence_is_measured_as_it_comes",
    ),
    Mutation(
        "an outcome waits for the database",
        "scheduling/outbox.py",
        "if isinstance(away, LeaseLost) or not self.trusted():",
        "if isinstance(away, Exception):",
        AWAY + "test_pg_restart_loop",
    ),
    Mutation(
        "what was claimed without our knowing is taken back",
        "scheduling/sender.py",
        "self._afresh = True  # a claim may have been made without our knowing",
        "pass",
        AWAY + "test_commit_unknown_at_each_commit[made]",
    ),
    Mutation(
        "what is claimed is expired by nobody else",
        "storage/deliveries.py",
        ".where(deliveries.id.in_(late.limit(limit)), deliveries.state == State.READY)",
        ".where(deliveries.id.in_(late.limit(limit)))",
        RIVALS + "test_what_is_claimed_as_it_expires_is_cancelled_by_who_claimed_it",
    ),
    Mutation(
        "who draws a card waits for who taps on it",
        "storage/cards.py",
        "    .values(stale=True)\n)\n_STALE_ANYWHERE",
        "    .where(~cards.stale)\n    .values(stale=True)\n)\n_STALE_ANYWHERE",
        RIVALS + "test_a_tap_as_a_card_is_drawn_is_on_it_or_makes_it_stale_anew",
    ),
    Mutation(
        "what is tried again is not forgotten",
        "storage/retention.py",
        "delete(inbox).where(named, inbox.state.in_([DONE, PARKED]))",
        "delete(inbox).where(named)",
        RIVALS + "test_an_update_tried_again_as_it_is_to_be_forgotten_is_kept",
    ),
    Mutation(
        "what is owed to who blocks the bot ends",
        "services/chats.py",
        "        reach.lost(tx, chat, reason, now)\n",
        '        stored.mark(tx, platform, bot_id, chat_id, "unreachable", reason, now)\n',
        "tests/journeys/test_reach.py::"
        "test_who_comes_back_gets_what_is_owed_since_and_not_what_was_cancelled",
    ),
    Mutation(
        "what is owed to a group goes along with it",
        "services/chats.py",
        "    reach.migrated(tx, bot_id, old, new, now)\n",
        '    stored.mark(tx, platform, bot_id, old, "unreachable", "migrated", now)\n',
        "tests/scheduling/test_retries.py::"
        "test_what_was_owed_goes_along_where_the_platform_tells_of_the_move_first[sqlite]",
    ),
    Mutation(
        "what is ready again to who blocked the bot ends",
        "storage/reach.py",
        "deliveries.state == State.READY, lost.exists())",
        "deliveries.state == State.LEASED, lost.exists())",
        "tests/scheduling/test_leases.py::"
        "test_who_blocks_the_bot_as_it_writes_is_owed_nothing_more[sqlite-False]",
    ),
    Mutation(
        "nobody takes over in the midst of a claim",
        "storage/leases.py",
        ".with_for_update(read=True)",
        "",
        RIVALS + "test_what_is_claimed_as_the_lease_is_taken_over_is_ready_again",
    ),
    Mutation(
        "an earlier lease is not trusted while a new one begins",
        "scheduling/leadership.py",
        "self.outbox = None  # the last epoch is over: nobody is to trust it while this one begins",
        "pass",
        "tests/scheduling/test_leases.py::test_taking_the_lease_anew_gives_the_last_one_no_trust[sqlite]",
    ),
    Mutation(
        "no calendar is believed while its witness cannot be asked",
        "scheduling/watch.py",
        "            elsewhere = await self._witness()  # where that raises, nobody goes on either\n"
        "            self._ask_at = now.monotonic + AGAIN\n",
        "            self._ask_at = now.monotonic + AGAIN\n            elsewhere = await self._witness()\n",
        "tests/scheduling/test_watch.py::test_a_witness_who_fails_vouches_for_nothing",
    ),
    Mutation(
        "a sender that died is followed in time",
        "services/leases.py",
        "TTL = timedelta(seconds=12)",
        "TTL = timedelta(seconds=20)",
        REPLICAS + "test_takeover[sqlite]",
    ),
    Mutation(
        "a start waits for another process that writes",
        "storage/migrate.py",
        "with _opened(address) as engine, begin_patiently(engine) as connection:",
        "with _opened(address) as engine, engine.connect() as connection:",
        "tests/storage/test_migrations.py::test_asking_for_the_revision_waits_while_another_process_writes",
    ),
    Mutation(
        "what is no longer owed is not sent",
        "services/sending.py",
        '    if facts is None:\n        sending.cancel(tx, delivery, "not owed any more", now)\n',
        "    if facts is None:\n        return False\n",
        "tests/scheduling/test_sender.py::test_what_is_no_longer_owed_is_not_sent[sqlite]",
    ),
    Mutation(
        "what came too late is not sent",
        "services/sending.py",
        "if due.expires_at is not None and due.expires_at <= now:",
        "if False:",
        "tests/scheduling/test_sender.py::test_what_came_too_late_is_not_sent[sqlite]",
    ),
)


def main(words: list[str]) -> int:
    """Print a table; how many protections are guarded by nothing, or gone."""
    chosen = [one for one in MUTATIONS if not words or any(word in one.name for word in words)]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        survivors = sum(pool.map(survivors_of, [chosen[n::SIDE_BY_SIDE] for n in range(SIDE_BY_SIDE)]))
    say(f"{len(chosen) - survivors} of {len(chosen)} protections are missed when they are gone")
    return min(survivors, 1)


def survivors_of(chosen: Sequence[Mutation]) -> int:
    """How many of them no test misses, one after another in a copy of the tree."""
    with tempfile.TemporaryDirectory(prefix="mutated-") as folder:
        tree = Path(folder)
        copy(tree)
        return sum(not fails(tree, one) for one in chosen)


def copy(tree: Path) -> None:
    """Every file that git knows or would, as it stands now, and the same environment."""
    known = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(known, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
    (tree / ".venv").symlink_to(ROOT / ".venv")


def fails(tree: Path, mutation: Mutation) -> bool:
    """Whether the test goes red without the protection; the tree is as before afterwards."""
    file = tree / mutation.path
    before = file.read_text(encoding="utf-8")
    begun = time.monotonic()
    if before.count(mutation.old) != 1:
        return told(mutation, "GONE: its text does not stand there once", begun)
    file.write_text(before.replace(mutation.old, mutation.new), encoding="utf-8")
    try:
        code = run(tree, mutation.test)
    finally:
        file.write_text(before, encoding="utf-8")
    return told(mutation, "red" if code == RED else f"SURVIVED (pytest ended with {code})", begun)


def run(tree: Path, test: str) -> int:
    """pytest's exit code."""
    options = ["-q", "-x", "-p", "no:cacheprovider", f"--timeout={PATIENCE}", "--timeout-method=thread"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, test],
        cwd=tree,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(tree)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    ).returncode


def told(mutation: Mutation, outcome: str, begun: float) -> bool:
    say(f"{outcome:<5} {time.monotonic() - begun:5.0f} s  {mutation.name}  ({mutation.test})")
    return outcome == "red"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
