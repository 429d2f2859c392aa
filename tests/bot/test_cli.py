"""The command line as an administrator meets it."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.server import serving
from storage.migrate import head_revision
from tests.contract.process import ROOT
from tests.world import TOKEN, World


def bot(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder of its own, with these settings and no others."""
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **settings}
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False
    )


def test_help_names_every_command_and_loads_nothing_heavy(tmp_path: Path) -> None:
    heavy = ("aiogram", "aiohttp", "sqlalchemy", "pydantic")
    asked = f"import sys, bot.__main__; print(*(name for name in {heavy} if name in sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert loaded.stdout.split() == []
    shown = bot(tmp_path, "--help").stdout
    for command in (
        "run", "migrate", "import-roster", "admin-code", "invite", "summary", "doctor", "version",
        "deliveries", "updates", "import-units",
    ):  # fmt: skip
        assert f" {command} " in shown


def test_version(tmp_path: Path) -> None:
    assert bot(tmp_path, "version").stdout.strip().count(".") == 2


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_a_wrong_setting_stops_with_one_line(tmp_path: Path, command: str) -> None:
    done = bot(tmp_path, command, BOT_TOKEN="5:x", DEFAULT_LOCALE="fr")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "DEFAULT_LOCALE: given 'fr', expected zh or en\n"


DATABASE = "DATABASE_URL: given a value not shown here, expected sqlite:///path/to/file.db or postgresql://"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://anna:hunter2@127.0.0.1:1/banxue", "Connection refused"),
        ("sqlite:///folder", "unable to open database file"),
        ("sqlite:///diary.db", "file is not a database"),
        ("sqlite:///diary.db/banxue.db", "File exists"),
    ],
)
def test_a_database_out_of_reach_is_told_in_one_line(tmp_path: Path, url: str, said: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "diary.db").write_text("Dear diary, this is no database at all.")
    done = bot(tmp_path, "migrate", BOT_TOKEN="5:x", DATABASE_URL=url)
    assert done.returncode == 2
    assert done.stderr.startswith(DATABASE)
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert "hunter2" not in done.stderr


@pytest.mark.parametrize(
    "command", [("invite", "--unit", "a"), ("admin-code",), ("summary", "--unit", "a", "--period", "2026")]
)
def test_without_its_tables_a_command_says_what_to_run(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = bot(tmp_path, *command, BOT_TOKEN="5:x")
    assert (done.returncode, done.stdout) == (1, "")
    newest = head_revision()
    assert done.stderr == f"The database is at nothing, not at {newest}: run `python -m bot migrate`\n"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "第一党支部.csv").write_text("姓名\n王芳\n", "utf-8")
    bot(tmp_path, "import-roster", "第一党支部.csv", BOT_TOKEN="5:x")
    asked = ("summary", "--unit", "第一党支部", "--period", "2026", "--xlsx", "nowhere/a.xlsx")
    done = bot(tmp_path, *asked, BOT_TOKEN="5:x")
    assert (done.returncode, done.stderr) == (1, "nowhere/a.xlsx: No such file or directory\n")
    links = ("--personal", "--bot-username", "b", "--out", "第一党支部.csv")
    done = bot(tmp_path, "invite", "--unit", "第一党支部", *links, BOT_TOKEN="5:x")
    assert (done.returncode, done.stderr) == (1, "第一党支部.csv: File exists\n")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LISTEN", "nobody.invalid:80"),
        ("LISTEN", "192.0.2.1:80"),
        ("BOT_TOKEN", "123456:not-the-right-one"),
    ],
)
async def test_what_only_the_world_can_refuse_stops_the_start_with_one_line(
    tmp_path: Path, world: World, name: str, value: str
) -> None:
    async with serving(world.telegram) as url:
        settings = {"BOT_TOKEN": TOKEN, "WEBHOOK_SECRET": "s3cret", "LISTEN": "127.0.0.1:0", name: value}
        done = await asyncio.to_thread(
            bot, tmp_path, "run", TELEGRAM_API_URL=url, LOG_LEVEL="ERROR", **settings
        )
    assert done.returncode == 2
    assert done.stderr.startswith(f"{name}: given ")
    assert done.stderr.count("\n") == 1
    assert "s3cret" not in done.stderr
    assert "not-the-right-one" not in done.stderr


def test_migrate_makes_the_database_and_then_has_nothing_to_do(tmp_path: Path) -> None:
    first = bot(tmp_path, "migrate", BOT_TOKEN="5:x")
    assert first.stdout.startswith("empty → ")
    assert "already at" in bot(tmp_path, "migrate", BOT_TOKEN="5:x").stdout


def test_doctor_names_each_fault_and_touches_nothing(tmp_path: Path) -> None:
    done = bot(tmp_path, "doctor", BOT_TOKEN="5:secret", TELEGRAM_API_URL="http://127.0.0.1:1")
    lines = [line.partition(":")[0].split() for line in done.stdout.splitlines()]
    assert lines == [
        ["ok", "settings"],
        ["FAULT", "database"],
        ["FAULT", "migrations"],
        ["FAULT", "token"],
        ["ok", "clock"],
        ["ok", "fonts"],
    ]
    assert done.returncode == 1
    assert "secret" not in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []


def test_doctor_without_settings_says_which(tmp_path: Path) -> None:
    done = bot(tmp_path, "doctor")
    assert done.stdout.startswith("FAULT settings: BOT_TOKEN: given nothing, expected ")
    assert done.returncode == 1


async def test_doctor_finds_a_good_deployment_good(tmp_path: Path, world: World, sqlite_url: str) -> None:
    async with serving(world.telegram) as url:
        settings = {"BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": url, "DATABASE_URL": sqlite_url}
        done = await asyncio.to_thread(bot, tmp_path, "doctor", **settings)
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["ok"] * 6
    assert "@banxue_bot" in done.stdout
    assert done.returncode == 0


def test_what_is_exported_is_imported_again_without_a_change(tmp_path: Path) -> None:
    people = "机关党委/第一党支部,王芳,书记,正式,A1\n机关党委/第一党支部,张伟,,预备,\n"
    rows = f"组织,姓名,党内职务,身份,编号\n{people}"
    (tmp_path / "名册.csv").write_text(rows, encoding="utf-8")
    done = bot(tmp_path, "import-roster", "名册.csv", BOT_TOKEN="5:x")
    assert (done.returncode, done.stderr) == (0, "")  # no bar where nobody looks on
    done = bot(tmp_path, "export-roster", "新.xlsx", BOT_TOKEN="5:x")
    assert (done.returncode, done.stdout) == (0, "已写出 2 行。\n")
    done = bot(tmp_path, "import-roster", "新.xlsx", BOT_TOKEN="5:x")
    assert (done.returncode, done.stdout) == (0, "没有变化。\n")
    done = bot(tmp_path, "export-roster", "无.csv", "--unit", "第九党支部", BOT_TOKEN="5:x")
    assert (done.returncode, "第九党支部" in done.stderr, (tmp_path / "无.csv").exists()) == (1, True, False)
