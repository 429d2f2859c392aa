"""Lives of `python -m bot run` as processes, born of one that has imported everything already."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0  # seconds for an end that has been asked for


@dataclass(frozen=True)
class Life:
    """One process. `ended` holds its exit code, or the negative number of the signal that ended it."""

    pid: int
    log: Path
    ended: Future[int] = field(default_factory=Future)

    def has_ended(self) -> bool:
        return self.ended.done()

    async def running(self) -> None:
        """Until it has started."""
        async with asyncio.timeout(PATIENCE):
            while not self.has_ended() and not self.said("running"):  # noqa: ASYNC110 - another process tells only its log
                await asyncio.sleep(0.05)

    async def end(self) -> int:
        """Wait for it to end by itself."""
        async with asyncio.timeout(PATIENCE):
            return await asyncio.wrap_future(self.ended)

    async def kill(self) -> None:
        """End it between two instructions."""
        self._signal(signal.SIGKILL)
        await self.end()

    async def stop(self) -> int:
        """Ask it to stop, as a supervisor does, once it has started; its exit code."""
        await self.running()
        self._signal(signal.SIGTERM)
        return await self.end()

    def freeze(self) -> None:
        """Let it do nothing until it is woken, as a machine does that is short of everything."""
        self._signal(signal.SIGSTOP)
        while Path("/proc").is_dir() and not self._stands_still():
            time.sleep(0.001)

    def _stands_still(self) -> bool:
        """Threads stop one by one, each where it next meets the kernel."""
        tasks = Path(f"/proc/{self.pid}/task").glob("*/stat")
        return all(task.read_text().rpartition(")")[2].split()[0] in "TXZ" for task in tasks)

    def wake(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        if not self.has_ended():
            os.kill(self.pid, number)

    def said(self, event: str) -> list[dict[str, Any]]:
        """What it logged under this name."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        entries = [json.loads(line) for line in lines if line.startswith("{")]
        return [entry for entry in entries if entry.get("event") == event]


def leader(*lives: Life) -> Life | None:
    """Who began to send last, of those that live."""
    led = [(life.said("leading")[-1]["epoch"], life.pid, life) for life in lives if life.said("leading")]
    return max(led)[2] if led else None


class Nursery:
    """Gives birth to bots; one for the whole session of tests."""

    def __init__(self) -> None:
        self._zygote = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LOG_FORMAT": "json"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self._begun: SimpleQueue[int | None] = SimpleQueue()
        self._living: dict[int, Life] = {}
        self._codes: dict[int, int] = {}
        self._door = threading.Lock()
        self._numbers = count(1)
        self._ear = threading.Thread(target=self._listen, daemon=True)
        self._ear.start()
        if self._begun.get() is None:
            raise RuntimeError("the parent of all lives did not start")

    def begin(self, folder: Path, settings: dict[str, str], **twists: dict[str, Any]) -> Life:
        """A bot with these settings, at a port nobody can take in the meantime."""
        assert self._zygote.stdin is not None
        log = folder / f"life-{next(self._numbers)}.log"
        order = {"log": str(log), "settings": {"LISTEN": "127.0.0.1:0"} | settings, "twists": twists}
        self._zygote.stdin.write(json.dumps(order) + "\n")
        self._zygote.stdin.flush()
        pid = self._begun.get()
        if pid is None:
            raise RuntimeError("the parent of all lives is gone")
        life = Life(pid, log)
        with self._door:
            if pid in self._codes:  # it ended before we could look
                life.ended.set_result(self._codes.pop(pid))
            else:
                self._living[pid] = life
        return life

    def close(self) -> None:
        """End everybody."""
        assert self._zygote.stdin is not None
        assert self._zygote.stdout is not None
        self._zygote.stdin.close()
        self._zygote.wait()
        self._ear.join()
        self._zygote.stdout.close()

    @contextmanager
    def family(self, folder: Path, settings: dict[str, str]) -> Iterator["Family"]:
        """Lives of one deployment; whatever happens, they are gone afterwards."""
        family = Family(self, folder, settings)
        try:
            yield family
        except BaseException:
            for life in family.lives[-3:]:  # shown with the failure
                tail = life.log.read_text(encoding="utf-8").splitlines()[-90:] if life.log.exists() else []
                sys.stderr.write("\n".join([f"--- {life.log.name}", *tail, ""]))
            raise
        finally:
            for life in family.lives:
                if not life.has_ended():
                    os.kill(life.pid, signal.SIGKILL)
                    life.ended.result(PATIENCE)

    def _listen(self) -> None:
        assert self._zygote.stdout is not None
        for line in self._zygote.stdout:
            told = json.loads(line)
            if "ended" not in told:
                self._begun.put(told.get("begun", 0))
                continue
            with self._door:
                life = self._living.pop(told["ended"], None)
                if life is None:
                    self._codes[told["ended"]] = told["code"]
            if life is not None:
                life.ended.set_result(told["code"])
        self._begun.put(None)


@dataclass
class Family:
    """Every life of one deployment, in order of birth."""

    nursery: Nursery
    folder: Path
    settings: dict[str, str]
    lives: list[Life] = field(default_factory=list)

    def begin(self, settings: dict[str, str] | None = None, **twists: dict[str, Any]) -> Life:
        """Another life, with settings of its own besides."""
        life = self.nursery.begin(self.folder, self.settings | (settings or {}), **twists)
        self.lives.append(life)
        return life
