"""A roster of 160,000 people from the command line: how long, how much memory, how long others wait.

The file is made first, and is not measured. Others write beside it: the bot goes on during an import.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from xlsxwriter import Workbook

from storage.database import Database, Transaction
from tests.bench.frame import Row, no_more_than, percentile
from tests.bench.organisation import DATABASES

PEOPLE, QUICK = 160_000, 16_000
IN_A_BRANCH, IN_A_COMMITTEE = 30, 20  # 5,334 branches, as in the organisation this was asked for
SECONDS, MEBIBYTES = 60, 500
HEADINGS = ("组织", "姓名", "党内职务", "身份", "入党日期", "编号")
_SURNAMES, _GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"


def measure(quick: bool) -> list[Row]:
    """Import once into an empty database and once more, when nothing changes; on both databases."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="banxue-bench-") as folder:
        file, people = Path(folder) / "roster.xlsx", QUICK if quick else PEOPLE
        _write(file, people)
        for name, database in DATABASES.items():
            with database() as url:
                rows += _imported(file, people, url, name)
    return rows


def _imported(file: Path, people: int, url: str, name: str) -> Iterator[Row]:
    with Database.connect(url) as beside:
        waits = _Beside(beside)
        took, peak = _run(file, url)
        longest, usual = waits.stop()
    title = f"import {people:,} rows, {name}"
    yield no_more_than(title, took, SECONDS, " s")
    yield no_more_than(f"{title}: resident", peak, MEBIBYTES, " MiB")
    yield no_more_than(f"{title}: another's act waits, p99", usual * 1000, 100, " ms")
    yield no_more_than(f"{title}: another's act waits, once, as all is published", longest, 10, " s")
    took, peak = _run(file, url)
    yield no_more_than(f"the same file again, {name}", took, SECONDS, " s")
    yield no_more_than(f"the same file again, {name}: resident", peak, MEBIBYTES, " MiB")


def _run(file: Path, url: str) -> tuple[float, float]:
    """Seconds and mebibytes of `import-roster` as somebody at a console runs it."""
    settings = {**os.environ, "DATABASE_URL": url, "BOT_TOKEN": "5:bench", "LOG_LEVEL": "WARNING"}
    command = [sys.executable, "-m", "bot", "import-roster", str(file)]
    started = time.perf_counter()
    process = subprocess.Popen(command, env=settings, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"import-roster ended with {process.returncode}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


class _Beside:
    """Another process's acts, one every 20 ms, and how long each took."""

    def __init__(self, database: Database) -> None:
        self._database, self._over = database, threading.Event()
        self._took: list[float] = []
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def stop(self) -> tuple[float, float]:
        """The longest, and what 99 of 100 did not exceed."""
        self._over.set()
        self._thread.join()
        return max(self._took), percentile(self._took, 0.99)

    def _work(self) -> None:
        while not self._over.wait(0.02):
            started = time.perf_counter()
            self._database.write_now(_nothing)
            self._took.append(time.perf_counter() - started)


def _nothing(tx: Transaction) -> None:
    """An act that only has to get its turn."""


def _write(file: Path, people: int) -> None:
    book = Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet("名册")
    for number, row in enumerate((HEADINGS, *map(_person, range(people)))):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell)
    book.close()


def _person(number: int) -> tuple[str, ...]:
    branch, place = divmod(number, IN_A_BRANCH)
    unit = f"市直机关工委/第{branch // IN_A_COMMITTEE}党委/第{branch}党支部"
    group = f"/第{place % 2 + 1}党小组" if place % 3 == 1 else ""
    name = _SURNAMES[number % 10] + _GIVEN[number // 10 % 20] + _GIVEN[number // 200 % 20]
    joined = f"{1970 + number % 50}-{number % 12 + 1:02}-{number % 28 + 1:02}"
    return unit + group, name, "书记" if place == 0 else "", "正式", joined, f"N{number:06}"
