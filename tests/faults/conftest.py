"""`pytest tests/faults --long` runs every fault at full length; without it each is short."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.faults import pushing
from tests.faults.lives import Family, Nursery

LONGEST = 1500  # seconds for one test of the long suite


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the faults at full length")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: only in the long suite of faults")
    if is_long(config):
        pushing.PATIENCE *= 6


def is_long(config: pytest.Config) -> bool:
    """Whether the long suite is asked for; a run of everything does not know the option."""
    return bool(config.getoption("--long", default=False))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "faults" not in item.path.parts:
            continue
        if is_long(config):
            item.add_marker(pytest.mark.timeout(LONGEST))
        elif item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="long: make faults"))


@pytest.fixture
def long(request: pytest.FixtureRequest) -> bool:
    """Whether the long suite is asked for."""
    return is_long(request.config)


@pytest.fixture
def size(long: bool) -> int:
    """How many people a push over the wire in this process goes to."""
    return 1000 if long else 60


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """The parent of every bot that runs as a process."""
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture
def family(nursery: Nursery, tmp_path: Path) -> Callable[[dict[str, str]], AbstractContextManager[Family]]:
    """Processes of one deployment, by its settings."""
    return lambda settings: nursery.family(tmp_path, settings)


@pytest.fixture
def shown(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Says a figure where a person who runs the suite sees it."""

    def say(words: str) -> None:
        with capsys.disabled():
            print(f"\n  {words}.", end=" ")  # noqa: T201

    return say
