"""Thousands of units are listed, searched and turned by page with as few questions as a handful."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, insert

from domain.actors import Account, Actor
from domain.bindings import ChooseUnit, Room
from domain.ids import UnitId
from domain.roles import Role
from domain.unit_changes import PAGE
from domain.units import UnitKind
from services import bindings
from services import units as services
from services.actors import actor_of
from storage import people, units
from storage.database import Database, Transaction
from storage.tables import Unit, UnitPlace

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
DAY = date(2026, 1, 1)
CHIEF = Actor(Account("telegram", 7, None, "zh"), None, (), (), "zh", "Asia/Shanghai", root=True)
MANY = 5_000
PATIENCE = 2.0  # seconds for one screen; some 20 ms on two idle cores


@pytest.fixture
def forest(database: Database) -> tuple[Database, UnitId]:
    """A committee with 5,000 branches directly below it."""

    def grow(tx: Transaction) -> UnitId:
        root = units.found_unit(tx, "省直机关工委", UnitKind.COMMITTEE, None, DAY, NOW)
        rows = [{"name": f"第{n}党支部", "kind": UnitKind.BRANCH, "created_at": NOW} for n in range(MANY)]
        made = tx.execute(insert(Unit).returning(Unit.id, sort_by_parameter_order=True), rows).scalars()
        tx.execute(
            insert(UnitPlace), [{"unit_id": one, "parent_id": root, "since": DAY} for one in made.all()]
        )
        return root

    return database, database.write_now(grow)


@contextmanager
def counted(tx: Transaction) -> Iterator[list[str]]:
    said: list[str] = []

    def note(*args: object) -> None:
        said.append(str(args[2]))

    event.listen(tx, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(tx, "before_cursor_execute", note)


def test_each_screen_asks_for_its_own_units_only(forest: tuple[Database, UnitId]) -> None:
    database, root = forest

    def screens(tx: Transaction) -> None:
        for page in (0, 1, MANY // PAGE - 1):
            began = time.monotonic()
            with counted(tx) as said:
                shown = services.look(tx, CHIEF, root, page, NOW)
            assert (len(shown.below), shown.total, shown.page) == (PAGE, MANY, page)
            assert len(said) <= PAGE + 6
            assert time.monotonic() - began < PATIENCE
        began = time.monotonic()
        with counted(tx) as said:
            found = services.search(tx, CHIEF, "4321", NOW)
        assert [unit.name for unit in found.units] == ["第4321党支部"]
        assert len(said) <= PAGE + 6
        assert time.monotonic() - began < PATIENCE
        found = services.search(tx, CHIEF, "党支部", NOW)
        assert (len(found.units), found.more) == (PAGE, True)

    database.read_now(screens)


@pytest.mark.parametrize(("asked", "found"), [("", 8), ("第4321党支部", 1), ("省直机关工委/第4321党支部", 1)])
def test_a_group_is_bound_by_who_keeps_thousands_of_branches_without_asking_for_each(
    forest: tuple[Database, UnitId], asked: str, found: int
) -> None:
    database, root = forest
    room = Room("telegram", 42, -500, 0, "supergroup")

    def binds(tx: Transaction) -> None:
        keeper = people.add_person(tx, "管理员", "管理员", NOW)
        people.appoint(tx, keeper, root, Role.ADMINISTRATOR, DAY)
        people.link_account(tx, keeper, "telegram", 8, None, NOW)
        actor = actor_of(tx, Account("telegram", 8, None, None), NOW, {}, root=False)
        with counted(tx) as said:
            outcome = bindings.bind(tx, actor, room, asked, NOW)
        assert len(outcome.units) == found if isinstance(outcome, ChooseUnit) else found == 1
        assert len(said) < 25

    database.write_now(binds)
