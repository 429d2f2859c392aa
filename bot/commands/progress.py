"""A bar for whoever waits at a console; a file or a pipe gets none."""

import time
from typing import TextIO

from messages.roster_plans import progress_line

WIDTH = 24  # characters of the bar; the line fits a narrow window
BETWEEN = 0.1  # seconds between two drawings


class Bar:
    """Drawn in place, at most ten times a second; `end` wipes it out."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._shown = stream, stream.isatty()
        self._drawn = float("-inf")
        self._wide = 0

    def say(self, words: str) -> None:
        """What is going on, where nobody can tell how long it will take."""
        self._draw(words)

    def at(self, done: int, total: int) -> None:
        """So many of so many; the last one is always drawn."""
        now = time.monotonic()
        if done == total or now - self._drawn >= BETWEEN:
            self._drawn = now
            full = WIDTH * done // total
            self._draw(progress_line("█" * full + "░" * (WIDTH - full), done, total))

    def end(self) -> None:
        """Nothing of it stays."""
        self._draw("")
        if self._shown:
            self._stream.write("\r")

    def _draw(self, words: str) -> None:
        if self._shown:
            self._stream.write("\r" + words + " " * (self._wide - len(words)))
            self._stream.flush()
            self._wide = len(words)
