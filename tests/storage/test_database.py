"""Reading and writing: what a caller is promised, on both databases."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    event,
    func,
    insert,
    make_url,
    select,
    update,
)
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from domain.errors import Stranger
from storage.database import Database, Transaction
from storage.outcomes import Call

PATIENT = 10  # seconds a test waits for another thread before it calls that a failure

METADATA = MetaData()
NOTES = Table(
    "notes", METADATA, Column("word", String, primary_key=True), Column("times", Integer, default=0)
)
ANSWERS = Table(
    "answers",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("word", ForeignKey("notes.word", deferrable=True, initially="DEFERRED"), nullable=False),
)


def create(tx: Transaction) -> None:
    METADATA.create_all(tx)


def note(tx: Transaction, word: str) -> str:
    tx.execute(insert(NOTES).values(word=word))
    return word


def note_and_refuse(tx: Transaction, word: str) -> None:
    note(tx, word)
    raise Stranger


def answer(tx: Transaction, word: str) -> None:
    """Checked at the commit only."""
    tx.execute(insert(ANSWERS).values(word=word))


def words(tx: Transaction) -> list[str]:
    return list(tx.scalars(select(NOTES.c.word).order_by(NOTES.c.word)))


class Gate:
    """An act that keeps its thread until the test opens the gate."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.opened = threading.Event()

    def hold(self, tx: Transaction) -> None:
        note(tx, "gate")
        self.reached.set()
        assert self.opened.wait(PATIENT)

    async def is_reached(self) -> None:
        assert await asyncio.to_thread(self.reached.wait, PATIENT)


@pytest.fixture
def notebook(database: Database) -> Database:
    database.write_now(create)
    return database


@pytest.fixture
def file_notebook(sqlite: Database) -> Database:
    sqlite.write_now(create)
    return sqlite


async def test_what_was_written_is_there_after_opening_again(database_url: str) -> None:
    with Database.connect(database_url) as before:
        await before.write(create)
        assert await before.write(note, word="kept") == "kept"
    with Database.connect(database_url) as after:
        assert await after.read(words) == ["kept"]


async def test_the_command_line_reads_and_writes_without_a_loop(notebook: Database) -> None:
    assert notebook.write_now(note, "plain") == "plain"
    assert notebook.read_now(words) == ["plain"]
    notebook.ping_now()
    await notebook.ping()


async def test_a_refused_act_leaves_nothing_and_harms_nobody(notebook: Database) -> None:
    gate = Gate()
    held = asyncio.create_task(notebook.write(gate.hold))
    await gate.is_reached()
    crowd = asyncio.gather(
        notebook.write(note, "before"),
        notebook.write(note_and_refuse, "refused"),
        notebook.write(note, "after"),
        return_exceptions=True,
    )
    await asyncio.sleep(0)
    gate.opened.set()
    before, refused, after = await crowd
    await held
    assert (before, after) == ("before", "after")
    assert isinstance(refused, Stranger)
    assert await notebook.read(words) == ["after", "before", "gate"]


async def test_a_broken_constraint_comes_to_its_own_caller(notebook: Database) -> None:
    await notebook.write(note, "one")
    first, second = await asyncio.gather(
        notebook.write(note, "one"), notebook.write(note, "two"), return_exceptions=True
    )
    assert isinstance(first, IntegrityError)
    assert second == "two"
    assert await notebook.read(words) == ["one", "two"]


async def test_an_error_does_not_quote_what_was_written(database: Database) -> None:
    """Errors reach consoles and logs; the notebook was never made, so writing into it fails."""
    with pytest.raises(DBAPIError) as failed:
        await database.write(note, "dear diary")
    assert "dear diary" not in str(failed.value)


async def test_a_constraint_broken_at_the_commit_costs_only_its_own_act(notebook: Database) -> None:
    gate = Gate()
    held = asyncio.create_task(notebook.write(gate.hold))
    await gate.is_reached()
    crowd = asyncio.gather(
        notebook.write(note, "before"),
        notebook.write(answer, "never said"),
        notebook.write(note, "after"),
        return_exceptions=True,
    )
    await asyncio.sleep(0)
    gate.opened.set()
    before, astray, after = await crowd
    await held
    assert (before, after) == ("before", "after")
    assert isinstance(astray, IntegrityError)
    assert await notebook.read(words) == ["after", "before", "gate"]
    assert await notebook.read(lambda tx: tx.scalar(select(func.count()).select_from(ANSWERS))) == 0


