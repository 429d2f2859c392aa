"""`python -m tests.faults.zygote`: imports the bot once, then gives birth to as many as it is asked for.

Importing aiogram takes seconds of CPU, a fork of one who has imported it milliseconds. A line of JSON on
standard input orders a life, lines on standard output tell of its beginning and its end. When the input
closes, nobody lives on.
"""

import json
import os
import select
import signal
import sys
from pathlib import Path
from typing import Any

from bot.commands.run import run
from tests.faults import twists


def main() -> None:
    living: set[int] = set()
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake)
    orders = b""
    tell(ready=os.getpid())
    while True:
        signs, _, _ = select.select([0, woken], [], [])
        if woken in signs:
            os.read(woken, 1024)
            bury(living)
        if 0 in signs:
            if not (chunk := os.read(0, 65536)):
                break
            *lines, orders = (orders + chunk).split(b"\n")
            for line in lines:
                order = json.loads(line)
                if not (pid := os.fork()):
                    signal.set_wakeup_fd(-1)
                    live(order)
                living.add(pid)
                tell(begun=pid)
    for pid in living:
        os.kill(pid, signal.SIGKILL)


def tell(**what: int) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")


def bury(living: set[int]) -> None:
    """Tell of everybody who has ended, by exit code or, negative, by signal."""
    while living:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        living.discard(pid)
        tell(ended=pid, code=os.waitstatus_to_exitcode(status))


def live(order: dict[str, Any]) -> None:
    """One life of the bot: what `python -m bot run` does, in a folder and with settings of its own."""
    code = 70
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDWR)
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for at, to in ((0, nothing), (1, nothing), (2, log)):
            os.dup2(to, at)
        os.closerange(3, 256)  # what belongs to the parent
        os.chdir(Path(order["log"]).parent)
        os.environ.update(order["settings"])
        for name, how in order["twists"].items():
            getattr(twists, name)(**how)
        code = run()
    except BaseException as error:  # noqa: BLE001 - a fork must never return into its parent's loop
        if isinstance(error, SystemExit) and isinstance(error.code, int):
            code = error.code
        else:
            sys.excepthook(type(error), error, error.__traceback__)
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
