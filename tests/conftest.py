"""Both databases, migrated once and copied for each test."""

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from storage.database import Database
from storage.migrate import migrate
from tests import postgres
from tests.world import World

NUMBERS = count(1)


def _postgres_url(host: str, name: str) -> str:
    return f"postgresql://postgres@/{name}?host={host}"


def _postgres_does(host: str, statement: sql.Composed) -> None:
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as admin:
        admin.execute(statement)


def _create(host: str, template: str) -> str:
    name = f"test_{next(NUMBERS)}"
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    _postgres_does(host, statement.format(sql.Identifier(name), sql.Identifier(template)))
    return name


def _drop(host: str, name: str) -> None:
    _postgres_does(host, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def postgres_host() -> Iterator[str]:
    """The socket folder of the session's own PostgreSQL."""
    with postgres.server() as host:
        yield host


@pytest.fixture(scope="session")
def postgres_template(postgres_host: str) -> str:
    name = _create(postgres_host, "template0")
    migrate(_postgres_url(postgres_host, name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "banxue.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite file of the test's own."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'banxue.db')}"


@pytest.fixture
def postgres_url(postgres_host: str, postgres_template: str) -> Iterator[str]:
    """A migrated PostgreSQL database of the test's own."""
    name = _create(postgres_host, postgres_template)
    yield _postgres_url(postgres_host, name)
    _drop(postgres_host, name)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database: each test that asks runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database nothing was ever put into, on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    host: str = request.getfixturevalue("postgres_host")
    name = _create(host, "template0")
    yield _postgres_url(host, name)
    _drop(host, name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open, migrated database; the test runs on both engines."""
    with Database.connect(database_url) as opened:
        yield opened


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    """An open, migrated SQLite database, for what only its writer does."""
    with Database.connect(sqlite_url) as opened:
        yield opened


@pytest.fixture
def postgresql(postgres_url: str) -> Iterator[Database]:
    """An open, migrated PostgreSQL database, for what only its pool does."""
    with Database.connect(postgres_url) as opened:
        yield opened


@pytest.fixture
def world(sqlite: Database) -> World:
    """A deployment on SQLite with a simulated Telegram and a movable calendar."""
    return World(sqlite)