async def test_acts_that_wait_share_one_transaction(file_notebook: Database) -> None:
    commits: list[object] = []
    event.listen(file_notebook._store.writing, "commit", commits.append)
    gate = Gate()
    held = asyncio.create_task(file_notebook.write(gate.hold))
    await gate.is_reached()
    crowd = asyncio.gather(*(file_notebook.write(note, f"{n:03}") for n in range(150)))
    await asyncio.sleep(0)
    gate.opened.set()
    await crowd
    await held
    assert len(commits) == 3  # the gate's, a hundred, the other fifty
    assert len(await file_notebook.read(words)) == 151


async def test_callers_wake_only_after_the_commit(file_notebook: Database) -> None:
    outcomes: list[Future[object]] = []
    too_early: list[bool] = []
    event.listen(
        file_notebook._store.writing,
        "commit",
        lambda _: too_early.extend(outcome.done() for outcome in outcomes),
    )

    def ask_for(act: Callable[[Transaction], object]) -> None:
        outcomes.append(Future())
        file_notebook._store.write([Call(act, outcomes[-1])])

    gate = Gate()
    ask_for(gate.hold)
    await gate.is_reached()
    for word in "abcde":
        ask_for(partial(note, word=word))
    gate.opened.set()
    for outcome in outcomes:
        await asyncio.wrap_future(outcome)
    assert too_early == [False] * 6 + [True] + [False] * 5


async def test_the_act_of_a_caller_who_left_is_done(database_url: str) -> None:
    gate = Gate()
    with Database.connect(database_url) as database:
        await database.write(create)
        gone = asyncio.create_task(database.write(gate.hold))
        await gate.is_reached()
        waiting = asyncio.create_task(database.write(note, "queued"))
        refused = asyncio.create_task(database.write(note_and_refuse, "refused"))
        await asyncio.sleep(0)
        for task in (gone, waiting, refused):
            task.cancel()
        gate.opened.set()
        for task in (gone, waiting, refused):
            with pytest.raises(asyncio.CancelledError):
                await task
    with Database.connect(database_url) as after:
        assert await after.read(words) == ["gate", "queued"]


async def test_a_writer_elsewhere_is_waited_for(file_notebook: Database, sqlite_url: str) -> None:
    turned_away = threading.Event()

    def notice(context: ExceptionContext) -> None:
        if "locked" in str(context.original_exception):
            turned_away.set()

    event.listen(file_notebook._store.writing, "handle_error", notice)
    with closing(sqlite3.connect(make_url(sqlite_url).database or "")) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(file_notebook.write(note, "patient"))
        assert await asyncio.to_thread(turned_away.wait, PATIENT)
        assert not waiting.done()
        other.rollback()
    assert await waiting == "patient"


async def test_a_full_disk_fails_only_the_act_that_needs_it(file_notebook: Database) -> None:
    def allow_few_pages(tx: Transaction) -> None:
        pages = tx.exec_driver_sql("PRAGMA page_count").scalar_one()
        tx.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")

    await file_notebook.write(allow_few_pages)
    gate = Gate()
    held = asyncio.create_task(file_notebook.write(gate.hold))
    await gate.is_reached()
    crowd = asyncio.gather(
        file_notebook.write(note, "before"),
        file_notebook.write(note, "far too long" * 10_000),
        file_notebook.write(note, "after"),
        return_exceptions=True,
    )
    await asyncio.sleep(0)
    gate.opened.set()
    before, full, after = await crowd
    await held
    assert (before, after) == ("before", "after")
    assert isinstance(full, OperationalError)
    assert "full" in str(full.orig)
    assert await file_notebook.read(words) == ["after", "before", "gate"]


async def test_who_overlooks_that_the_transaction_was_lost_is_told(file_notebook: Database) -> None:
    """As SQLite may end it by itself, when a disk is full."""

    def note_and_overlook(tx: Transaction) -> None:
        note(tx, "overlooked")
        with suppress(IntegrityError):
            tx.execute(insert(NOTES).prefix_with("OR ROLLBACK").values(word="overlooked"))

    crowd = asyncio.gather(
        file_notebook.write(note, "before"),
        file_notebook.write(note_and_overlook),
        file_notebook.write(note, "after"),
        return_exceptions=True,
    )
    before, lost, after = await crowd
    assert (before, after) == ("before", "after")
    assert isinstance(lost, RuntimeError)
    assert await file_notebook.read(words) == ["after", "before"]


async def test_an_ask_cannot_write(notebook: Database) -> None:
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        await notebook.read(note, "sneaked in")
    assert await notebook.read(words) == []
    assert await notebook.write(note, "in order") == "in order"


