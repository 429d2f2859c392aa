"""Two units moved at the same moment, each below the other, on two connections of PostgreSQL."""

from datetime import UTC, date, datetime
from threading import Event, Thread

from domain.actors import Account, Actor
from domain.errors import BelowItself
from domain.ids import UnitId
from domain.unit_changes import Move
from domain.units import UnitKind
from services import units as services
from storage import units
from storage.database import Database, Transaction
from storage.tables import UnitPlace

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
DAY = date(2026, 1, 1)
BOSS = Actor(Account("telegram", 1, None, "zh"), None, (), (), "zh", "UTC", root=True)
PATIENCE = 30.0  # seconds until a thread that should have come is given up
LOCKED = 1.0  # seconds in which a move that waits for nobody is long done


def test_two_moves_at_once_make_no_ring(postgresql: Database) -> None:
    """Each is allowed alone; together they would be a tree without a root, and nobody above anybody."""

    def found(tx: Transaction) -> tuple[UnitId, ...]:
        root = units.found_unit(tx, "工委", UnitKind.COMMITTEE, None, DAY, NOW)
        tops = [units.found_unit(tx, name, UnitKind.COMMITTEE, root, DAY, NOW) for name in ("甲", "乙")]
        under = [units.found_unit(tx, "下", UnitKind.COMMITTEE, top, DAY, NOW) for top in tops]
        return root, *tops, *under

    root, one, two, below_one, below_two = postgresql.write_now(found)
    moved, go_on, over = Event(), Event(), Event()
    refused: list[BelowItself] = []

    def first() -> None:
        def act(tx: Transaction) -> None:
            services.make(tx, BOSS, Move(one, below_two), NOW)
            moved.set()
            assert go_on.wait(PATIENCE)  # not committed yet

        postgresql.write_now(act)

    def second() -> None:
        try:
            postgresql.write_now(services.make, BOSS, Move(two, below_one), NOW)
        except BelowItself as refusal:
            refused.append(refusal)
        over.set()

    threads = [Thread(target=first), Thread(target=second)]
    threads[0].start()
    assert moved.wait(PATIENCE)
    threads[1].start()
    hasty = over.wait(LOCKED)
    go_on.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert not hasty
    assert len(refused) == 1
    stands = parents(postgresql)
    assert (stands[one], stands[two], stands[below_two]) == (below_two, root, two)


def parents(database: Database) -> dict[UnitId, UnitId | None]:
    """Below which unit each stands now; asked of the rows, as no walk up a ring ends."""

    def ask(tx: Transaction) -> dict[UnitId, UnitId | None]:
        rows = tx.execute(UnitPlace.__table__.select().where(UnitPlace.until.is_(None)))
        return {row.unit_id: row.parent_id for row in rows}

    return database.read_now(ask)
