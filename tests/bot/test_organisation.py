"""import-roster, invite and admin-code, as an administrator runs them."""

import asyncio
import csv
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import xlsxwriter

from simulator.server import serving
from tests.bot.test_cli import bot
from tests.world import TOKEN, Branch, World

ROSTER = (
    "序号,组织,姓名,职务,身份,入党日期,身份证号\n"
    "1,机关工委/第一党支部,王芳,书记,正式,2001-07-01,110101199003070000\n"
    "2,机关工委/第一党支部/第一党小组,张伟,,预备,2026.7,110101199003070001\n"
    "合计,2,,,,,\n"
)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    (tmp_path / "roster.csv").write_bytes(ROSTER.encode("gb18030"))
    return tmp_path


def run(folder: Path, *arguments: str, locale: str = "zh") -> tuple[int, str, str]:
    done = bot(folder, *arguments, BOT_TOKEN="5:x", DEFAULT_LOCALE=locale)
    return done.returncode, done.stdout, done.stderr


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "data" / "banxue.db")) as database:
        return database.execute(query).fetchall()


def test_a_roster_is_shown_imported_and_then_nothing_changes(office: Path) -> None:
    code, shown, _ = run(office, "import-roster", "roster.csv", "--dry-run")
    assert code == 0
    assert "新增组织:机关工委/第一党支部(支部)" in shown
    assert "组织关系:张伟,机关工委/第一党支部/第一党小组,预备党员" in shown
    assert "试运行" in shown
    assert rows(office, "select name from people") == []
    code, done, _ = run(office, "import-roster", "roster.csv")
    assert code == 0
    assert "已导入" in done
    assert "1101011990" not in shown + done
    assert rows(office, "select name from people") == [("王芳",), ("张伟",)]
    assert run(office, "import-roster", "roster.csv")[1].endswith("没有变化。\n")


def test_a_sheet_of_units_is_shown_made_and_refused_whole(office: Path) -> None:
    assert run(office, "import-roster", "roster.csv")[0] == 0
    sheet = "上级,名称,种类,新名称\n机关工委,第二党支部,,\n机关工委,第一党支部,,一支部\n"
    (office / "units.csv").write_text(sheet, "utf-8")
    names = "select name from units order by id"
    before = rows(office, names)
    code, shown, _ = run(office, "import-units", "units.csv", "--dry-run")
    assert (code, rows(office, names)) == (0, before)
    assert "新建:机关工委/第二党支部" in shown
    assert "试运行" in shown
    code, done, _ = run(office, "import-units", "units.csv")
    assert code == 0
    assert done.endswith("已办理 2 项组织变动。\n")
    after = rows(office, names)
    assert {("第二党支部",), ("一支部",)} <= set(after)
    (office / "bad.csv").write_text("上级,名称\n机关工委,第三党支部\n没有,第四党支部\n", "utf-8")
    code, said, _ = run(office, "import-units", "bad.csv")
    assert code == 1
    assert said.startswith("第 3 行:")
    assert rows(office, names) == after


def test_bad_rows_are_all_told_and_nothing_is_imported(office: Path) -> None:
    (office / "bad.csv").write_text(
        "组织,姓名,入党日期,身份\n工委/第一党支部,王芳,昨天,\n工委/第一党支部,张伟,2001,什么\n",
        "utf-8",
    )
    code, said, _ = run(office, "import-roster", "bad.csv", locale="en")
    assert code == 1
    assert "bad row 2, 入党日期: The date cannot be read" in said
    assert "bad row 3, 身份: The standing is not known" in said
    assert said.endswith("2 problems; nothing was imported.\n")
    assert rows(office, "select name from people") == []


def test_those_missing_are_ended_only_when_asked(office: Path) -> None:
    run(office, "import-roster", "roster.csv")
    (office / "later.csv").write_text("组织,姓名\n机关工委/第一党支部,王芳\n", "utf-8")
    said = run(office, "import-roster", "later.csv")[1]
    assert "表中已没有:张伟,机关工委/第一党支部;保留" in said
    assert rows(office, "select count(*) from memberships where until is null") == [(2,)]
    run(office, "import-roster", "later.csv", "--end-missing")
    assert rows(office, "select count(*) from memberships where until is null") == [(1,)]


