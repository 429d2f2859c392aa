"""`python -m bot run` as a process of its own."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass
class Running:
    """The process, and what it has logged when it is over."""

    process: asyncio.subprocess.Process
    log: list[str] = field(default_factory=list)

    async def stop(self) -> int:
        """Ask it to stop, as a supervisor does; its exit code."""
        self.process.terminate()
        return await self.process.wait()

    async def kill(self) -> None:
        """End it between two instructions."""
        self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def bot_process(folder: Path, **settings: str) -> AsyncIterator[Running]:
    """Start it in a folder without `.env`; whatever happens, it is gone afterwards."""
    plain = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LOG_FORMAT": "json"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        cwd=folder,
        env={**plain, "LISTEN": "127.0.0.1:0", **settings},  # a port nobody can take in the meantime
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    running = Running(process)
    reading = asyncio.create_task(_read(running))
    try:
        yield running
    except BaseException:
        process.kill()
        await reading
        sys.stderr.write("".join(running.log))  # shown with the failure
        raise
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reading


async def _read(running: Running) -> None:
    assert running.process.stderr is not None
    async for line in running.process.stderr:
        running.log.append(line.decode())


def free_port() -> int:
    """A port nobody listens at, a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
