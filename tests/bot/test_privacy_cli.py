"""`audit` and `erased` from the machine: the trail printed and written; a restored copy erased once more."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

from domain.actors import Account
from domain.ids import PersonId
from services import erasures
from services.actors import actor_of
from storage.database import Database, Transaction
from storage.people import link_account
from tests.bot.test_organisation import office, rows, run

__all__ = ["office"]

NOW = datetime.now(UTC)


def zhang_goes(folder: Path) -> None:
    """张伟, who is linked, has their data deleted."""

    def story(tx: Transaction) -> None:
        link_account(tx, PersonId(2), "telegram", 77, None, NOW)
        actor = actor_of(tx, Account("telegram", 77, None, "zh"), NOW, {}, root=False)
        erasures.erase(tx, actor, "已匿名 #{number}", NOW)

    with Database.connect(f"sqlite:///{folder}/data/banxue.db") as database:
        database.write_now(story)


def names(folder: Path) -> list[tuple[object, ...]]:
    return rows(folder, "select name from people order by id")


def test_the_trail_is_printed_searched_and_written(office: Path) -> None:
    assert run(office, "import-roster", "roster.csv")[0] == 0
    code, shown, _ = run(office, "audit")
    assert code == 0
    assert "本机 · 导入名册" in shown
    assert "名册登记组织关系" in shown
    code, found, _ = run(office, "audit", "张伟", "名册登记组织关系")
    assert [line.split(" · ")[3] for line in found.splitlines()] == ["张伟"]
    code, silence, _ = run(office, "audit", "--csv", "trail.csv")
    assert (code, silence) == (0, "")
    assert "导入名册" in (office / "trail.csv").read_text("utf-8-sig")
    assert rows(office, "select count(*) from audit where act = 'trail_taken'") == [(3,)]


def test_whom_a_restored_copy_brings_back_is_erased_once_more(office: Path) -> None:
    assert run(office, "import-roster", "roster.csv")[0] == 0
    database = office / "data" / "banxue.db"
    zhang_before = shutil.copy(database, office / "older.db")
    zhang_goes(office)
    code, listed, _ = run(office, "erased", "list")
    assert code == 0
    (line,) = [json.loads(line) for line in listed.splitlines()]
    assert line["person"] == 2
    assert "张伟" not in listed
    assert names(office) == [("王芳",), ("已匿名 #1",)]
    for extra in database.parent.glob("banxue.db-*"):
        extra.unlink()
    shutil.copy(zhang_before, database)
    assert names(office) == [("王芳",), ("张伟",)]
    (office / "erased.txt").write_text(listed, "utf-8")
    assert run(office, "erased", "again", "erased.txt") == (0, "再次删除 1 人。\n", "")
    assert names(office) == [("王芳",), ("已匿名 #1",)]
    assert run(office, "erased", "again", "erased.txt")[1] == "再次删除 0 人。\n"
    code, again, _ = run(office, "import-roster", "roster.csv")
    assert code == 0
    assert "此人已申请删除数据,该行已跳过" in again
    assert names(office) == [("王芳",), ("已匿名 #1",)]


def test_a_file_that_is_no_such_list_changes_nothing(office: Path) -> None:
    assert run(office, "import-roster", "roster.csv")[0] == 0
    (office / "wrong.txt").write_text("张伟\n", "utf-8")
    code, _, said = run(office, "erased", "again", "wrong.txt")
    assert code == 1
    assert said == "This is no list of `python -m bot erased list`.\n"
    assert names(office) == [("王芳",), ("张伟",)]
