"""What is handed out can be handed in again and changes nothing. On both databases."""

import io
from csv import reader
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, update

from domain.actors import Account, Actor
from domain.errors import ExportTooLong, RosterNotYours, Stranger
from domain.roster_exports import ExportedRow
from domain.roster_plans import RosterPlan
from domain.roster_reading import read_roster
from domain.rosters import Reason, Sheet
from messages.roster_exports import cells
from messages.speech import _, speaking
from reports.roster_exports import to_csv, to_xlsx
from reports.rosters import read_file
from services import roster_exports, roster_imports, rosters
from services.actors import actor_of
from storage import people
from storage.database import Database
from storage.tables import AuditEntry, Person, Unit

NOW = datetime(2026, 11, 6, 1, 0, tzinfo=UTC)
DAY = date(2026, 11, 6)
HEADER = ("组织", "类别", "姓名", "党内职务", "身份", "入党日期", "免考勤", "Telegram", "编号")
FIRST, SECOND = "机关党委/发改委党总支/第一党支部", "机关党委/第二党支部"
ROWS = (
    (FIRST, "", "王芳", "书记、组织委员", "正式", "2001-07-01", "", "10001", "A1"),
    (f"{FIRST}/第一党小组", "", "张伟", "组长", "预备", "2026-07", "", "@zhangwei", ""),
    (f"{FIRST}/第一党小组", "", "李娜", "", "", "", "年老体弱", "", ""),
    (FIRST, "", "李娜", "宣传委员", "", "", "", "", "A3"),
    (SECOND, "", "李娜", "", "", "", "", "", ""),
    (SECOND, "", "赵敏", "副书记", "积极分子", "", "旧疾", "", ""),
    ("机关党委", "党委", "孙丽", "联络员、管理员", "", "", "", "10009", ""),
    ("机关党委/研发中心", "支部", "周平", "", "", "1999", "", "", "A9"),
)


@pytest.fixture
def office(database: Database) -> Database:
    rows = [row if row[2] != "李娜" or row[0] == SECOND else (*row[:8], "A3") for row in ROWS]
    read = read_roster([Sheet("名册", (HEADER, *rows))])
    assert read.problems == ()
    plan = roster_imports.import_in_chunks(database, read, False, DAY, NOW, lambda _done, _total: None)
    assert plan.problems == ()
    return database


def again(database: Database, rows: tuple[ExportedRow, ...], locale: str, *, csv: bool = False) -> RosterPlan:
    """What handing the export in again would change."""
    with speaking(locale):
        data = to_csv(cells(rows), _) if csv else to_xlsx(cells(rows), _, NOW)
    return database.read_now(rosters.plan, read_file(data, "a.csv" if csv else "a.xlsx"), DAY)


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("csv", [False, True])
def test_an_export_handed_in_again_changes_nothing(office: Database, locale: str, csv: bool) -> None:
    rows = office.read_now(roster_exports.export_at, (), DAY)
    assert len(rows) == len(ROWS)
    plan = again(office, rows, locale, csv=csv)
    assert (plan.problems, plan.changes, plan.absent) == ((), (), ())


def test_what_is_corrected_in_an_export_is_changed_and_nothing_else(office: Database) -> None:
    with speaking("zh"):
        rows = [list(row) for row in cells(office.read_now(roster_exports.export_at, (), DAY))]
        for row in rows:
            if row[2] == "张伟":
                row[2] = "张玮"  # no number of their own: the mark tells who is meant
        data = to_csv([tuple(row) for row in rows], _)
    plan = office.read_now(rosters.plan, read_file(data, "a.csv"), DAY)
    assert [type(change).__name__ for change in plan.changes] == ["PersonChanged"]
    assert plan.absent == ()


def test_no_cell_of_a_text_file_is_run_by_a_spreadsheet_and_each_is_read_as_it_was(office: Database) -> None:
    office.write_now(
        lambda tx: tx.execute(update(Unit).where(Unit.name == "研发中心").values(name='+HYPERLINK("x")'))
    )
    rows = office.read_now(roster_exports.export_at, (), DAY)
    with speaking("zh"):
        text = to_csv(cells(rows), _).decode("utf-8-sig")
    found = [cell for line in reader(io.StringIO(text, newline="")) for cell in line]
    assert [cell for cell in found if cell.startswith(("=", "+", "-", "@"))] == []
    assert "'@zhangwei" in found
    plan = again(office, rows, "zh", csv=True)
    assert (plan.problems, plan.changes, plan.absent) == ((), (), ())


def test_one_unit_alone(office: Database) -> None:
    rows = office.read_now(roster_exports.export_at, ("机关党委", "发改委党总支"), DAY)
    assert {row.name for row in rows} == {"王芳", "张伟", "李娜"}


def test_a_mark_of_nobody_is_named(office: Database) -> None:
    lines = (HEADER, (FIRST, "", "新人", "", "", "", "", "", "#99999"))
    plan = office.read_now(rosters.plan, read_roster([Sheet("名册", lines)]), DAY)
    assert [(p.row, p.reason) for p in plan.problems] == [(2, Reason.MARK_UNKNOWN)]


def acting(database: Database, name: str) -> Actor:
    who = database.read_now(
        lambda tx: tx.execute(select(Person.id).where(Person.name == name)).scalars().first()
    )
    if who is not None and name not in {"王芳", "孙丽"}:
        database.write_now(people.link_account, who, "telegram", 7000 + who, None, NOW)
    user = {"王芳": 10001, "孙丽": 10009}.get(name, 7000 + (who or 0))
    return database.read_now(actor_of, Account("telegram", user, None, "zh"), NOW, {}, False)


def test_each_gets_what_their_role_allows_and_it_is_noted(
    office: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = office.read_now(roster_exports.export_for, acting(office, "王芳"), NOW)
    assert {row.path[:3] for row in mine} == {("机关党委", "发改委党总支", "第一党支部")}
    everything = office.read_now(roster_exports.export_for, acting(office, "孙丽"), NOW)
    assert len(everything) == len(ROWS)
    with pytest.raises(RosterNotYours):
        office.read_now(roster_exports.export_for, acting(office, "周平"), NOW)
    with pytest.raises(Stranger):
        office.read_now(roster_exports.export_for, acting(office, "路人"), NOW)
    office.write_now(roster_exports.note_taken, acting(office, "王芳"), len(mine), NOW)
    noted = office.read_now(
        lambda tx: tx.execute(
            select(AuditEntry.act, AuditEntry.detail).order_by(AuditEntry.id.desc())
        ).first()
    )
    assert noted is not None
    assert tuple(noted) == ("exported", f'{{"rows": {len(mine)}}}')
    monkeypatch.setattr(roster_exports, "MOST_ROWS", 3)
    with pytest.raises(ExportTooLong):
        office.read_now(roster_exports.export_for, acting(office, "孙丽"), NOW)
