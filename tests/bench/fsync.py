"""Acts that wait share one commit: beside one commit each, on a disk that takes two milliseconds to flush.

The slow disk is a shim of a few lines, compiled here and preloaded into a process of its own.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.frame import Row, at_least, not_here

NAME, TARGET = "check-ins by shared commits, a flush takes 2 ms", 10
SLOW = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
static void wait_for_the_disk(void) {
    struct timespec two_ms = {0, 2000000};
    nanosleep(&two_ms, 0);
}
int fsync(int fd) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    wait_for_the_disk();
    return real(fd);
}
int fdatasync(int fd) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    wait_for_the_disk();
    return real(fd);
}
"""


def measure(quick: bool) -> list[Row]:
    """The database's part of a tap, 64 at once, beside the same acts committed one by one."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        return [not_here(NAME, "no gcc here", f"≥ {TARGET} ×")]
    with tempfile.TemporaryDirectory(prefix="banxue-bench-") as folder:
        source, shim = Path(folder) / "slow.c", Path(folder) / "slow.so"
        source.write_text(SLOW)
        subprocess.run([compiler, "-shared", "-fPIC", "-o", shim, source, "-ldl"], check=True)
        command = [sys.executable, "-m", "tests.bench.fsync_child", "quick" if quick else "long"]
        slowly = os.environ | {"LD_PRELOAD": str(shim)}
        ran = subprocess.run(command, check=True, env=slowly, stdout=subprocess.PIPE, text=True)
    together, alone = json.loads(ran.stdout)
    return [at_least(NAME, together, alone, TARGET)]
