"""`make bench`: ours beside its peers in one run; prints one table and writes nothing into the tree.

Ends 0 whether or not the targets are reached; anything else means that a benchmark itself broke.
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping

from bot.logs import begin
from tests.bench import broadcast, busy_group, checkins, crowd, fanout, fsync, roster, startup, webhook
from tests.bench.frame import Row, table

BENCHMARKS: Mapping[str, Callable[[bool], list[Row]]] = {
    "checkins": checkins.measure,
    "fsync": fsync.measure,
    "webhook": webhook.measure,
    "crowd": crowd.measure,
    "broadcast": broadcast.measure,
    "busy_group": busy_group.measure,
    "fanout": fanout.measure,
    "roster": roster.measure,
    "startup": startup.measure,
}


def main() -> int:
    """Measure what was asked for."""
    asked = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    asked.add_argument(
        "names", nargs="*", choices=[*BENCHMARKS, []], help="which of them; all if none is named"
    )
    asked.add_argument("--quick", action="store_true", help="fewer and shorter rounds; figures are rough")
    given = asked.parse_args()
    begin("WARNING", "console")
    rows: list[Row] = []
    for name in given.names or BENCHMARKS:
        started = time.monotonic()
        rows += BENCHMARKS[name](given.quick)
        sys.stderr.write(f"{name}: {time.monotonic() - started:.0f} s\n")
    sys.stdout.write(table(rows) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
