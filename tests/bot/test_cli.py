"""The command line as an administrator meets it."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.server import serving
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
        "run", "migrate", "import-roster", "admin-code", "invite", "summary", "doctor", "version"
    ):  # fmt: skip
        assert f" {command} " in shown


def test_version(tmp_path: Path) -> None:
    assert bot(tmp_path, "version").stdout.strip().count(".") == 2


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_a_wrong_setting_stops_with_one_line(tmp_path: Path, command: str) -> None:
    done = bot(tmp_path, command, BOT_TOKEN="5:x", DEFAULT_LOCALE="fr")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "DEFAULT_LOCALE: given 'fr', expected zh or en\n"


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
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["ok"] * 5
    assert "@banxue_bot" in done.stdout
    assert done.returncode == 0
