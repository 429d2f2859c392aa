"""Bring a database to the newest revision, after a backup; write the next migration from the tables."""

import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, func, make_url, select
from sqlalchemy.pool import NullPool

from storage.sqlite import begin_patiently, open_sqlite

FOLDER = Path(__file__).parent / "migrations"
BACKUPS = 3  # kept beside the file; older ones go
LOCK = 0x62616E78  # our name ("banx") among PostgreSQL's advisory locks, held for the transaction only


def migrate(url: str) -> None:
    """Upgrade to the newest revision in one transaction; two processes started together do it once."""

    def upgrade(connection: Connection) -> None:
        if _revision(connection) == head_revision():
            return
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            _back_up(Path(address.database or ""))
        command.upgrade(_config(connection), "head")

    _alone(url, upgrade)


def reach(url: str) -> None:
    """Raise unless the database opens for writing; a SQLite file and its folder are made."""
    with _opened(make_url(url)) as engine, begin_patiently(engine):
        pass


def move_to(url: str, revision: str) -> None:
    """Walk up or down to a revision, without a backup: for tests and repairs."""

    def walk(connection: Connection) -> None:
        script = ScriptDirectory.from_config(_config())
        known = {step.revision for step in script.iterate_revisions(_revision(connection) or "base", "base")}
        step = command.downgrade if revision == "base" or revision in known else command.upgrade
        step(_config(connection), revision)

    _alone(url, walk)


def current_revision(url: str) -> str | None:
    """The revision the database stands at; None when it was never migrated. Makes no file."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        return None
    with _opened(address) as engine, begin_patiently(engine) as connection:  # another process may be writing
        return _revision(connection)


def head_revision() -> str | None:
    """The newest revision this version of the product knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def draft(message: str) -> None:
    """Write the next migration: what the tables say less what the migrations so far make of SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/draft.db"
        migrate(url)
        number = len(list(ScriptDirectory.from_config(_config()).walk_revisions())) + 1

        def compare(connection: Connection) -> None:
            command.revision(_config(connection), message, autogenerate=True, rev_id=f"{number:04}")

        _alone(url, compare)


def _alone(url: str, work: Callable[[Connection], None]) -> None:
    """Do the work in one transaction while no other process migrates or, on SQLite, writes."""
    with _opened(make_url(url)) as engine, begin_patiently(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        work(connection)
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken is not None:
                raise RuntimeError(
                    f"a migration left a row of {broken[0]} pointing nowhere; nothing was changed"
                )
        connection.commit()


@contextmanager
def _opened(address: URL) -> Iterator[Engine]:
    if address.get_backend_name() == "sqlite":
        # A table is rebuilt by dropping it, so keys are checked at the end instead of at each step.
        pragmas = {"foreign_keys": "OFF", "journal_mode": "WAL", "synchronous": "FULL"}
        engine = open_sqlite(address, "BEGIN IMMEDIATE", 1, pragmas)
    else:
        engine = create_engine(address.set(drivername="postgresql+psycopg"), poolclass=NullPool)
    try:
        yield engine
    finally:
        engine.dispose()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _back_up(file: Path) -> None:
    """Copy what was committed beside the file, when anything was; keep the last three copies."""
    with closing(sqlite3.connect(file)) as source:
        if source.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            return
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        unfinished = file.with_name(f"{file.name}.unfinished")
        with closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy)
        unfinished.rename(file.with_name(f"{file.name}.{stamp}.backup"))
    for old in sorted(file.parent.glob(f"{file.name}.*.backup"))[:-BACKUPS]:
        old.unlink()


if __name__ == "__main__":
    draft(" ".join(sys.argv[1:]))
