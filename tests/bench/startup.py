"""How long a person at a console waits for the first words."""

import statistics
import subprocess
import sys
import time

from tests.bench.frame import Row, no_more_than


def measure(quick: bool) -> list[Row]:
    """`--help` imports nothing heavy: aiogram alone takes seconds."""
    took = statistics.median(_help() for _ in range(3 if quick else 9))
    return [no_more_than("python -m bot --help", took, 0.3, " s")]


def _help() -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "bot", "--help"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started