async def test_an_ask_sees_one_moment(notebook: Database) -> None:
    looked, written = threading.Event(), threading.Event()

    def look_twice(tx: Transaction) -> tuple[list[str], list[str]]:
        first = words(tx)
        looked.set()
        assert written.wait(PATIENT)
        return first, words(tx)

    asking = asyncio.create_task(notebook.read(look_twice))
    assert await asyncio.to_thread(looked.wait, PATIENT)
    await notebook.write(note, "meanwhile")
    written.set()
    assert await asking == ([], [])
    assert await notebook.read(words) == ["meanwhile"]


async def test_asks_that_wait_are_answered_together_and_each_for_itself(notebook: Database) -> None:
    await notebook.write(note, "here")
    held, go = threading.Event(), threading.Event()

    def hold(_: Transaction) -> None:
        held.set()
        assert go.wait(PATIENT)

    busy = [asyncio.create_task(notebook.read(hold)) for _ in range(8)]
    assert await asyncio.to_thread(held.wait, PATIENT)
    crowd = asyncio.gather(
        notebook.read(words),
        notebook.read(lambda tx: tx.exec_driver_sql("SELECT nothing")),
        notebook.read(note_and_refuse, "sneaked in"),
        notebook.read(words),
        return_exceptions=True,
    )
    await asyncio.sleep(0)
    go.set()
    first, astray, refused, last = await crowd
    await asyncio.gather(*busy)
    assert (first, last) == (["here"], ["here"])
    assert isinstance(astray, DBAPIError)
    assert isinstance(refused, DBAPIError)


async def test_acts_in_deadlock_run_again(postgresql: Database) -> None:
    await postgresql.write(create)
    await postgresql.write(note, "left")
    await postgresql.write(note, "right")
    face_to_face = threading.Barrier(2)
    runs: list[str] = []

    def bump_both(tx: Transaction, first: str, second: str) -> None:
        runs.append(first)
        tx.execute(update(NOTES).where(NOTES.c.word == first).values(times=NOTES.c.times + 1))
        if runs.count(first) == 1:
            face_to_face.wait(PATIENT)
        tx.execute(update(NOTES).where(NOTES.c.word == second).values(times=NOTES.c.times + 1))

    await asyncio.gather(
        postgresql.write(bump_both, "left", "right"), postgresql.write(bump_both, "right", "left")
    )
    assert len(runs) >= 3
    assert await postgresql.read(lambda tx: list(tx.scalars(select(NOTES.c.times)))) == [2, 2]


async def test_connections_that_were_lost_cost_no_act(postgresql: Database, postgres_host: str) -> None:
    """As after a restart of the server; only a commit that was under way has an unknown outcome."""
    await postgresql.write(create)
    gate = Gate()

    def hold_then_note(tx: Transaction) -> None:
        if not gate.reached.is_set():
            gate.reached.set()
            assert gate.opened.wait(PATIENT)
        note(tx, "held")

    busy = asyncio.gather(*(postgresql.write(note, f"{n}") for n in range(16)))
    await busy
    held = asyncio.create_task(postgresql.write(hold_then_note))
    await gate.is_reached()
    name = await postgresql.read(lambda tx: tx.exec_driver_sql("SELECT current_database()").scalar())
    with psycopg.connect(host=postgres_host, user="postgres", dbname="postgres", autocommit=True) as admin:
        ours = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        assert len(admin.execute(ours, [name]).fetchall()) > 1
    gate.opened.set()
    await held
    await asyncio.gather(*(postgresql.write(note, f"again {n}") for n in range(8)))
    assert len(await postgresql.read(words)) == 25


def test_the_file_is_durable_and_keeps_its_keys(sqlite: Database) -> None:
    def pragma(tx: Transaction, name: str) -> object:
        return tx.exec_driver_sql(f"PRAGMA {name}").scalar()

    assert sqlite.write_now(pragma, "journal_mode") == "wal"
    assert sqlite.write_now(pragma, "synchronous") == 2  # FULL
    assert sqlite.write_now(pragma, "foreign_keys") == 1


def test_a_closed_database_takes_no_more(database: Database) -> None:
    database.close()
    with pytest.raises(RuntimeError):
        database.write_now(create)
    with pytest.raises(RuntimeError):
        database.read_now(words)


def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    with Database.connect(f"sqlite:///{tmp_path}/deep/down/banxue.db") as database:
        database.write_now(create)
    assert (tmp_path / "deep" / "down" / "banxue.db").is_file()


@pytest.mark.parametrize("url", ["mysql://db/banxue", "sqlite://", "sqlite:///:memory:"])
def test_other_databases_are_turned_away(url: str) -> None:
    with pytest.raises(ValueError, match=r"expected sqlite|needs a file"):
        Database.connect(url)
