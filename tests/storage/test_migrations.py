"""Migrations: every step up, down and up again; the end is what the tables say; nothing is lost."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import pairwise
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, make_url

from storage.database import Database, Transaction
from storage.migrate import FOLDER, current_revision, head_revision, migrate, move_to
from storage.tables import Base


def revisions() -> list[str]:
    """From nothing to the newest."""
    steps = ScriptDirectory(str(FOLDER)).walk_revisions()
    return ["base", *reversed([step.revision for step in steps])]


def tables(tx: Transaction) -> set[str]:
    return set(inspect(tx).get_table_names()) - {"alembic_version"}


def test_there_is_one_line_of_migrations() -> None:
    assert len(ScriptDirectory(str(FOLDER)).get_heads()) == 1


def test_each_step_goes_up_down_and_up_again(empty_url: str) -> None:
    for before, after in pairwise(revisions()):
        move_to(empty_url, after)
        assert current_revision(empty_url) == after
        move_to(empty_url, before)
        assert (current_revision(empty_url) or "base") == before
        move_to(empty_url, after)
    assert current_revision(empty_url) == head_revision()


def test_all_the_way_down_leaves_no_table(database_url: str) -> None:
    with Database.connect(database_url) as database:
        assert database.read_now(tables) == set(Base.metadata.tables)
    move_to(database_url, "base")
    with Database.connect(database_url) as database:
        assert database.read_now(tables) == set()


def test_migrations_end_where_the_tables_stand(database: Database) -> None:
    def difference(tx: Transaction) -> list[object]:
        options = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(tx, opts=options), Base.metadata))

    assert database.read_now(difference) == []


def test_two_processes_that_start_together_migrate_once(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as starters:
        list(starters.map(migrate, [empty_url] * 4))
    assert current_revision(empty_url) == head_revision()


def test_asking_for_the_revision_makes_no_file(tmp_path: Path) -> None:
    assert current_revision(f"sqlite:///{tmp_path}/absent.db") is None
    assert list(tmp_path.iterdir()) == []


def test_an_upgrade_backs_the_old_file_up_and_keeps_three_copies(tmp_path: Path) -> None:
    file = tmp_path / "banxue.db"
    with closing(sqlite3.connect(file)) as before, before:
        before.execute("CREATE TABLE diary (page TEXT)")
        before.execute("INSERT INTO diary VALUES ('first')")
    for _ in range(5):
        migrate(f"sqlite:///{file}")
        move_to(f"sqlite:///{file}", "base")
    copies = sorted(tmp_path.glob("banxue.db.*.backup"))
    assert len(copies) == 3
    with closing(sqlite3.connect(copies[-1])) as copy:
        assert copy.execute("SELECT page FROM diary").fetchall() == [("first",)]


def test_a_new_file_and_a_migrated_one_need_no_backup(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path}/new.db")
    migrate(f"sqlite:///{tmp_path}/new.db")
    assert list(tmp_path.glob("*.backup")) == []


def test_asking_for_the_revision_waits_while_another_process_writes(sqlite_url: str) -> None:
    with closing(sqlite3.connect(make_url(sqlite_url).database or "", check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.2, other.rollback)
        release.start()
        assert current_revision(sqlite_url) == head_revision()
        release.join()