def test_an_office_sheet_without_units_takes_one_from_the_command(office: Path) -> None:
    with xlsxwriter.Workbook(str(office / "sheet.xlsx")) as book:
        sheet = book.add_worksheet("Sheet1")
        sheet.merge_range("A1:C1", "第二党支部党员花名册")
        for number, line in enumerate((("序号", "姓名", "职务"), (1, "李 娜", "书记"), (2, "赵敏", ""))):
            sheet.write_row(number + 1, 0, line)
    code, said, _ = run(office, "import-roster", "sheet.xlsx", "--unit", "机关工委/第二党支部")
    assert code == 0
    assert "任职:李娜,机关工委/第二党支部书记" in said


def test_a_file_that_is_not_there(office: Path) -> None:
    code, _, said = run(office, "import-roster", "nothing.csv")
    assert code == 1
    assert said.startswith("nothing.csv: ")
    assert "Traceback" not in said


def test_a_shared_link_and_personal_ones(office: Path) -> None:
    run(office, "import-roster", "roster.csv")
    unit = ("--unit", "机关工委/第一党支部", "--bot-username", "banxue_bot")
    code, said, _ = run(office, "invite", *unit)
    assert code == 0
    assert re.match(r"https://t\.me/banxue_bot\?start=[A-Za-z0-9_-]{22}\n", said)
    code, said, _ = run(office, "invite", *unit, "--personal", "--out", "links")
    assert (code, said[:8]) == (0, "2 条专属链接:")
    with (office / "links" / "invites.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *lines = csv.reader(file)
    assert head[0] == "姓名"
    assert [line[:2] for line in lines] == [["王芳", "第一党支部"], ["张伟", "第一党小组"]]
    links = {line[2] for line in lines}
    assert len(links) == 2
    assert all(re.fullmatch(r"https://t\.me/banxue_bot\?start=[A-Za-z0-9_-]{22}", link) for link in links)
    sheet = (office / "links" / "invites.html").read_text("utf-8")
    assert sheet.count("<svg") == 2
    assert (office / "links" / "invites.csv").stat().st_mode & 0o077 == 0
    hashes = rows(office, "select token_hash from links")
    assert all(link.partition("=")[2] not in str(hashes) for link in links)


def test_links_for_a_unit_that_is_not_there(office: Path) -> None:
    run(office, "import-roster", "roster.csv")
    code, _, said = run(office, "invite", "--unit", "机关工委/没有", "--bot-username", "banxue_bot")
    assert (code, said) == (1, "没有 机关工委/没有 这个组织;请从最上级写起,用 / 隔开。\n")


def test_the_administrators_code(office: Path) -> None:
    run(office, "migrate")
    code, _, said = run(office, "admin-code")
    assert (code, said) == (1, "还没有任何组织,请先导入名册:import-roster 文件。\n")
    run(office, "import-roster", "roster.csv")
    code, said, _ = run(office, "admin-code")
    assert code == 0
    assert re.match(r"/start [A-Za-z0-9_-]{22}\n", said)
    assert rows(office, "select kind, uses_left from links") == [("admin", 1)]


async def test_the_platform_tells_the_bots_name(
    tmp_path: Path, world: World, branch: Branch, sqlite_url: str
) -> None:
    settings = {"BOT_TOKEN": TOKEN, "DATABASE_URL": sqlite_url, "DEFAULT_LOCALE": "en"}
    async with serving(world.telegram) as url:
        done = await asyncio.to_thread(
            bot, tmp_path, "invite", "--unit", branch.name, TELEGRAM_API_URL=url, **settings
        )
    assert done.stdout.startswith("https://t.me/banxue_bot?start=")
    nowhere = "http://127.0.0.1:1"
    silent = await asyncio.to_thread(
        bot, tmp_path, "invite", "--unit", branch.name, TELEGRAM_API_URL=nowhere, **settings
    )
    assert silent.returncode == 1
    assert silent.stderr.startswith(f"{nowhere} does not tell the bot's name.")


@pytest.fixture
def branch(world: World) -> Branch:
    return world.branch("第一党支部", members=["张伟"])
